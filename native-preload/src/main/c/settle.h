/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors that are readable for frames that the filter may reject.
 *
 * On interfaces had alone and the kernel's ports the filter runs when the
 * reader takes the frames in. The kernel calls the descriptor readable as soon
 * as any frame is there. Programs that poll and then read blocking would hang
 * on that, so the calls that wait take the frames in themselves and look
 * whether one is left.
 *
 * Who waits by a system call of its own is told by a blocking read that
 * returns 0, as stock libpcap's does where the kernel does not run the filter
 * (reader.c); so is one with a filter that is too long for the device.
 */
#ifndef SETTLE_H
#define SETTLE_H

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "libc_calls.h"

/* Handles with such a descriptor, which the program has. */
extern _Atomic unsigned int settle_handles;

static inline bool settle_any(void)
{
	return atomic_load_explicit(&settle_handles, memory_order_relaxed) > 0;
}

/* Whether fd is one whose readiness has to be looked at. */
bool settle_due(int fd);

/*
 * One wait of the program's, in several of the kernel's. Signals are blocked
 * but while the kernel waits with the program's mask: a handler that ran in
 * between would not end the wait. In a sandbox nothing but the program's own
 * call may be made; there a signal is seen by the next one.
 */
struct settle_wait {
	int64_t timeout_ns; /* < 0: none */
	int64_t deadline;
	const sigset_t *mask; /* the program's; NULL in a sandbox */
	sigset_t before;
	bool plain; /* in a sandbox */
	unsigned int times;
};

void settle_begin(struct settle_wait *w, int64_t timeout_ns,
		  const sigset_t *mask);
void settle_end(void *wait); /* for pthread_cleanup_push */

/* How long the kernel may wait now. */
int64_t settle_left(const struct settle_wait *w);

/*
 * Whether a frame, or an error, waits behind fd, for which settle_due holds;
 * takes in what has come. No point of cancellation.
 */
bool settle(int fd);

/*
 * Between two waits of the kernel of which the first said nothing that holds:
 * lets signals come, and sleeps if this happens often, in a sandbox by `nap`
 * of some microseconds. False: a signal has ended the wait, errno is EINTR.
 */
bool settle_pause(struct settle_wait *w, int (*nap)(int us));

/* As netmap_poll, without what does not hold. */
int settle_poll(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask);

/*
 * As select(2) and pselect(2) of three sets, without what does not hold;
 * timeout_ns < 0: none.
 */
int settle_select(int n, fd_set *const sets[3], int64_t timeout_ns,
		  const sigset_t *mask);

/* The program has changed an epoll set: a descriptor's place in it. */
void settle_epoll_changed(int set, int op, int fd,
			  const struct epoll_event *event);
/* Whether one that is due may be in the set. */
bool settle_epoll_due(int set);
/* As netmap_epoll_wait, without what does not hold. */
int settle_epoll(int set, struct epoll_event *events, int most,
		 int64_t timeout_ns, const sigset_t *mask);
/* The descriptor is no handle's any more. */
void settle_epoll_forget(int fd);

#endif
