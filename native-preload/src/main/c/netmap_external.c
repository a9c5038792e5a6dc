/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_external.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "netmap_memory.h"
#include "netmap_pages.h"
#include "netmap_pool.h"
#include "netmap_view.h"
#include "process.h"

/* Who has rings in it, in buffer 0, which is no slot's. */
struct owner {
	uint64_t magic;
	uint64_t pid;
	uint64_t mark;
};

#define OWNER_MAGIC 0x6e6d657874656d31ull

struct external_memory {
	_Atomic(struct external_memory *) next;
	uint8_t *base; /* our own mapping */
	size_t mapped;
	uint64_t size; /* of the pools */
	struct pool pools[POOLS];
	uint32_t users;
	uint16_t id;
};

/*
 * The list changes by one store each, of what is whole: a fork of another
 * thread may come at any moment.
 */
static _Atomic(struct external_memory *) all;

/* Held for a moment, over the list and the pools. */
static pthread_mutex_t short_lock = PTHREAD_MUTEX_INITIALIZER;

/* Held over a registration, which may have much to copy. The first to take. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

/* A child has no thread that would unlock them. */
static void after_fork(void)
{
	pthread_mutex_init(&short_lock, NULL);
	pthread_mutex_init(&making, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

/* No signal handler comes in between: it may close a port that lies here. */
static sigset_t hold(pthread_mutex_t *mutex)
{
	sigset_t every, before;

	sigfillset(&every);
	pthread_sigmask(SIG_BLOCK, &every, &before);
	pthread_mutex_lock(mutex);
	return before;
}

static void let_go(pthread_mutex_t *mutex, sigset_t before)
{
	pthread_mutex_unlock(mutex);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static struct owner *owner_of(const struct external_memory *m, uint8_t *base)
{
	return (void *)(base + m->pools[BUFFERS].at);
}

/* Whether that, of as many bytes, is the same memory: what is written there. */
static bool is_same(struct external_memory *m, uint8_t *base, size_t mapped)
{
	static uint64_t marks;
	uint64_t mark = ++marks;

	if (m->mapped != mapped)
		return false;
	owner_of(m, m->base)->mark = mark;
	atomic_thread_fence(memory_order_seq_cst);
	if (*(volatile uint64_t *)&owner_of(m, base)->mark != mark)
		return false;
	owner_of(m, m->base)->mark = ++marks;
	atomic_thread_fence(memory_order_seq_cst);
	return *(volatile uint64_t *)&owner_of(m, base)->mark == marks;
}

static bool is_others(const struct external_memory *m)
{
	struct owner o = *owner_of(m, m->base);

	return o.magic == OWNER_MAGIC && o.pid != (uint64_t)getpid() &&
	       process_life((uint32_t)o.pid) != LOCK_HOLDER_DEAD;
}

static void memory_free(struct external_memory *m)
{
	for (int i = 0; i < POOLS; i++)
		pool_free(&m->pools[i]);
	if (m->base)
		munmap(m->base, m->mapped);
	free(m);
}

/* From now on this process's. */
static int own(struct external_memory *m)
{
	if (is_others(m))
		return EBUSY;
	*owner_of(m, m->base) = (struct owner){
		.magic = OWNER_MAGIC,
		.pid = (uint64_t)getpid(),
	};
	return 0;
}

static int enter(struct external_memory *m)
{
	sigset_t before = hold(&short_lock);
	int error = own(m);

	if (error == 0) {
		m->id = netmap_new_memory_id();
		m->users = 1;
		atomic_store(&m->next, atomic_load(&all));
		atomic_store(&all, m);
	}
	let_go(&short_lock, before);
	return error;
}

/* The pages that an option means. */
struct range {
	uint8_t *base;
	size_t mapped;
	bool whole; /* it means all of the last one, too */
};

static int make(const struct pools_request *p, const struct range *r,
		struct external_memory **out)
{
	struct external_memory *m = calloc(1, sizeof(*m));
	int error;

	if (!m)
		return ENOMEM;
	m->mapped = r->mapped;
	error = pools_make(m->pools, p, r->mapped, &m->size);
	if (error == 0)
		error = pages_map_again(r->base, r->mapped, r->whole, &m->base);
	if (error == 0)
		error = enter(m);
	if (error)
		memory_free(m);
	else
		*out = m;
	return error;
}

static int range_of(const struct external_option *o, struct range *r)
{
	uint64_t start = o->address / SW_PAGE * SW_PAGE, end;

	if (__builtin_add_overflow(o->address, o->pools.memsize, &end) ||
	    end > INT64_MAX)
		return ENOMEM;
	r->base = (uint8_t *)(uintptr_t)start;
	r->mapped = SW_ALIGN(end, SW_PAGE) - start;
	r->whole = end % SW_PAGE == 0;
	if (r->mapped == 0)
		return ENOMEM;
	return start == o->address ? 0 : EINVAL;
}

/* One that is there already, or *out is NULL. */
static int take_known(const struct range *r, struct external_memory **out)
{
	sigset_t before = hold(&short_lock);
	struct external_memory *m = atomic_load(&all);
	int error = 0;

	while (m && !is_same(m, r->base, r->mapped))
		m = atomic_load(&m->next);
	if (m && (error = own(m)) == 0) /* it may be its parent's */
		m->users++;
	let_go(&short_lock, before);
	*out = m;
	return error;
}

int external_take(struct external_option *o, struct external_memory **out)
{
	struct external_memory *m = NULL;
	struct range r;
	int error = range_of(o, &r);
	sigset_t before;

	pools_fill_in(&o->pools);
	if (error)
		return error;
	if (!pages_take(r.base, r.mapped))
		return EFAULT;
	before = hold(&making);
	error = take_known(&r, &m);
	if (error == 0 && !m)
		error = make(&o->pools, &r, &m);
	let_go(&making, before);
	if (error == 0)
		*out = m;
	return error;
}

struct external_memory *external_of_id(uint16_t id)
{
	sigset_t before = hold(&short_lock);
	struct external_memory *m = atomic_load(&all);

	while (m && m->id != id)
		m = atomic_load(&m->next);
	if (m)
		m->users++;
	let_go(&short_lock, before);
	return m;
}

static void leave(struct external_memory *m)
{
	_Atomic(struct external_memory *) *at = &all;

	while (atomic_load(at) != m)
		at = &atomic_load(at)->next;
	atomic_store(at, atomic_load(&m->next));
	if (owner_of(m, m->base)->pid == (uint64_t)getpid())
		owner_of(m, m->base)->magic = 0;
}

void external_give_back(struct external_memory *m)
{
	sigset_t before = hold(&short_lock);
	bool last = --m->users == 0;

	if (last)
		leave(m);
	let_go(&short_lock, before);
	if (last)
		memory_free(m);
}

uint16_t external_id(const struct external_memory *m)
{
	return m->id;
}

uint64_t external_size(const struct external_memory *m)
{
	return m->size;
}

uint8_t *external_base(const struct external_memory *m)
{
	return m->base;
}

void *external_map(const struct external_memory *m, void *address,
		   size_t length, int access, int flags, off_t from)
{
	uint64_t first = (uint64_t)from;
	uint8_t *base = m->base + first;
	void *at;

	if (length == 0 || first % SW_PAGE || first > m->size ||
	    length > m->size - first) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	length = SW_ALIGN(length, SW_PAGE);
	at = flags & MAP_FIXED ? mremap(base, 0, length,
					MREMAP_MAYMOVE | MREMAP_FIXED, address)
			       : mremap(base, 0, length, MREMAP_MAYMOVE);
	if (at != MAP_FAILED && access != (PROT_READ | PROT_WRITE))
		mprotect(at, length, access);
	return at;
}

uint8_t *external_buffers(const struct external_memory *m)
{
	return m->base + m->pools[BUFFERS].at;
}

uint32_t external_buffer_size(const struct external_memory *m)
{
	return m->pools[BUFFERS].size;
}

uint32_t external_buffer_count(const struct external_memory *m)
{
	return m->pools[BUFFERS].count;
}

static uint8_t *take_object(struct external_memory *m, int pool, size_t size)
{
	struct pool *p = &m->pools[pool];
	uint8_t *at = NULL;
	sigset_t before;
	uint32_t i;

	if (size > p->size)
		return NULL;
	before = hold(&short_lock);
	i = pool_take(p);
	let_go(&short_lock, before);
	if (i < p->count)
		at = m->base + p->at + (uint64_t)i * p->size;
	return at;
}

static void return_object(struct external_memory *m, int pool,
			  const uint8_t *at)
{
	struct pool *p = &m->pools[pool];
	sigset_t before = hold(&short_lock);

	pool_return(p,
		    (uint32_t)(((uint64_t)(at - m->base) - p->at) / p->size));
	let_go(&short_lock, before);
}

uint8_t *external_take_if(struct external_memory *m, size_t size)
{
	return take_object(m, IFS, size);
}

uint8_t *external_take_ring(struct external_memory *m, size_t size)
{
	return take_object(m, RINGS, size);
}

void external_return_if(struct external_memory *m, const uint8_t *at)
{
	return_object(m, IFS, at);
}

void external_return_ring(struct external_memory *m, const uint8_t *at)
{
	return_object(m, RINGS, at);
}

uint32_t external_take_buffers(struct external_memory *m, uint32_t n,
			       uint32_t *buffers)
{
	struct pool *p = &m->pools[BUFFERS];
	sigset_t before = hold(&short_lock);
	uint32_t taken = 0;

	for (; taken < n; taken++) {
		buffers[taken] = pool_take(p);
		if (buffers[taken] == p->count)
			break;
	}
	let_go(&short_lock, before);
	return taken;
}

void external_return_buffer(struct external_memory *m, uint32_t buffer)
{
	sigset_t before = hold(&short_lock);

	if (buffer >= BUFFERS_RESERVED)
		pool_return(&m->pools[BUFFERS], buffer);
	let_go(&short_lock, before);
}
