// SPDX-License-Identifier: BSD-2-Clause
/*
 * The selectable descriptor: readable exactly when a blocking read would
 * return, for select, poll and epoll.
 */
#include <sys/epoll.h>
#include <sys/select.h>

#include "pcap_testing.h"

static int by_poll(int fd, int timeout_ms)
{
	struct pollfd p = {fd, POLLIN, 0};

	return poll(&p, 1, timeout_ms);
}

static int by_select(int fd)
{
	struct timeval none = {0, 0};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &none);
}

static int by_epoll(int epoll, int timeout_ms)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, timeout_ms);
}

static int epoll_on(int fd, uint32_t events)
{
	struct epoll_event event = {.events = events};
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	CHECK(epoll >= 0);
	CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	return epoll;
}

static void check_all(int fd, int epoll, int readable)
{
	CHECK_EQ(by_poll(fd, 0), readable);
	CHECK_EQ(by_select(fd), readable);
	CHECK_EQ(by_epoll(epoll, 0), readable);
}

/* One packet per read, blocking: as dumpcap does it. */
static void check_one_by_one(pcap_t *p, const struct opened *peer)
{
	int fd = pcap_get_selectable_fd(p);
	int epoll = epoll_on(fd, EPOLLIN);
	struct seen seen = {0};

	CHECK_EQ(fd, pcap_fileno(p));
	CHECK(fd >= 3);
	for (int round = 0; round < 20; round++) {
		check_all(fd, epoll, 0);
		feed(peer, 0, 30);
		for (int i = 0; i < 30; i++) {
			check_all(fd, epoll, 1);
			CHECK_EQ(dispatch(p, 1, &seen), 1);
			CHECK_EQ(seen.last, i);
		}
	}
	check_all(fd, epoll, 0);
	close(epoll);
}

static void check_rejected(pcap_t *p, const struct opened *peer)
{
	int fd = pcap_get_selectable_fd(p);
	struct seen seen = {0};

	filter(p, "ether[14] = 200");
	feed(peer, 0, 100);
	CHECK_EQ(by_poll(fd, 0), 0);
	feed(peer, 200, 1);
	CHECK_EQ(by_poll(fd, PATIENCE_MS), 1);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.last, 200);
	CHECK_EQ(by_poll(fd, 0), 0);
	/* A new filter empties the queue, and the descriptor says so. */
	feed(peer, 200, 1);
	filter(p, "ether[14] = 201");
	CHECK_EQ(by_poll(fd, 0), 0);
	filter(p, "");
}

/* An edge for each batch that comes after everything was read. */
static void check_edges(pcap_t *p, const struct opened *peer)
{
	int epoll = epoll_on(pcap_fileno(p), EPOLLIN | EPOLLET);
	struct seen seen = {0};

	for (int round = 0; round < 20; round++) {
		feed(peer, 0, 5);
		CHECK_EQ(by_epoll(epoll, PATIENCE_MS), 1);
		CHECK_EQ(by_epoll(epoll, 0), 0);
		CHECK_EQ(dispatch(p, -1, &seen), 5);
	}
	close(epoll);
}

/* The descriptor wakes a program that waits on it. */
static void feed_once(void *unused)
{
	struct opened peer = open_raw("vale0:3");

	(void)unused;
	feed(&peer, 7, 1);
	nmd_close(peer.port);
}

static void check_wake(pcap_t *p)
{
	int fd = pcap_fileno(p);
	struct seen seen = {0};
	pid_t child = spawn(feed_once, NULL);

	CHECK_EQ(by_poll(fd, PATIENCE_MS), 1);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.last, 7);
	join(child);
}

int main(void)
{
	struct opened peer;
	pcap_t *p;

	begin();
	peer = open_raw("vale0:2");
	p = activated("vale0:1");
	check_one_by_one(p, &peer);
	check_rejected(p, &peer);
	check_edges(p, &peer);
	check_wake(p);
	pcap_close(p);
	nmd_close(peer.port);
	finish();
	return 0;
}
