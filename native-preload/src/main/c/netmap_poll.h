/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for netmap descriptors, and for others with them, those of handles
 * that have to be settled among them.
 *
 * The module's poll syncs rings before it looks whether there is something,
 * which no poll of the kernel's does for a FIFO. So: sync ours, and if nothing
 * is there, arm them (nmd_arm) and wait in the real call, for ours through
 * their FIFOs; then sync again.
 */
#ifndef NETMAP_POLL_H
#define NETMAP_POLL_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

#include "netmap_file.h"
#include "settle.h"

/*
 * Whether there are descriptors of which the kernel alone does not know: netmap
 * files, and handles' that have to be settled.
 */
static inline bool netmap_poll_any(void)
{
	return netmap_files_any() || settle_any();
}

/* Whether fd is one of them. */
static inline bool netmap_poll_looks_at(int fd)
{
	const struct descriptor *d = fd < 0 ? NULL : descriptor_at(fd);

	return d && (d->kind == &netmap_file_kind || settle_due(fd));
}

/* The syncs of one poll of f, and which of the events hold after them. */
short netmap_poll_events(struct netmap_file *f, short events);

/*
 * What to wait for in the kernel until one of the events may hold: the
 * descriptor, with POLLIN in *kernel_events, or -1: not by a descriptor. The
 * file is armed by this.
 */
int netmap_poll_arm(struct netmap_file *f, short events);

/* Whether arming does not tell of all the events: look again soon. */
bool netmap_poll_impatient(const struct netmap_file *f, short events);

/* How soon. */
#define NETMAP_POLL_AGAIN_NS 1000000

/*
 * As ppoll(2), of descriptors among which netmap files may be; timeout_ns < 0:
 * none. mask may be NULL.
 */
int netmap_poll(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask);

/* As epoll_ctl(2) of f's descriptor fd. */
int netmap_epoll_ctl(int epfd, int op, int fd, struct netmap_file *f,
		     const struct epoll_event *event);
/* Whether netmap files are in an epoll set, which is to be given back, then. */
bool netmap_epoll_watches(int epfd);
struct set *netmap_epoll_set(int epfd);
/*
 * What the kernel has told, n events or an error, of a set that one of ours may
 * have come into meanwhile: without what does not hold; how many are left.
 */
int netmap_epoll_look(int epfd, struct epoll_event *events, int n, int most);
/* As epoll_pwait(2), of a set that they may be in; timeout_ns < 0: none. */
int netmap_epoll_wait(int epfd, struct epoll_event *events, int most,
		      int64_t timeout_ns, const sigset_t *mask);

/* Nanoseconds of a clock that nothing sets; when a wait from now ends. */
int64_t netmap_poll_clock(void);
int64_t netmap_poll_deadline(int64_t timeout_ns);
/* How much of a wait of timeout_ns is left; without a limit, or of none: it. */
int64_t netmap_poll_left(int64_t timeout_ns, int64_t deadline);
/* A timeout as ppoll(2) has it, NULL: none; -1 and EINVAL: it is none. */
int netmap_poll_timeout(const struct timespec *t, int64_t *timeout_ns);
/* A timeout as poll(2) takes it, rather too long than too short. */
int netmap_poll_ms(int64_t timeout_ns);

#endif
