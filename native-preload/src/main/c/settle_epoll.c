/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handles' descriptors in epoll sets. The kernel tells of them by the program's
 * data, which it also tells those that wait by a system call of their own; so
 * what the program has given for which descriptor is kept here.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "handle.h"
#include "netmap_poll.h"
#include "settle.h"

#define READS (EPOLLIN | EPOLLRDNORM)

struct place {
	struct place *next; /* never unlinked */
	int set;
	int fd; /* -1: unused */
	struct epoll_event event;
};

static struct place *places;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A child has no thread that would unlock it. */
static void after_fork(void)
{
	pthread_mutex_init(&lock, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
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

void settle_epoll_changed(int set, int op, int fd,
			  const struct epoll_event *event)
{
	struct place *p;

	if (!reader_of_descriptor(fd))
		return;
	pthread_mutex_lock(&lock);
	p = place_of(set, fd);
	if (op == EPOLL_CTL_DEL) {
		if (p)
			p->fd = -1;
	} else {
		p = p ? p : free_place();
		if (p) {
			p->set = set;
			p->fd = fd;
			p->event = *event;
		}
	}
	pthread_mutex_unlock(&lock);
}

void settle_epoll_forget(int fd)
{
	pthread_mutex_lock(&lock);
	for (struct place *p = places; p; p = p->next)
		if (p->fd == fd)
			p->fd = -1;
	pthread_mutex_unlock(&lock);
}

bool settle_epoll_due(int set)
{
	struct place *p;

	if (!settle_any())
		return false;
	pthread_mutex_lock(&lock);
	for (p = places; p; p = p->next)
		if (p->fd >= 0 && p->set == set && settle_due(p->fd))
			break;
	pthread_mutex_unlock(&lock);
	return p;
}

/* Another descriptor with the same data may be what the kernel tells of. */
static bool readable(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	return libc_calls.poll(&p, 1, 0) > 0;
}

/* The event's place; one of several with its data that is readable. */
static bool find(int set, const struct epoll_event *event, struct place *found)
{
	struct place *p;

	pthread_mutex_lock(&lock);
	for (p = places; p; p = p->next)
		if (p->fd >= 0 && p->set == set &&
		    p->event.data.u64 == event->data.u64 && settle_due(p->fd) &&
		    readable(p->fd))
			break;
	if (p)
		*found = *p;
	pthread_mutex_unlock(&lock);
	return p;
}

/* Takes back what does not hold; false: nothing of the event is left. */
static bool holds(int set, struct epoll_event *event)
{
	struct place p;

	if (!(event->events & READS) || !find(set, event, &p) || settle(p.fd))
		return true;
	event->events &= ~(uint32_t)READS;
	if (event->events)
		return true;
	if (p.event.events & EPOLLONESHOT) /* the one shot was not fired */
		libc_calls.epoll_ctl(set, EPOLL_CTL_MOD, p.fd, &p.event);
	return false;
}

static int that_hold(int set, struct epoll_event *events, int n)
{
	int left = 0, error = errno;

	for (int i = 0; i < n; i++)
		if (holds(set, &events[i]))
			events[left++] = events[i];
	errno = error;
	return left;
}

int settle_epoll(int set, struct epoll_event *events, int most,
		 int64_t timeout_ns, const sigset_t *mask)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns), left = timeout_ns;
	unsigned int times = 0;

	for (;;) {
		int told = netmap_epoll_wait(set, events, most, left, mask);
		int n = told > 0 ? that_hold(set, events, told) : told;

		if (n != 0 || told == 0 || left == 0)
			return n;
		settle_again(&times);
		left = netmap_poll_left(timeout_ns, deadline);
	}
}
