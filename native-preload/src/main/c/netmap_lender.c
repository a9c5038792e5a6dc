/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_lender.h"

#include <pthread.h>
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

static bool make_spares(struct netmap_lender *l, uint32_t first, uint32_t count)
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

/*
 * All there are. The lock is held by who begins; who ends may be a handler, and
 * takes none.
 */
static _Atomic(struct netmap_lender *) all;
static pthread_mutex_t beginning = PTHREAD_MUTEX_INITIALIZER;

/* A child has no thread that would unlock it. */
static void after_fork(void)
{
	pthread_mutex_init(&beginning, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

/* One more user of what has some, if it is the port's memory. */
static bool join(struct netmap_lender *l, const struct nmd_port *port)
{
	unsigned int users = atomic_load(&l->users);

	if (l->vale != port->vale || l->area != port->area_index ||
	    l->generation != port->area_generation)
		return false;
	while (users > 0)
		if (atomic_compare_exchange_weak(&l->users, &users, users + 1))
			return true;
	return false;
}

/* One that nobody uses, which may have rings and room for spares already. */
static struct netmap_lender *unused(void)
{
	struct netmap_lender *l = atomic_load(&all);

	while (l && atomic_load(&l->users) > 0)
		l = l->next;
	if (l)
		return l;
	l = calloc(1, sizeof(*l));
	if (l) {
		l->next = atomic_load(&all);
		atomic_store(&all, l);
	}
	return l;
}

static struct netmap_lender *make(const struct nmd_port *port, uint32_t first,
				  uint32_t count)
{
	struct netmap_lender *l = unused();

	if (!l || !make_spares(l, first, count))
		return NULL;
	l->vale = port->vale;
	l->area = port->area_index;
	l->generation = port->area_generation;
	atomic_store(&l->users, 1);
	return l;
}

struct netmap_lender *lender_begin(const struct nmd_port *port, uint32_t first,
				   uint32_t count)
{
	struct netmap_lender *l;

	pthread_mutex_lock(&beginning);
	l = atomic_load(&all);
	while (l && !join(l, port))
		l = l->next;
	if (!l)
		l = make(port, first, count);
	pthread_mutex_unlock(&beginning);
	return l;
}

void lender_end(struct netmap_lender *l)
{
	atomic_fetch_sub(&l->users, 1);
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
