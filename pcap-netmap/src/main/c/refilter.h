/* SPDX-License-Identifier: BSD-2-Clause */
/* A new receive filter, and what is queued already. */
#ifndef REFILTER_H
#define REFILTER_H

#include "port.h"

/*
 * Looks at the unread frames of a receive ring of the area, which lie in slots
 * number first to end, once more: those that the program and the direction
 * accept are moved up to end, in order, as long as they are. Returns the number
 * of the first of them, or end; what lies before is to be given up. length 0
 * accepts all. The ring's sync lock is held.
 */
uint64_t refilter(struct nmd_port *port, uint32_t ring, uint64_t first,
		  uint64_t end, const struct nmd_insn *prog, uint32_t length);

#endif
