/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A generator's loop over its slots, one for all that are compared: compiled
 * twice, a jump more or less in it is a tenth of a pipe's rate.
 */
#ifndef BENCH_FILL_H
#define BENCH_FILL_H

#include "netmap_abi.h"

/* Fills the next slots, whose buffers hold their frames, and moves head. */
static inline void bench_fill(struct netmap_ring *ring, uint32_t slots,
			      uint32_t bytes)
{
	uint32_t at = ring->head, end = ring->num_slots;

	while (slots--) {
		struct netmap_slot *slot = &ring->slot[at];

		slot->len = (uint16_t)bytes;
		slot->flags = 0;
		if (__builtin_expect(++at == end, 0))
			at = 0;
	}
	ring->head = ring->cur = at;
}

#endif
