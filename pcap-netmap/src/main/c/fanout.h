/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fan-out: openings of a port that share its frames, each to one of them.
 *
 * The choice is the sender's. All senders have the members in the same order,
 * that of their openings, so that those who send the two directions of a flow
 * choose the same. A member that was killed is looked for now and then: no
 * frame tells.
 */
#ifndef FANOUT_H
#define FANOUT_H

#include "staging.h"

#define FANOUT_NOBODY 0xff

/* Takes out the members that have died, if it is time to look again. */
void fanout_look(struct peers *peers, struct peer_group *g,
		 const struct nmd_port *port, uint64_t now_ns);

/*
 * For each staged slot, which member is to have it: its number among those of
 * the group, or FANOUT_NOBODY. all: the group sees every frame, and not only
 * those to its port.
 */
void fanout_choose(struct peer_group *g, const struct staging *st, bool all,
		   uint8_t *chosen);

#endif
