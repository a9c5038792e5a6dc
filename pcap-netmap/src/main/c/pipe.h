/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes: two ends, usually in two processes, that hand each other frames.
 *
 * Each end is a port with an area of its own (layout.h); what one end's TX
 * ring holds goes into the other end's RX ring of the same number by trading
 * buffers (swap.h), in the sender's sync. Nothing is dropped: what finds no
 * room stays in the TX ring, whose tail then does not move. Both areas are
 * made with the first opening of either end and go with the last of both, so
 * frames wait for an end that is not open yet, or not any more.
 */
#ifndef PIPE_H
#define PIPE_H

#include "plan.h"
#include "port.h"

/* What an end knows of the other. NULL: out of memory. */
struct pipe *pipe_new(void);
void pipe_free(struct pipe *pipe, struct jit *jit);

/* Looks at the other end's area; false: it does not fit to this one. */
bool pipe_begin(struct nmd_port *port, const struct opening_plan *plan);

/* The area of the other end. */
uint32_t pipe_other_area(const struct nmd_port *port);

/* Whether the other end is the port called name (sw_port.name). */
bool pipe_other_end_is(const struct nmd_port *port, const char *name);

/*
 * Whether arrival times are kept for this end. Once wanted they are, for all
 * its openings; frames that are there already are taken to have come now.
 */
bool pipe_want_arrivals(struct nmd_port *port, bool wanted);

/*
 * The TX sync of a ring, under the sync lock. Returns its free slots or
 * -EINVAL.
 */
int pipe_tx_locked(struct nmd_port *port, uint32_t ring);

/*
 * Before and after slots are given back: wakes the other end's writer if it
 * waits.
 */
void pipe_will_give_back(struct nmd_port *port);
void pipe_gave_back(struct nmd_port *port);

/* Whether the other end has given slots back since frames found no room. */
bool pipe_has_new_room(const struct nmd_port *port);

#endif
