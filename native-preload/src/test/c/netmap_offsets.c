// SPDX-License-Identifier: BSD-2-Clause
/*
 * Slots that say where in their buffers frames begin (the option "offsets"): of
 * ports of a switch, pipes and monitors, beside programs without.
 */
#include "netmap_testing.h"

#define BITS 8
#define MASK 0xffu
#define MOST 128u

static struct offsets_option offsets_from(uint64_t initial)
{
	return (struct offsets_option){
		.head = {.type = OPTION_OFFSETS, .size = 56},
		.most = MOST,
		.initial = initial,
		.bits = BITS,
	};
}

static struct netmap_port open_from(const char *name, uint64_t initial)
{
	struct offsets_option o = offsets_from(initial);
	struct netmap_port p;

	CHECK_EQ(netmap_try_option(name, (struct register_request){0}, &o, &p),
		 0);
	CHECK_EQ(o.head.status, 0);
	CHECK_EQ(o.most, MOST);
	netmap_map(&p);
	return p;
}

static uint8_t *frame_of(struct netmap_ring *ring, uint32_t slot)
{
	return buffer_of(ring, slot) +
	       (ring->slot[slot].ptr & ring->offset_mask);
}

/* Fills the next slot from its offset on; bytes of 0xee before. */
static void fill_slot(struct netmap_ring *ring, uint32_t number)
{
	uint32_t at = ring->head;

	memset(buffer_of(ring, at), 0xee, ring->nr_buf_size);
	number_frame(frame_of(ring, at), number);
	ring->slot[at].len = FRAME_BYTES;
	ring->slot[at].flags = 0;
	ring->head = ring->cur = next_slot(ring, at);
}

/*
 * The next frame, where its slot says, which is at least there; with the
 * module's switches it is where the sender's was, but for whole cache lines.
 */
static void take_slot(struct netmap_ring *ring, uint32_t number, uint64_t from)
{
	uint8_t expected[FRAME_BYTES];
	uint32_t at = ring->head;

	CHECK(slots_in(ring) > 0);
	number_frame(expected, number);
	CHECK_EQ(ring->slot[at].len, FRAME_BYTES);
	CHECK((ring->slot[at].ptr & ring->offset_mask) >= DIFFERS(0, from));
	CHECK_EQ(memcmp(frame_of(ring, at), expected, FRAME_BYTES), 0);
	ring->head = ring->cur = next_slot(ring, at);
}

static void txsync(const struct netmap_port *p)
{
	CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
}

static void rxsync(const struct netmap_port *p)
{
	CHECK_EQ(ioctl(p->fd, NETMAP_RXSYNC, NULL), 0);
}

static void check_rings(const struct netmap_port *p, uint64_t initial)
{
	struct netmap_ring *tx = netmap_tx_ring(p, 0);
	struct netmap_ring *rx = netmap_rx_ring(p, 0);

	CHECK(tx->offset_mask == MASK && rx->offset_mask == MASK);
	CHECK(tx->num_slots == p->answer.tx_slots);
	CHECK(rx->num_slots == p->answer.rx_slots);
	for (uint32_t i = 0; i < tx->num_slots; i++)
		CHECK_EQ(tx->slot[i].ptr, initial);
	for (uint32_t i = 0; i < rx->num_slots; i++)
		CHECK_EQ(rx->slot[i].ptr, initial);
}

/* To one with offsets of its own, and to one without; and back. */
static void check_switch(void)
{
	struct netmap_port a = open_from("vale0:a", 64);
	struct netmap_port b = open_from("vale0:b", 32);
	struct netmap_port plain = netmap_port("vale0:c");
	struct netmap_ring *rx = netmap_rx_ring(&b, 0);
	uint32_t at;

	check_rings(&a, 64);
	check_rings(&b, 32);
	CHECK(a.answer.mem_id != b.answer.mem_id);
	CHECK_EQ(netmap_rx_ring(&plain, 0)->offset_mask, 0);
	for (uint32_t i = 0; i < 3000; i++) {
		fill_slot(netmap_tx_ring(&a, 0), i);
		txsync(&a);
		rxsync(&b);
		take_slot(rx, i, 32);
		rxsync(&plain);
		CHECK_EQ(empty_ring(netmap_rx_ring(&plain, 0), i), 1);
	}
	/* The program moves one, and has bits of its own in ptr. */
	at = rx->head;
	rx->slot[at].ptr = 0xab00u | 100;
	CHECK_EQ(fill_ring(netmap_tx_ring(&plain, 0), 7, 1), 1);
	txsync(&plain);
	rxsync(&b);
	CHECK(rx->slot[at].ptr >> BITS == 0xab);
	take_slot(rx, 7, 100);
	netmap_close(&plain);
	netmap_close(&b);
	netmap_close(&a);
}

/* What is beyond the greatest is cropped; what has no room is no frame. */
static void check_limits(void)
{
	struct netmap_port a = open_from("vale0:a", 0);
	struct netmap_port b = netmap_port("vale0:b");
	struct netmap_ring *tx = netmap_tx_ring(&a, 0);
	uint32_t at = tx->head;

	number_frame(buffer_of(tx, at) + MOST, 5);
	tx->slot[at].ptr = 200;
	tx->slot[at].len = FRAME_BYTES;
	tx->head = tx->cur = next_slot(tx, at);
	at = tx->head;
	tx->slot[at].ptr = MOST;
	tx->slot[at].len = (uint16_t)(tx->nr_buf_size - MOST + 1);
	tx->head = tx->cur = next_slot(tx, at);
	fill_slot(tx, 6);
	txsync(&a);
	rxsync(&b);
	CHECK_EQ(empty_ring(netmap_rx_ring(&b, 0), 5), 2);
	netmap_close(&b);
	netmap_close(&a);
}

static void check_pipe(void)
{
	struct netmap_port left = open_from("vale0:a{1", 16);
	/* With the module the frame stays where it is, if the slot says 48. */
	struct netmap_port right = open_from("vale0:a}1", DIFFERS(16, 48));
	struct pollfd readable = {right.fd, POLLIN, 0};

	for (uint32_t i = 0; i < 3000; i++) {
		fill_slot(netmap_tx_ring(&left, 0), i);
		txsync(&left);
		CHECK_EQ(poll(&readable, 1, 10000), 1);
		take_slot(netmap_rx_ring(&right, 0), i, 16);
	}
	netmap_close(&right);
	netmap_close(&left);
}

static void check_monitors(void)
{
	struct netmap_port a = netmap_port("vale0:a");
	struct netmap_port b = netmap_port("vale0:b");
	struct register_request r = {.flags = REGISTER_MONITOR_RX};
	struct offsets_option o = offsets_from(24);
	struct netmap_port m;

	CHECK_EQ(netmap_try_option("vale0:b", r, &o, &m), 0);
	netmap_map(&m);
	CHECK_EQ(fill_ring(netmap_tx_ring(&a, 0), 9, 1), 1);
	txsync(&a);
	rxsync(&b);
	CHECK_EQ(empty_ring(netmap_rx_ring(&b, 0), 9), 1);
	rxsync(&b);
	rxsync(&m);
	take_slot(netmap_rx_ring(&m, 0), 9, 24);
	netmap_close(&m);
	/* One that shares the port's buffers cannot have its own offsets. */
	r.flags |= REGISTER_ZERO_COPY;
	CHECK_EQ(netmap_try_option("vale0:b", r, &o, &m), EOPNOTSUPP);
	CHECK_EQ(o.head.status, EOPNOTSUPP);
	CHECK_EQ(close(m.fd), 0);
	netmap_close(&b);
	netmap_close(&a);
}

static void check_refused(struct offsets_option o)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct netmap_port p;

	CHECK_EQ(netmap_try_option("vale0:a", r, &o, &p), EINVAL);
	CHECK_EQ(o.head.status, EINVAL);
	/* Not registered: it can be yet. */
	CHECK_EQ(netmap_ask(p.fd, REQUEST_REGISTER, "vale0:a", &r), 0);
	CHECK_EQ(close(p.fd), 0);
}

static void check_errors(void)
{
	struct offsets_option o = offsets_from(0);

	o.bits = 65;
	check_refused(o);
	o = offsets_from(MOST + 1);
	check_refused(o);
	o = offsets_from(0);
	o.most = MASK + 1; /* no bit for it */
	check_refused(o);
	o = offsets_from(0);
	o.bits = 0;      /* all of them */
	o.most = 100000; /* than a buffer has */
	check_refused(o);
}

int main(void)
{
	begin();
	check_switch();
	check_limits();
	check_pipe();
	check_monitors();
	check_errors();
	finish();
	return 0;
}
