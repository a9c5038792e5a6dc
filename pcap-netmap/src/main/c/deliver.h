/* SPDX-License-Identifier: BSD-2-Clause */
/* Putting staged frames into one receiver's ring. */
#ifndef DELIVER_H
#define DELIVER_H

#include "staging.h"

/*
 * One delivery to one area: the frames picked[0 .. count) of the staging, or,
 * where picked is NULL, the first count.
 */
struct run;

struct delivery {
	struct nmd_port *port; /* the sender */
	struct staging *staging;
	const uint8_t *picked;
	struct run *run; /* in place of the three: frames that go straight */
	struct jit *jit; /* the sender's */
	uint32_t count;
	uint32_t tx_ring;
	enum nmd_direction direction;
	uint64_t now_ns;
};

/*
 * Filters, copies, publishes and wakes, under the ring's lock, held once.
 * Returns how many frames were offered: count, or what the run moved, or 0
 * when the area has another user by now.
 */
uint32_t deliver(struct peer *peer, uint32_t area_index,
		 const struct delivery *d);

#endif
