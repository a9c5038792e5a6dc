/* SPDX-License-Identifier: BSD-2-Clause */
/* epoll, with netmap files or handles to be settled among what it watches. */
#include "libc_calls.h"
#include "netmap_poll.h"

EXPORTED int epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	struct netmap_file *f = netmap_file_take(fd);
	int result;

	if (f) {
		result = netmap_epoll_ctl(set, op, fd, f, event);
		netmap_file_give_back(f);
		return result;
	}
	result = libc_calls.epoll_ctl(set, op, fd, event);
	if (result == 0 && settle_any())
		settle_epoll_changed(set, op, fd, event);
	return result;
}

/* Whether what the kernel says of the set has to be looked at. */
static bool any(int set)
{
	return netmap_epoll_watches(set) || settle_epoll_due(set);
}

/* In a few nanoseconds, in steps of some milliseconds. */
static int64_t coarse_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

#define COARSE_STEP_NS 10000000

/*
 * One wait of the kernel's alone, in whose course one of ours may come into the
 * set. What is said of it then may not hold, and the wait goes on.
 */
struct plain_wait {
	int64_t timeout_ns; /* < 0: none */
	int64_t begin;
	const sigset_t *mask;
};

static struct plain_wait begin(int64_t timeout_ns, const sigset_t *mask)
{
	return (struct plain_wait){timeout_ns,
				   timeout_ns > 0 ? coarse_clock() : 0, mask};
}

static __attribute__((noinline)) int look_at_told(const struct plain_wait *w,
						  int set,
						  struct epoll_event *events,
						  int n, int most)
{
	int64_t left = w->timeout_ns;

	n = netmap_epoll_look(set, events, n, most);
	if (n != 0 || left == 0)
		return n;
	if (left > 0 && left < INT64_MAX) {
		left += w->begin + COARSE_STEP_NS - coarse_clock();
		left = left < 0 ? 0 : left;
	}
	return settle_epoll(set, events, most, left, w->mask);
}

static inline int told(const struct plain_wait *w, int set,
		       struct epoll_event *events, int n, int most)
{
	return n > 0 && any(set) ? look_at_told(w, set, events, n, most) : n;
}

static int64_t from_ms(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : timeout_ms * INT64_C(1000000);
}

static __attribute__((noinline)) int pwait_any(int set,
					       struct epoll_event *events,
					       int most, int timeout_ms,
					       const sigset_t *mask)
{
	struct plain_wait w;

	if (any(set))
		return settle_epoll(set, events, most, from_ms(timeout_ms),
				    mask);
	w = begin(from_ms(timeout_ms), mask);
	return told(&w, set, events,
		    libc_calls.epoll_pwait(set, events, most, timeout_ms, mask),
		    most);
}

static __attribute__((noinline)) int
wait_any(int set, struct epoll_event *events, int most, int timeout_ms)
{
	struct plain_wait w;

	if (any(set))
		return settle_epoll(set, events, most, from_ms(timeout_ms),
				    NULL);
	w = begin(from_ms(timeout_ms), NULL);
	return told(&w, set, events,
		    libc_calls.epoll_wait(set, events, most, timeout_ms), most);
}

/*
 * Where there is nothing of ours yet, or not in this set and nobody waits, the
 * calls leave by a jump: should it come meanwhile they say of it what the
 * program asked for, at most too early.
 */
static inline bool leaves(int set, int timeout_ms)
{
	return !netmap_poll_any() || (timeout_ms == 0 && !any(set));
}

EXPORTED int epoll_pwait(int set, struct epoll_event *events, int most,
			 int timeout_ms, const sigset_t *mask)
{
	if (leaves(set, timeout_ms))
		return libc_calls.epoll_pwait(set, events, most, timeout_ms,
					      mask);
	return pwait_any(set, events, most, timeout_ms, mask);
}

EXPORTED int epoll_wait(int set, struct epoll_event *events, int most,
			int timeout_ms)
{
	if (leaves(set, timeout_ms))
		return libc_calls.epoll_wait(set, events, most, timeout_ms);
	return wait_any(set, events, most, timeout_ms);
}

EXPORTED int epoll_pwait2(int set, struct epoll_event *events, int most,
			  const struct timespec *timeout, const sigset_t *mask)
{
	struct plain_wait w;
	int64_t ns;

	if (!netmap_poll_any())
		return libc_calls.epoll_pwait2(set, events, most, timeout,
					       mask);
	if (netmap_poll_timeout(timeout, &ns) < 0)
		return -1;
	if (any(set))
		return settle_epoll(set, events, most, ns, mask);
	w = begin(ns, mask);
	return told(&w, set, events,
		    libc_calls.epoll_pwait2(set, events, most, timeout, mask),
		    most);
}
