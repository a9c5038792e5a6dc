// SPDX-License-Identifier: BSD-2-Clause
/*
 * Programs that wait on the selectable descriptor and then read blocking: by
 * select, poll and epoll, level and edge triggered, by the C library and by
 * system calls of their own; also in a child, after chroot and setuid, and
 * while a filter rejects most of what comes. A false wake-up would hang them.
 */
#include <grp.h>

#include "waiting_testing.h"

#define NOBODY 65534

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
	for (size_t i = 0; i < WAYS; i++) {
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
	for (size_t i = 0; i < WAYS; i++) {
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
	for (size_t i = 0; i < WAYS; i++) {
		event_wait(ready);
		join(spawn(feed_mixed, NULL));
		event_wait(all_read);
	}
	join(child);
}

int main(void)
{
	begin();
	for (size_t i = 0; i < WAYS; i++)
		check_way(&ways[i]);
	check_child();
	check_privileges();
	CHECK_EQ(listed(), 0); /* cleans up after who could not */
	finish();
	return 0;
}
