/* SPDX-License-Identifier: BSD-2-Clause */
/* Which objects of the program's external memory are in use. */
#ifndef NETMAP_POOL_H
#define NETMAP_POOL_H

#include <stdbool.h>

#include "netmap_requests.h"

enum {
	IFS,
	RINGS,
	BUFFERS,
	POOLS
};

/* Objects of one size, one behind the other. */
struct pool {
	uint64_t at; /* bytes from the memory's beginning */
	uint32_t size, count;
	uint32_t next; /* where to look for a free one */
	bool *taken;
};

/* Sizes and numbers that are 0 become those that the module takes then. */
void pools_fill_in(struct pools_request *p);

/*
 * Divides as many bytes; what is left of the memory is made buffers, too. *size
 * is how many bytes the pools take. 0, or ENOMEM: they do not fit. Also after an
 * error they are to be freed.
 */
int pools_make(struct pool pools[POOLS], const struct pools_request *p,
	       uint64_t bytes, uint64_t *size);
void pool_free(struct pool *p);

/* The number of an object that was free; p->count: there is none. */
uint32_t pool_take(struct pool *p);

/* One that is not taken, or no number of an object, changes nothing. */
void pool_return(struct pool *p, uint32_t i);

#endif
