/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes: what one end sends the other receives, in order and unchanged, with
 * its buffers traded, not copied. A full end pushes back and drops nothing; a
 * writer that waits for room sleeps until the reader gives some back. Frames
 * wait for an end that is not open. Filters, snap lengths and arrival times
 * work at an end as at a port.
 */
#include "counted.h"

#include <time.h>

#define TOTAL 200000

static struct opened left, right;

static void open_ends(uint32_t slots)
{
	struct nmd_options options = {.tx_slots = slots, .rx_slots = slots};

	left = open_with("vale0:p{1", options);
	right = open_with("vale0:p}1", options);
}

static void close_ends(void)
{
	nmd_close(left.port);
	nmd_close(right.port);
}

/* Every buffer of a pipe stands in exactly one slot of its four rings. */
static void check_buffers(const struct opened *a, const struct opened *b)
{
	const struct opened *ends[2] = {a, b};
	uint8_t *seen = calloc(a->region.buffers, 1);
	uint32_t slots = 0;

	CHECK(seen != NULL);
	CHECK_EQ(a->region.buffers, b->region.buffers);
	for (int e = 0; e < 2; e++)
		for (int receive = 0; receive < 2; receive++) {
			struct netmap_ring *ring = ring_of(ends[e], receive, 0);

			for (uint32_t i = 0; i < ring->num_slots; i++) {
				uint32_t buffer = ring->slot[i].buf_idx;

				CHECK(buffer < a->region.buffers);
				CHECK(!seen[buffer]);
				seen[buffer] = 1;
				slots++;
			}
		}
	CHECK_EQ(slots, 2 * (a->region.tx_slots + a->region.rx_slots));
	free(seen);
}

static void send_numbered(const struct opened *o, uint32_t number)
{
	uint8_t frame[60];

	make_frame(frame, 2, 1, sizeof(frame), (uint8_t)number);
	memcpy(frame + 14, &number, sizeof(number));
	queue_slot(o->tx, frame, sizeof(frame), 0);
}

static void expect_numbered(const struct opened *o, uint32_t number)
{
	uint32_t found;

	CHECK(slots_in(o->rx) > 0);
	CHECK_EQ(o->rx->slot[o->rx->head].len, 60);
	memcpy(&found, buffer_of(o->rx, o->rx->head) + 14, sizeof(found));
	CHECK_EQ(found, number);
	o->rx->head = o->rx->cur = next_slot(o->rx, o->rx->head);
}

static void both_ways(void)
{
	uint32_t buffer;

	open_ends(64);
	buffer = left.tx->slot[left.tx->head].buf_idx;
	send_numbered(&left, 7);
	CHECK_EQ(nmd_txsync(left.port), 63);
	CHECK_EQ(readable(&right), 1);
	CHECK_EQ(right.rx->slot[right.rx->head].buf_idx, buffer);
	expect_numbered(&right, 7);
	send_numbered(&right, 8);
	CHECK_EQ(nmd_txsync(right.port), 63);
	CHECK_EQ(readable(&left), 1);
	expect_numbered(&left, 8);
	CHECK_EQ(readable(&left), 0);
	CHECK_EQ(readable(&right), 0);
	check_buffers(&left, &right);
	close_ends();
	CHECK_EQ(listed(), 0);
}

/* A full end: the ring of the reader, then the writer's own, then no more. */
static void pushes_back(uint32_t slots)
{
	uint32_t sent = 0, taken = 0;

	open_ends(slots);
	while (slots_in(left.tx) > 0) {
		send_numbered(&left, sent++);
		CHECK(nmd_txsync(left.port) >= 0);
	}
	CHECK_EQ(sent, 2 * (slots - 1));
	CHECK_EQ(nmd_wait(left.port, POLLOUT, 0), 0);
	CHECK_EQ(nmd_wait(left.port, POLLOUT, 1000000), 0);
	CHECK_EQ(readable(&right), slots - 1);
	expect_numbered(&right, taken++);
	CHECK_EQ(readable(&right), slots - 2);
	CHECK_EQ(nmd_wait(left.port, POLLOUT, 0), POLLOUT);
	CHECK_EQ(slots_in(left.tx), 1);
	while (taken < sent) {
		while (slots_in(right.rx) > 0)
			expect_numbered(&right, taken++);
		CHECK(nmd_rxsync(right.port) >= 0);
		CHECK(nmd_txsync(left.port) >= 0);
		CHECK(nmd_rxsync(right.port) >= 0);
	}
	CHECK_EQ(readable(&right), 0);
	CHECK_EQ(stats_of(&right).dropped, 0);
	CHECK_EQ(checked_stats(&right).consumed, sent);
	CHECK_EQ(stats_of(&left).offered, sent);
	check_buffers(&left, &right);
	close_ends();
}

static void frames_wait_for_the_other_end(void)
{
	left = open_raw("vale0:p{1");
	for (uint32_t i = 0; i < 100; i++)
		send_numbered(&left, i);
	CHECK(nmd_txsync(left.port) >= 0);
	right = open_raw("vale0:p}1");
	CHECK_EQ(readable(&right), 100);
	for (uint32_t i = 0; i < 50; i++)
		expect_numbered(&right, i);
	CHECK_EQ(readable(&right), 50);
	nmd_close(right.port);
	send_numbered(&left, 100);
	CHECK(nmd_txsync(left.port) >= 0);
	right = open_raw("vale0:p}1");
	nmd_close(left.port); /* nor does the reader need the writer */
	CHECK_EQ(readable(&right), 51);
	for (uint32_t i = 50; i < 101; i++)
		expect_numbered(&right, i);
	CHECK_EQ(readable(&right), 0);
	left = open_raw("vale0:p{1");
	check_buffers(&left, &right);
	close_ends();
	CHECK_EQ(listed(), 0);
}

static void pump(void *argument)
{
	const char *spec = argument;
	struct opened o = open_raw(spec);
	struct counted_sender s = {.receivers = 1, .total = TOTAL};

	while (counted_send(&o, &s, 100))
		if (slots_in(o.tx) == 0)
			CHECK_EQ(nmd_wait(o.port, POLLOUT, -1), POLLOUT);
	/* What is in the ring yet goes when there is room. */
	while (slots_in(o.tx) < o.tx->num_slots - 1) {
		o.tx->cur = o.tx->tail;
		CHECK_EQ(nmd_wait(o.port, POLLOUT, -1), POLLOUT);
	}
	nmd_close(o.port);
}

static void drink(struct opened *o, struct counted_seen *seen, bool slowly)
{
	struct timespec pause = {0, 2000000};

	while (seen->frames < TOTAL) {
		CHECK_EQ(nmd_wait(o->port, POLLIN, -1), POLLIN);
		counted_take(o, seen, 0);
		if (slowly && seen->frames % 64 == 0)
			nanosleep(&pause, NULL);
	}
}

/* Two processes, nothing lost, nothing twice, in order, undamaged. */
static void between_processes(const char *from, const char *to, bool slowly)
{
	struct counted_seen seen = {0};
	struct opened o = open_raw(to);
	pid_t pid = spawn(pump, (void *)(uintptr_t)from);

	drink(&o, &seen, slowly);
	join(pid);
	CHECK_EQ(seen.missing, 0);
	CHECK_EQ(readable(&o), 0);
	CHECK_EQ(checked_stats(&o).consumed, TOTAL);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

/* A writer that sleeps is woken by the reader, long before it looks itself. */
static void sleep_for_room(void *argument)
{
	(void)argument;
	CHECK_EQ(nmd_wait(left.port, POLLOUT, -1), POLLOUT);
}

static void a_sleeping_writer_is_woken(void)
{
	pid_t pid;

	open_ends(16);
	for (uint32_t i = 0; i < 30; i++) {
		send_numbered(&left, i);
		CHECK(nmd_txsync(left.port) >= 0);
	}
	CHECK_EQ(slots_in(left.tx), 0);
	pid = spawn(sleep_for_room, NULL);
	while (stats_of(&left).sleeps == 0)
		sched_yield();
	CHECK_EQ(discard(&right), 15);
	join(pid);
	CHECK(stats_of(&left).wakeups > 0);
	close_ends();
}

static const struct nmd_insn only_len_100[] = {
	{0x80, 0, 0, 0},   /* A = length */
	{0x15, 0, 1, 100}, /* A == 100? */
	{0x06, 0, 0, 65535},
	{0x06, 0, 0, 0},
};

/* What waited in the pipe, whole frames of several slots, too. */
static void what_waits_passes_a_new_filter(void)
{
	static const struct nmd_insn long_ones[] = {
		{0x80, 0, 0, 0},    /* A = length */
		{0x25, 0, 1, 2500}, /* A > 2500? */
		{0x06, 0, 0, 65535},
		{0x06, 0, 0, 0},
	};
	static uint8_t frame[4000];

	left = open_raw("vale0:p{1");
	for (uint32_t i = 0; i < 6; i++) {
		make_frame(frame, 2, 1, sizeof(frame), (uint8_t)i);
		queue_slot(left.tx, frame, 2000,
			   NETMAP_SLOT_MOREFRAG * (i % 2));
		if (i % 2)
			queue_slot(left.tx, frame + 2000, 600 + i, 0);
		CHECK(nmd_txsync(left.port) >= 0);
	}
	right = open_capture("vale0:p}1");
	CHECK_EQ(nmd_set_filter(right.port, long_ones, 4), 0);
	CHECK_EQ(readable(&right), 6);
	for (uint32_t i = 1; i < 6; i += 2) {
		uint32_t at = right.rx->head;

		CHECK(right.rx->slot[at].flags & NETMAP_SLOT_MOREFRAG);
		CHECK_EQ(buffer_of(right.rx, at)[20], (uint8_t)(i + 20));
		CHECK_EQ(right.rx->slot[at].len + right.rx->slot[at + 1].len,
			 2600 + i);
		CHECK_EQ(buffer_of(right.rx, at + 1)[0],
			 (uint8_t)(right.rx->slot[at].len + i));
		give_back(&right, 2);
	}
	close_ends();
}

static void filters_and_snap_lengths(void)
{
	uint8_t frame[100];
	struct timespec now;

	left = open_raw("vale0:p{1");
	make_frame(frame, 2, 1, 100, 5);
	send_one(&left, frame, 100);
	right = open_capture("vale0:p}1");
	CHECK(right.arrivals != NULL);
	CHECK_EQ(right.arrivals[0].wire_len, 100); /* came before the wish */
	CHECK_EQ(discard(&right), 1);
	CHECK_EQ(nmd_set_filter(right.port, only_len_100, 4), 0);
	CHECK_EQ(nmd_set_snaplen(right.port, 40), 0);
	clock_gettime(CLOCK_REALTIME, &now);
	for (uint32_t i = 0; i < 300; i++) {
		make_frame(frame, 2, 1, 100, (uint8_t)i);
		send_one(&left, frame, i % 3 ? 60 : 100);
	}
	CHECK_EQ(readable(&right), 100);
	for (uint32_t i = 0; i < 100; i++) {
		uint32_t at = right.rx->head;
		struct nmd_arrival *arrival = &right.arrivals[at];

		CHECK_EQ(right.rx->slot[at].len, 40);
		CHECK_EQ(buffer_of(right.rx, at)[20], (uint8_t)(3 * i + 20));
		CHECK_EQ(arrival->wire_len, 100);
		CHECK_EQ(arrival->direction, NMD_IN);
		CHECK(arrival->time_ns / 1000000000 >= (uint64_t)now.tv_sec);
		give_back(&right, 1);
	}
	CHECK_EQ(stats_of(&right).filtered, 200);
	CHECK_EQ(stats_of(&left).offered, 301);
	CHECK_EQ(nmd_set_direction(right.port, NMD_OUT), 0);
	send_one(&left, frame, 100);
	CHECK_EQ(readable(&right), 0);
	check_buffers(&left, &right);
	close_ends();
}

/* Whole or not at all: the reader has 15 slots, the frame takes 6. */
static void frames_of_several_slots(void)
{
	struct nmd_options options = {
		.tx_slots = 16, .rx_slots = 16, .buf_size = 64};
	uint8_t part[64] = {0};

	left = open_with("vale0:p{1", options);
	right = open_with("vale0:p}1", options);
	for (int frame = 0; frame < 3; frame++) {
		for (uint8_t i = 0; i < 6; i++) {
			part[0] = i;
			queue_slot(left.tx, part, i < 5 ? 64 : 10,
				   i < 5 ? NETMAP_SLOT_MOREFRAG : 0);
		}
		CHECK(nmd_txsync(left.port) >= 0);
		CHECK_EQ(readable(&right), frame < 2 ? 6 * frame + 6 : 12);
	}
	CHECK_EQ(slots_in(left.tx), 15 - 6);
	CHECK_EQ(nmd_wait(left.port, POLLOUT, 0), POLLOUT);
	for (uint8_t i = 0; i < 12; i++) {
		uint32_t at = (right.rx->head + i) % 16;

		CHECK_EQ(buffer_of(right.rx, at)[0], i % 6);
		CHECK_EQ(right.rx->slot[at].len, i % 6 < 5 ? 64 : 10);
		CHECK_EQ(right.rx->slot[at].flags,
			 i % 6 < 5 ? NETMAP_SLOT_MOREFRAG : 0);
	}
	give_back(&right, 6);
	CHECK(nmd_txsync(left.port) >= 0);
	CHECK_EQ(readable(&right), 12);
	CHECK_EQ(stats_of(&right).accepted, 3);
	check_buffers(&left, &right);
	close_ends();
}

/* Bad slots are passed over and counted; their buffers stay where they are. */
static void bad_slots(void)
{
	uint32_t buffer;

	open_ends(32);
	buffer = left.tx->slot[1].buf_idx;
	send_numbered(&left, 0);
	send_numbered(&left, 1);
	left.tx->slot[1].buf_idx = left.region.buffers;
	send_numbered(&left, 2);
	queue_slot(left.tx, NULL, 0, 0);
	queue_slot(left.tx, NULL, left.region.buf_size + 1, 0);
	send_numbered(&left, 3);
	CHECK_EQ(nmd_txsync(left.port), 31);
	CHECK_EQ(readable(&right), 3);
	expect_numbered(&right, 0);
	expect_numbered(&right, 2);
	expect_numbered(&right, 3);
	CHECK_EQ(stats_of(&left).sent_bad, 3);
	left.tx->slot[1].buf_idx = buffer;
	check_buffers(&left, &right);
	/* A reader that gives back a slot without a buffer. */
	right.rx->slot[2].buf_idx = UINT32_MAX;
	CHECK(nmd_rxsync(right.port) >= 0);
	for (uint32_t i = 0; i < 40; i++) {
		send_numbered(&left, i);
		CHECK(nmd_txsync(left.port) >= 0);
		CHECK_EQ(readable(&right), 1);
		expect_numbered(&right, i);
	}
	for (uint32_t i = 0; i < 32; i++)
		CHECK(left.tx->slot[i].buf_idx < left.region.buffers);
	close_ends();
}

/* Data that is elsewhere in the sender's memory. */
static void indirect_slots(void)
{
	struct nmd_options options = {.flags = NMD_INDIRECT};
	uint8_t frame[60];
	uint32_t at;

	left = open_with("vale0:p{1", options);
	right = open_raw("vale0:p}1");
	make_frame(frame, 2, 1, 60, 77);
	at = left.tx->head;
	queue_slot(left.tx, NULL, 60, NETMAP_SLOT_INDIRECT);
	left.tx->slot[at].ptr = (uintptr_t)frame;
	at = left.tx->head;
	queue_slot(left.tx, NULL, 60, NETMAP_SLOT_INDIRECT);
	left.tx->slot[at].ptr = 16;
	CHECK(nmd_txsync(left.port) >= 0);
	CHECK_EQ(readable(&right), 1);
	CHECK_EQ(memcmp(buffer_of(right.rx, right.rx->head), frame, 60), 0);
	CHECK_EQ(right.rx->slot[right.rx->head].flags, 0);
	CHECK_EQ(stats_of(&left).sent_bad, 1);
	close_ends();
}

/* The two ends are ports of their own; a switch does not see them. */
static void ends_are_ports(void)
{
	struct nmd_port *port = NULL;
	struct nmd_error why;
	struct opened again, other, tap;

	open_ends(32);
	again = open_raw("vale0:p{1"); /* shares the rings */
	CHECK_EQ(nmd_open("vale0:p}1/x", NULL, &port, &why), -EBUSY);
	CHECK_EQ(listed(), 3);
	other = open_raw("vale0:p");
	tap = open_capture("vale0:*");
	send_to(&other, 255, 1);
	CHECK_EQ(readable(&left) + readable(&right), 0);
	CHECK_EQ(discard(&tap), 1);
	send_numbered(&again, 3);
	CHECK(nmd_txsync(again.port) >= 0);
	CHECK_EQ(readable(&other) + readable(&tap), 0);
	CHECK_EQ(readable(&right), 1);
	expect_numbered(&right, 3);
	nmd_close(again.port);
	nmd_close(other.port);
	nmd_close(tap.port);
	close_ends();
	right = open_raw("vale0:p}1/x");
	CHECK_EQ(nmd_open("vale0:p}1", NULL, &port, &why), -EBUSY);
	left = open_raw("vale0:p{1"); /* the other end is another port */
	close_ends();
}

/* Rings of different sizes, several of them, the largest. */
static void rings_of_any_size(void)
{
	struct nmd_options options = {.tx_slots = 16,
				      .rx_slots = 1000,
				      .tx_rings = 2,
				      .rx_rings = 3,
				      .buf_size = 192};

	left = open_with("vale0:p{1", options);
	right = open_raw("vale0:p}1");
	CHECK_EQ(right.region.tx_slots, 1000);
	CHECK_EQ(right.region.rx_slots, 16);
	CHECK_EQ(right.region.tx_rings, 3);
	CHECK_EQ(right.region.rx_rings, 2);
	left.tx = ring_of(&left, 0, 1);
	right.rx = ring_of(&right, 1, 1);
	send_numbered(&left, 9);
	CHECK(nmd_txsync(left.port) >= 0);
	CHECK_EQ(readable(&right), 1);
	expect_numbered(&right, 9);
	close_ends();
	options = (struct nmd_options){
		.tx_slots = 65536, .rx_slots = 65536, .buf_size = 64};
	left = open_with("vale0:p{1", options);
	right = open_raw("vale0:p}1");
	for (uint32_t i = 0; i < 70000; i++) {
		send_numbered(&left, i);
		if (i % 1000 == 999) {
			CHECK(nmd_txsync(left.port) >= 0);
			CHECK_EQ(readable(&right), 1000);
			for (uint32_t k = i - 999; k <= i; k++)
				expect_numbered(&right, k);
		}
	}
	CHECK_EQ(readable(&right), 0);
	check_buffers(&left, &right);
	close_ends();
}

int main(void)
{
	begin();
	both_ways();
	pushes_back(16);
	pushes_back(1024);
	frames_wait_for_the_other_end();
	between_processes("vale0:p}1", "vale0:p{1", true);
	between_processes("netmap:lo{p", "netmap:lo}p", false);
	a_sleeping_writer_is_woken();
	what_waits_passes_a_new_filter();
	filters_and_snap_lengths();
	frames_of_several_slots();
	bad_slots();
	indirect_slots();
	ends_are_ports();
	if (!UNDER_TSAN)
		rings_of_any_size();
	finish();
	return 0;
}
