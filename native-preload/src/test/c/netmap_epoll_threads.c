// SPDX-License-Identifier: BSD-2-Clause
/*
 * A thread that sleeps in epoll_wait is told of what another puts into the set,
 * changes there, or registers, and always with the program's own data; of
 * threads that sleep in one set each edge wakes one.
 */
#include <pthread.h>

#include "netmap_epoll_testing.h"

#define FRAMES 3000
#define SLOTS 64
#define SLEEPERS 3

/* Long enough for a thread to sleep; if it does not the test shows less. */
#define A_MOMENT_US 20000

struct sleeper {
	pthread_t thread;
	int set;
	struct event woken; /* of all that sleep in the set */
	struct epoll_event told;
};

static void *sleep_in(void *sleeper)
{
	struct sleeper *s = sleeper;

	s->told = wait_in(s->set, PATIENCE_MS);
	if (s->woken.fd > 0)
		event_set(s->woken);
	return NULL;
}

static void begin_sleep(struct sleeper *s, int set)
{
	s->set = set;
	CHECK_EQ(pthread_create(&s->thread, NULL, sleep_in, s), 0);
	usleep(A_MOMENT_US);
}

static void check_told(struct sleeper *s, uint32_t events, uint64_t data)
{
	CHECK_EQ(pthread_join(s->thread, NULL), 0);
	CHECK_EQ(s->told.events, events);
	CHECK_EQ(s->told.data.u64, data);
}

struct ports {
	struct netmap_port a, b;
};

/* Before it none of ours was in the set, or one. */
static void check_added(const struct ports *p, bool another)
{
	int set = new_set();
	struct event other = event_new();
	struct sleeper s = {0};

	add(set, other.fd, EPOLLIN, 1);
	if (another)
		add(set, p->a.fd, EPOLLIN, 2);
	begin_sleep(&s, set);
	add(set, p->b.fd, EPOLLIN, 3);
	usleep(A_MOMENT_US);
	send_a_frame(&p->a);
	check_told(&s, EPOLLIN, 3);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, p->b.fd, NULL), 0);

	begin_sleep(&s, set);
	add(set, p->b.fd, EPOLLIN, 4); /* the frame is there already */
	check_told(&s, EPOLLIN, 4);
	CHECK_EQ(take_all(&p->b), 1);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, p->b.fd, NULL), 0);

	begin_sleep(&s, set);
	add(set, p->b.fd, EPOLLOUT, 5);
	check_told(&s, EPOLLOUT, 5);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(other.fd), 0);
}

static void check_changed(const struct ports *p)
{
	int set = new_set();
	struct sleeper s = {0};

	add(set, p->b.fd, EPOLLIN, 1);
	begin_sleep(&s, set);
	modify(set, p->b.fd, EPOLLIN | EPOLLOUT, 2);
	check_told(&s, EPOLLOUT, 2);

	modify(set, p->b.fd, EPOLLOUT | EPOLLONESHOT, 3);
	CHECK(is_told(set, EPOLLOUT, 3));
	begin_sleep(&s, set);
	modify(set, p->b.fd, EPOLLOUT | EPOLLONESHOT, 4);
	check_told(&s, EPOLLOUT, 4);

	modify(set, p->b.fd, EPOLLIN | EPOLLONESHOT, 5);
	send_a_frame(&p->a);
	CHECK(is_told(set, EPOLLIN, 5));
	begin_sleep(&s, set);
	modify(set, p->b.fd, EPOLLIN | EPOLLONESHOT, 6);
	check_told(&s, EPOLLIN, 6);
	CHECK_EQ(take_all(&p->b), 1);
	CHECK_EQ(close(set), 0);
}

/* A full pipe's writer, to whom nobody writes when there is room again. */
static void check_room(void)
{
	struct register_request small = {.tx_slots = SLOTS, .rx_slots = SLOTS};
	struct ports p = {netmap_register_as("vale0:p{1", small),
			  netmap_register_as("vale0:p}1", small)};
	struct netmap_ring *ring = netmap_tx_ring(&p.a, 0);
	struct sleeper s = {0};
	int set = new_set();

	while (fill_ring(ring, 0, SLOTS) > 0)
		CHECK_EQ(ioctl(p.a.fd, NETMAP_TXSYNC, NULL), 0);
	add(set, p.a.fd, EPOLLIN, 1);
	begin_sleep(&s, set);
	modify(set, p.a.fd, EPOLLOUT, 2);
	usleep(A_MOMENT_US);
	CHECK(take_all(&p.b) > 0);
	check_told(&s, EPOLLOUT, 2);
	CHECK_EQ(close(set), 0);
	netmap_close(&p.a);
	netmap_close(&p.b);
}

/* What is not registered yet is in error; the module wakes nobody for it. */
static void check_registered(const struct ports *p)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct netmap_port late = {.fd = netmap_open()};
	int set = new_set();
	struct sleeper s = {0};

	add(set, late.fd, EPOLLIN | EPOLLET, 7);
	CHECK(is_told(set, EPOLLERR, 7));
	begin_sleep(&s, set);
	CHECK_EQ(netmap_ask(late.fd, REQUEST_REGISTER, "vale0:3", &r), 0);
	late.answer = r;
	netmap_map(&late);
	usleep(A_MOMENT_US);
	send_a_frame(&p->a);
	check_told(&s, EPOLLIN, 7);
	CHECK_EQ(close(set), 0);
	netmap_close(&late);
	take_all(&p->b);
}

/* Who was told is busy with it; the next frame is for another. */
static void check_edges_for_all(const struct ports *p)
{
	struct sleeper s[SLEEPERS];
	struct event woken = event_new();
	int set = new_set();

	add(set, p->b.fd, EPOLLIN | EPOLLET, 8);
	for (int i = 0; i < SLEEPERS; i++) {
		s[i] = (struct sleeper){.woken = woken};
		begin_sleep(&s[i], set);
	}
	for (int i = 0; i < SLEEPERS; i++) {
		send_a_frame(&p->a);
		event_wait(woken);
	}
	for (int i = 0; i < SLEEPERS; i++)
		check_told(&s[i], EPOLLIN, 8);
	CHECK_EQ(take_all(&p->b), SLEEPERS);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(woken.fd), 0);
}

struct flow {
	struct netmap_port from, to;
	struct event taken;
	int set;
};

/* Bursts of few frames, each sent when the one before was taken. */
static void *send_bursts(void *flow)
{
	struct flow *f = flow;

	for (uint32_t sent = 0, n; sent < FRAMES; sent += n) {
		n = 1 + sent % 7;
		if (n > FRAMES - sent)
			n = FRAMES - sent;
		for (uint32_t i = 0; i < n; i++)
			send_a_frame(&f->from);
		event_wait(f->taken);
	}
	return NULL;
}

/* No edge is lost, however frames come in between: all burst are taken. */
static void check_flow(void)
{
	struct register_request small = {.tx_slots = SLOTS, .rx_slots = SLOTS};
	struct flow f = {.from = netmap_register_as("vale0:4", small),
			 .to = netmap_register_as("vale0:5", small),
			 .taken = event_new(),
			 .set = new_set()};
	uint32_t taken = 0, burst = 1, in_burst = 0;
	pthread_t sender;

	add(f.set, f.to.fd, EPOLLIN | EPOLLET, 9);
	CHECK_EQ(pthread_create(&sender, NULL, send_bursts, &f), 0);
	while (taken < FRAMES) {
		CHECK(is_told(f.set, EPOLLIN, 9));
		in_burst += take_all(&f.to);
		if (in_burst < burst && taken + in_burst < FRAMES)
			continue;
		taken += in_burst;
		in_burst = 0;
		burst = 1 + taken % 7;
		event_set(f.taken);
	}
	CHECK_EQ(pthread_join(sender, NULL), 0);
	CHECK_EQ(close(f.set), 0);
	CHECK_EQ(close(f.taken.fd), 0);
	netmap_close(&f.from);
	netmap_close(&f.to);
}

int main(void)
{
	struct ports p;

	begin();
	p = (struct ports){netmap_port("vale0:1"), netmap_port("vale0:2")};
	check_added(&p, false);
	check_added(&p, true);
	check_changed(&p);
	if (!on_module())
		check_registered(&p);
	check_edges_for_all(&p);
	netmap_close(&p.a);
	netmap_close(&p.b);
	check_room();
	check_flow();
	finish();
	return 0;
}
