// SPDX-License-Identifier: BSD-2-Clause
/*
 * Where the filter runs only when frames are taken in, the descriptor turns
 * readable for those that it rejects: on the kernel's ports (here answered in
 * user space), and with a filter that is too long for the device. Programs
 * wait and then read blocking: the calls of the C library do not return for
 * rejected frames alone, and who waits by a system call of its own gets 0.
 */
#include <sys/eventfd.h>

#include "waiting_testing.h"

#define LONG 5000 /* instructions */

/* What comes after each wait; reads on, blocking, with no frame at hand. */
static void read_all(pcap_t *p, const struct way *way, bool may_be_none)
{
	int fd = pcap_get_selectable_fd(p);
	int epoll = way->epoll_events ? epoll_on(fd, way->epoll_events) : -1;
	int most = way->epoll_events & EPOLLET ? -1 : 1;
	struct seen seen = {0};

	while (seen.packets < FRAMES / EVERY) {
		int read;

		wait_by(way, fd, epoll);
		read = dispatch(p, most, &seen);
		if (read < 0 || (read == 0 && !may_be_none)) {
			printf("%s: read %d\n", way->name, read);
			exit(1);
		}
		CHECK(seen.packets == 0 || seen.last == WANTED);
	}
	if (epoll >= 0)
		close(epoll);
}

static void each_way(pcap_t *p, bool called_ways_hold)
{
	for (size_t i = 0; i < WAYS; i++) {
		pid_t feeder = spawn(feed_mixed, NULL);

		read_all(p, &ways[i], ways[i].raw || !called_ways_hold);
		join(feeder);
	}
}

static void feed_rejected(void *unused)
{
	struct opened peer = open_raw("vale0:2");

	(void)unused;
	feed(&peer, 1, 10);
	nmd_close(peer.port);
}

static void feed_wanted(void *unused)
{
	struct opened peer = open_raw("vale0:2");

	(void)unused;
	feed(&peer, WANTED, 1);
	nmd_close(peer.port);
}

/* Nothing else comes: a read that waited would wait for ever. */
static void reads_end(pcap_t *p)
{
	struct seen seen = {0};

	join(spawn(feed_rejected, NULL));
	CHECK_EQ(by_raw_ppoll(pcap_fileno(p), -1), 1);
	CHECK_EQ(dispatch(p, 1, &seen), 0);
}

/* Limits are kept, though the kernel says readable all the time. */
static void waits_end(pcap_t *p)
{
	struct timeval limit = {0, 20000};
	struct timespec brief = {0, 20000000};
	struct pollfd fd = {pcap_fileno(p), POLLIN | POLLPRI, 0};
	struct epoll_event event;
	int epoll = epoll_on(fd.fd, EPOLLIN | EPOLLONESHOT);
	fd_set set;

	join(spawn(feed_rejected, NULL));
	CHECK_EQ(poll(&fd, 1, 0), 0);
	CHECK_EQ(poll(&fd, 1, 20), 0);
	CHECK_EQ(ppoll(&fd, 1, &brief, NULL), 0);
	join(spawn(feed_rejected, NULL));
	FD_ZERO(&set);
	FD_SET(fd.fd, &set);
	CHECK_EQ(select(fd.fd + 1, &set, NULL, NULL, &limit), 0);
	CHECK(!FD_ISSET(fd.fd, &set));
	join(spawn(feed_rejected, NULL));
	FD_SET(fd.fd, &set);
	CHECK_EQ(pselect(fd.fd + 1, &set, NULL, NULL, &brief, NULL), 0);
	join(spawn(feed_rejected, NULL));
	CHECK_EQ(epoll_wait(epoll, &event, 1, 20), 0);
	/* The one shot is not fired by what did not hold. */
	join(spawn(feed_mixed, NULL));
	CHECK_EQ(epoll_wait(epoll, &event, 1, PATIENCE_MS), 1);
	CHECK_EQ(poll(&fd, 1, 0), 1);
	close(epoll);
}

/*
 * Two in a set that the program cannot tell apart. What one of them rejects is
 * not the other's edge, which would not come again.
 */
static void edges_of_equal_data(void)
{
	struct epoll_event paused = {0}, event = {.events = EPOLLIN | EPOLLET};
	pcap_t *takes = activated("vale0:1"), *rejects = activated("vale0:3");
	int set = epoll_create1(EPOLL_CLOEXEC);

	filter(takes, "ether[14] = 200");
	filter(rejects, "ether[14] = 199");
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, pcap_fileno(takes), &event), 0);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, pcap_fileno(rejects), &paused),
		 0);
	join(spawn(feed_wanted, NULL));
	CHECK_EQ(by_raw_ppoll(pcap_fileno(rejects), -1), 1);
	CHECK_EQ(by_raw_ppoll(pcap_fileno(takes), -1), 1);
	CHECK_EQ(by_epoll(-1, set), 1);
	CHECK_EQ(close(set), 0);
	pcap_close(takes);
	pcap_close(rejects);
}

/* A descriptor of the program's, which is ready from now on. */
static int add_ready(int set, uint64_t data)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	int fd = eventfd(1, EFD_CLOEXEC);

	event.data.u64 = data;
	CHECK(fd >= 0);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
	return fd;
}

/* Of several that are ready the kernel tells one at a time, the oldest. */
static void edge_of_the_program(pcap_t *rejects, bool comes_first)
{
	struct epoll_event in = {.events = EPOLLIN}, event;
	int set = epoll_create1(EPOLL_CLOEXEC), fd = -1;

	in.data.u64 = 0xfedcba9876543210;
	if (comes_first)
		fd = add_ready(set, in.data.u64);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, pcap_fileno(rejects), &in), 0);
	if (!comes_first)
		fd = add_ready(set, in.data.u64);
	join(spawn(feed_rejected, NULL));
	CHECK_EQ(by_raw_ppoll(pcap_fileno(rejects), -1), 1);
	CHECK_EQ(epoll_wait(set, &event, 1, PATIENCE_MS), 1);
	CHECK_EQ(event.data.u64, in.data.u64);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(set), 0);
}

/* What can be told apart is. */
static void edge_of_other_data(pcap_t *rejects)
{
	struct epoll_event in = {.events = EPOLLIN}, event;
	int set = epoll_create1(EPOLL_CLOEXEC), fd = add_ready(set, 7);

	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, pcap_fileno(rejects), &in), 0);
	join(spawn(feed_rejected, NULL));
	CHECK_EQ(epoll_wait(set, &event, 1, PATIENCE_MS), 1);
	CHECK_EQ(event.data.u64, 7);
	CHECK_EQ(epoll_wait(set, &event, 1, 20), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(set), 0);
}

static void edges_of_the_program(void)
{
	pcap_t *rejects = activated("vale0:1");

	filter(rejects, "ether[14] = 199");
	edge_of_the_program(rejects, true);
	edge_of_the_program(rejects, false);
	edge_of_other_data(rejects);
	pcap_close(rejects);
}

static void on_a_port_of_the_kernel(void)
{
	pcap_t *p;

	setenv("NETMAP_DEVICE", "loop", 1);
	p = activated("vale0:1");
	filter(p, "ether[14] = 200");
	each_way(p, true);
	reads_end(p);
	waits_end(p);
	pcap_close(p);
	edges_of_equal_data();
	edges_of_the_program();
	unsetenv("NETMAP_DEVICE");
}

static void with_a_long_filter(void)
{
	struct abi_insn *insns = calloc(LONG, sizeof(*insns));
	struct abi_program program = {LONG, insns};
	pcap_t *p = activated("vale0:1");

	for (int i = 0; i < LONG; i++)
		insns[i] = (struct abi_insn){0x30, 0, 0, 14}; /* ldb [14] */
	insns[LONG - 3] = (struct abi_insn){0x15, 0, 1, WANTED};
	insns[LONG - 2] = (struct abi_insn){0x06, 0, 0, 0x40000};
	insns[LONG - 1] = (struct abi_insn){0x06, 0, 0, 0};
	CHECK_EQ(pcap_setfilter(p, &program), 0);
	free(insns);
	each_way(p, false);
	reads_end(p);
	pcap_close(p);
}

int main(void)
{
	begin();
	on_a_port_of_the_kernel();
	with_a_long_filter();
	finish();
	return 0;
}
