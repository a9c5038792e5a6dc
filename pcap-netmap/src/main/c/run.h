/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The straight way: a run of plain frames of one flow, to one receiver that
 * takes all of them, goes from the TX ring into the RX ring in one pass.
 *
 * Staging costs few instructions but its stores come on top of those into the
 * receiver's ring, and the store queue is what bounds a sender: one pass
 * moved 60-byte frames a fifth faster than two.
 */
#ifndef RUN_H
#define RUN_H

#include <string.h>

#include "staging.h"
#include "target.h"

struct run {
	const volatile struct netmap_slot *slots; /* of the TX ring */
	const uint8_t *pool;
	uint32_t num_slots, buffers, buf_size;
	uint32_t at;   /* slot of the first frame */
	uint32_t max;  /* slots to look at */
	uint64_t low;  /* bytes 0 to 7 of each frame */
	uint32_t high; /* bytes 8 to 11 */
	uint16_t to;   /* where the flow goes, as in struct staged */
	/* What was done. */
	uint32_t done; /* frames */
	uint64_t bytes;
};

/*
 * Looks at the first of left slots, learns its source and routes it; false:
 * it is not a plain frame.
 */
bool run_begin(struct run *run, struct nmd_port *port, uint32_t ring,
	       uint64_t first, uint32_t left, uint64_t now_ns);

/* Whether the receiver takes frames that come in, one by one. */
bool run_possible(const struct filter_copy *filter);

/* Moves what belongs to the run and has room. Publishes nothing. */
void run_put(struct target *t, struct run *run,
	     const struct filter_copy *filter, uint64_t now_ns);

/* The same for a receiver that wants to see them first. */
void run_put_filtered(struct target *t, struct run *run,
		      const struct filter_copy *filter, uint64_t now_ns);

/* The upper half of a slot's first word: length, then flags. */
#define HALF_LEN(half) ((half)&0xffff)
#define HALF_SPECIAL ((uint32_t)STAGING_SPECIAL << 16)

/* Whether a frame's addresses are the run's. */
static inline bool run_same_flow(const uint8_t *data, uint64_t low,
				 uint32_t high)
{
	uint64_t l;
	uint32_t h;

	memcpy(&l, data, 8);
	memcpy(&h, data + 8, 4);
	return l == low && h == high;
}

#endif
