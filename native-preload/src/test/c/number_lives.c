// SPDX-License-Identifier: BSD-2-Clause
/*
 * The table of descriptors follows what the kernel does: refused calls change
 * nothing, and a number that was closed behind our back and given to a file is
 * the file's.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "packet_testing.h"

static struct opened peer;
static uint8_t frame[60];

static void check_sends(int fd)
{
	CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	check_got(&peer, frame, sizeof(frame));
}

static void check_refused(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1");

	CHECK_EQ(dup3(1, fd, 0x5555), -1);
	check_sends(fd);
	CHECK_EQ(close_range((unsigned int)fd, (unsigned int)fd, 0x100), -1);
	check_sends(fd);
	CHECK_EQ(close_range((unsigned int)fd, (unsigned int)fd, 0), 0);
	CHECK_EQ(listed(), 1);
}

static int closed_behind_us(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1");

	CHECK_EQ(syscall(SYS_close, fd), 0);
	return fd;
}

static void check_is_file(int fd)
{
	CHECK_EQ(write(fd, frame, sizeof(frame)), sizeof(frame));
	check_nothing(&peer);
	CHECK_EQ(listed(), 1);
	CHECK_EQ(close(fd), 0);
}

static void check_given_away(void)
{
	int fd = closed_behind_us(), null;

	CHECK_EQ(open("/dev/null", O_WRONLY), fd);
	check_is_file(fd);
	null = open("/dev/null", O_WRONLY);
	fd = closed_behind_us();
	CHECK_EQ(dup(null), fd);
	check_is_file(fd);
	fd = closed_behind_us();
	CHECK_EQ(fcntl(null, F_DUPFD, 0), fd);
	check_is_file(fd);
	close(null);
	fd = closed_behind_us();
	CHECK_EQ(socket(AF_INET, SOCK_DGRAM, 0), fd);
	CHECK_EQ(write(fd, frame, sizeof(frame)), -1);
	check_nothing(&peer);
	close(fd);
}

/* Naming an interface opens a port, whose first descriptor is that number. */
static void check_ours_again(void)
{
	int first = bound_socket(SOCK_RAW, "eth1"), second;
	struct sockaddr_ll to;

	second = packet_socket(SOCK_RAW);
	CHECK_EQ(syscall(SYS_close, first), 0);
	to = to_interface(second, "eth2");
	CHECK_EQ(bind(second, (struct sockaddr *)&to, sizeof(to)), 0);
	check_sends(second);
	close(second);
	CHECK_EQ(listed(), 1); /* its files are given that number, too */
}

static void *unshare_range(void *number)
{
	unsigned int fd = *(unsigned int *)number;

	if (close_range(fd, fd, 2 /* CLOSE_RANGE_UNSHARE */) < 0)
		SKIP("no close_range: %s", strerror(errno));
	return NULL;
}

/* The other thread gave up its own descriptors, not ours. */
static void check_unshared(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1");
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, unshare_range, &fd), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	check_sends(fd);
	close(fd);
}

int main(void)
{
	begin();
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1,eth2=vale0:3", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	peer = open_raw("vale0:2");
	check_refused();
	check_given_away();
	if (!UNDER_TSAN) /* whose calls stand between our own and ours */
		check_ours_again();
	check_unshared();
	nmd_close(peer.port);
	finish();
	return 0;
}
