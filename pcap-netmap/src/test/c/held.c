/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that a sender holds for a receiver that is awake (draw.h): they come
 * in order, once, and all of them, whether the receiver reads on, sleeps or
 * polls, and whether the sender goes on, sleeps, closes, is stopped or killed;
 * and the counts of both agree.
 */
#include "testing.h"

#include <sched.h>

#define MANY 200000
#define NUMBER_AT 16
#define KILLS 100
#define TX_SLOTS 256 /* of a capture */

static struct event ready, go_on;

static void number_frame(uint8_t *frame, uint32_t number)
{
	make_frame(frame, 255, 1, 60, 0);
	memcpy(frame + NUMBER_AT, &number, sizeof(number));
}

/* As the pcap face sends; returns whether the frame was held. */
static bool send_number(const struct opened *o, uint32_t number)
{
	uint8_t frame[60];

	number_frame(frame, number);
	if (slots_in(o->tx) == 0)
		CHECK(nmd_txsync(o->port) >= 0);
	queue_slot(o->tx, frame, sizeof(frame), 0);
	if (nmd_hold(o->port, sizeof(frame)))
		return true;
	CHECK(nmd_txsync(o->port) >= 0);
	return false;
}

/* Reads what is there; they are to be numbered from next on. */
static uint32_t take_numbers(const struct opened *o, uint32_t next)
{
	uint32_t n = readable(o);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (o->rx->head + i) % o->rx->num_slots, number;

		memcpy(&number, buffer_of(o->rx, at) + NUMBER_AT,
		       sizeof(number));
		CHECK_EQ(number, next + i);
	}
	o->rx->head = o->rx->cur = (o->rx->head + n) % o->rx->num_slots;
	return n;
}

/* Until `end` frames have come; sleeps in between. */
static void await_numbers(const struct opened *o, uint32_t next, uint32_t end)
{
	while (next < end) {
		CHECK_EQ(nmd_wait(o->port, POLLIN, PATIENCE_MS * 1000000ll),
			 POLLIN);
		next += take_numbers(o, next);
	}
}

/* Two openings, the second of which has said that it draws. */
struct couple {
	struct opened from, to;
	uint32_t next; /* number of the next frame */
};

static struct couple couple_of(struct nmd_options of_receiver)
{
	struct couple c = {.from = open_capture("vale0:a"),
			   .to = open_with("vale0:b", of_receiver)};

	CHECK(!send_number(&c.from, 0));
	CHECK_EQ(take_numbers(&c.to, 0), 1);
	/* Its head has moved, so that nothing is left to show. */
	CHECK_EQ(readable(&c.to), 0);
	CHECK(send_number(&c.from, 1));
	CHECK_EQ(take_numbers(&c.to, 1), 1);
	c.next = 2;
	return c;
}

static struct couple plain_couple(void)
{
	return couple_of((struct nmd_options){.mode = NMD_RAW});
}

static void part(struct couple *c)
{
	nmd_close(c->from.port);
	nmd_close(c->to.port);
	CHECK_EQ(listed(), 0);
}

static void hold_some(struct couple *c, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++)
		CHECK(send_number(&c->from, c->next + i));
}

static void counts_agree(void)
{
	struct couple c = plain_couple();
	struct nmd_stats from, to;

	hold_some(&c, 10);
	/* Who asks for the counts draws first. */
	CHECK_EQ(stats_of(&c.to).accepted, c.next + 10);
	hold_some(&(struct couple){c.from, c.to, c.next + 10}, 10);
	CHECK_EQ(take_numbers(&c.to, c.next), 20);
	CHECK_EQ(readable(&c.to), 0);
	from = stats_of(&c.from);
	to = checked_stats(&c.to);
	CHECK_EQ(from.offered, c.next + 20);
	CHECK_EQ(from.sent, c.next + 20);
	CHECK_EQ(from.sent_bytes, 60 * (c.next + 20));
	CHECK_EQ(to.published, c.next + 20);
	CHECK_EQ(to.consumed, c.next + 20);
	part(&c);
}

/* Small rings: what has no room yet is drawn later, nothing is lost before. */
static void waits_for_room(void)
{
	struct couple c = couple_of(
		(struct nmd_options){.mode = NMD_RAW, .rx_slots = 16});

	hold_some(&c, 40);
	for (uint32_t got = 0; got < 40;) {
		uint32_t n = take_numbers(&c.to, c.next + got);

		CHECK(n > 0 || nmd_wait(c.to.port, POLLIN, 1000000000) > 0);
		got += n;
	}
	part(&c);
}

static void not_for_sleepers_and_filters(void)
{
	static const struct nmd_insn all[] = {{0x30, 0, 0, 0},
					      {0x15, 0, 1, 0xff},
					      {6, 0, 0, 65535},
					      {6, 0, 0, 0}};
	struct couple c = plain_couple();
	struct opened third;

	CHECK_EQ(nmd_wait(c.to.port, POLLIN, 100000000), 0); /* slept */
	CHECK(!send_number(&c.from, c.next));
	CHECK_EQ(take_numbers(&c.to, c.next++), 1);
	CHECK(send_number(&c.from, c.next)); /* it is awake again */
	CHECK_EQ(take_numbers(&c.to, c.next++), 1);
	CHECK_EQ(nmd_arm(c.to.port), 0);
	CHECK(!send_number(&c.from, c.next));
	CHECK_EQ(take_numbers(&c.to, c.next++), 1);
	CHECK_EQ(nmd_set_filter(c.to.port, all, 4), 0);
	for (int i = 0; i < 3; i++) {
		CHECK(!send_number(&c.from, c.next));
		CHECK_EQ(take_numbers(&c.to, c.next++), 1);
	}
	CHECK_EQ(nmd_set_filter(c.to.port, NULL, 0), 0);
	third = open_raw("vale0:c"); /* not the only one any more */
	for (int i = 0; i < 3; i++) {
		CHECK(!send_number(&c.from, c.next));
		CHECK_EQ(take_numbers(&c.to, c.next++), 1);
	}
	nmd_close(third.port);
	part(&c);
}

/* A descriptor is readable for what is held before it was armed. */
static void the_descriptor_tells(void)
{
	struct couple c = plain_couple();
	struct pollfd p = {nmd_fd(c.to.port), POLLIN, 0};

	hold_some(&c, 5);
	CHECK_EQ(nmd_arm(c.to.port), 0);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(take_numbers(&c.to, c.next), 5);
	CHECK_EQ(readable(&c.to), 0); /* given back */
	CHECK_EQ(nmd_arm(c.to.port), 0);
	CHECK_EQ(poll(&p, 1, 0), 0);
	part(&c);
}

/* What is held came before the new filter, which it has to pass all the same. */
static void a_filter_looks_at_what_is_held(void)
{
	static const struct nmd_insn none = {6, 0, 0, 0};
	struct couple c = plain_couple();

	hold_some(&c, 5);
	CHECK_EQ(nmd_set_filter(c.to.port, NULL, 0), 0);
	CHECK_EQ(take_numbers(&c.to, c.next), 5);
	c.next += 5;
	send_number(&c.from, c.next); /* at once, if it is the first */
	CHECK_EQ(take_numbers(&c.to, c.next++), 1);
	hold_some(&c, 5);
	CHECK_EQ(nmd_set_filter(c.to.port, &none, 1), 0);
	CHECK_EQ(readable(&c.to), 0);
	CHECK_EQ(checked_stats(&c.to).abandoned, 5);
	part(&c);
}

static void a_close_sends(void)
{
	struct couple c = plain_couple();

	hold_some(&c, 5);
	nmd_close(c.from.port);
	CHECK_EQ(listed(), 1);
	CHECK_EQ(take_numbers(&c.to, c.next), 5);
	nmd_close(c.to.port);
	CHECK_EQ(listed(), 0);
}

static void hold_and_hang(void *couple)
{
	struct couple *c = couple;

	event_wait(go_on);
	c->from = open_capture("vale0:a");
	send_number(&c->from, 0);
	event_set(ready);
	event_wait(go_on);
	for (uint32_t i = 1; i < 100; i++)
		send_number(&c->from, i);
	event_set(ready);
	for (;;)
		pause();
}

/* stop_only: else it is killed, and swept up by somebody before the read. */
static void ends_after_hold(bool stop_only)
{
	struct couple c = {0};
	pid_t child = spawn(hold_and_hang, &c);

	c.to = open_raw("vale0:b");
	event_set(go_on);
	event_wait(ready);
	CHECK_EQ(take_numbers(&c.to, 0), 1);
	event_set(go_on);
	event_wait(ready);
	CHECK_EQ(stats_of(&c.to).size, sizeof(struct nmd_stats));
	if (stop_only) {
		stop(child);
	} else {
		kill_and_reap(child);
		CHECK_EQ(listed(), 1);
		CHECK_EQ(listed(), 1);
	}
	await_numbers(&c.to, 1, 100);
	if (stop_only)
		kill_and_reap(child);
	nmd_close(c.to.port);
	CHECK_EQ(listed(), 0);
}

static _Atomic uint32_t *said; /* frames whose send has returned */
static _Atomic uint32_t *seen; /* frames that have been read */

/* Not more than the reader has room for, so that none is to be lost. */
static void send_in_time(const struct opened *o, uint32_t number)
{
	while (number - *seen > 700)
		sched_yield();
	send_number(o, number);
}

static void send_for_ever(void *argument)
{
	struct opened o = open_capture("vale0:a");

	(void)argument;
	event_set(ready);
	for (uint32_t i = 0;; i++) {
		send_in_time(&o, i);
		*said = i + 1;
	}
}

/*
 * Killed anywhere while it sends: all that it has sent comes, in order. Only
 * who is killed between the claim of a batch and its publish, two stores, loses
 * that: not more than a ring, and hardly ever.
 */
static void killed_while_holding(void)
{
	struct opened to = open_raw("vale0:b");
	int losses = 0;

	for (int i = 0; i < KILLS; i++) {
		pid_t child;
		uint32_t got = 0, n;

		*said = *seen = 0;
		child = spawn(send_for_ever, NULL);
		event_wait(ready);
		while (got < (uint32_t)(100 * i))
			*seen = got += take_numbers(&to, got);
		kill_and_reap(child);
		CHECK_EQ(listed(), 1);
		do {
			n = take_numbers(&to, got);
			got += n;
		} while (n > 0);
		losses += got < *said;
		CHECK(got + TX_SLOTS >= *said && got <= *said + 1);
		/* The last one's area goes, too. */
		CHECK_EQ(listed(), 1);
	}
	CHECK(losses <= KILLS / 20);
	nmd_close(to.port);
	CHECK_EQ(listed(), 0);
}

static void send_many(void *argument)
{
	struct opened o = open_capture("vale0:a");

	(void)argument;
	event_set(ready);
	for (uint32_t i = 0; i < MANY; i++) {
		send_in_time(&o, i);
		if (i % 1000 == 999)
			usleep(i / 1000 % 7 * 20);
	}
	nmd_close(o.port);
}

/* Reads in each way there is. */
static void all_comes_in_order(void)
{
	struct opened to = open_raw("vale0:b");
	struct pollfd p = {nmd_fd(to.port), POLLIN, 0};
	pid_t child;
	uint32_t got = 0;

	*seen = 0;
	child = spawn(send_many, NULL);
	event_wait(ready);
	while (got < MANY) {
		uint32_t n = take_numbers(&to, got);

		*seen = got += n;
		if (n > 0)
			continue;
		if (got % 3 == 0) {
			CHECK_EQ(nmd_wait(to.port, POLLIN,
					  PATIENCE_MS * 1000000ll),
				 POLLIN);
		} else if (got % 3 == 1) {
			CHECK_EQ(nmd_arm(to.port), 0);
			CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
		}
	}
	join(child);
	CHECK_EQ(checked_stats(&to).accepted, MANY);
	CHECK_EQ(stats_of(&to).dropped, 0);
	nmd_close(to.port);
	CHECK_EQ(listed(), 0);
}

/* Numbers grow: what a stopped reader had no room for is dropped. */
static void read_for_ever(void *argument)
{
	struct opened o = open_raw("vale0:b");
	uint32_t last = 0;

	(void)argument;
	event_set(ready);
	for (;;) {
		uint32_t n = readable(&o), at = o.rx->head, number;

		for (; n > 0; n--, at = next_slot(o.rx, at)) {
			memcpy(&number, buffer_of(o.rx, at) + NUMBER_AT,
			       sizeof(number));
			CHECK(number > last);
			last = number;
		}
		o.rx->head = o.rx->cur = at;
		*seen = last;
	}
}

static uint32_t send_stretch(const struct opened *o, uint32_t next)
{
	for (int i = 0; i < 3000; i++)
		send_number(o, next++);
	return next;
}

/* Stopped and killed while it draws, a receiver keeps no sender. */
static void a_receiver_stops(void)
{
	uint32_t next = 1;

	for (int i = 0; i < KILLS / 2; i++) {
		struct opened from = open_capture("vale0:a");
		pid_t child = spawn(read_for_ever, NULL);

		event_wait(ready);
		next = send_stretch(&from, next);
		stop(child);
		next = send_stretch(&from, next);
		CHECK_EQ(kill(child, SIGCONT), 0);
		do
			send_number(&from, ++next);
		while (*seen < next - 1000);
		next = send_stretch(&from, next + 1);
		kill_and_reap(child);
		next = send_stretch(&from, next);
		nmd_close(from.port);
		CHECK_EQ(listed(), 0);
	}
}

int main(void)
{
	begin();
	ready = event_new();
	go_on = event_new();
	said = shared_memory(sizeof(*said));
	seen = shared_memory(sizeof(*seen));
	counts_agree();
	waits_for_room();
	not_for_sleepers_and_filters();
	the_descriptor_tells();
	a_filter_looks_at_what_is_held();
	a_close_sends();
	ends_after_hold(false);
	ends_after_hold(true);
	killed_while_holding();
	all_comes_in_order();
	a_receiver_stops();
	finish();
	return 0;
}
