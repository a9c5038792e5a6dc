/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoll, with netmap descriptors among what it watches.
 *
 * The kernel watches the FIFOs, as the module's own descriptors are watched;
 * what it says of one of ours only means "look again". So a wait syncs ours
 * first, as the module's poll does, waits for all if nothing is there, and
 * tells of ours what the syncs have shown.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "libc_calls.h"
#include "netmap_poll.h"

/* One of ours in a set. */
struct watched {
	struct watched *next;
	int fd;
	const struct netmap_file *file; /* behind fd, while fd is open ... */
	uint32_t life;                  /* ... in this life of it */
	bool bound;               /* the kernel watches the port's descriptor */
	struct epoll_event event; /* the program's */
	uint32_t told;            /* EPOLLET: where rings stood when told */
	bool spent;               /* EPOLLONESHOT: told */
};

/* An epoll descriptor that watches, or has watched, one of ours. */
struct set {
	struct descriptor descriptor; /* first */
	struct set *next;             /* of all there are; never unlinked */
	atomic_bool used;
	pthread_mutex_t lock;
	struct watched *watched;
	struct watched
		*spare; /* not freed: the kernel may still tell of them */
};

static _Atomic(struct set *) all;

/* A child has no thread that would unlock them. */
static void after_fork(void)
{
	for (struct set *s = atomic_load(&all); s; s = s->next)
		pthread_mutex_init(&s->lock, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

static void forget(struct set *s, struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	w->next = s->spare;
	s->spare = w;
}

static struct watched *new_watched(struct set *s)
{
	struct watched *w = s->spare;

	if (!w)
		return calloc(1, sizeof(*w));
	s->spare = w->next;
	return w;
}

/* A number may have been closed behind our back, and be another file's. */
static bool is_of(const struct watched *w, const struct netmap_file *f)
{
	return w->file == f && w->life == f->life;
}

/* The file of one of ours, to be given back; NULL: the program closed it. */
static struct netmap_file *file_of(const struct watched *w)
{
	struct netmap_file *f = netmap_file_take(w->fd);

	if (f && is_of(w, f))
		return f;
	if (f)
		netmap_file_give_back(f);
	return NULL;
}

static void unused(struct descriptor *d)
{
	struct set *s = (struct set *)d;

	pthread_mutex_lock(&s->lock);
	while (s->watched)
		forget(s, &s->watched);
	pthread_mutex_unlock(&s->lock);
	atomic_store(&s->used, false);
}

static const struct descriptor_kind set_kind = {.unused = unused};

static struct set *take_set(int epfd)
{
	return netmap_files_any()
		       ? (struct set *)descriptor_take(epfd, &set_kind)
		       : NULL;
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

static struct set *make_set(int epfd)
{
	struct set *s = take_set(epfd);

	if (s)
		return s;
	s = free_set();
	if (!s || descriptor_add(epfd, &s->descriptor))
		return s ? take_set(epfd) : NULL;
	atomic_store(&s->used, false);
	return NULL;
}

static struct watched **find(struct set *s, int fd)
{
	struct watched **at = &s->watched;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	return at;
}

/* What the kernel is given to tell ours by: no program's data looks so. */
static struct epoll_event mark_of(struct watched *w)
{
	struct epoll_event e = {.events = EPOLLIN};

	e.data.ptr = w;
	return e;
}

/* Has the kernel watch the file as it is now: with or without a port. */
static int watch(int epfd, struct watched *w, const struct netmap_file *f)
{
	struct nmd_port *port = atomic_load(&f->port);
	struct epoll_event mark = mark_of(w);

	w->bound = port != NULL;
	return libc_calls.epoll_ctl(epfd, EPOLL_CTL_ADD,
				    port ? nmd_fd(port) : w->fd, &mark);
}

static void unwatch(int epfd, const struct watched *w)
{
	struct netmap_file *f = file_of(w);
	struct nmd_port *port = f ? atomic_load(&f->port) : NULL;

	libc_calls.epoll_ctl(epfd, EPOLL_CTL_DEL, port ? nmd_fd(port) : w->fd,
			     NULL);
	if (f)
		netmap_file_give_back(f);
}

static int add(struct set *s, int epfd, int fd, const struct netmap_file *f,
	       const struct epoll_event *event)
{
	struct watched *w = new_watched(s);

	if (!w) {
		errno = ENOMEM;
		return -1;
	}
	*w = (struct watched){.fd = fd,
			      .file = f,
			      .life = f->life,
			      .event = *event,
			      .told = ~0u};
	w->next = s->watched;
	s->watched = w;
	if (watch(epfd, w, f) == 0)
		return 0;
	forget(s, &s->watched);
	return -1;
}

static int change(struct set *s, int epfd, int op, int fd,
		  const struct epoll_event *event)
{
	struct watched **at = find(s, fd);

	if (!*at) {
		errno = ENOENT;
		return -1;
	}
	if (op == EPOLL_CTL_MOD) {
		(*at)->event = *event;
		(*at)->told = ~0u;
		(*at)->spent = false;
		return 0;
	}
	unwatch(epfd, *at);
	forget(s, at);
	return 0;
}

/* Should the set be waited for by others than epoll_wait. */
static void keep_true(struct netmap_file *f)
{
	struct nmd_port *port = atomic_load(&f->port);

	atomic_store(&f->watched, true);
	if (port && f->receives)
		nmd_arm(port);
}

static int control(int epfd, int op, int fd, struct netmap_file *f,
		   const struct epoll_event *event)
{
	struct set *s = make_set(epfd);
	int result = -1;

	if (!s) {
		errno = ENOMEM;
		return -1;
	}
	pthread_mutex_lock(&s->lock);
	if (op != EPOLL_CTL_ADD)
		result = change(s, epfd, op, fd, event);
	else if (*find(s, fd) && is_of(*find(s, fd), f))
		errno = EEXIST;
	else
		result = add(s, epfd, fd, f, event);
	if (op == EPOLL_CTL_ADD && result == 0)
		keep_true(f);
	pthread_mutex_unlock(&s->lock);
	descriptor_give_back(&s->descriptor);
	return result;
}

int netmap_epoll_ctl(int epfd, int op, int fd, struct netmap_file *f,
		     const struct epoll_event *event)
{
	if (event || op == EPOLL_CTL_DEL)
		return control(epfd, op, fd, f, event);
	errno = EFAULT;
	return -1;
}

/* Where the rings stand: another number when more has come. */
static uint32_t standing(const struct netmap_file *f)
{
	const struct nmd_port *port = atomic_load(&f->port);
	const struct netmap_ring *ring;
	uint32_t sum = 0;

	for (uint32_t i = 0; port && (ring = nmd_rx_ring(port, i)); i++)
		sum += ring->tail * 31;
	for (uint32_t i = 0; port && (ring = nmd_tx_ring(port, i)); i++)
		sum += ring->tail * 17;
	return sum;
}

/* What holds of one of ours, and has not been told; 0: nothing. */
static uint32_t news_of(struct watched *w, struct netmap_file *f)
{
	uint32_t events = w->event.events, held;

	if (w->spent)
		return 0;
	held = (uint32_t)netmap_poll_events(f, (short)(events & 0xffff));
	if (!held || (events & EPOLLET && w->told == standing(f)))
		return 0;
	w->told = standing(f);
	w->spent = events & EPOLLONESHOT;
	return held;
}

static int tell_ours(struct set *s, struct epoll_event *events, int most)
{
	struct watched **at = &s->watched;
	int n = 0;

	while (*at && n < most) {
		struct watched *w = *at;
		struct netmap_file *f = file_of(w);

		if (!f) {
			forget(s, at);
			continue;
		}
		events[n].events = news_of(w, f);
		events[n].data = w->event.data;
		n += events[n].events != 0;
		netmap_file_give_back(f);
		at = &w->next;
	}
	return n;
}

/* Arms ours; whether to look again soon. */
static bool arm_ours(struct set *s, int epfd)
{
	bool impatient = false;

	for (struct watched *w = s->watched; w; w = w->next) {
		short events = (short)(w->event.events & 0xffff);
		struct netmap_file *f = w->spent ? NULL : file_of(w);

		if (!f)
			continue;
		/* Put into the set before it was registered. */
		if (!w->bound && atomic_load(&f->port))
			watch(epfd, w, f);
		netmap_poll_arm(f, events);
		impatient |= netmap_poll_impatient(f, events);
		netmap_file_give_back(f);
	}
	return impatient;
}

static bool is_mark(const struct set *s, const struct epoll_event *e)
{
	const struct watched *lists[] = {s->watched, s->spare};

	for (int i = 0; i < 2; i++)
		for (const struct watched *w = lists[i]; w; w = w->next)
			if (e->data.ptr == w)
				return true;
	return false;
}

/* Leaves out what the kernel says of ours; how many are left. */
static int without_ours(struct set *s, struct epoll_event *events, int n)
{
	int left = 0;

	for (int i = 0; i < n; i++)
		if (!is_mark(s, &events[i]))
			events[left++] = events[i];
	return left;
}

/* One look at all, or one sleep: < 0: failed, 0: nothing yet. */
static int round_of(struct set *s, int epfd, struct epoll_event *events,
		    int most, int64_t timeout_ns, const sigset_t *mask)
{
	int n, others, timeout_ms = 0;

	pthread_mutex_lock(&s->lock);
	n = tell_ours(s, events, most);
	if (n == 0 && timeout_ns != 0) {
		bool again = arm_ours(s, epfd);

		if (again &&
		    (timeout_ns < 0 || timeout_ns > NETMAP_POLL_AGAIN_NS))
			timeout_ns = NETMAP_POLL_AGAIN_NS;
		timeout_ms = netmap_poll_ms(timeout_ns);
	}
	pthread_mutex_unlock(&s->lock);
	if (n == most)
		return n;
	others = libc_calls.epoll_pwait(epfd, events + n, most - n, timeout_ms,
					mask);
	if (others < 0)
		return n > 0 ? n : -1;
	pthread_mutex_lock(&s->lock);
	n += without_ours(s, events + n, others);
	pthread_mutex_unlock(&s->lock);
	return n;
}

static int wait_ours(struct set *s, int epfd, struct epoll_event *events,
		     int most, int64_t timeout_ns, const sigset_t *mask)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns), left = timeout_ns;

	if (most <= 0) {
		errno = EINVAL;
		return -1;
	}
	for (;;) {
		int n = round_of(s, epfd, events, most, left, mask);

		if (n != 0 || left == 0)
			return n;
		left = netmap_poll_left(timeout_ns, deadline);
	}
}

static void give_back_set(void *set)
{
	struct set *s = set;

	descriptor_give_back(&s->descriptor);
}

/* Gives the set back, also of a thread that was cancelled while it slept. */
static int wait_taken(struct set *s, int epfd, struct epoll_event *events,
		      int most, int64_t timeout_ns, const sigset_t *mask)
{
	int result;

	pthread_cleanup_push(give_back_set, s);
	result = wait_ours(s, epfd, events, most, timeout_ns, mask);
	pthread_cleanup_pop(1);
	return result;
}

bool netmap_epoll_watches(int epfd)
{
	struct set *s = take_set(epfd);

	if (s)
		descriptor_give_back(&s->descriptor);
	return s;
}

int netmap_epoll_wait(int epfd, struct epoll_event *events, int most,
		      int64_t timeout_ns, const sigset_t *mask)
{
	struct set *s = take_set(epfd);

	if (s)
		return wait_taken(s, epfd, events, most, timeout_ns, mask);
	return libc_calls.epoll_pwait(epfd, events, most,
				      netmap_poll_ms(timeout_ns), mask);
}
