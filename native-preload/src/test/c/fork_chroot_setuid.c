// SPDX-License-Identifier: BSD-2-Clause
/*
 * What programs do after activate: fork and read on in the child, change root
 * and user, close every descriptor before.
 */
#include <grp.h>

#include "pcap_testing.h"

#define NOBODY 65534

static pcap_t *handle;
static struct event ready, sent;

static void read_in_child(void *unused)
{
	struct seen seen = {0};
	struct abi_stat stats;

	(void)unused;
	CHECK_EQ(pcap_loop(handle, 5, see, (unsigned char *)&seen), 0);
	CHECK_EQ(seen.last, 4);
	CHECK_EQ(pcap_stats(handle, &stats), 0);
	CHECK_EQ(stats.ps_recv, 5);
	pcap_close(handle);
}

/* The child takes over; its close is not yet the port's. */
static void check_fork(const struct opened *peer)
{
	pid_t child;

	handle = activated("vale0:1");
	child = spawn(read_in_child, NULL);
	feed(peer, 0, 5);
	join(child);
	CHECK_EQ(listed(), 2);
	pcap_close(handle);
	CHECK_EQ(listed(), 1);
}

static int readable_now(pcap_t *p)
{
	struct pollfd fd = {pcap_fileno(p), POLLIN, 0};

	return poll(&fd, 1, 0);
}

static void drop_privileges(void *unused)
{
	struct seen seen = {0};
	struct abi_stat stats;
	pcap_t *p = activated("vale0:1");

	(void)unused;
	CHECK_EQ(chroot(runtime_dir), 0);
	CHECK_EQ(chdir("/"), 0);
	CHECK_EQ(setgroups(0, NULL), 0);
	CHECK_EQ(setgid(NOBODY), 0);
	CHECK_EQ(setuid(NOBODY), 0);
	event_set(ready);
	event_wait(sent);
	CHECK_EQ(dispatch(p, 5, &seen), 5);
	CHECK_EQ(seen.last, 4);
	CHECK_EQ(readable_now(p), 0);
	CHECK_EQ(pcap_stats(p, &stats), 0);
	CHECK_EQ(stats.ps_recv, 5);
	pcap_close(p);
	/* Its leak checker wants /proc, which is not in the new root. */
	if (UNDER_ASAN)
		_exit(0);
}

static void check_privileges(const struct opened *peer)
{
	pid_t child;

	if (getuid() != 0) {
		puts("not root: chroot and setuid are not tried");
		return;
	}
	child = spawn(drop_privileges, NULL);
	event_wait(ready);
	feed(peer, 0, 5);
	event_set(sent);
	join(child);
	CHECK_EQ(listed(), 1);
}

static void close_all_first(void *unused)
{
	struct seen seen = {0};
	pcap_t *p;

	(void)unused;
	for (int fd = 3; fd < 1024; fd++)
		if (fd != ready.fd && fd != sent.fd)
			close(fd);
	p = activated("vale0:1");
	CHECK(pcap_fileno(p) >= 3);
	event_set(ready);
	event_wait(sent);
	CHECK_EQ(dispatch(p, 5, &seen), 5);
	pcap_close(p);
}

static void check_closed_descriptors(const struct opened *peer)
{
	pid_t child = spawn(close_all_first, NULL);

	event_wait(ready);
	feed(peer, 0, 5);
	event_set(sent);
	join(child);
	CHECK_EQ(listed(), 1);
}

int main(void)
{
	struct opened peer;

	begin();
	ready = event_new();
	sent = event_new();
	peer = open_raw("vale0:2");
	check_fork(&peer);
	check_privileges(&peer);
	check_closed_descriptors(&peer);
	nmd_close(peer.port);
	finish();
	return 0;
}
