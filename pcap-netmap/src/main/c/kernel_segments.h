/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large TCP frames on their way to the host, cut into frames of its
 * interface's length. A neighbour on the same machine leaves that to hardware
 * that is not there, and the module hands the host each slot as a frame.
 */
#ifndef KERNEL_SEGMENTS_H
#define KERNEL_SEGMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* A frame that is being cut; it must stay as it is until it is. */
struct kernel_segments {
	const uint8_t *frame;
	uint32_t ip, tcp, payload; /* where each begins */
	uint32_t length;           /* up to the payload's end */
	uint32_t part;             /* payload of every segment but the last */
	uint32_t count;
	uint32_t done; /* segments that were written */
	bool ipv6;
};

/*
 * Begins to cut a frame into ones of mtu bytes behind the link's header, and of
 * most bytes in all at the most. False: it fits, or is not TCP over IP, whole,
 * whose checksum holds or is left to the hardware.
 */
bool kernel_segments_begin(struct kernel_segments *s, const uint8_t *frame,
			   uint32_t length, uint32_t mtu, uint32_t most);

/*
 * Writes the next segment, with its checksums, to where most bytes have room;
 * its length, 0 after the last.
 */
uint32_t kernel_segments_next(struct kernel_segments *s, uint8_t *to);

#endif
