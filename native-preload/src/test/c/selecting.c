// SPDX-License-Identifier: BSD-2-Clause
/*
 * Programs that wait on the selectable descriptor and then read blocking: by
 * select, poll and epoll, level and edge triggered, by the C library and by
 * system calls of their own; also in a child, after chroot and setuid, and
 * while a filter rejects most of what comes. A false wake-up would hang them.
 */
#include <grp.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "pcap_testing.h"

#define NOBODY 65534
#define WANTED 200 /* byte 14 of the frames that the filter takes */
#define FRAMES 300
#define EVERY 3 /* one of so many is wanted */
#define KERNEL_SIGSET 8

/* A way to wait until a descriptor is readable, as long as it takes. */
struct way {
	const char *name;
	uint32_t epoll_events; /* 0: does not need one */
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

static const struct way ways[] = {
	{"select", 0, by_select},
	{"poll", 0, by_poll},
	{"epoll", EPOLLIN, by_epoll},
	{"epoll, edge-triggered", EPOLLIN | EPOLLET, by_epoll},
	{"epoll, once", EPOLLIN | EPOLLONESHOT, by_epoll},
	{"pselect6 by itself", 0, by_raw_pselect},
	{"ppoll by itself", 0, by_raw_ppoll},
	{"epoll_pwait by itself", EPOLLIN, by_raw_epoll},
};

static int epoll_on(int fd, uint32_t events)
{
	struct epoll_event event = {.events = events};
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	CHECK(epoll >= 0);
	CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	return epoll;
}

static void wait_by(const struct way *way, int fd, int epoll)
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

/*
 * One wait and one blocking read for each packet; who waits for edges reads
 * all there is after each, as it must.
 */
static void read_all(pcap_t *p, const struct way *way)
{
	int fd = pcap_get_selectable_fd(p);
	int epoll = way->epoll_events ? epoll_on(fd, way->epoll_events) : -1;
	int most = way->epoll_events & EPOLLET ? -1 : 1;
	struct seen seen = {0};

	while (seen.packets < FRAMES / EVERY) {
		wait_by(way, fd, epoll);
		CHECK(dispatch(p, most, &seen) > 0);
		CHECK_EQ(seen.last, WANTED);
	}
	if (epoll >= 0)
		close(epoll);
}

/* Some of them singly, some in a row. */
static void feed_mixed(void *unused)
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

static pcap_t *open_filtered(void)
{
	pcap_t *p = activated("vale0:1");

	filter(p, "ether[14] = 200");
	return p;
}

static int readable_now(pcap_t *p)
{
	struct pollfd fd = {pcap_fileno(p), POLLIN, 0};

	return poll(&fd, 1, 0);
}

static void check_way(const struct way *way)
{
	pcap_t *p = open_filtered();
	pid_t feeder = spawn(feed_mixed, NULL);

	read_all(p, way);
	join(feeder);
	CHECK_EQ(readable_now(p), 0);
	pcap_close(p);
}

static void read_in_child(void *handle)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		pid_t feeder = spawn(feed_mixed, NULL);

		read_all(handle, &ways[i]);
		join(feeder);
	}
}

/* The descriptor that the parent took is the child's as well. */
static void check_child(void)
{
	pcap_t *p = open_filtered();

	CHECK(pcap_get_selectable_fd(p) >= 3);
	join(spawn(read_in_child, p));
	pcap_close(p);
}

static struct event ready, all_read;

static void read_without_privileges(void *unused)
{
	pcap_t *p = open_filtered();

	(void)unused;
	CHECK_EQ(chroot(runtime_dir), 0);
	CHECK_EQ(chdir("/"), 0);
	CHECK_EQ(setgroups(0, NULL), 0);
	CHECK_EQ(setgid(NOBODY), 0);
	CHECK_EQ(setuid(NOBODY), 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		event_set(ready);
		read_all(p, &ways[i]);
		event_set(all_read);
	}
	pcap_close(p);
	/* Its leak checker wants /proc, which is not in the new root. */
	if (UNDER_ASAN)
		_exit(0);
}

static void check_privileges(void)
{
	pid_t child;

	if (getuid() != 0) {
		puts("not root: chroot and setuid are not tried");
		return;
	}
	ready = event_new();
	all_read = event_new();
	child = spawn(read_without_privileges, NULL);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		event_wait(ready);
		join(spawn(feed_mixed, NULL));
		event_wait(all_read);
	}
	join(child);
}

int main(void)
{
	begin();
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		check_way(&ways[i]);
	check_child();
	check_privileges();
	CHECK_EQ(listed(), 0); /* cleans up after who could not */
	finish();
	return 0;
}
