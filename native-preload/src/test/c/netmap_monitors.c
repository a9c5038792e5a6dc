// SPDX-License-Identifier: BSD-2-Clause
/*
 * Monitors, copying and zero-copy, of ports of a switch and of pipes: which
 * frames they see, when, marked how, which are lost when nobody reads them, and
 * what becomes of them when their port is closed.
 */
#include "netmap_testing.h"

#define RX REGISTER_MONITOR_RX
#define TX REGISTER_MONITOR_TX
#define ZERO_COPY REGISTER_ZERO_COPY
#define FEW 16 /* slots */

static struct netmap_port monitor(const char *name, uint64_t flags,
				  uint32_t slots)
{
	struct register_request r = {.flags = flags, .rx_slots = slots};

	return netmap_register_as(name, r);
}

static void txsync(const struct netmap_port *p)
{
	CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
}

static void rxsync(const struct netmap_port *p)
{
	CHECK_EQ(ioctl(p->fd, NETMAP_RXSYNC, NULL), 0);
}

static void send_some(const struct netmap_port *p, uint32_t number, uint32_t n)
{
	CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), number, n), n);
	txsync(p);
}

/* What is there to read after a sync, without taking it. */
static uint32_t seen(const struct netmap_port *p)
{
	rxsync(p);
	return slots_in(netmap_rx_ring(p, 0));
}

/* Takes what is there, frames from number on, and gives it back. */
static void take(const struct netmap_port *p, uint32_t number, uint32_t n)
{
	rxsync(p);
	CHECK_EQ(empty_ring(netmap_rx_ring(p, 0), number), n);
	rxsync(p);
}

/* The flag of a monitor's slots that tells what its port has sent. */
static void are_sent(const struct netmap_port *p, bool sent)
{
	const struct netmap_ring *ring = netmap_rx_ring(p, 0);
	uint32_t at = ring->head;

	for (uint32_t n = slots_in(ring); n > 0; n--, at = next_slot(ring, at))
		CHECK_EQ(!!(ring->slot[at].flags & NETMAP_SLOT_TXMON), sent);
}

static void check_answer(const struct netmap_port *of,
			 const struct netmap_port *copying,
			 const struct netmap_port *zero_copy)
{
	CHECK_EQ(copying->answer.tx_slots, of->answer.tx_slots);
	CHECK_EQ(copying->answer.rx_slots, of->answer.rx_slots);
	CHECK(copying->answer.mem_id != of->answer.mem_id);
	CHECK_EQ(copying->answer.flags, RX | TX);
	CHECK_EQ(zero_copy->answer.rx_slots, of->answer.rx_slots);
	CHECK_EQ(zero_copy->answer.flags, RX | TX | ZERO_COPY);
	/* Buffers that move from one to the other: docs/netmap-face.md. */
	CHECK_EQ(zero_copy->answer.mem_id == of->answer.mem_id, on_module());
}

static short polled(const struct netmap_port *p, short events)
{
	struct pollfd fd = {p->fd, events, 0};

	CHECK(poll(&fd, 1, 0) >= 0);
	return fd.revents;
}

/* A program that only polls: that is its sync. */
static void check_polled(const struct netmap_port *a,
			 const struct netmap_port *b)
{
	struct netmap_port z = monitor("vale0:b", ZERO_COPY, 0);
	struct netmap_ring *ring = netmap_rx_ring(b, 0);

	send_some(a, 1, 3);
	CHECK_EQ(polled(b, POLLIN), POLLIN);
	CHECK_EQ(polled(&z, POLLIN), 0);
	CHECK_EQ(empty_ring(ring, 1), 3);
	CHECK_EQ(polled(&z, POLLIN), 0);
	CHECK_EQ(polled(b, POLLIN), 0);
	CHECK_EQ(polled(&z, POLLIN), POLLIN);
	take(&z, 1, 3);
	netmap_close(&z);
}

/* What b's program gives back is seen as it leaves it. */
static void check_received(const struct netmap_port *a,
			   const struct netmap_port *b)
{
	struct netmap_port z = monitor("vale0:b", ZERO_COPY, 0);
	struct netmap_port c = monitor("vale0:b", RX | TX, 0);
	struct netmap_ring *ring = netmap_rx_ring(b, 0);
	struct netmap_ring *shown = netmap_rx_ring(&z, 0);

	check_answer(b, &c, &z);
	send_some(a, 1, 3);
	CHECK_EQ(seen(&c), 3);
	are_sent(&c, false);
	CHECK_EQ(seen(&z), 0);
	CHECK_EQ(seen(b), 3);
	buffer_of(ring, ring->head)[20] = 0xab;
	ring->slot[ring->head].len = 100;
	CHECK_EQ(seen(&z), 0);
	ring->head = next_slot(ring, ring->head);
	CHECK_EQ(seen(&z), 0); /* not before b's sync */
	CHECK_EQ(seen(b), 2);
	CHECK_EQ(seen(&z), 1);
	CHECK_EQ(shown->slot[shown->head].len, 100);
	CHECK_EQ(buffer_of(shown, shown->head)[20], 0xab);
	are_sent(&z, false);
	shown->head = shown->cur = next_slot(shown, shown->head);
	take(b, 2, 2);
	take(&z, 2, 2);
	take(&c, 1, 3);
	netmap_close(&c);
	netmap_close(&z);
}

static void check_sent(const struct netmap_port *a, const struct netmap_port *b)
{
	struct netmap_port z = monitor("vale0:b", ZERO_COPY, 0);
	struct netmap_port t = monitor("vale0:b", TX, 0);
	struct netmap_port r = monitor("vale0:b", RX, 0);

	send_some(b, 10, 3);
	CHECK_EQ(seen(&t), 3);
	are_sent(&t, true);
	CHECK_EQ(seen(&z), 3); /* a switch is done with them at once */
	are_sent(&z, true);
	CHECK_EQ(seen(&r), 0);
	take(&t, 10, 3);
	take(&z, 10, 3);
	take(a, 10, 3);
	netmap_close(&r);
	netmap_close(&t);
	netmap_close(&z);
}

/* The second sees what the first gives back, and takes its place. */
static void check_chain(const struct netmap_port *a,
			const struct netmap_port *b)
{
	struct netmap_port first = monitor("vale0:b", ZERO_COPY, 0);
	struct netmap_port second = monitor("vale0:b", ZERO_COPY, 0);

	send_some(a, 1, 3);
	take(b, 1, 3);
	CHECK_EQ(seen(&second), 0);
	take(&first, 1, 3);
	take(&second, 1, 3);
	send_some(b, 4, 2);
	CHECK_EQ(seen(&second), 0);
	CHECK_EQ(seen(&first), 2);
	are_sent(&first, true);
	take(&first, 4, 2);
	CHECK_EQ(seen(&second), 2);
	are_sent(&second, false);
	take(&second, 4, 2);
	take(a, 4, 2);
	netmap_close(&first);
	send_some(a, 6, 2);
	take(b, 6, 2);
	take(&second, 6, 2);
	netmap_close(&second);
}

/*
 * Nobody waits for a monitor: what finds no room is lost, the oldest of a sync
 * first.
 */
static void check_lost(const struct netmap_port *a, const struct netmap_port *b)
{
	struct netmap_port z = monitor("vale0:b", ZERO_COPY, FEW);
	struct netmap_port r = monitor("vale0:b", RX, FEW);
	struct netmap_port t = monitor("vale0:a", TX, FEW);

	send_some(a, 100, 600);
	take(b, 100, 600);
	send_some(a, 700, 5);
	take(b, 700, 5);
	take(&z, 700 - (FEW - 1), FEW - 1);
	take(&r, 700 - (FEW - 1), FEW - 1);
	take(&t, 700 - (FEW - 1), FEW - 1);
	send_some(a, 705, 2);
	take(b, 705, 2);
	take(&z, 705, 2);
	take(&r, 705, 2);
	take(&t, 705, 2);
	netmap_close(&t);
	netmap_close(&r);
	netmap_close(&z);
}

/* What an end has sent is released by the other end, and seen at the next sync. */
static void check_pipe(void)
{
	struct netmap_port left = netmap_port("vale0:p{1");
	struct netmap_port right = netmap_port("vale0:p}1");
	struct netmap_port z = monitor("vale0:p{1", ZERO_COPY, 0);
	struct netmap_port t = monitor("vale0:p{1", TX, 0);
	struct netmap_ring *tx = netmap_tx_ring(&left, 0);
	uint32_t free = slots_in(tx);

	send_some(&left, 1, 4);
	CHECK_EQ(slots_in(tx), free - 4);
	CHECK_EQ(seen(&z), 0);
	take(&t, 1, 4);
	take(&right, 1, 4);
	CHECK_EQ(seen(&z), 0);
	txsync(&left);
	CHECK_EQ(slots_in(tx), free);
	CHECK_EQ(seen(&z), 4);
	are_sent(&z, true);
	take(&z, 1, 4);
	send_some(&right, 5, 2);
	CHECK_EQ(seen(&z), 0);
	take(&left, 5, 2);
	CHECK_EQ(seen(&z), 2);
	are_sent(&z, false);
	take(&z, 5, 2);
	netmap_close(&z);
	/* A ring that nobody reads is full once; none is lost. */
	send_some(&left, 0, free);
	txsync(&left);
	CHECK_EQ(slots_in(tx), 0);
	CHECK_EQ(seen(&t), free);
	take(&right, 0, free);
	txsync(&left);
	CHECK_EQ(slots_in(tx), free);
	netmap_close(&t);
	netmap_close(&right);
	netmap_close(&left);
}

/* What was shown stays; nothing more comes, also if the port is opened again. */
static void check_closed_port(const struct netmap_port *b)
{
	struct netmap_port a = netmap_port("vale0:c");
	struct netmap_port z = monitor("vale0:c", ZERO_COPY, 0);
	struct netmap_port t = monitor("vale0:c", TX, 0);

	send_some(&a, 1, 2);
	CHECK_EQ(polled(&z, POLLIN), POLLIN);
	CHECK_EQ(seen(&t), 2);
	CHECK_EQ(polled(&z, POLLOUT), POLLOUT | POLLERR);
	txsync(&z); /* no error, and nothing happens */
	netmap_close(&a);
	CHECK_EQ(polled(&z, POLLIN), POLLIN | POLLERR);
	take(&z, 1, 2);
	take(&t, 1, 2);
	a = netmap_port("vale0:c");
	send_some(&a, 3, 2);
	CHECK_EQ(polled(&z, POLLIN), POLLERR);
	CHECK_EQ(polled(&t, POLLIN), POLLERR);
	CHECK_EQ(seen(&z) + seen(&t), 0);
	take(b, 1, 4);
	netmap_close(&t);
	netmap_close(&z);
	netmap_close(&a);
}

/* Rings that are a monitor's own can be asked for whoever has the port. */
static void check_registration(const struct netmap_port *b)
{
	struct register_request r = {.flags = ZERO_COPY | REGISTER_EXCLUSIVE};
	struct netmap_port p;

	CHECK_EQ(netmap_try("vale0:b", r, &p), 0);
	CHECK_EQ(close(p.fd), 0);
	r = (struct register_request){.flags = ZERO_COPY | REGISTER_RX_ONLY,
				      .extra_buffers = 4};
	CHECK_EQ(netmap_try("vale0:b", r, &p), 0);
	CHECK_EQ(p.answer.extra_buffers, 4);
	CHECK_EQ(close(p.fd), 0);
	r = (struct register_request){.flags = ZERO_COPY,
				      .mem_id = b->answer.mem_id};
	CHECK_EQ(netmap_try("vale0:b", r, &p), 0);
	CHECK_EQ(close(p.fd), 0);
	r.mem_id = 60000;
	CHECK_EQ(netmap_try("vale0:b", r, &p), EINVAL);
	r = (struct register_request){
		.flags = ZERO_COPY, .mode = MODE_ONE_NIC, .ringid = 1};
	CHECK_EQ(netmap_try("vale0:b", r, &p), EINVAL);
	CHECK_EQ(netmap_try("vale0:none",
			    (struct register_request){.flags = ZERO_COPY}, &p),
		 EINVAL);
}

/* A ring of a port with several: the monitor has as many. */
static void check_one_ring(void)
{
	struct register_request two = {.tx_rings = 2, .rx_rings = 2};
	struct register_request one = {
		.flags = TX, .mode = MODE_ONE_NIC, .ringid = 1};
	struct netmap_port p = netmap_register_as("vale0:two", two);
	struct netmap_port all = monitor("vale0:two", ZERO_COPY, 0);
	struct netmap_port m = netmap_register_as("vale0:two", one);

	CHECK_EQ(m.answer.rx_rings, 2);
	CHECK_EQ(all.answer.rx_rings, 2);
	for (uint32_t i = 0; i < 2; i++)
		CHECK_EQ(fill_ring(netmap_tx_ring(&p, i), 10 * i, 3), 3);
	txsync(&p);
	rxsync(&m);
	rxsync(&all);
	CHECK_EQ(empty_ring(netmap_rx_ring(&m, 1), 10), 3);
	CHECK_EQ(empty_ring(netmap_rx_ring(&all, 0), 0), 3);
	CHECK_EQ(empty_ring(netmap_rx_ring(&all, 1), 10), 3);
	netmap_close(&m);
	netmap_close(&all);
	netmap_close(&p);
}

int main(void)
{
	struct netmap_port a, b;

	begin();
	a = netmap_port("vale0:a");
	b = netmap_port("vale0:b");
	check_received(&a, &b);
	check_polled(&a, &b);
	check_sent(&a, &b);
	check_chain(&a, &b);
	check_lost(&a, &b);
	check_registration(&b);
	check_pipe();
	check_closed_port(&b);
	netmap_close(&a);
	netmap_close(&b);
	check_one_ring();
	finish();
	return 0;
}
