/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding half of a switch, run by the sender in its txsync.
 *
 * A forwarder is one opening's private view: for each area of the switch the
 * checked geometry and a copy of the filter, for each port the set of areas
 * that get its frames. The view is rebuilt when the switch's epoch has moved.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include <stdbool.h>

#include "layout.h"

struct nmd_port;
struct forwarder;
struct peer;
struct staging;

struct forwarder *forwarder_new(void);
void forwarder_free(struct forwarder *f);

/*
 * Forwards the slots [first, first + count) (ring numbers, modulo the ring's
 * size) of a TX ring to every opening that is to have them. The caller holds
 * the TX ring's sync lock. Notes how far it is, unless the caller has claimed
 * them all already (draw.h).
 */
void forward_slots(struct nmd_port *port, uint32_t ring, uint64_t first,
		   uint32_t count, bool claimed);

/*
 * Forwards the first of these slots to the receiver for whom they are held,
 * and notes that. Returns how many, 0: claim them all and forward them.
 */
uint32_t forward_held(struct nmd_port *port, uint32_t ring, uint64_t first,
		      uint32_t count);

/*
 * The one area that all frames of a TX ring go to; NULL: none, or several. Of
 * the view of the last forward_slots, whose epoch is forward_epoch.
 */
struct peer *forward_only_receiver(const struct nmd_port *port, uint32_t ring);
uint64_t forward_epoch(const struct nmd_port *port);

/*
 * For a pipe, which copies only to monitors. Whether there are any now: of
 * what this end sends, or of what the other end receives.
 */
bool forward_has_monitors(struct nmd_port *port);

/*
 * For an interface that is had alone, also by forward_has_monitors, and whether
 * there are zero-copy ones, as that has found: copies the staged frames to
 * the former, or to the latter.
 */
bool forward_has_zero_copy(const struct nmd_port *port);
void forward_to_watchers(struct nmd_port *port, uint32_t ring,
			 enum nmd_direction direction, bool zero_copy,
			 uint64_t now_ns);

/*
 * For a pipe, too: the zero-copy monitor that sees what a TX ring has sent
 * once the other end releases it, and its area; NULL: there is none.
 */
struct peer *forward_released(struct nmd_port *port, uint32_t ring,
			      uint64_t now_ns, uint32_t *area);

/* The sender's time. */
uint64_t forward_now(struct nmd_port *port);

/* The sender's compiler of filters. */
struct jit *forward_jit(struct nmd_port *port);

/* Where a pipe stages frames. */
struct staging *forward_staging(struct nmd_port *port);

/*
 * Copies the staged frames to the monitors: those to TO_ALL to both kinds,
 * those to TO_NOBODY to those of what this end sends.
 */
void forward_to_monitors(struct nmd_port *port, uint32_t ring, uint64_t now_ns);

#endif
