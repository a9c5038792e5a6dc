/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zero-copy monitors: they see what the user of a ring releases.
 *
 * Of the ring of a port that is what its user gives back, as he leaves it; of
 * the transmit ring of a pipe's end what the other end gives back, at the next
 * sync of the sender. (What a switch sends is released at once: forward.c.)
 * The frames are copied, in the sync of whoever gives back or sends, before
 * the slots can be filled anew. Who has a monitor's ring releases, too: to the
 * next monitor of the same port. None holds up anybody: what finds no room is
 * lost, the oldest of a sync first.
 */
#ifndef RELEASED_H
#define RELEASED_H

#include "port.h"

struct released;

/* What is needed to see them; NULL: no memory. */
struct released *released_new(void);
void released_free(struct released *released);

/*
 * Of the generation of the rings that a port's raw openings share, what
 * sw_opening has room for; 0: none. A monitor is of these, and sees nothing of
 * the port's next.
 */
uint32_t released_generation(const struct vale *v, uint32_t port);

/*
 * A monitor is opened, whose area is given: readers are to look for it, and of
 * a pipe it sees what is released from now on. Under the join lock.
 */
void released_begin(const struct vale *v, uint32_t port, uint32_t monitor);

/* Whether who reads, or sends by a pipe, is to look. */
static inline bool released_wanted(const struct nmd_port *port)
{
	return load_relaxed(&port->area->rx[0].watched) && port->released;
}

/*
 * Shows what the program has given back since the last sync, before it is
 * taken note of: under the RX sync lock, by a thread that is not cancelled.
 */
void released_show(struct nmd_port *port);

/*
 * How far that was, of what is given back up to head: no further than the
 * last whole frame. The rest counts as given back with the rest of its frame.
 */
uint64_t released_upto(const struct nmd_port *port, uint32_t ring,
		       uint64_t head);

/*
 * The same for a transmit ring of a pipe's end: what the other has given back
 * of its receive ring, up to *looked. Under the TX sync lock, and without the
 * ring's. True: the sender has room as far as tx_control.released; false:
 * nobody looks.
 */
bool released_reclaim(struct nmd_port *port, struct peer *other, uint32_t ring,
		      uint64_t *looked);

#endif
