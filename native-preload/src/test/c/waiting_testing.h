/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways in which a program waits on the selectable descriptor, and frames
 * of which a filter takes one in three.
 */
#ifndef WAITING_TESTING_H
#define WAITING_TESTING_H

#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "pcap_testing.h"

#define WANTED 200 /* byte 14 of the frames that the filter takes */
#define FRAMES 300
#define EVERY 3 /* one of so many is wanted */
#define KERNEL_SIGSET 8

/* A way to wait until a descriptor is readable, as long as it takes. */
struct way {
	const char *name;
	uint32_t epoll_events; /* 0: does not need one */
	bool raw;              /* by a system call of its own */
	int (*wait)(int fd, int epoll);
};

static int by_select(int fd, int epoll)
{
	struct timeval limit = {PATIENCE_MS / 1000, 0};
	fd_set set;

	(void)epoll;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &limit);
}

static int by_poll(int fd, int epoll)
{
	struct pollfd p = {fd, POLLIN, 0};

	(void)epoll;
	return poll(&p, 1, PATIENCE_MS);
}

static int by_epoll(int fd, int epoll)
{
	struct epoll_event event;

	(void)fd;
	return epoll_wait(epoll, &event, 1, PATIENCE_MS);
}

static int by_raw_pselect(int fd, int epoll)
{
	struct timespec limit = {PATIENCE_MS / 1000, 0};
	fd_set set;

	(void)epoll;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return (int)syscall(SYS_pselect6, fd + 1, &set, NULL, NULL, &limit,
			    NULL);
}

static int by_raw_ppoll(int fd, int epoll)
{
	struct timespec limit = {PATIENCE_MS / 1000, 0};
	struct pollfd p = {fd, POLLIN, 0};

	(void)epoll;
	return (int)syscall(SYS_ppoll, &p, 1, &limit, NULL, KERNEL_SIGSET);
}

static int by_raw_epoll(int fd, int epoll)
{
	struct epoll_event event;

	(void)fd;
	return (int)syscall(SYS_epoll_pwait, epoll, &event, 1, PATIENCE_MS,
			    NULL, KERNEL_SIGSET);
}

/* The calls that the older kinds of machine have, and the newer have not. */
#ifdef SYS_poll
static int by_raw_poll(int fd, int epoll)
{
	struct pollfd p = {fd, POLLIN, 0};

	(void)epoll;
	return (int)syscall(SYS_poll, &p, 1, PATIENCE_MS);
}
#endif

#ifdef SYS_select
static int by_raw_select(int fd, int epoll)
{
	struct timeval limit = {PATIENCE_MS / 1000, 0};
	fd_set set;

	(void)epoll;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return (int)syscall(SYS_select, fd + 1, &set, NULL, NULL, &limit);
}
#endif

#ifdef SYS_epoll_wait
static int by_raw_epoll_wait(int fd, int epoll)
{
	struct epoll_event event;

	(void)fd;
	return (int)syscall(SYS_epoll_wait, epoll, &event, 1, PATIENCE_MS);
}
#endif

#define WAYS (sizeof(ways) / sizeof(*ways))

static const struct way ways[] = {
	{"select", 0, false, by_select},
	{"poll", 0, false, by_poll},
	{"epoll", EPOLLIN, false, by_epoll},
	{"epoll, edge-triggered", EPOLLIN | EPOLLET, false, by_epoll},
	{"epoll, once", EPOLLIN | EPOLLONESHOT, false, by_epoll},
	{"pselect6 by itself", 0, true, by_raw_pselect},
	{"ppoll by itself", 0, true, by_raw_ppoll},
	{"epoll_pwait by itself", EPOLLIN, true, by_raw_epoll},
	{"epoll_pwait, edges", EPOLLIN | EPOLLET, true, by_raw_epoll},
#ifdef SYS_poll
	{"poll by itself", 0, true, by_raw_poll},
#endif
#ifdef SYS_select
	{"select by itself", 0, true, by_raw_select},
#endif
#ifdef SYS_epoll_wait
	{"epoll_wait by itself", EPOLLIN, true, by_raw_epoll_wait},
	{"epoll_wait, edges", EPOLLIN | EPOLLET, true, by_raw_epoll_wait},
#endif
};

static inline int epoll_on(int fd, uint32_t events)
{
	struct epoll_event event = {.events = events};
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	CHECK(epoll >= 0);
	CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	return epoll;
}

static inline void wait_by(const struct way *way, int fd, int epoll)
{
	int n = way->wait(fd, epoll);
	struct epoll_event again = {.events = way->epoll_events};

	if (n != 1) {
		printf("%s: %d\n", way->name, n);
		exit(1);
	}
	if (way->epoll_events & EPOLLONESHOT)
		CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &again), 0);
}

/* Some of them singly, some in a row. */
static inline void feed_mixed(void *unused)
{
	struct opened peer = open_raw("vale0:2");

	(void)unused;
	for (int i = 0; i < FRAMES; i++) {
		feed(&peer, i % EVERY == EVERY - 1 ? WANTED : 1, 1);
		if (i % 50 == 0)
			usleep(2000);
	}
	nmd_close(peer.port);
}

#endif
