/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select and pselect, turned into a poll where netmap descriptors are among the
 * sets.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include "handle.h"
#include "libc_calls.h"
#include "netmap_poll.h"

#define BITS (8 * (int)sizeof(fd_mask))

static fd_mask word_of(const fd_set *set, int word)
{
	return set ? ((const fd_mask *)set)[word] : 0;
}

static bool holds(const fd_set *set, int fd)
{
	return (unsigned long)word_of(set, fd / BITS) >> fd % BITS & 1;
}

/* The sets, which may be longer than an fd_set, as select takes them. */
struct sets {
	int n;
	fd_set *read, *write, *except;
};

static inline bool ours_in_word(const struct sets *s, int word,
				bool (*ours)(int fd))
{
	unsigned long left = (unsigned long)(word_of(s->read, word) |
					     word_of(s->write, word));

	for (; left != 0; left &= left - 1)
		if (ours(word * BITS + __builtin_ctzl(left)))
			return true;
	return false;
}

static inline bool may_be_ours(int fd)
{
	return !descriptor_is_foreign(fd);
}

/* Whether the sets are short and hold others' descriptors only. */
static inline bool leaves(const struct sets *s)
{
	if (s->n < 1)
		return true;
	return netmap_poll_any()
		       ? s->n <= BITS && !ours_in_word(s, 0, may_be_ours)
		       : descriptor_is_foreign(s->n - 1);
}

static bool any_of(const struct sets *s, bool (*ours)(int fd))
{
	for (int word = 0; word * BITS < s->n; word++)
		if (ours_in_word(s, word, ours))
			return true;
	return false;
}

/* Whether any of those is among them that the kernel alone does not know. */
static bool any(const struct sets *s)
{
	return netmap_poll_any() && any_of(s, netmap_poll_looks_at);
}

static bool is_file(int fd)
{
	const struct descriptor *d = descriptor_at(fd);

	return d && d->kind == &netmap_file_kind;
}

static bool any_file(const struct sets *s)
{
	return netmap_files_any() && any_of(s, is_file);
}

/* Fills fds, if not NULL; how many there are. */
static nfds_t to_poll(const struct sets *s, struct pollfd *fds)
{
	nfds_t n = 0;

	for (int fd = 0; fd < s->n; fd++) {
		int events = (holds(s->read, fd) ? POLLIN : 0) |
			     (holds(s->write, fd) ? POLLOUT : 0) |
			     (holds(s->except, fd) ? POLLPRI : 0);

		if (events == 0)
			continue;
		if (fds)
			fds[n] = (struct pollfd){fd, (short)events, 0};
		n++;
	}
	return n;
}

static void clear(fd_set *set, int n)
{
	if (set)
		memset(set, 0,
		       (size_t)((n + BITS - 1) / BITS) * sizeof(fd_mask));
}

static int mark(fd_set *set, const struct pollfd *fd, short asked, int events)
{
	if (!(fd->events & asked) || !(fd->revents & events))
		return 0;
	((fd_mask *)set)[fd->fd / BITS] |= (fd_mask)(1UL << fd->fd % BITS);
	return 1;
}

/* What the kernel's select takes for readable and so on. */
static int from_poll(const struct sets *s, const struct pollfd *fds, nfds_t n)
{
	int marked = 0;

	clear(s->read, s->n);
	clear(s->write, s->n);
	clear(s->except, s->n);
	for (nfds_t i = 0; i < n; i++) {
		marked += mark(s->read, &fds[i], POLLIN,
			       POLLIN | POLLHUP | POLLERR);
		marked += mark(s->write, &fds[i], POLLOUT, POLLOUT | POLLERR);
		marked += mark(s->except, &fds[i], POLLPRI, POLLPRI);
	}
	return marked;
}

static bool any_bad(const struct pollfd *fds, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents & POLLNVAL)
			return true;
	return false;
}

static int select_by_poll(const struct sets *s, int64_t timeout_ns,
			  const sigset_t *mask)
{
	nfds_t n = to_poll(s, NULL);
	struct pollfd *fds = malloc((n + 1) * sizeof(*fds));
	int result;

	if (!fds) {
		errno = ENOMEM;
		return -1;
	}
	to_poll(s, fds);
	pthread_cleanup_push(free, fds);
	result = settle_poll(fds, n, timeout_ns, mask);
	pthread_cleanup_pop(0);
	if (result >= 0 && any_bad(fds, n)) {
		errno = EBADF;
		result = -1;
	}
	if (result >= 0)
		result = from_poll(s, fds, n);
	free(fds);
	return result;
}

/* Linux says how much of the time was left. */
static void set_left(struct timeval *timeout, int64_t deadline)
{
	int64_t left = deadline - netmap_poll_clock();

	left = left < 0 ? 0 : left;
	timeout->tv_sec = left / 1000000000;
	timeout->tv_usec = left % 1000000000 / 1000;
}

static int64_t from_timeval(const struct timeval *t)
{
	if (!t)
		return -1;
	if (t->tv_sec > INT64_MAX / 1000000000 - 1)
		return INT64_MAX;
	return t->tv_sec * 1000000000 + t->tv_usec * 1000;
}

/* A sandbox may forbid poll to a program that calls select. */
static int wait_ours(const struct sets *s, int64_t timeout_ns,
		     const sigset_t *mask)
{
	return any_file(s) ? select_by_poll(s, timeout_ns, mask)
			   : settle_select(
				     s->n,
				     (fd_set *[]){s->read, s->write, s->except},
				     timeout_ns, mask);
}

static int select_ours(const struct sets *s, struct timeval *timeout)
{
	int64_t ns = from_timeval(timeout), deadline;
	int result;

	if (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0)) {
		errno = EINVAL;
		return -1;
	}
	deadline = netmap_poll_deadline(ns);
	result = wait_ours(s, ns, NULL);
	if (timeout)
		set_left(timeout, deadline);
	return result;
}

/*
 * Whether the sets are but one handle's descriptor that has frames at hand, as
 * with programs that select before they read each of them.
 */
static bool at_hand(const struct sets *s)
{
	int last = (s->n - 1) / BITS;

	if (s->n < 1 || !s->read || s->write || s->except)
		return false;
	for (int word = 0; word < last; word++)
		if (word_of(s->read, word))
			return false;
	if ((unsigned long)word_of(s->read, last) != 1ul << (s->n - 1) % BITS ||
	    !reader_at_hand(s->n - 1))
		return false;
	pthread_testcancel(); /* as select does */
	return true;
}

static __attribute__((noinline)) int select_any(int n, fd_set *read,
						fd_set *write, fd_set *except,
						struct timeval *timeout)
{
	struct sets s = {n, read, write, except};

	if (at_hand(&s))
		return 1;
	if (!any(&s))
		return libc_calls.select(n, read, write, except, timeout);
	return select_ours(&s, timeout);
}

EXPORTED int select(int n, fd_set *read, fd_set *write, fd_set *except,
		    struct timeval *timeout)
{
	if (leaves(&(struct sets){n, read, write, except}))
		return libc_calls.select(n, read, write, except, timeout);
	return select_any(n, read, write, except, timeout);
}

EXPORTED int pselect(int n, fd_set *read, fd_set *write, fd_set *except,
		     const struct timespec *timeout, const sigset_t *mask)
{
	struct sets s = {n, read, write, except};
	int64_t ns;

	if (!any(&s))
		return libc_calls.pselect(n, read, write, except, timeout,
					  mask);
	if (netmap_poll_timeout(timeout, &ns) < 0)
		return -1;
	return wait_ours(&s, ns, mask);
}
