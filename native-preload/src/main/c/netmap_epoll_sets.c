/* SPDX-License-Identifier: BSD-2-Clause */
/* The sets there are, and what the kernel is asked about ours in them. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "libc_calls.h"
#include "netmap_epoll.h"
#include "port.h"

/* Looks at a lock that a signal handler may have found taken for ever. */
#define TRIES 100

uint32_t set_generation;

static _Atomic(struct set *) all;

/* A child has no thread that would unlock them, or that sleeps. */
static void after_fork(void)
{
	set_generation++;
	for (struct set *s = atomic_load(&all); s; s = s->next) {
		pthread_mutex_init(&s->lock, NULL);
		atomic_store(&s->sleepers, 0);
	}
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

int set_lock(struct set *s)
{
	int state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	pthread_mutex_lock(&s->lock);
	return state;
}

bool set_try_lock(struct set *s)
{
	for (int i = 0; i < TRIES; i++) {
		if (pthread_mutex_trylock(&s->lock) == 0)
			return true;
		sched_yield();
	}
	return false;
}

void set_unlock(struct set *s, int cancel_state)
{
	pthread_mutex_unlock(&s->lock);
	pthread_setcancelstate(cancel_state, NULL);
}

struct set *set_after(const struct set *s)
{
	struct set *next = s ? s->next : atomic_load(&all);

	while (next && !atomic_load(&next->used))
		next = next->next;
	return next;
}

void set_forget(struct set *s, struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	w->next = s->spare;
	s->spare = w;
}

struct watched *set_new_watched(struct set *s)
{
	struct watched *w = s->spare;

	if (!w)
		return calloc(1, sizeof(*w));
	s->spare = w->next;
	return w;
}

struct watched **set_find(struct set *s, int fd)
{
	struct watched **at = &s->watched;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	return at;
}

static void unused(struct descriptor *d)
{
	struct set *s = (struct set *)d;
	int state = set_lock(s);

	while (s->watched)
		set_forget(s, &s->watched);
	set_unlock(s, state);
	atomic_store(&s->used, false);
}

static const struct descriptor_kind set_kind = {.unused = unused};

bool netmap_epoll_watches(int epfd)
{
	const struct descriptor *d = epfd < 0 ? NULL : descriptor_at(epfd);

	return d && d->kind == &set_kind;
}

struct set *netmap_epoll_set(int epfd)
{
	return (struct set *)descriptor_take(epfd, &set_kind);
}

/* One that nobody uses, or a new one. */
static struct set *free_set(void)
{
	struct set *s = atomic_load(&all);

	for (; s; s = s->next) {
		bool used = false;

		if (atomic_compare_exchange_strong(&s->used, &used, true))
			return s;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->descriptor.kind = &set_kind;
	pthread_mutex_init(&s->lock, NULL);
	atomic_store(&s->used, true);
	s->next = atomic_load(&all);
	while (!atomic_compare_exchange_weak(&all, &s->next, s))
		;
	return s;
}

struct set *set_make(int epfd)
{
	struct set *s = set_take(epfd);

	if (s)
		return s;
	s = free_set();
	if (!s)
		return NULL;
	s->born = set_generation;
	atomic_store(&s->others_first, false);
	if (descriptor_add(epfd, &s->descriptor))
		return set_take(epfd);
	atomic_store(&s->used, false);
	return NULL;
}

struct netmap_file *watched_file(const struct watched *w)
{
	struct netmap_file *f = netmap_file_take(w->fd);

	if (f && watched_is_of(w, f))
		return f;
	if (f)
		netmap_file_give_back(f);
	return NULL;
}

void watched_renew(struct watched *w)
{
	w->full = w->spent = w->told_error = false;
	w->told_rx = w->told_tx = ~UINT64_C(0);
}

/* Of what is not registered yet the kernel has nothing to tell. */
static uint32_t to_ask(const struct watched *w, const struct netmap_file *f)
{
	uint32_t events = w->event.events, ask = 0;

	if (w->spent || !w->bound)
		return 0;
	if (events & EPOLL_WRITES && f->sends && !w->full)
		ask |= EPOLL_WRITES;
	if (events & EPOLL_READS && f->receives)
		ask |= EPOLL_READS;
	return ask ? ask | (events & EPOLLET) : 0;
}

/*
 * An interface's frames come to another descriptor than the program's. It has
 * but one number, also where duplicates of the program's are in the set.
 */
static int ask_nic(int epfd, int op, struct watched *w, int frames)
{
	struct epoll_event e = w->event;

	e.events = w->asked & ~EPOLL_WRITES;
	if (libc_calls.epoll_ctl(epfd, op, frames, &e) == 0)
		return 0;
	if (op == EPOLL_CTL_ADD && errno == EEXIST)
		return libc_calls.epoll_ctl(epfd, EPOLL_CTL_MOD, frames, &e);
	return -1;
}

static int ask(int epfd, int op, struct watched *w, const struct netmap_file *f)
{
	struct nmd_port *port = atomic_load(&f->port);
	struct epoll_event e = w->event;

	w->bound = port != NULL;
	w->nic = port && port->nic;
	w->asked = to_ask(w, f);
	e.events = w->asked;
	if (w->nic) {
		e.events &= ~EPOLL_READS;
		if (ask_nic(epfd, op, w, nmd_fd(port)) < 0)
			return -1;
	}
	return libc_calls.epoll_ctl(epfd, op, w->fd, &e);
}

int watched_add(int epfd, struct watched *w, const struct netmap_file *f)
{
	return ask(epfd, EPOLL_CTL_ADD, w, f);
}

int watched_ask(int epfd, struct watched *w, const struct netmap_file *f)
{
	return ask(epfd, EPOLL_CTL_MOD, w, f);
}

void watched_ask_if_changed(int epfd, struct watched *w,
			    const struct netmap_file *f)
{
	if (to_ask(w, f) != w->asked)
		watched_ask(epfd, w, f);
}

/* Whether a duplicate of it is in the set. */
static bool is_there_twice(const struct set *s, const struct watched *w)
{
	for (const struct watched *o = s->watched; o; o = o->next)
		if (o != w && o->file == w->file && o->life == w->life)
			return true;
	return false;
}

int watched_remove(struct set *s, int epfd, struct watched *w,
		   const struct netmap_file *f)
{
	const struct nmd_port *port = atomic_load(&f->port);

	if (port && port->nic && !is_there_twice(s, w))
		libc_calls.epoll_ctl(epfd, EPOLL_CTL_DEL, nmd_fd(port), NULL);
	return libc_calls.epoll_ctl(epfd, EPOLL_CTL_DEL, w->fd, NULL);
}
