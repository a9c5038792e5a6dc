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
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench_pcap.h"

#define BATCH 256
#define BATCHES 500

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

static void call_ppoll(void)
{
	const struct timespec none = {0, 0};
	struct pollfd p = {null_fd, POLLIN, 0};

	ppoll(&p, 1, &none, NULL);
}

static void call_pselect(void)
{
	const struct timespec none = {0, 0};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(null_fd, &set);
	pselect(null_fd + 1, &set, NULL, NULL, &none, NULL);
}

static void call_epoll_ctl(void)
{
	struct epoll_event event = {.events = EPOLLIN};

	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, null_fd, &event);
}

static void call_dup2(void)
{
	if (dup2(closed_fd, null_fd) >= 0)
		bench_fail("dup2 of no descriptor");
}

static void call_writev(void)
{
	const struct iovec part = {"", 1};

	if (writev(null_fd, &part, 1) != 1)
		bench_fail("writev to /dev/null: %m");
}

static void call_sendmmsg(void)
{
	struct mmsghdr message = {0};

	sendmmsg(null_fd, &message, 1, 0);
}

static void call_getsockname(void)
{
	getsockname(null_fd, NULL, NULL);
}

/* A kind of socket that there is none of. */
static void call_socket(void)
{
	if (socket(AF_INET, 0x7f, 0) >= 0)
		bench_fail("a socket of no kind");
}

static void call_open(void)
{
	if (open("", O_RDONLY) >= 0)
		bench_fail("a file of no name");
}

static void call_openat(void)
{
	if (openat(AT_FDCWD, "", O_RDONLY) >= 0)
		bench_fail("a file of no name");
}

/* Of no length, which the kernel refuses before it does anything. */
static void map_nothing(int flags, int fd)
{
	if (mmap(NULL, 0, PROT_READ | PROT_WRITE, flags, fd, 0) != MAP_FAILED)
		bench_fail("a map of nothing");
}

static void call_mmap(void)
{
	map_nothing(MAP_SHARED, null_fd);
}

static void call_mmap_private(void)
{
	map_nothing(MAP_PRIVATE, null_fd);
}

static void call_mmap_anonymous(void)
{
	map_nothing(MAP_PRIVATE | MAP_ANONYMOUS, -1);
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
	{"ppoll", call_ppoll},
	{"pselect", call_pselect},
	{"epoll_ctl", call_epoll_ctl},
	{"dup2", call_dup2},
	{"writev", call_writev},
	{"sendmmsg", call_sendmmsg},
	{"getsockname", call_getsockname},
	{"socket", call_socket},
	{"open", call_open},
	{"openat", call_openat},
	{"mmap", call_mmap},
	{"mmapPrivate", call_mmap_private},
	{"mmapAnonymous", call_mmap_anonymous},
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
