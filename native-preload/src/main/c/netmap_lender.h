/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an interface's memory has for the rings of other ports.
 *
 * A program that registers a port with the memory id of another (lb: pipes
 * with that of its interface) moves frames between them by swapping buffers.
 * So behind what netmap_view.h says, each mapping of an interface's memory has
 * places for such guests' rings, and its pool has buffers that they get.
 *
 *	rings, buffers, netmap_ifs | place 0 | place 1 | ...
 */
#ifndef NETMAP_LENDER_H
#define NETMAP_LENDER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "netmap_view.h"

#define LENDER_PLACES 64u
/* A netmap_if, and a ring of 4096 slots in either direction. */
#define LENDER_PLACE_SIZE (33u * 4096u)
#define LENDER_RINGS_SIZE (LENDER_PLACES * LENDER_PLACE_SIZE)
#define LENDER_SPARES 8192u

struct netmap_lender {
	struct netmap_lender *next; /* of all there are; never unlinked */
	const struct vale *vale;    /* whose area: these three */
	uint32_t area;
	uint64_t generation;
	/* Registrations in that memory; 0: it is nobody's. */
	atomic_uint users;
	/* Shared by all mappings of the memory; never unmapped. */
	_Atomic(uint8_t *) rings;
	atomic_bool locked;
	uint64_t places;  /* bits of those that are taken */
	uint32_t *spares; /* numbers of buffers that nobody has */
	uint32_t count, capacity;
};

/* Interfaces that are had alone lend; and this much longer is the mapping. */
static inline bool lender_lends(const struct geometry *g)
{
	return g->headroom > 0;
}

/* Bytes to be mapped. */
static inline uint64_t lender_memory_size(const struct geometry *g)
{
	return netmap_view_size(g) + (lender_lends(g) ? LENDER_RINGS_SIZE : 0);
}

/* The places, made if there are none yet; NULL: no memory. */
uint8_t *lender_rings(struct netmap_lender *l);

/*
 * That of a port's memory: the one that other ports there have, else a new one,
 * whose spare buffers are count from first on. NULL: no memory. Each is ended.
 */
struct netmap_lender *lender_begin(const struct nmd_port *port, uint32_t first,
				   uint32_t count);
void lender_end(struct netmap_lender *l);

/* A place, -1: all are taken; and to give it back. */
int lender_take_place(struct netmap_lender *l);
void lender_leave_place(struct netmap_lender *l, int place);

/* All of n buffers or none; as many are given back. */
bool lender_take(struct netmap_lender *l, uint32_t n, uint32_t *buffers);
void lender_return(struct netmap_lender *l, uint32_t n,
		   const uint32_t *buffers);

#endif
