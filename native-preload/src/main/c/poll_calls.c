/* SPDX-License-Identifier: BSD-2-Clause */
/* poll and ppoll, of netmap files and handles to be settled, too. */
#include <pthread.h>
#include <stdlib.h>

#include "handle.h"
#include "libc_calls.h"
#include "netmap_poll.h"

/* The C library's header says of poll that it only writes to fds. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

/* Whether any of those is among them that the kernel alone does not know. */
static bool any(const struct pollfd *fds, nfds_t n)
{
	if (!netmap_poll_any())
		return false;
	for (nfds_t i = 0; i < n; i++)
		if (netmap_poll_looks_at(fds[i].fd))
			return true;
	return false;
}

#define READS (POLLIN | POLLRDNORM)

/* Whether it is but one handle's descriptor, which has frames at hand. */
static bool at_hand(struct pollfd *fds, nfds_t n)
{
	if (n != 1 || !(fds->events & READS) ||
	    fds->events & ~(READS | POLLPRI) || !reader_at_hand(fds->fd))
		return false;
	pthread_testcancel(); /* as poll does */
	fds->revents = fds->events & READS;
	return true;
}

static int64_t from_ms(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : timeout_ms * INT64_C(1000000);
}

static int ppoll_ours(struct pollfd *fds, nfds_t n,
		      const struct timespec *timeout, const sigset_t *mask)
{
	int64_t ns;

	if (netmap_poll_timeout(timeout, &ns) < 0)
		return -1;
	return settle_poll(fds, n, ns, mask);
}

static __attribute__((noinline)) int poll_any(struct pollfd *fds, nfds_t n,
					      int timeout_ms)
{
	if (at_hand(fds, n))
		return 1;
	return any(fds, n) ? settle_poll(fds, n, from_ms(timeout_ms), NULL)
			   : libc_calls.poll(fds, n, timeout_ms);
}

EXPORTED int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	if (n == 1 ? descriptor_is_foreign(fds->fd) : !netmap_poll_any())
		return libc_calls.poll(fds, n, timeout_ms);
	return poll_any(fds, n, timeout_ms);
}

EXPORTED int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
		   const sigset_t *mask)
{
	return any(fds, n) ? ppoll_ours(fds, n, timeout, mask)
			   : libc_calls.ppoll(fds, n, timeout, mask);
}

/* What the compiler makes of them with _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout_ms, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
		const sigset_t *mask, size_t size);

EXPORTED int __poll_chk(struct pollfd *fds, nfds_t n, int timeout_ms,
			size_t size)
{
	if (size / sizeof(*fds) < n || !any(fds, n))
		return libc_calls.__poll_chk(fds, n, timeout_ms, size);
	return settle_poll(fds, n, from_ms(timeout_ms), NULL);
}

EXPORTED int __ppoll_chk(struct pollfd *fds, nfds_t n,
			 const struct timespec *timeout, const sigset_t *mask,
			 size_t size)
{
	if (size / sizeof(*fds) < n || !any(fds, n))
		return libc_calls.__ppoll_chk(fds, n, timeout, mask, size);
	return ppoll_ours(fds, n, timeout, mask);
}
