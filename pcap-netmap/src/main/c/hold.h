/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender's half of draw.h; nmd_hold is in nmd.h. */
#ifndef HOLD_H
#define HOLD_H

#include "port.h"

/* After a forward_slots, under the sync lock: sees for whom to hold from now. */
void hold_look(struct nmd_port *port);

/*
 * Forwards what is in a TX ring that a receiver may draw from. Returns where it
 * is sent to now; *good: head is no nonsense.
 */
uint64_t hold_forward(struct nmd_port *port, uint32_t ring, bool *good);

/* At a close: what is held is sent, and nobody looks for more. */
void hold_end(struct nmd_port *port);

#endif
