/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ring that a shared interface's socket has in common with the kernel
 * (TPACKET_V3): blocks of frames of any length, which the kernel fills one
 * after the other and hands over when full, or two milliseconds after its
 * first frame.
 */
#ifndef NIC_RING_H
#define NIC_RING_H

#include <linux/if_packet.h>
#include <stddef.h>
#include <stdint.h>

#define NIC_TAG 4 /* bytes of a VLAN tag: room for one before each frame */

/* Where reading goes on; shared with children, who read on. */
struct nic_cursor {
	uint32_t block;
	uint32_t left;   /* frames of the block; 0: none looked at yet */
	uint32_t offset; /* of the next of them, from the block's start */
};

struct nic_ring {
	uint8_t *map;
	size_t size;
	uint32_t blocks, block_size;
	struct nic_cursor *at;
};

/* Makes the ring of a socket that is not bound yet; 0 or a negative errno. */
int nic_ring_open(struct nic_ring *ring, int socket, uint32_t slots);
void nic_ring_close(struct nic_ring *ring);

/* The next frame, NULL: none is there. It stays until nic_ring_next. */
struct tpacket3_hdr *nic_ring_frame(const struct nic_ring *ring);

/* Goes on behind the frame; gives a block whose frames are all read back. */
void nic_ring_next(const struct nic_ring *ring,
		   const struct tpacket3_hdr *frame);

#endif
