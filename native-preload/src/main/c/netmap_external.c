/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_external.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "geometry.h"
#include "netmap_memory.h"
#include "netmap_pages.h"
#include "netmap_pool.h"
#include "process.h"

/* Who has rings in it, in buffer 0, which is no slot's. */
struct owner {
	uint64_t magic;
	uint64_t pid;
	uint64_t mark;
};

#define OWNER_MAGIC 0x6e6d657874656d31ull

struct external_memory {
	struct external_memory *next;
	uint8_t *base; /* our own mapping */
	size_t mapped;
	uint64_t size; /* of the pools */
	struct pool pools[POOLS];
	uint32_t users;
	uint16_t id;
};

static struct external_memory *all;
static atomic_bool locked;

/* Held at registrations and closes only. */
static void lock(void)
{
	while (atomic_exchange(&locked, true))
		sched_yield();
}

static void unlock(void)
{
	atomic_store(&locked, false);
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
	int error = own(m);

	if (error)
		return error;
	m->id = netmap_new_memory_id();
	m->users = 1;
	m->next = all;
	all = m;
	return 0;
}

static int make(const struct pools_request *p, uint8_t *base, size_t mapped,
		struct external_memory **out)
{
	struct external_memory *m = calloc(1, sizeof(*m));
	int error;

	if (!m)
		return ENOMEM;
	m->mapped = mapped;
	error = pools_make(m->pools, p, mapped, &m->size);
	if (error == 0)
		error = pages_map_again(base, mapped, &m->base);
	if (error == 0)
		error = enter(m);
	if (error)
		memory_free(m);
	else
		*out = m;
	return error;
}

/* Where the pages begin that the option means, and how many bytes they are. */
static int pages_of(const struct external_option *o, uint8_t **base,
		    size_t *mapped)
{
	uint64_t start = o->address / SW_PAGE * SW_PAGE, end;

	if (__builtin_add_overflow(o->address, o->pools.memsize, &end) ||
	    end > INT64_MAX)
		return ENOMEM;
	*base = (uint8_t *)(uintptr_t)start;
	*mapped = SW_ALIGN(end, SW_PAGE) - start;
	return *mapped == 0 ? ENOMEM : 0;
}

int external_take(struct external_option *o, struct external_memory **out)
{
	uint8_t *base = NULL;
	size_t mapped = 0;
	int error = pages_of(o, &base, &mapped);
	struct external_memory *m;

	pools_fill_in(&o->pools);
	if (error)
		return error;
	if (!pages_take(base, mapped))
		return EFAULT;
	lock();
	for (m = all; m && !is_same(m, base, mapped); m = m->next)
		;
	if (m && (error = own(m)) == 0) /* it may be its parent's */
		m->users++;
	else if (!m)
		error = make(&o->pools, base, mapped, &m);
	unlock();
	if (error == 0)
		*out = m;
	return error;
}

struct external_memory *external_of_id(uint16_t id)
{
	struct external_memory *m;

	lock();
	for (m = all; m && m->id != id; m = m->next)
		;
	if (m)
		m->users++;
	unlock();
	return m;
}

void external_give_back(struct external_memory *m)
{
	struct external_memory **at = &all;

	lock();
	if (--m->users == 0) {
		while (*at != m)
			at = &(*at)->next;
		*at = m->next;
		if (owner_of(m, m->base)->pid == (uint64_t)getpid())
			owner_of(m, m->base)->magic = 0;
		memory_free(m);
	}
	unlock();
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
		   size_t length, int access, int flags)
{
	void *at;

	if (length == 0 || length > m->size) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	length = SW_ALIGN(length, SW_PAGE);
	at = flags & MAP_FIXED ? mremap(m->base, 0, length,
					MREMAP_MAYMOVE | MREMAP_FIXED, address)
			       : mremap(m->base, 0, length, MREMAP_MAYMOVE);
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
	uint32_t i;

	if (size > p->size)
		return NULL;
	lock();
	i = pool_take(p);
	unlock();
	if (i < p->count)
		at = m->base + p->at + (uint64_t)i * p->size;
	return at;
}

static void return_object(struct external_memory *m, int pool,
			  const uint8_t *at)
{
	struct pool *p = &m->pools[pool];

	lock();
	pool_return(p,
		    (uint32_t)(((uint64_t)(at - m->base) - p->at) / p->size));
	unlock();
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
	uint32_t taken = 0;

	lock();
	for (; taken < n; taken++) {
		buffers[taken] = pool_take(p);
		if (buffers[taken] == p->count)
			break;
	}
	unlock();
	return taken;
}

void external_return_buffer(struct external_memory *m, uint32_t buffer)
{
	lock();
	if (buffer >= BUFFERS_RESERVED)
		pool_return(&m->pools[BUFFERS], buffer);
	unlock();
}
