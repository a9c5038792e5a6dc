// SPDX-License-Identifier: BSD-2-Clause
/*
 * What calls cost that a preloaded library may stand in front of, on handles
 * and descriptors that are none of its business. Prints the nanoseconds of one
 * call each; run with the library and without, the difference is its cost.
 *
 * Each figure is the least of many short batches: what else the machine does
 * only makes a batch longer.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench_pcap.h"

#define BATCH 256
#define BATCHES 2000

static pcap_t *dead;
static int null_fd;   /* /dev/null */
static int closed_fd; /* a number that is no descriptor */
static int epoll_fd;

static void call_snapshot(void)
{
	pcap_snapshot(dead);
}

static void call_datalink(void)
{
	pcap_datalink(dead);
}

static void call_fileno(void)
{
	pcap_fileno(dead);
}

static void call_close(void)
{
	close(closed_fd);
}

static void call_dup(void)
{
	if (dup(closed_fd) >= 0)
		bench_fail("dup of no descriptor");
}

static void call_fcntl(void)
{
	fcntl(null_fd, F_GETFD);
}

static void call_ioctl(void)
{
	int left;

	ioctl(null_fd, FIONREAD, &left);
}

static void call_read(void)
{
	char byte;

	if (read(null_fd, &byte, 1) != 0)
		bench_fail("read from /dev/null: %m");
}

static void call_write(void)
{
	if (write(null_fd, "", 1) != 1)
		bench_fail("write to /dev/null: %m");
}

static void call_send(void)
{
	send(null_fd, "", 1, 0);
}

static void call_sendto(void)
{
	sendto(null_fd, "", 1, 0, NULL, 0);
}

static void call_sendmsg(void)
{
	struct msghdr message = {0};

	sendmsg(null_fd, &message, 0);
}

static void call_setsockopt(void)
{
	int one = 1;

	setsockopt(null_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
}

static void call_bind(void)
{
	bind(null_fd, NULL, 0);
}

static void call_poll(void)
{
	struct pollfd p = {null_fd, POLLIN, 0};

	poll(&p, 1, 0);
}

static void call_select(void)
{
	struct timeval none = {0, 0};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(null_fd, &set);
	select(null_fd + 1, &set, NULL, NULL, &none);
}

static void call_epoll_wait(void)
{
	struct epoll_event event;

	epoll_wait(epoll_fd, &event, 1, 0);
}

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{"pcap_snapshot", call_snapshot},
	{"pcap_datalink", call_datalink},
	{"pcap_fileno", call_fileno},
	{"close", call_close},
	{"dup", call_dup},
	{"fcntl", call_fcntl},
	{"ioctl", call_ioctl},
	{"read", call_read},
	{"write", call_write},
	{"send", call_send},
	{"sendto", call_sendto},
	{"sendmsg", call_sendmsg},
	{"setsockopt", call_setsockopt},
	{"bind", call_bind},
	{"poll", call_poll},
	{"select", call_select},
	{"epoll_wait", call_epoll_wait},
};

static double cost_of(void (*call)(void))
{
	uint64_t least = UINT64_MAX;

	for (int b = 0; b < BATCHES; b++) {
		uint64_t start = bench_now(), took;

		for (int i = 0; i < BATCH; i++)
			call();
		took = bench_now() - start;
		least = took < least ? took : least;
	}
	return (double)least / BATCH;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.batch = 1, .cpu = -1};

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	dead = pcap_open_dead(DLT_EN10MB, 65535);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	closed_fd = dup(null_fd);
	close(closed_fd);
	if (!dead || null_fd < 0 || epoll_fd < 0)
		bench_fail("/dev/null: %m");
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		printf("%s\"%s\":%.2f", i ? "," : "{", calls[i].name,
		       cost_of(calls[i].call));
	puts("}");
	pcap_close(dead);
	return 0;
}
