// SPDX-License-Identifier: BSD-2-Clause
/*
 * The queues of an interface, registered one by one, by several descriptors of
 * one process, its threads and other processes, as pkt-gen -p and netmap's
 * bridge between netmap:eth0-0 and netmap:eth0-1 do: each has the frames of its
 * queue, all of a process have one memory. "two" and "twin" are a pair with two
 * queues; what goes out by queue q of one comes in by queue q of the other. (Not
 * by the module's emulated adapters: of a veth all comes by queue 0.)
 */
#include <pthread.h>

#include "netmap_testing.h"
#include "veth.h"

#define FRAMES 2000
#define WINDOW 64

static int try_queue(const char *name, uint16_t queue, uint64_t flags,
		     struct netmap_port *p)
{
	struct register_request r = {
		.mode = MODE_ONE_NIC,
		.ringid = queue,
		.flags = flags,
	};

	return netmap_try(name, r, p);
}

static void make_pair(void)
{
	struct netmap_port p;
	int error;

	run("ip link add two numrxqueues 2 numtxqueues 2 type veth peer name "
	    "twin numrxqueues 2 numtxqueues 2");
	run("ip link set two up && ip link set twin up");
	error = try_queue("two", 1, 0, &p);
	if (error == EOPNOTSUPP)
		SKIP("the kernel has no AF_XDP sockets");
	if (error == EINVAL)
		SKIP("this netmap does not see the second queue");
	CHECK_EQ(error, 0);
	CHECK_EQ(close(p.fd), 0);
}

/* Further ones of a process find their rings in the first one's mapping. */
static struct netmap_port queue_of(const char *name, uint16_t queue,
				   const struct netmap_port *first)
{
	struct netmap_port p;

	CHECK_EQ(try_queue(name, queue, 0, &p), 0);
	CHECK_EQ(p.answer.tx_rings, 2);
	CHECK_EQ(p.answer.rx_rings, 2);
	if (!first) {
		netmap_map(&p);
	} else {
		CHECK_EQ(p.answer.mem_id, first->answer.mem_id);
		CHECK_EQ(p.answer.memsize, first->answer.memsize);
		p.memory = first->memory;
		p.nif = (void *)((uint8_t *)p.memory + p.answer.offset);
	}
	CHECK(p.nif->ring_ofs[queue] != 0);
	return p;
}

static struct netmap_ring *tx(const struct netmap_port *p)
{
	return netmap_tx_ring(p, p->answer.ringid);
}

static struct netmap_ring *rx(const struct netmap_port *p)
{
	return netmap_rx_ring(p, p->answer.ringid);
}

static void wait_for(const struct netmap_port *p, short events)
{
	struct pollfd poller = {p->fd, events, 0};

	CHECK_EQ(poll(&poller, 1, PATIENCE_MS), 1);
}

static void sends(const struct netmap_port *p, uint32_t number)
{
	while (slots_in(tx(p)) == 0)
		wait_for(p, POLLOUT);
	CHECK_EQ(fill_ring(tx(p), number, 1), 1);
	CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
}

/* What is as long as ours is ours; the kernel's own frames are passed over. */
static bool is_ours(const struct netmap_ring *ring)
{
	const uint8_t *frame = buffer_of(ring, ring->head);

	return ring->slot[ring->head].len == FRAME_BYTES && frame[12] == 0x88 &&
	       frame[13] == 0xb5;
}

static void wait_frame(const struct netmap_port *p)
{
	struct netmap_ring *ring = rx(p);

	for (;;) {
		while (slots_in(ring) == 0)
			wait_for(p, POLLIN);
		if (is_ours(ring))
			return;
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
}

static void receives(const struct netmap_port *p, uint32_t number)
{
	uint8_t expected[FRAME_BYTES];
	struct netmap_ring *ring = rx(p);

	number_frame(expected, number);
	wait_frame(p);
	CHECK_EQ(memcmp(buffer_of(ring, ring->head), expected, FRAME_BYTES), 0);
	ring->head = ring->cur = next_slot(ring, ring->head);
}

static void passes(const struct netmap_port *from, const struct netmap_port *to,
		   uint32_t number)
{
	sends(from, number);
	receives(to, number);
}

static void check_refusals(void)
{
	struct register_request all = {.mode = MODE_ALL_NIC};
	struct netmap_port first = queue_of("two", 0, NULL), p;

	CHECK_EQ(try_queue("two", 0, REGISTER_EXCLUSIVE, &p), EBUSY);
	CHECK_EQ(try_queue("two", 2, 0, &p), EINVAL);
	CHECK_EQ(try_queue("two", 1, REGISTER_EXCLUSIVE, &p), 0);
	CHECK_EQ(close(p.fd), 0);
	all.flags = REGISTER_EXCLUSIVE;
	CHECK_EQ(netmap_try("two", all, &p), EBUSY);
	/* The module lets several have one ring, and each other's frames. */
	if (!on_module()) {
		CHECK_EQ(try_queue("two", 0, 0, &p), EBUSY);
		CHECK_EQ(netmap_try("two", (struct register_request){0}, &p),
			 EBUSY);
	}
	netmap_close(&first);
}

/* All queues send, also from another's mapping; none is in another's way. */
static void check_memory(void)
{
	struct netmap_port a = queue_of("two", 0, NULL);
	struct netmap_port b = queue_of("two", 1, &a);
	struct netmap_port far0 = queue_of("twin", 0, NULL);
	struct netmap_port far1 = queue_of("twin", 1, &far0);

	for (uint32_t i = 0; i < WINDOW; i++) {
		passes(&a, &far0, i);
		passes(&b, on_module() ? &far0 : &far1, i);
	}
	CHECK_EQ(close(a.fd), 0);
	passes(&b, on_module() ? &far0 : &far1, 7);
	CHECK_EQ(close(b.fd), 0);
	CHECK_EQ(munmap(a.memory, a.memory_size), 0);
	CHECK_EQ(close(far1.fd), 0);
	netmap_close(&far0);
}

struct pair {
	struct netmap_port near, far;
};

static void *talk(void *argument)
{
	const struct pair *p = argument;

	for (uint32_t i = 0; i < FRAMES; i++) {
		passes(&p->far, &p->near, i);
		passes(&p->near, &p->far, i);
	}
	return NULL;
}

/* As pkt-gen -p 2: the first opens, the others find their rings there. */
static void check_threads(void)
{
	struct pair pair[2];
	pthread_t thread[2];

	for (uint16_t i = 0; i < 2; i++) {
		pair[i].near = queue_of("two", i, i ? &pair[0].near : NULL);
		pair[i].far = queue_of("twin", i, i ? &pair[0].far : NULL);
	}
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, talk, &pair[i]), 0);
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(thread[i], NULL), 0);
	for (int i = 1; i >= 0; i--) {
		CHECK_EQ(close(pair[i].near.fd), 0);
		CHECK_EQ(close(pair[i].far.fd), 0);
	}
	CHECK_EQ(munmap(pair[0].near.memory, pair[0].near.memory_size), 0);
	CHECK_EQ(munmap(pair[0].far.memory, pair[0].far.memory_size), 0);
}

/* The next frame of one goes out by the other, in the buffer it came in. */
static void swap_across(const struct netmap_port *in,
			const struct netmap_port *out)
{
	struct netmap_ring *from = rx(in), *to = tx(out);
	struct netmap_slot *got, *sent;
	uint32_t buffer;

	wait_frame(in);
	while (slots_in(to) == 0)
		wait_for(out, POLLOUT);
	got = &from->slot[from->head];
	sent = &to->slot[to->head];
	buffer = sent->buf_idx;
	sent->buf_idx = got->buf_idx;
	sent->len = got->len;
	sent->flags = got->flags = NETMAP_SLOT_BUF_CHANGED;
	got->buf_idx = buffer;
	from->head = from->cur = next_slot(from, from->head);
	to->head = to->cur = next_slot(to, to->head);
	CHECK_EQ(ioctl(out->fd, NETMAP_TXSYNC, NULL), 0);
}

/* As netmap's bridge between two queues; the first may go first. */
static void check_bridge(void)
{
	struct netmap_port a = queue_of("two", 0, NULL);
	struct netmap_port b = queue_of("two", 1, &a);
	struct netmap_port far0 = queue_of("twin", 0, NULL);
	struct netmap_port far1 = queue_of("twin", 1, &far0), pipe;
	struct register_request r = {.mem_id = a.answer.mem_id};

	for (uint32_t i = 0; i < FRAMES; i++) {
		sends(&far0, i);
		swap_across(&a, &b);
		receives(&far1, i);
		sends(&far1, i);
		swap_across(&b, &a);
		receives(&far0, i);
	}
	CHECK_EQ(close(a.fd), 0);
	passes(&far1, &b, 1);
	/* Pipes have their rings in that memory also when the first is gone. */
	CHECK_EQ(netmap_try("two{1", r, &pipe), 0);
	CHECK_EQ(pipe.answer.mem_id, b.answer.mem_id);
	CHECK_EQ(close(pipe.fd), 0);
	CHECK_EQ(close(b.fd), 0);
	CHECK_EQ(munmap(a.memory, a.memory_size), 0);
	CHECK_EQ(close(far1.fd), 0);
	netmap_close(&far0);
}

struct owner {
	uint16_t queue;
	struct event ready;
};

/* Sends back all that comes. */
static void reflect(void *argument)
{
	const struct owner *owner = argument;
	struct netmap_port p = queue_of("two", owner->queue, NULL);

	event_set(owner->ready);
	for (;;)
		swap_across(&p, &p);
}

static pid_t reflector(uint16_t queue)
{
	struct owner owner = {queue, event_new()};
	pid_t pid = spawn(reflect, &owner);

	event_wait(owner.ready);
	close(owner.ready.fd);
	return pid;
}

static void host_gets(int fd, uint32_t number)
{
	struct pollfd poller = {fd, POLLIN, 0};
	uint8_t expected[FRAME_BYTES], got[2048];

	number_frame(expected, number);
	do
		CHECK_EQ(poll(&poller, 1, PATIENCE_MS), 1);
	while (recv(fd, got, sizeof(got), 0) != FRAME_BYTES ||
	       memcmp(got, expected, FRAME_BYTES) != 0);
}

/* Whoever is killed, the others go on; the last gives all back to the host. */
static void check_processes(void)
{
	struct netmap_port far0 = queue_of("twin", 0, NULL);
	struct netmap_port far1 = queue_of("twin", 1, &far0);
	pid_t first = reflector(0), second = reflector(1);
	int host;

	passes(&far0, &far0, 1);
	passes(&far1, &far1, 2);
	kill_and_reap(first);
	passes(&far1, &far1, 3);
	first = reflector(0);
	passes(&far0, &far0, 4);
	kill_and_reap(second);
	passes(&far0, &far0, 5);
	kill_and_reap(first);
	host = packet_socket("two");
	sends(&far1, 6);
	host_gets(host, 6);
	close(host);
	CHECK_EQ(close(far1.fd), 0);
	netmap_close(&far0);
}

int main(void)
{
	veth_begin();
	make_pair();
	check_refusals();
	check_memory();
	if (!on_module()) {
		check_threads();
		check_bridge();
		check_processes();
	}
	veth_end();
	return 0;
}
