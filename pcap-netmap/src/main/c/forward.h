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

#include "layout.h"

struct nmd_port;
struct forwarder;

struct forwarder *forwarder_new(void);
void forwarder_free(struct forwarder *f);

/*
 * Forwards the slots [first, first + count) (ring numbers, modulo the ring's
 * size) of a TX ring to every opening that is to have them. The caller holds
 * the TX ring's sync lock.
 */
void forward_slots(struct nmd_port *port, uint32_t ring, uint64_t first,
		   uint32_t count);

#endif
