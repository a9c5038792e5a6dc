/* SPDX-License-Identifier: BSD-2-Clause */
/* Putting staged frames into one receiver's ring. */
#ifndef DELIVER_H
#define DELIVER_H

#include "staging.h"

/*
 * One delivery to one area: the frames picked[0 .. count) of the staging, or,
 * where picked is NULL, those of count slots from skip on.
 */
struct run;

struct delivery {
	struct nmd_port *port; /* the sender */
	struct staging *staging;
	const uint8_t *picked;
	struct run *run; /* in place of the three: frames that go straight */
	/*
	 * Not NULL: of a run; moved on from `first` before it is published, so
	 * that a receiver that draws (draw.h) takes nothing twice.
	 */
	_Atomic uint64_t *sent;
	uint64_t first;
	struct jit *jit; /* the sender's */
	uint32_t count;
	uint32_t skip;  /* where picked is NULL: the first frame */
	uint32_t later; /* slots that the same sync brings after these */
	/* Of them those count that go where these do, for who sees no others. */
	bool sorted;
	uint64_t after; /* number of the first of them */
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

/*
 * Counts frames that a zero-copy monitor cannot be given as offered and
 * dropped. Returns how many that were.
 */
uint32_t deliver_none(struct peer *peer, uint32_t area_index, uint32_t frames,
		      const struct delivery *d);

/*
 * Brings the copy of the receiver's filter up to date, for the sender and the
 * jit of d; what is wrong with it is noted once. False: try again later.
 */
bool deliver_know_filter(struct peer *peer, const struct delivery *d);

/* Keeps the promise made (wake.h); without the lock. */
void deliver_wake_sleepers(struct peer *peer, uint32_t ring);

/* What a sender that died with the ring's lock may have left. */
void deliver_mend(struct nmd_port *port, struct peer *peer, uint32_t ring,
		  uint32_t tx_ring);

/* Whether the area still has the user that the peer was made for. */
bool deliver_still_there(const struct peer *peer, const struct vale *v,
			 uint32_t area_index);

#endif
