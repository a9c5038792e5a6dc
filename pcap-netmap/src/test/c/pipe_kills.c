/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No buffer of a pipe is lost or doubled and no frame comes twice or not at
 * all, whoever is killed where: first with swaps cut short after each of their
 * stores and each store of the commit, then with senders and receivers that
 * are killed at random while frames go both ways.
 */
#include "counted.h"

#include <time.h>

#include "pipe.h"
#include "swap.h"

#define SLOTS 64
#define ROUNDS (UNDER_TSAN || UNDER_ASAN ? 100 : 1000)

static struct opened left, right;
static struct event go;

static void open_ends(void)
{
	struct nmd_options options = {
		.tx_slots = SLOTS, .rx_slots = SLOTS, .buf_size = 64};

	left = open_with("vale0:p{1", options);
	right = open_with("vale0:p}1", options);
}

static void close_ends(void)
{
	nmd_close(left.port);
	nmd_close(right.port);
}

/* Marks the buffers of a ring; each may be marked once. */
static void mark(const struct netmap_ring *ring, uint8_t *seen,
		 uint32_t buffers)
{
	for (uint32_t i = 0; i < ring->num_slots; i++) {
		uint32_t buffer = ring->slot[i].buf_idx;

		CHECK(buffer < buffers);
		CHECK(!seen[buffer]);
		seen[buffer] = 1;
	}
}

/* Every buffer stands in exactly one slot of the four rings. */
static void check_buffers(void)
{
	uint8_t seen[1024] = {0};
	uint32_t buffers = left.region.buffers;

	CHECK(buffers <= sizeof(seen));
	mark(left.tx, seen, buffers);
	mark(left.rx, seen, buffers);
	mark(right.tx, seen, buffers);
	mark(right.rx, seen, buffers);
	for (uint32_t i = 2; i < 2 + 4 * SLOTS; i++)
		CHECK(seen[i]);
}

static void queue_numbers(uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++) {
		uint32_t words[15] = {i};

		queue_slot(left.tx, words, sizeof(words), 0);
	}
}

static void expect_numbers(uint32_t first, uint32_t count)
{
	CHECK_EQ(readable(&right), count);
	for (uint32_t i = first; i < first + count; i++) {
		CHECK_EQ(get_word(buffer_of(right.rx, right.rx->head)), i);
		CHECK_EQ(right.rx->slot[right.rx->head].len, 60);
		CHECK_EQ(right.rx->slot[right.rx->head].flags, 0);
		right.rx->head = right.rx->cur = next_slot(right.rx,
							   right.rx->head);
	}
	CHECK(nmd_rxsync(right.port) >= 0);
}

/* As swap.c sees the rings of this pipe, in the middle of a sync. */
static struct swap swap_now(void)
{
	struct area *area = left.port->area;
	struct vale *v = left.port->vale;
	struct peer other = {
		.area = vale_area(v, pipe_other_area(left.port)),
		.geometry = geometry_of_other_end(&left.port->geometry)};
	struct swap s = {
		.t = target_of(&other, 0, SLOTS),
		.journal = geometry_journal(area, &left.port->geometry, 0),
		.tx = &area->tx[0],
		.in = left.tx->slot,
		.in_slots = SLOTS,
		.sent = atomic_load(&area->tx[0].sent)};

	s.in_at = (uint32_t)(s.sent % SLOTS);
	s.t.arrivals = NULL;
	s.t.stream = false;
	return s;
}

/*
 * What a sender leaves that is killed in its swap number `whole`, after so
 * many stores of it: the entry, the RX slot, the TX slot.
 */
static void cut_short(uint32_t whole, int stores)
{
	struct swap s = swap_now();
	struct netmap_slot in, out, *in_slot, *out_slot;

	swap_begin(&s);
	CHECK_EQ(swap_plain(&s, whole, 64), whole);
	if (stores == 0)
		return;
	in_slot = (struct netmap_slot *)(uintptr_t)&s.in[s.in_at];
	out_slot = (struct netmap_slot *)(uintptr_t)&s.t.slots[s.t.at];
	in = *in_slot;
	out = *out_slot;
	swap_slot(&s, 60, 0, 60);
	if (stores < 3)
		*in_slot = in;
	if (stores < 2)
		*out_slot = out;
}

static uint32_t sent_until_now;

/* The next sync sends all of it, once, and in order. */
static void all_is_sent(uint32_t count)
{
	CHECK(nmd_txsync(left.port) >= 0);
	expect_numbers(sent_until_now, count);
	sent_until_now += count;
	CHECK_EQ(slots_in(left.tx), SLOTS - 1);
	check_buffers();
}

static void a_swap_is_cut_short(void)
{
	for (uint32_t whole = 0; whole < 20; whole++)
		for (int stores = 0; stores <= 3; stores++) {
			queue_numbers(sent_until_now, 21);
			cut_short(whole, stores);
			all_is_sent(21);
		}
}

/* The one who undoes is killed, and the one after him, with fewer frames. */
static void undoing_is_cut_short(void)
{
	for (uint32_t whole = 1; whole < 20; whole++)
		for (int stores = 0; stores <= 3; stores++) {
			struct swap s;

			queue_numbers(sent_until_now, 21);
			cut_short(whole, stores);
			s = swap_now();
			swap_recover(&s);
			check_buffers();
			cut_short(whole / 2, stores);
			atomic_store(&s.journal->busy, 1);
			all_is_sent(21);
		}
}

/* Killed after a store of the commit: which is made by hand, up to there. */
static void a_commit_is_cut_short(void)
{
	for (int stores = 0; stores <= 4; stores++) {
		struct swap s;
		uint64_t sent;

		queue_numbers(sent_until_now, 30);
		s = swap_now();
		sent = s.sent;
		swap_begin(&s);
		CHECK_EQ(swap_plain(&s, 10, 64), 10);
		if (stores >= 1)
			atomic_store(&s.journal->published_after,
				     s.t.published);
		if (stores >= 2)
			atomic_store(&s.journal->sent_after, s.sent);
		if (stores >= 3)
			atomic_store(&s.t.control->published, s.t.published);
		if (stores >= 4)
			atomic_store(&s.tx->sent, s.sent);
		else
			CHECK_EQ(atomic_load(&s.tx->sent), sent);
		all_is_sent(30);
	}
}

/* A batch that only passes over slots, between batches that were cut short. */
static void nothing_was_published(void)
{
	struct swap s;

	queue_numbers(sent_until_now, 5);
	s = swap_now();
	swap_begin(&s);
	CHECK_EQ(swap_plain(&s, 5, 64), 5);
	atomic_store(&s.journal->published_after, s.t.published);
	atomic_store(&s.journal->sent_after, s.sent);
	s = swap_now();
	swap_recover(&s);
	check_buffers();
	s = swap_now();
	left.tx->slot[s.in_at].len = 0; /* no frame any more */
	swap_begin(&s);
	swap_skip(&s, 1);
	swap_commit(&s);
	atomic_store(&s.journal->busy, 1);
	sent_until_now++;
	all_is_sent(4);
}

/* What the processes of one direction remember for their successors. */
struct direction {
	_Atomic uint64_t sent;     /* frames put before the TX ring's head */
	_Atomic uint64_t intent;   /* sent << 16 | head before the next one */
	_Atomic uint64_t received; /* frames that a reader has looked at */
};

static struct direction *directions;

/* A frame was queued if head has moved, whether or not it was counted. */
static uint64_t sent_before_us(const struct opened *o,
			       const struct direction *d)
{
	uint64_t sent = atomic_load(&d->sent);
	uint64_t intent = atomic_load(&d->intent);

	if (intent >> 16 == sent && (intent & 0xffff) != o->tx->head)
		sent++;
	return sent;
}

static void sync_tx(const struct opened *o)
{
	int n = nmd_txsync(o->port);

	CHECK(n >= 0 || n == -EBUSY);
}

static void send_for_ever(const char *spec, struct direction *d)
{
	struct opened o = open_raw(spec);
	uint64_t number = sent_before_us(&o, d);

	atomic_store(&d->sent, number);
	event_set(go);
	for (;;) {
		while (slots_in(o.tx) > 0) {
			uint32_t at = o.tx->head;

			memcpy(buffer_of(o.tx, at), &number, sizeof(number));
			o.tx->slot[at].len = 60;
			o.tx->slot[at].flags = 0;
			atomic_store(&d->intent, number << 16 | at);
			o.tx->cur = next_slot(o.tx, at);
			__atomic_store_n(&o.tx->head, next_slot(o.tx, at),
					 __ATOMIC_SEQ_CST);
			atomic_store(&d->sent, ++number);
			if (number % 7 == 0)
				sync_tx(&o);
		}
		CHECK(nmd_wait(o.port, POLLOUT, 1000000) >= 0);
	}
}

/* Only what a killed reader looked at last may come again. */
static void receive_for_ever(const char *spec, struct direction *d)
{
	struct opened o = open_raw(spec);
	uint64_t next = atomic_load(&d->received), number;
	bool first = true;

	event_set(go);
	for (;;) {
		CHECK(nmd_wait(o.port, POLLIN, 1000000) >= 0);
		for (; o.rx->head != o.rx->tail; first = false) {
			memcpy(&number, buffer_of(o.rx, o.rx->head),
			       sizeof(number));
			if (first && number + 1 == next)
				next = number;
			CHECK_EQ(number, next);
			atomic_store(&d->received, ++next);
			o.rx->cur = next_slot(o.rx, o.rx->head);
			__atomic_store_n(&o.rx->head, o.rx->cur,
					 __ATOMIC_SEQ_CST);
		}
	}
}

static void send_left(void *unused)
{
	(void)unused;
	send_for_ever("vale0:p{1", &directions[0]);
}

static void send_right(void *unused)
{
	(void)unused;
	send_for_ever("vale0:p}1", &directions[1]);
}

static void receive_left(void *unused)
{
	(void)unused;
	receive_for_ever("vale0:p{1", &directions[1]);
}

static void receive_right(void *unused)
{
	(void)unused;
	receive_for_ever("vale0:p}1", &directions[0]);
}

static void (*const roles[4])(void *) = {send_left, send_right, receive_left,
					 receive_right};

/* Four processes, one of which is killed and started anew each round. */
static void killed_at_random(void)
{
	struct timespec a_while = {0, 0};
	uint64_t before;
	pid_t pids[4];

	for (int i = 0; i < 4; i++) {
		pids[i] = spawn(roles[i], NULL);
		event_wait(go);
	}
	for (uint32_t i = 0; i < ROUNDS; i++) {
		a_while.tv_nsec = (long)(i * 7919 % 600 * 1000);
		nanosleep(&a_while, NULL);
		kill_and_reap(pids[i % 4]);
		pids[i % 4] = spawn(roles[i % 4], NULL);
		event_wait(go);
	}
	/* They are still at it, both ways. */
	for (int d = 0; d < 2; d++) {
		before = atomic_load(&directions[d].received);
		while (atomic_load(&directions[d].received) < before + 1000)
			sched_yield();
	}
	for (int i = 0; i < 4; i++)
		kill_and_reap(pids[i]);
}

/* A sync ends what the last that were killed left half done. */
static void sync_until_taken_over(struct opened *o)
{
	int n;

	do
		n = nmd_txsync(o->port);
	while (n == -EBUSY);
	CHECK(n >= 0);
	CHECK_EQ(atomic_load(
			 &geometry_journal(o->port->area, &o->port->geometry, 0)
				  ->busy),
		 0);
}

int main(void)
{
	begin();
	go = event_new();
	directions = shared_memory(2 * sizeof(*directions));
	directions[0].intent = directions[1].intent = UINT64_MAX; /* none */
	open_ends();
	a_swap_is_cut_short();
	undoing_is_cut_short();
	a_commit_is_cut_short();
	nothing_was_published();
	killed_at_random();
	sync_until_taken_over(&left);
	sync_until_taken_over(&right);
	check_buffers();
	close_ends();
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
