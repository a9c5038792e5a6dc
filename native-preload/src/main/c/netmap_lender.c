/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_lender.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

_Static_assert(LENDER_PLACES == 64, "a bit of a word for each");

/* Held for a few instructions, at registrations and closes. */
static void lock(struct netmap_lender *l)
{
	while (atomic_exchange(&l->locked, true))
		sched_yield();
}

static void unlock(struct netmap_lender *l)
{
	atomic_store(&l->locked, false);
}

uint8_t *lender_rings(struct netmap_lender *l)
{
	uint8_t *rings = atomic_load(&l->rings), *none = NULL;

	if (rings)
		return rings;
	rings = mmap(NULL, LENDER_RINGS_SIZE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (rings == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&l->rings, &none, rings))
		return rings;
	munmap(rings, LENDER_RINGS_SIZE);
	return none;
}

bool lender_begin(struct netmap_lender *l, uint32_t first, uint32_t count)
{
	if (count > l->capacity) {
		uint32_t *more = realloc(l->spares, count * sizeof(*more));

		if (!more)
			return false;
		l->spares = more;
		l->capacity = count;
	}
	for (uint32_t i = 0; i < count; i++)
		l->spares[i] = first + i;
	l->count = count;
	return true;
}

int lender_take_place(struct netmap_lender *l)
{
	int place = -1;

	lock(l);
	if (~l->places) {
		place = __builtin_ctzll(~l->places);
		l->places |= 1ull << place;
	}
	unlock(l);
	return place;
}

void lender_leave_place(struct netmap_lender *l, int place)
{
	lock(l);
	l->places &= ~(1ull << place);
	unlock(l);
}

bool lender_take(struct netmap_lender *l, uint32_t n, uint32_t *buffers)
{
	bool enough;

	lock(l);
	enough = l->count >= n;
	if (enough) {
		l->count -= n;
		memcpy(buffers, l->spares + l->count, n * sizeof(*buffers));
	}
	unlock(l);
	return enough;
}

void lender_return(struct netmap_lender *l, uint32_t n, const uint32_t *buffers)
{
	lock(l);
	/* A program may make more of them than there are. */
	if (n > l->capacity - l->count)
		n = l->capacity - l->count;
	memcpy(l->spares + l->count, buffers, n * sizeof(*buffers));
	l->count += n;
	unlock(l);
}
