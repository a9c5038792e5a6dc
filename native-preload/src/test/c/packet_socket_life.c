// SPDX-License-Identifier: BSD-2-Clause
/*
 * A packet socket's port lives as long as the socket: through dup, fork and
 * the close of one of several descriptors, across a change of user.
 */
#include <fcntl.h>

#include "packet_testing.h"

static struct opened peer;
static uint8_t frame[60];
static int fd;

static void check_sends(int on)
{
	CHECK_EQ(send(on, frame, sizeof(frame), 0), sizeof(frame));
	check_got(&peer, frame, sizeof(frame));
}

static void check_duplicates(void)
{
	int second, third;

	fd = bound_socket(SOCK_RAW, "eth1");
	second = dup(fd);
	third = fcntl(fd, F_DUPFD_CLOEXEC, 100);
	CHECK(second >= 0 && third >= 100);
	check_sends(second);
	close(fd);
	check_sends(third);
	close(second);
	CHECK_EQ(dup2(third, fd), fd);
	close(third);
	check_sends(fd);
	CHECK_EQ(listed(), 2);
	close(fd);
	CHECK_EQ(listed(), 1);
}

/* The number, used again for something else, is nothing of ours. */
static void check_number_again(void)
{
	int pipe_ends[2];

	fd = bound_socket(SOCK_RAW, "eth1");
	CHECK_EQ(pipe(pipe_ends), 0);
	CHECK_EQ(dup2(pipe_ends[1], fd), fd);
	CHECK_EQ(write(fd, frame, 20), 20);
	CHECK_EQ(read(pipe_ends[0], frame, 20), 20);
	check_nothing(&peer);
	close(fd);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	CHECK_EQ(listed(), 1);
}

static void send_and_close(void *unused)
{
	(void)unused;
	for (int i = 0; i < 100; i++)
		CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	close(fd);
}

static void check_fork(void)
{
	pid_t child;

	fd = bound_socket(SOCK_RAW, "eth1");
	child = spawn(send_and_close, NULL);
	for (int i = 0; i < 100; i++)
		CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	join(child);
	CHECK_EQ(discard(&peer), 200);
	check_sends(fd);
	/* And the other way round. */
	child = spawn(send_and_close, NULL);
	close(fd);
	join(child);
	CHECK_EQ(discard(&peer), 100);
	CHECK_EQ(listed(), 1);
}

static void send_as_nobody(void *unused)
{
	(void)unused;
	fd = packet_socket(SOCK_RAW);
	/* As libnet does: the name is asked for early, the rest late. */
	struct sockaddr_ll to = to_interface(fd, "eth1");

	CHECK_EQ(chroot("/proc"), 0);
	CHECK_EQ(setuid(65534), 0);
	CHECK_EQ(sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to,
			sizeof(to)),
		 sizeof(frame));
	close(fd);
	_exit(0); /* a leak checker would find no /proc */
}

static void check_privileges(void)
{
	if (geteuid() != 0)
		return;
	join(spawn(send_as_nobody, NULL));
	check_got(&peer, frame, sizeof(frame));
	CHECK_EQ(listed(), 1);
}

/* Two sockets share the opening; each can go first. */
static void check_two(void)
{
	int other = bound_socket(SOCK_RAW, "eth1");

	fd = bound_socket(SOCK_RAW, "eth1");
	CHECK_EQ(listed(), 2);
	close(fd);
	check_sends(other);
	close(other);
	CHECK_EQ(listed(), 1);
}

int main(void)
{
	begin();
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	peer = open_raw("vale0:2");
	check_duplicates();
	check_number_again();
	check_fork();
	check_privileges();
	check_two();
	nmd_close(peer.port);
	finish();
	return 0;
}
