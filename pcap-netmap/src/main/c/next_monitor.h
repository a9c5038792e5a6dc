/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which zero-copy monitor a receive ring's frames go to once they are given
 * back: of the monitors of a port, which are a chain (peers.h), the next one.
 */
#ifndef NEXT_MONITOR_H
#define NEXT_MONITOR_H

#include "peers.h"

struct next_monitor {
	uint32_t area; /* SW_NONE: there is none */
	struct peer peer;
	bool last;          /* none comes behind it */
	uint64_t looked_ns; /* when it was asked whether it lives */
};

/*
 * Finds that of a ring of the port, or, where the port is a monitor, the next
 * behind it; not one of the openings in dead. A view that a change has torn is
 * harmless: rings are checked again under their locks.
 */
void next_monitor_find(struct next_monitor *next, struct nmd_port *port,
		       uint32_t ring, const struct bitset *dead);

/*
 * Whether the monitor was killed, and nobody has tidied up: those behind it
 * would see nothing. Asks the kernel now and then, and only if there are any.
 */
bool next_monitor_is_dead(struct next_monitor *next,
			  const struct nmd_port *port, uint64_t now_ns);

/* An opening that is a zero-copy monitor of a port. */
bool next_monitor_is_one(const struct sw_opening *opening, uint32_t port);

#endif
