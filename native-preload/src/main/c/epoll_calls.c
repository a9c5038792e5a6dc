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
	return netmap_poll_any() &&
	       (netmap_epoll_watches(set) || settle_epoll_due(set));
}

EXPORTED int epoll_pwait(int set, struct epoll_event *events, int most,
			 int timeout_ms, const sigset_t *mask)
{
	if (!any(set))
		return libc_calls.epoll_pwait(set, events, most, timeout_ms,
					      mask);
	return settle_epoll(set, events, most,
			    timeout_ms < 0 ? -1 : timeout_ms * INT64_C(1000000),
			    mask);
}

EXPORTED int epoll_wait(int set, struct epoll_event *events, int most,
			int timeout_ms)
{
	if (!any(set))
		return libc_calls.epoll_wait(set, events, most, timeout_ms);
	return epoll_pwait(set, events, most, timeout_ms, NULL);
}

EXPORTED int epoll_pwait2(int set, struct epoll_event *events, int most,
			  const struct timespec *timeout, const sigset_t *mask)
{
	int64_t ns = -1;

	if (!any(set))
		return libc_calls.epoll_pwait2(set, events, most, timeout,
					       mask);
	if (timeout)
		ns = timeout->tv_sec > INT32_MAX
			     ? INT64_MAX
			     : timeout->tv_sec * 1000000000 + timeout->tv_nsec;
	return settle_epoll(set, events, most, ns, mask);
}
