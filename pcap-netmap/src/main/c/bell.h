/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waking programs that poll an opening's descriptor, its FIFO.
 *
 * Each receive ring has a word that says how it stands:
 *
 *	0  nobody polls     1  armed: write to the FIFO before publishing
 *	2  a sender has written to the FIFO, or is about to, and publishes next
 *
 * A sender writes while the frames that it is about to publish lie in the
 * ring. So whoever is killed has either published nothing, or what it
 * published is announced: no program sleeps beside frames. Who is woken before
 * they are published finds the 2, waits for the ring's lock and looks again:
 * the descriptor is readable only where a read finds something, unless the
 * sender was killed or stopped between its two steps.
 *
 * Who arms a ring says 1, looks at the ring and then at its lock; a sender
 * takes the lock and then looks at the word. So one of the two sees the other,
 * and who finds the lock taken waits for it and looks at the ring again. If
 * its holder is stopped there, it is not waited for: it looks at the word once
 * more after its publish, and then writes late.
 */
#ifndef BELL_H
#define BELL_H

#include "peers.h"

enum bell {
	BELL_QUIET, /* nobody had asked */
	BELL_RUNG,
	BELL_BROKEN /* the FIFO could not be written to: the next batch tries */
};

/*
 * A sender with the ring's lock: before it publishes what a read would find,
 * after that, and once more after the last publish and a full fence.
 */
enum bell bell_before(struct nmd_port *port, struct peer *peer,
		      uint32_t area_index, uint32_t ring);
void bell_after(struct peer *peer, uint32_t ring, enum bell before);
void bell_late(struct nmd_port *port, struct peer *peer, uint32_t area_index,
	       uint32_t ring, enum bell before);

/* What a sender that died with the lock left: who polls has to be told. */
void bell_mend(struct rx_control *control);

/* As a sender that was not there after its publish: without the lock. */
void bell_ring_for_another(struct vale *v, uint32_t area_index, uint32_t ring);

/* nmd_arm, by whoever may make system calls. */
int bell_arm(struct nmd_port *port);

/*
 * A reader that found nothing: whether a sender has announced something that
 * it published since, or publishes now, so that another look is worth it.
 */
bool bell_look_again(struct nmd_port *port);

#endif
