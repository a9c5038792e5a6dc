/* SPDX-License-Identifier: BSD-2-Clause */
/* Netmap descriptors in epoll sets. */
#ifndef NETMAP_EPOLL_TESTING_H
#define NETMAP_EPOLL_TESTING_H

#include <sys/epoll.h>

#include "netmap_testing.h"

static inline int new_set(void)
{
	int set = epoll_create1(EPOLL_CLOEXEC);

	CHECK(set >= 0);
	return set;
}

static inline int control(int set, int op, int fd, uint32_t events,
			  uint64_t data)
{
	struct epoll_event e = {.events = events, .data.u64 = data};

	return epoll_ctl(set, op, fd, &e);
}

static inline void add(int set, int fd, uint32_t events, uint64_t data)
{
	CHECK_EQ(control(set, EPOLL_CTL_ADD, fd, events, data), 0);
}

static inline void modify(int set, int fd, uint32_t events, uint64_t data)
{
	CHECK_EQ(control(set, EPOLL_CTL_MOD, fd, events, data), 0);
}

/*
 * What is told first; without events: nothing. The thread sanitizer, which
 * stands in front of epoll_wait, sees no lock that is taken in it.
 */
static inline struct epoll_event wait_in(int set, int timeout_ms)
{
	const struct timespec limit = {timeout_ms / 1000,
				       timeout_ms % 1000 * 1000000};
	struct epoll_event e = {0};
	int n = UNDER_TSAN ? epoll_pwait2(set, &e, 1, &limit, NULL)
			   : epoll_wait(set, &e, 1, timeout_ms);

	CHECK(n >= 0);
	if (n == 0)
		e.events = 0;
	return e;
}

/* Whether exactly these events are told, with this data. */
static inline bool is_told(int set, uint32_t events, uint64_t data)
{
	struct epoll_event e = wait_in(set, PATIENCE_MS);

	return e.events == events && e.data.u64 == data;
}

static inline void send_frames(const struct netmap_port *p, uint32_t n)
{
	CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), 0, n), n);
	CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
}

static inline void send_a_frame(const struct netmap_port *p)
{
	send_frames(p, 1);
}

/* Takes what the ring shows, without a sync. */
static inline uint32_t take_shown(const struct netmap_port *p)
{
	struct netmap_ring *ring = netmap_rx_ring(p, 0);
	uint32_t n = slots_in(ring);

	ring->head = ring->cur = ring->tail;
	return n;
}

/* Takes all there is; how many. */
static inline uint32_t take_all(const struct netmap_port *p)
{
	uint32_t taken, n = 0;

	do {
		CHECK_EQ(ioctl(p->fd, NETMAP_RXSYNC, NULL), 0);
		taken = take_shown(p);
		n += taken;
	} while (taken > 0);
	return n;
}

#endif
