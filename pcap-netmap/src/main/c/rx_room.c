/* SPDX-License-Identifier: BSD-2-Clause */
#include "rx_room.h"

#include <errno.h>

#define STOCK_ROOM (2u << 20) /* that libpcap takes if nothing is said */
/* What the kernel takes of that for a frame of 60 bytes (TPACKET_V3). */
#define STOCK_FRAME 152
#define RING_BYTES (32u << 20)
#define RING_TIMES 4
#define LEFT_PART 4 /* of what is left, at most */
/* Of the kernel's buffer that a slot of a shared interface stands for. */
#define COPIED_SLOT 4096

#define FEWEST_SLOTS 256
#define MOST_SLOTS 131072
#define LEAST_ROOM (512 * STOCK_FRAME) /* after shrinking */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* What a slot of each ring takes of the tmpfs; a pipe's, at both ends. */
static uint64_t taken_by_slot(const struct geometry *g)
{
	uint64_t bytes = (uint64_t)g->buf_size + sizeof(struct netmap_slot) +
			 (g->arrivals ? sizeof(struct nmd_arrival) : 0);

	return bytes * g->rx_rings * (g->pipe_end == SW_NO_PIPE ? 1 : 2);
}

/* As many as a ring can have: larger buffers, fewer. */
static uint64_t most_slots(const struct geometry *g)
{
	return least(g->pipe_end == SW_NO_PIPE ? MOST_SLOTS : PIPE_SLOTS_MAX,
		     RING_BYTES_MAX / g->buf_size);
}

uint32_t rx_room_slots(uint32_t bytes, const struct geometry *g, bool copies,
		       uint64_t left)
{
	uint64_t memory = most(RING_BYTES, (uint64_t)bytes * RING_TIMES);
	uint64_t slots = least(bytes / STOCK_FRAME,
			       memory / ((uint64_t)g->buf_size * g->rx_rings));

	if (copies)
		slots = bytes / COPIED_SLOT;
	slots = least(slots, left / LEFT_PART / taken_by_slot(g));
	if (bytes >= STOCK_ROOM)
		slots = most(slots, g->rx_slots);
	return (uint32_t)most(least(slots, most_slots(g)), FEWEST_SLOTS);
}

uint32_t rx_room_instead(const struct nmd_options *options, int code)
{
	uint32_t half = options->rx_room / 2;
	bool scarce = code == -ENOMEM || code == -E2BIG;

	return scarce && !options->rx_slots && half >= LEAST_ROOM ? half : 0;
}
