/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Monitors: copies of what a port or the end of a pipe receives (/r), sends
 * (/t) or both, for as long as the monitor is open; or, with z, of what the
 * port's user releases. They send nothing, share nothing, and a slow one holds
 * nobody up.
 */
#include "testing.h"

#include <pthread.h>
#include <sched.h>

#include "port.h"

static void expect(const struct opened *monitor, uint32_t count, uint8_t to,
		   enum nmd_direction direction)
{
	uint8_t address_of_to[6];

	address(address_of_to, to);
	CHECK_EQ(readable(monitor), count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = monitor->rx->head;

		CHECK_EQ(memcmp(buffer_of(monitor->rx, at), address_of_to, 6),
			 0);
		CHECK_EQ(monitor->rx->slot[at].len, 60);
		CHECK_EQ(monitor->arrivals[at].direction, direction);
		CHECK_EQ(monitor->arrivals[at].wire_len, 60);
		give_back(monitor, 1);
	}
}

/* Two endpoints that send each other frames, to 1 and to 2, with monitors. */
static void watched(const char *one, const char *two)
{
	struct opened a = open_raw(one), b = open_raw(two);
	struct opened rx, tx, both;
	char spec[64];

	snprintf(spec, sizeof(spec), "%s/r", one);
	rx = open_raw(spec);
	snprintf(spec, sizeof(spec), "%s/t", one);
	tx = open_raw(spec);
	snprintf(spec, sizeof(spec), "%s/rt", one);
	both = open_capture(spec);
	send_to(&a, 2, 1);
	send_to(&a, 2, 1);
	expect(&both, 2, 2, NMD_OUT);
	send_to(&b, 1, 2);
	expect(&both, 1, 1, NMD_IN);
	expect(&rx, 1, 1, NMD_IN);
	expect(&tx, 2, 2, NMD_OUT);
	CHECK_EQ(discard(&a), 1);
	CHECK_EQ(discard(&b), 2);
	CHECK_EQ(nmd_txsync(rx.port), -EOPNOTSUPP);
	CHECK_EQ(listed(), 5);
	nmd_close(rx.port);
	nmd_close(tx.port);
	nmd_close(both.port);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
}

/* A monitor that nobody reads is full; the pipe goes on. */
static void a_slow_monitor_holds_nobody_up(void)
{
	struct nmd_options small = {.rx_slots = 16};
	struct opened a = open_raw("vale0:p{1"), b = open_raw("vale0:p}1");
	struct opened monitor = open_with("vale0:p}1/r", small);

	for (int i = 0; i < 5000; i++) {
		send_to(&a, 2, 1);
		CHECK_EQ(readable(&b), 1);
		give_back(&b, 1);
	}
	CHECK_EQ(stats_of(&monitor).published, 15);
	CHECK_EQ(stats_of(&monitor).dropped, 5000 - 15);
	CHECK_EQ(stats_of(&b).dropped, 0);
	CHECK_EQ(stats_of(&a).offered, 10000);
	/* What waits in a full pipe is not copied again and again. */
	for (int i = 0; i < 2000; i++)
		if (slots_in(a.tx) > 0)
			send_to(&a, 2, 1);
	CHECK_EQ(stats_of(&monitor).dropped, 5000 - 15 + 1023);
	/* The monitor stays, and sees the ends that are opened later. */
	nmd_close(b.port);
	nmd_close(a.port);
	CHECK_EQ(listed(), 1);
	CHECK_EQ(discard(&monitor), 15);
	a = open_raw("vale0:p{1");
	send_to(&a, 2, 1);
	expect(&monitor, 1, 2, NMD_IN);
	b = open_raw("vale0:p}1");
	CHECK_EQ(discard(&b), 1);
	nmd_close(a.port);
	nmd_close(b.port);
	nmd_close(monitor.port);
	CHECK_EQ(listed(), 0);
}

static void queue_to(const struct opened *o, uint8_t to, uint32_t count)
{
	uint8_t frame[60];

	make_frame(frame, to, 3, sizeof(frame), 0);
	for (uint32_t i = 0; i < count; i++)
		queue_slot(o->tx, frame, sizeof(frame), 0);
}

/* What the same sync brings to others takes none of its room. */
static void a_sync_to_others_costs_a_monitor_nothing(void)
{
	struct nmd_options large = {.tx_slots = 2048, .rx_slots = 2048};
	struct opened a = open_with("vale0:a", large);
	struct opened b = open_with("vale0:b", large);
	struct opened c = open_with("vale0:c", large);
	struct opened monitor = open_raw("vale0:a/r");

	send_to(&a, 255, 1);
	send_to(&b, 255, 2);
	discard(&monitor);
	queue_to(&c, 1, 256);
	queue_to(&c, 2, 1500);
	CHECK(nmd_txsync(c.port) >= 0);
	expect(&monitor, 256, 1, NMD_IN);
	CHECK_EQ(stats_of(&monitor).dropped, 0);
	nmd_close(monitor.port);
	nmd_close(a.port);
	nmd_close(b.port);
	nmd_close(c.port);
}

/* What one gives back the next sees; all that was offered is accounted for. */
static void what_is_released(const char *one, const char *two)
{
	struct opened a = open_raw(one), b = open_raw(two), first, second;
	char spec[64];

	snprintf(spec, sizeof(spec), "%s/z", one);
	first = open_raw(spec);
	second = open_capture(spec);
	for (int i = 0; i < 3000; i++) {
		send_to(&b, 1, 2);
		CHECK_EQ(readable(&first), 0);
		CHECK_EQ(readable(&a), 1);
		give_back(&a, 1);
		CHECK_EQ(nmd_wait(first.port, POLLIN, -1), POLLIN);
		CHECK_EQ(readable(&second), 0);
		expect(&first, 1, 1, NMD_IN);
		expect(&second, 1, 1, NMD_IN);
	}
	CHECK_EQ(stats_of(&a).offered, 3000);
	CHECK_EQ(stats_of(&first).offered, 3000);
	CHECK_EQ(stats_of(&second).published, 3000);
	nmd_close(first.port);
	send_to(&b, 1, 2);
	CHECK_EQ(discard(&a), 1);
	CHECK_EQ(readable(&second), 1);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 1);
	/* It is of the port that was closed. */
	a = open_raw(one);
	b = open_raw(two);
	send_to(&b, 1, 2);
	CHECK_EQ(discard(&a), 1);
	CHECK_EQ(discard(&second), 1);
	nmd_close(second.port);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
}

/* One thread receives and another sends, the same monitor sees both. */
#define FRAMES 8000
#define SENT_TO_A 1
#define SENT_BY_A 2

static void *receive_all(void *opened)
{
	const struct opened *a = opened;

	for (uint32_t n = 0; n < FRAMES;) {
		CHECK_EQ(nmd_wait(a->port, POLLIN, -1), POLLIN);
		while (slots_in(a->rx) > 0) {
			a->rx->head = a->rx->cur = next_slot(a->rx,
							     a->rx->head);
			n++;
		}
	}
	CHECK_EQ(nmd_rxsync(a->port), 0);
	return NULL;
}

static void *send_all(void *opened)
{
	for (uint32_t n = 0; n < FRAMES; n++)
		send_to(opened, SENT_BY_A, SENT_TO_A);
	return NULL;
}

/* Sends what there is room for in the port's ring. */
static void feed(const struct opened *b, const struct opened *a)
{
	struct rx_control *ring = &a->port->area->rx[0];

	for (uint32_t n = 0; n < FRAMES; n++) {
		while (atomic_load(&ring->published) -
			       atomic_load(&ring->consumed) >
		       900)
			sched_yield();
		send_to(b, SENT_TO_A, 3);
	}
}

static void both_directions_at_once(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct opened z = open_with("vale0:a/z",
				    (struct nmd_options){.rx_slots = 16384});
	pthread_t reader, sender;

	CHECK_EQ(pthread_create(&reader, NULL, receive_all, &a), 0);
	CHECK_EQ(pthread_create(&sender, NULL, send_all, &a), 0);
	feed(&b, &a);
	CHECK_EQ(pthread_join(reader, NULL), 0);
	CHECK_EQ(pthread_join(sender, NULL), 0);
	CHECK_EQ(stats_of(&z).published, 2 * FRAMES);
	CHECK_EQ(stats_of(&z).dropped, 0);
	/* To the monitor twice as many as to b, whose ring drops some. */
	CHECK_EQ(stats_of(&a).offered, 3 * FRAMES);
	nmd_close(z.port);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
}

static void only_of_open_ports(void)
{
	struct nmd_port *port = NULL;
	struct nmd_error why;
	struct opened capture = open_capture("vale0:a"), a;

	CHECK_EQ(nmd_open("vale0:a/r", NULL, &port, &why), -ENODEV);
	CHECK(strstr(why.text, "vale0:a first") != NULL);
	a = open_raw("vale0:p}1");
	CHECK_EQ(nmd_open("vale0:p{1/r", NULL, &port, &why), -ENODEV);
	nmd_close(a.port);
	nmd_close(capture.port);
}

/* nmd_list shows what a monitor looks at. */
static void are_listed(void)
{
	struct opened a = open_raw("vale0:p{1");
	struct opened monitor = open_raw("vale0:p{1/rt");
	struct nmd_error why;
	struct nmd_info info[2];

	CHECK_EQ(nmd_list(info, 2, &why), 2);
	CHECK_EQ(strcmp(info[0].port_name, "p{1"), 0);
	CHECK_EQ(strcmp(info[1].port_name, "p{1/rt"), 0);
	CHECK_EQ(info[1].mode, NMD_CAPTURE);
	nmd_close(monitor.port);
	nmd_close(a.port);
}

int main(void)
{
	begin();
	watched("vale0:a", "vale0:b");
	watched("vale0:p{1", "vale0:p}1");
	watched("vale0:p}1", "vale0:p{1");
	what_is_released("vale0:a", "vale0:b");
	what_is_released("vale0:p{1", "vale0:p}1");
	both_directions_at_once();
	a_slow_monitor_holds_nobody_up();
	a_sync_to_others_costs_a_monitor_nothing();
	only_of_open_ports();
	are_listed();
	finish();
	return 0;
}
