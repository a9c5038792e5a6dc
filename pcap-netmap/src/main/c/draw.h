/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that a sender holds for a receiver that is awake.
 *
 * A sync for each frame costs its sender four times what the frame costs. So
 * who sends one by one only moves head and sets its bit in the receiver's area
 * (nmd_hold); the receiver takes the frames from the sender's ring itself,
 * whenever it syncs, and before it sleeps or has itself woken by its
 * descriptor. To it they are as good as in its own ring: also when the sender
 * sleeps, is stopped or killed, and its area is not given back while the bit
 * is set. Frames are held only where all goes to one receiver, without a
 * filter, that has said that it draws.
 *
 *	sender                          receiver
 *	head moves                      nobody can rely on me: draws, awake, armed
 *	full fence                      full fence
 *	the bit, if it is not set       the bits
 *	draws, awake, armed?
 *
 * So one of the two sees the other. The receiver clears a bit when it finds
 * nothing there, and then looks at head again.
 *
 * It reads the slots under its own ring's lock, claims them by moving the
 * sender's `sent` from where it was, and then publishes; a sender claims what
 * it syncs in the same way. Neither waits for the other: whoever is stopped
 * finds, when it goes on, that sent has moved, and throws its copy away.
 */
#ifndef DRAW_H
#define DRAW_H

#include "port.h"

/* NULL: no memory. */
struct draw *draw_new(void);
void draw_free(struct draw *draw);

/* Whether somebody may hold frames for the opening. */
static inline bool draw_waits(const struct nmd_port *port)
{
	const _Atomic uint64_t *held;

	if (!port->draw)
		return false;
	held = port->area->held;
	return load_acquire(&held[0]) | load_acquire(&held[1]) |
	       load_acquire(&held[2]) | load_acquire(&held[3]);
}

/*
 * Publishes what is held, in a sync of the receive ring; false: nothing new.
 * draw_now takes the sync's lock before.
 */
bool draw_held(struct nmd_port *port);
void draw_now(struct nmd_port *port);

/* In a sync that has shown something: from now on senders may hold. */
static inline void draw_begin(struct nmd_port *port)
{
	if (!load_relaxed(&port->area->draws))
		store_relaxed(&port->area->draws, 1);
}

/* Before the receiver's settings change: what was held was sent before. */
void draw_end(struct nmd_port *port);

#endif
