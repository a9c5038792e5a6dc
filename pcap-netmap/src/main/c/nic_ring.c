/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

/*
 * Longer than a frame of 64 KiB with what the kernel puts before. A block is
 * handed over after two milliseconds, however little is in it, so that the
 * number of blocks says how long a reader may wait for a processor before
 * frames are lost: by default a quarter of a second.
 */
#define BLOCK (128u << 10)
#define FEWEST_BLOCKS 4 /* who asks for little room gets little */
#define MOST_BLOCKS 2048
/* Bytes that a slot of the receive ring stands for. */
#define BYTES_PER_SLOT 4096
#define RETIRE_MS 2

static int set(int socket, int name, const void *value, socklen_t size)
{
	return setsockopt(socket, SOL_PACKET, name, value, size) < 0 ? -errno
								     : 0;
}

static int ask_for_ring(int socket, struct nic_ring *ring)
{
	const struct tpacket_req3 request = {
		.tp_block_size = ring->block_size,
		.tp_block_nr = ring->blocks,
		.tp_frame_size = ring->block_size,
		.tp_frame_nr = ring->blocks,
		.tp_retire_blk_tov = RETIRE_MS,
	};
	int version = TPACKET_V3, reserve = NIC_TAG;
	int r = set(socket, PACKET_VERSION, &version, sizeof(version));

	if (r == 0)
		r = set(socket, PACKET_RESERVE, &reserve, sizeof(reserve));
	if (r == 0)
		r = set(socket, PACKET_RX_RING, &request, sizeof(request));
	return r;
}

int nic_ring_open(struct nic_ring *ring, int socket, uint32_t slots)
{
	uint64_t blocks = (uint64_t)slots * BYTES_PER_SLOT / BLOCK;
	void *map;
	int r;

	ring->block_size = BLOCK;
	ring->blocks = blocks < FEWEST_BLOCKS ? FEWEST_BLOCKS
		       : blocks > MOST_BLOCKS ? MOST_BLOCKS
					      : (uint32_t)blocks;
	ring->at = mmap(NULL, sizeof(*ring->at), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ring->at == MAP_FAILED) {
		ring->at = NULL;
		return -errno;
	}
	r = ask_for_ring(socket, ring);
	if (r < 0)
		return r;
	ring->size = (size_t)ring->blocks * ring->block_size;
	map = mmap(NULL, ring->size, PROT_READ | PROT_WRITE, MAP_SHARED, socket,
		   0);
	if (map == MAP_FAILED)
		return -errno;
	ring->map = map;
	return 0;
}

void nic_ring_close(struct nic_ring *ring)
{
	if (ring->map)
		munmap(ring->map, ring->size);
	if (ring->at)
		munmap(ring->at, sizeof(*ring->at));
	ring->map = NULL;
	ring->at = NULL;
}

static struct tpacket_block_desc *block_of(const struct nic_ring *ring)
{
	return (void *)(ring->map + (size_t)(ring->at->block % ring->blocks) *
					    ring->block_size);
}

static void give_back(const struct nic_ring *ring,
		      struct tpacket_block_desc *block)
{
	ring->at->left = 0;
	ring->at->block = (ring->at->block + 1) % ring->blocks;
	__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL,
			 __ATOMIC_RELEASE);
}

struct tpacket3_hdr *nic_ring_frame(const struct nic_ring *ring)
{
	struct tpacket_block_desc *block = block_of(ring);
	struct nic_cursor *at = ring->at;

	if (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
	      TP_STATUS_USER))
		return NULL;
	if (!at->left) {
		at->left = block->hdr.bh1.num_pkts;
		at->offset = block->hdr.bh1.offset_to_first_pkt;
	}
	if (!at->left ||
	    at->offset > ring->block_size - sizeof(struct tpacket3_hdr)) {
		give_back(ring, block);
		return NULL;
	}
	return (void *)((uint8_t *)block + at->offset);
}

void nic_ring_next(const struct nic_ring *ring,
		   const struct tpacket3_hdr *frame)
{
	struct nic_cursor *at = ring->at;

	at->offset += frame->tp_next_offset;
	if (--at->left == 0)
		give_back(ring, block_of(ring));
}
