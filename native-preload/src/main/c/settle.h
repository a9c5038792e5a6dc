/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors that are readable for frames that the filter may reject.
 *
 * On interfaces and the kernel's ports the filter runs when the reader takes
 * the frames in, and one that is too long for the device when it reads. The
 * kernel calls the descriptor readable as soon as any frame is there. Programs
 * that poll and then read blocking would hang on that, so the calls that wait
 * take the frames in themselves and look whether one is left.
 *
 * Who waits by a system call of its own is told by a blocking read that
 * returns 0, as stock libpcap's does where the kernel does not run the filter
 * (reader.c).
 */
#ifndef SETTLE_H
#define SETTLE_H

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "libc_calls.h"

/* Handles whose descriptor the program has. */
extern _Atomic unsigned int settle_handles;

static inline bool settle_any(void)
{
	return atomic_load_explicit(&settle_handles, memory_order_relaxed) > 0;
}

/* Whether fd is one whose readiness has to be looked at. */
bool settle_due(int fd);

/*
 * Whether a frame, or an error, waits behind fd, for which settle_due holds;
 * takes in what has come.
 */
bool settle(int fd);

/*
 * As netmap_poll, without what does not hold. plain: the program called poll,
 * and a sandbox may forbid ppoll.
 */
int settle_poll(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask, bool plain);

/*
 * What to do between two polls of which the first said nothing that holds:
 * sleeps if that has happened often.
 */
void settle_again(unsigned int *times);

/*
 * As select(2) and pselect(2) of three sets, without what does not hold;
 * timeout_ns < 0: none.
 */
int settle_select(int n, fd_set *const sets[3], struct timeval *timeout);
int settle_pselect(int n, fd_set *const sets[3], int64_t timeout_ns,
		   const sigset_t *mask);

/* The program has changed an epoll set: a descriptor's place in it. */
void settle_epoll_changed(int set, int op, int fd,
			  const struct epoll_event *event);
/* Whether one that is due is in the set. */
bool settle_epoll_due(int set);
/* As netmap_epoll_wait, without what does not hold. */
int settle_epoll(int set, struct epoll_event *events, int most,
		 int64_t timeout_ns, const sigset_t *mask);
/* The descriptor is no handle's any more. */
void settle_epoll_forget(int fd);

#endif
