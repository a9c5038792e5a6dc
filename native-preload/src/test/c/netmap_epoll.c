// SPDX-License-Identifier: BSD-2-Clause
/*
 * Netmap descriptors in epoll sets are told as others are: each edge, in turn,
 * with the program's own data also where another process has put them there;
 * what is not to be told lets the program sleep.
 */
#include <time.h>

#include "netmap_epoll_testing.h"
#include "netmap_passing.h"

#define SLOTS 16
#define NAP_MS 100
#define TURNS 60

static const struct register_request small = {.tx_slots = SLOTS,
					      .rx_slots = SLOTS};

/* The ring stands at the same slot again, with other frames. */
static void check_edges_of_a_round(void)
{
	struct netmap_port a = netmap_register_as("vale0:1", small);
	struct netmap_port b = netmap_register_as("vale0:2", small);
	struct netmap_ring *ring = netmap_rx_ring(&b, 0);
	uint32_t half = ring->num_slots / 2, tail;
	int set = new_set();

	add(set, b.fd, EPOLLIN | EPOLLET, 1);
	send_frames(&a, 5);
	CHECK(is_told(set, EPOLLIN, 1));
	tail = ring->tail;
	CHECK_EQ(take_all(&b), 5);
	send_frames(&a, half);
	CHECK_EQ(take_all(&b), half);
	send_frames(&a, ring->num_slots - half);
	CHECK(is_told(set, EPOLLIN, 1));
	CHECK_EQ(ring->tail, tail);
	CHECK_EQ(wait_in(set, 0).events, 0);
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
	netmap_close(&b);
}

static int64_t own_cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void check_sleeps(int set)
{
	int64_t before = own_cpu_ms();

	CHECK_EQ(wait_in(set, NAP_MS).events, 0);
	CHECK(own_cpu_ms() - before < NAP_MS / 2);
}

/* Frames that lie unread, and are not to be told, or were. */
static void check_unread_frames(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	int set = new_set();

	add(set, b.fd, EPOLLIN | EPOLLET, 1);
	send_a_frame(&a);
	CHECK(is_told(set, EPOLLIN, 1));
	check_sleeps(set);
	send_a_frame(&a);
	CHECK(is_told(set, EPOLLIN, 1));
	modify(set, b.fd, EPOLLIN | EPOLLONESHOT, 2);
	CHECK(is_told(set, EPOLLIN, 2));
	send_a_frame(&a);
	check_sleeps(set);
	modify(set, b.fd, 0, 3);
	check_sleeps(set);
	modify(set, b.fd, EPOLLRDHUP, 4);
	check_sleeps(set);
	modify(set, b.fd, EPOLLIN, 5);
	CHECK(is_told(set, EPOLLIN, 5));
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
	netmap_close(&b);
}

/* What was put there by a number that is closed, or by another one. */
static void check_duplicates(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	struct epoll_event both[2];
	int set = new_set(), copy = dup(b.fd);

	add(set, b.fd, EPOLLIN, 1);
	add(set, copy, EPOLLIN, 2);
	CHECK_EQ(control(set, EPOLL_CTL_ADD, copy, EPOLLIN, 3), -1);
	CHECK_EQ(errno, EEXIST);
	send_a_frame(&a);
	CHECK_EQ(epoll_wait(set, both, 2, PATIENCE_MS), 2);
	CHECK_EQ(both[0].data.u64 + both[1].data.u64, 3);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, b.fd, NULL), 0);
	CHECK_EQ(close(b.fd), 0);
	CHECK(is_told(set, EPOLLIN, 2));
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, copy, NULL), 0);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, copy, NULL), -1);
	CHECK_EQ(errno, ENOENT);
	check_sleeps(set);
	add(set, copy, EPOLLIN, 4);
	CHECK(is_told(set, EPOLLIN, 4));
	b.fd = copy;
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
	netmap_close(&b);
}

static void check_turns_of(int set, uint64_t most)
{
	int told[4] = {0};

	for (int i = 0; i < TURNS; i++) {
		uint64_t data = wait_in(set, PATIENCE_MS).data.u64;

		CHECK(data <= most);
		told[data]++;
	}
	for (uint64_t i = 1; i <= most; i++)
		CHECK(told[i] >= TURNS / 10);
}

/* With room for one event all are told in turn. */
static void check_turns(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	struct netmap_port c = netmap_port("vale0:3");
	struct event other = event_new();
	int set = new_set();

	send_a_frame(&a);
	add(set, b.fd, EPOLLIN, 1);
	add(set, c.fd, EPOLLIN, 2);
	check_turns_of(set, 2);
	event_set(other);
	add(set, other.fd, EPOLLIN, 3);
	check_turns_of(set, 3);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, c.fd, NULL), 0);
	modify(set, b.fd, EPOLLOUT, 1);
	modify(set, other.fd, EPOLLIN, 2);
	check_turns_of(set, 2);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(other.fd), 0);
	netmap_close(&a);
	netmap_close(&b);
	netmap_close(&c);
}

static int refusal(int set, int op, int fd, uint32_t events)
{
	return control(set, op, fd, events, 0) < 0 ? errno : 0;
}

static void check_refusals(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct event other = event_new();
	int set = new_set();

	CHECK_EQ(refusal(set, 77, a.fd, EPOLLIN), EINVAL);
	CHECK_EQ(refusal(set, EPOLL_CTL_MOD, a.fd, EPOLLIN), ENOENT);
	CHECK_EQ(refusal(999, EPOLL_CTL_ADD, a.fd, EPOLLIN), EBADF);
	CHECK_EQ(refusal(-1, EPOLL_CTL_ADD, a.fd, EPOLLIN), EBADF);
	CHECK_EQ(refusal(other.fd, EPOLL_CTL_ADD, a.fd, EPOLLIN), EINVAL);
	CHECK_EQ(refusal(set, EPOLL_CTL_ADD, a.fd,
			 EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT),
		 EINVAL);
	CHECK_EQ(refusal(set, EPOLL_CTL_ADD, a.fd, EPOLLIN | EPOLLEXCLUSIVE),
		 0);
	CHECK_EQ(refusal(set, EPOLL_CTL_MOD, a.fd, EPOLLIN), EINVAL);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, other.fd, NULL), -1);
	CHECK_EQ(errno, EFAULT);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(other.fd), 0);
	netmap_close(&a);
}

/* A set in a poll, and in another set. */
static void check_nested(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	int set = new_set(), outer = new_set();
	struct pollfd fd = {set, POLLIN, 0};

	add(set, b.fd, EPOLLIN, 1);
	add(outer, set, EPOLLIN, 2);
	CHECK_EQ(poll(&fd, 1, 0), 0);
	send_a_frame(&a);
	CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
	CHECK(is_told(outer, EPOLLIN, 2));
	CHECK_EQ(take_all(&b), 1);
	CHECK_EQ(poll(&fd, 1, 0), 0);
	modify(set, b.fd, EPOLLOUT, 1);
	CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
	CHECK(is_told(outer, EPOLLIN, 2));
	CHECK(is_told(set, EPOLLOUT, 1));
	CHECK_EQ(close(outer), 0);
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
	netmap_close(&b);
}

/* A set that is polled, and asked without waiting, by who needs no sync. */
static void check_polled_and_drained(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	int set = new_set();
	struct pollfd fd = {set, POLLIN, 0};
	struct epoll_event e;

	add(set, b.fd, EPOLLIN, 1);
	for (int i = 0; i < 3; i++) {
		send_a_frame(&a);
		CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
		CHECK(is_told(set, EPOLLIN, 1));
		CHECK_EQ(take_shown(&b), 1);
		CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
		CHECK_EQ(poll(&fd, 1, 0), 0);
	}
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
	netmap_close(&b);
}

static void check_timeouts(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	int set = new_set();
	struct epoll_event e;

	add(set, a.fd, EPOLLIN, 1);
	CHECK_EQ(epoll_pwait2(set, &e, 1, &(struct timespec){-1, 0}, NULL), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(epoll_pwait2(set, &e, 1, &(struct timespec){0, 2000000000},
			      NULL),
		 -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
}

struct family {
	struct netmap_port a, b;
	int set, socket;
};

static void add_and_send(void *family)
{
	struct family *f = family;

	usleep(50000);
	add(f->set, f->b.fd, EPOLLIN, 0x2222);
	send_a_frame(&f->a);
}

/* The set is the child's, too. */
static void check_added_by_child(void)
{
	struct family f = {.a = netmap_port("vale0:1"),
			   .b = netmap_port("vale0:2"),
			   .set = new_set()};
	pid_t pid = spawn(add_and_send, &f);
	struct epoll_event e = wait_in(f.set, PATIENCE_MS);

	CHECK(e.events & EPOLLIN);
	CHECK_EQ(e.data.u64, 0x2222);
	join(pid);
	CHECK_EQ(close(f.set), 0);
	netmap_close(&f.a);
	netmap_close(&f.b);
}

static void open_and_pass(void *family)
{
	struct family *f = family;
	struct netmap_port b = netmap_port("vale0:2");

	pass(f->socket, b.fd, &b.answer);
}

/* It is in the set before anything else is done with it. */
static void check_passed(void)
{
	struct netmap_port a = netmap_port("vale0:1"), b;
	int ends[2], set = new_set();
	struct family f;
	pid_t pid;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	f.socket = ends[1];
	pid = spawn(open_and_pass, &f);
	b = receive_unmapped(ends[0]);
	join(pid);
	add(set, b.fd, EPOLLIN, 1);
	netmap_map(&b);
	CHECK_EQ(wait_in(set, 0).events, 0);
	for (int i = 0; i < 3; i++) {
		send_a_frame(&a);
		CHECK(is_told(set, EPOLLIN, 1));
		CHECK_EQ(take_shown(&b), 1);
		CHECK_EQ(wait_in(set, 0).events, 0);
	}
	CHECK_EQ(close(ends[0]), 0);
	CHECK_EQ(close(ends[1]), 0);
	CHECK_EQ(close(set), 0);
	netmap_close(&a);
	netmap_close(&b);
}

int main(void)
{
	begin();
	check_edges_of_a_round();
	check_unread_frames();
	check_duplicates();
	check_turns();
	check_refusals();
	check_nested();
	check_polled_and_drained();
	check_timeouts();
	check_added_by_child();
	check_passed();
	finish();
	return 0;
}
