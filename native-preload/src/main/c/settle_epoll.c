/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handles' descriptors in epoll sets. The kernel tells of them by the program's
 * data, which it also tells those that wait by a system call of their own; so
 * what the program has given for which descriptor is kept here.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "errand.h"
#include "handle.h"
#include "netmap_poll.h"
#include "settle.h"

#define READS ((uint32_t)(EPOLLIN | EPOLLRDNORM))

struct place {
	struct place *next; /* never unlinked */
	int set;
	int fd; /* -1: unused */
	struct epoll_event event;
	bool shared; /* its data: with another that is not here, or once was */
};

static struct place *places;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Which sets have places, by the last bits of their numbers. */
static _Atomic uint64_t numbers;

/* A child has no thread that would unlock it. */
static void after_fork(void)
{
	pthread_mutex_init(&lock, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

static uint64_t bit_of(int set)
{
	return UINT64_C(1) << (set & 63);
}

static struct place *place_of(int set, int fd)
{
	struct place *p = places;

	while (p && (p->set != set || p->fd != fd))
		p = p->next;
	return p;
}

/* One that nobody uses, or a new one; NULL: no memory. */
static struct place *free_place(void)
{
	struct place *p = places;

	while (p && p->fd >= 0)
		p = p->next;
	if (p)
		return p;
	p = malloc(sizeof(*p));
	if (p) {
		p->next = places;
		places = p;
	}
	return p;
}

/* Something is in the set, of which the program is told by the same data. */
static void share(int set, int fd, uint64_t data)
{
	pthread_mutex_lock(&lock);
	if (!place_of(set, fd))
		for (struct place *p = places; p; p = p->next)
			if (p->fd >= 0 && p->set == set &&
			    p->event.data.u64 == data)
				p->shared = true;
	pthread_mutex_unlock(&lock);
}

/* What was in the set before the first place; a sandbox forbids to look. */
static void share_with_all(int set)
{
	char path[64], line[256];
	uint64_t data;
	FILE *info;
	int fd;

	if (errands_only())
		return;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", set);
	info = fopen(path, "re");
	while (info && fgets(line, sizeof(line), info))
		if (sscanf(line, "tfd: %d events: %*x data: %" SCNx64, &fd,
			   &data) == 2)
			share(set, fd, data);
	if (info)
		fclose(info);
}

/*
 * True: it is new there, or has other data than before. One of that number may
 * have been in another set of this number.
 */
static bool put_place(int set, int op, int fd, const struct epoll_event *event)
{
	struct place *p;
	bool fresh;

	pthread_mutex_lock(&lock);
	p = place_of(set, fd);
	fresh = op == EPOLL_CTL_ADD || !p ||
		p->event.data.u64 != event->data.u64;
	p = p ? p : free_place();
	if (p) {
		p->set = set;
		p->fd = fd;
		p->event = *event;
		p->shared = !fresh && p->shared;
		atomic_fetch_or(&numbers, bit_of(set));
	}
	pthread_mutex_unlock(&lock);
	return fresh;
}

static void take_place(int set, int fd)
{
	struct place *p;

	pthread_mutex_lock(&lock);
	p = place_of(set, fd);
	if (p)
		p->fd = -1;
	pthread_mutex_unlock(&lock);
}

static void changed(int set, int op, int fd, const struct epoll_event *event)
{
	if (op == EPOLL_CTL_DEL)
		take_place(set, fd);
	else if (!settle_due(fd))
		share(set, fd, event->data.u64);
	else if (put_place(set, op, fd, event))
		share_with_all(set);
}

void settle_epoll_changed(int set, int op, int fd,
			  const struct epoll_event *event)
{
	int error = errno, state;

	if (!settle_due(fd) && !settle_epoll_due(set))
		return;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	changed(set, op, fd, event);
	pthread_setcancelstate(state, NULL);
	errno = error;
}

void settle_epoll_forget(int fd)
{
	uint64_t left = 0;

	pthread_mutex_lock(&lock);
	for (struct place *p = places; p; p = p->next) {
		if (p->fd == fd)
			p->fd = -1;
		if (p->fd >= 0)
			left |= bit_of(p->set);
	}
	atomic_store(&numbers, left);
	pthread_mutex_unlock(&lock);
}

bool settle_epoll_due(int set)
{
	return settle_any() && atomic_load(&numbers) & bit_of(set);
}

/* Another descriptor with the same data may be what the kernel tells of. */
static bool readable(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	return libc_calls.poll(&p, 1, 0) > 0;
}

/*
 * The next place after `from`, NULL: from the first one, that may be what the
 * event is of: several can have its data.
 */
static const struct place *find(const struct place *from, int set,
				const struct epoll_event *event,
				struct place *found)
{
	struct place *p;

	pthread_mutex_lock(&lock);
	for (p = from ? from->next : places; p; p = p->next)
		if (p->fd >= 0 && p->set == set &&
		    p->event.data.u64 == event->data.u64 && settle_due(p->fd) &&
		    readable(p->fd))
			break;
	if (p)
		*found = *p;
	pthread_mutex_unlock(&lock);
	return p;
}

/*
 * Whether the descriptor is in the set. The one with the set's number that it
 * was in may have been closed, and only the kernel knows.
 */
static bool is_in(int set, const struct place *p)
{
	struct epoll_event event = p->event;

	if (libc_calls.epoll_ctl(set, EPOLL_CTL_ADD, p->fd, &event) < 0)
		return errno == EEXIST;
	libc_calls.epoll_ctl(set, EPOLL_CTL_DEL, p->fd, NULL);
	settle_epoll_changed(set, EPOLL_CTL_DEL, p->fd, NULL);
	return false;
}

/* The event has told nothing: the one shot of one with its data is not fired. */
static void load_again(int set, const struct epoll_event *event,
		       struct place *p)
{
	if (p->event.events & EPOLLONESHOT && !(event->events & ~READS))
		libc_calls.epoll_ctl(set, EPOLL_CTL_MOD, p->fd, &p->event);
}

/*
 * Whether there is something to read for one of those with the event's data, or
 * may be for what has it and is not here: an edge that was taken for another's
 * would not come again.
 */
static bool reads(int set, const struct epoll_event *event, bool plain)
{
	const struct place *at = NULL;
	bool only_others = true;
	struct place p;

	while ((at = find(at, set, event, &p))) {
		if (settle(p.fd))
			return true;
		if (!plain && !is_in(set, &p))
			continue;
		if (p.shared)
			return true;
		only_others = false;
		load_again(set, event, &p);
	}
	return only_others;
}

/* Takes back what does not hold; false: nothing of the event is left. */
static bool holds(int set, struct epoll_event *event, bool plain)
{
	if (!(event->events & READS) || reads(set, event, plain))
		return true;
	event->events &= ~READS;
	return event->events;
}

/* No point of cancellation, since it takes the lock. */
static int that_hold(int set, struct epoll_event *events, int n, bool plain)
{
	int left = 0, error = errno, state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	for (int i = 0; i < n; i++)
		if (holds(set, &events[i], plain))
			events[left++] = events[i];
	pthread_setcancelstate(state, NULL);
	errno = error;
	return left;
}

/* In a sandbox: by the program's own call. */
static int plain_wait(const struct settle_wait *w, int set,
		      struct epoll_event *events, int most)
{
	int told, n;

	do {
		told = libc_calls.epoll_wait(set, events, most,
					     netmap_poll_ms(settle_left(w)));
		n = netmap_epoll_look(set, events, told, most);
	} while (told > 0 && n == 0 && settle_left(w) != 0);
	return n;
}

static int once(const struct settle_wait *w, int set,
		struct epoll_event *events, int most)
{
	if (w->plain && !w->mask && !netmap_epoll_watches(set))
		return plain_wait(w, set, events, most);
	return netmap_epoll_wait(set, events, most, settle_left(w), w->mask);
}

static int wait_until_it_holds(struct settle_wait *w, int set,
			       struct epoll_event *events, int most)
{
	for (;;) {
		bool last = settle_left(w) == 0;
		int told = once(w, set, events, most);
		int n = told > 0 ? that_hold(set, events, told, w->plain)
				 : told;

		if (n != 0 || told == 0 || last)
			return n;
		if (!settle_pause(w, NULL))
			return -1;
	}
}

int settle_epoll(int set, struct epoll_event *events, int most,
		 int64_t timeout_ns, const sigset_t *mask)
{
	struct settle_wait w;
	int result;

	if (!settle_epoll_due(set))
		return netmap_epoll_wait(set, events, most, timeout_ns, mask);
	settle_begin(&w, timeout_ns, mask);
	pthread_cleanup_push(settle_end, &w);
	result = wait_until_it_holds(&w, set, events, most);
	pthread_cleanup_pop(1);
	return result;
}
