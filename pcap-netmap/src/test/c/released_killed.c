/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zero-copy monitors see each frame that is given back, whoever is killed,
 * sleeps, or comes and goes meanwhile.
 */
#include "numbered.h"

#include <pthread.h>

#define KILLS (UNDER_TSAN || UNDER_ASAN ? 10 : 40)

/* Each number up to end once at least, in order but for what comes again. */
static void expect_all(const struct opened *z, uint32_t end)
{
	uint32_t next = 0;

	for (uint32_t left = readable(z); left > 0; left--) {
		uint32_t number = number_at(z->rx, z->rx->head);

		CHECK(number <= next);
		next += number == next;
		z->rx->head = z->rx->cur = next_slot(z->rx, z->rx->head);
	}
	CHECK_EQ(next, end);
	CHECK_EQ(checked_stats(z).dropped, 0);
}

static void open_and_stand(void *ready)
{
	open_raw("vale0:p{1/z");
	open_raw("vale0:a/z");
	event_set(*(struct event *)ready);
	for (;;)
		pause();
}

/* Those behind one that was killed do not wait for anybody to tidy up. */
static void behind_one_that_was_killed(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct opened l = open_raw("vale0:p{1"), r = open_raw("vale0:p}1");
	struct event ready = event_new();
	pid_t first = spawn(open_and_stand, &ready);
	struct opened z, pz;
	uint32_t n = 0;

	event_wait(ready);
	z = open_raw("vale0:a/z");
	pz = open_raw("vale0:p{1/z");
	send_numbers(&b, 0, 5);
	CHECK_EQ(discard(&a), 5);
	CHECK_EQ(readable(&z), 0);
	kill_and_reap(first);
	/* It is asked for now and then. */
	for (n = 0; readable(&z) == 0 && n < 6000; n++) {
		send_numbers(&b, n, n + 1);
		CHECK_EQ(discard(&a), 1);
		usleep(10000);
	}
	CHECK_EQ(discard(&z), 1);
	send_numbers(&a, 0, 2);
	for (n = 0; readable(&z) == 0 && n < 6000; n++) {
		send_numbers(&a, n, n + 1);
		usleep(10000);
	}
	CHECK(discard(&z) > 0);
	for (n = 0; readable(&pz) == 0 && n < 6000; n++) {
		send_numbers(&l, n, n + 1);
		CHECK_EQ(discard(&r), 1);
		CHECK(nmd_txsync(l.port) >= 0);
		usleep(10000);
	}
	CHECK(discard(&pz) > 0);
	nmd_close(z.port);
	nmd_close(pz.port);
	nmd_close(l.port);
	nmd_close(r.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* What a reader does that is killed some time. */
static void read_on(void *port)
{
	struct opened a = open_raw(port);

	for (;;) {
		CHECK(nmd_wait(a.port, POLLIN, -1) >= 0);
		a.rx->head = a.rx->cur = next_slot(a.rx, a.rx->head);
	}
}

static void kill_soon(pid_t pid, uint32_t turn)
{
	usleep(turn * 37 % 1000);
	kill_and_reap(pid);
}

/* What one had not shown, whoever has the same rings shows. */
static void readers_that_are_killed(char *port, const char *sender)
{
	struct opened a = open_raw(port), b = open_raw(sender), z;
	uint32_t n = 0;
	char spec[64];

	snprintf(spec, sizeof(spec), "%s/z", port);
	z = open_with(spec, LARGE);
	for (uint32_t turn = 0; turn < KILLS; turn++) {
		pid_t reader = spawn(read_on, port);

		send_numbers(&b, n, n + 300);
		n += 300;
		kill_soon(reader, turn);
		/* It may not have been so far as to have opened it. */
		a.rx->head = a.rx->cur = a.rx->tail;
		discard(&a);
	}
	expect_all(&z, n);
	nmd_close(z.port);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
}

static void sync_on(void *port)
{
	struct opened l = open_raw(port);

	for (;;)
		if (nmd_txsync(l.port) < 0)
			usleep(10);
}

static void senders_that_are_killed(void)
{
	char left[] = "vale0:p{1";
	struct nmd_options few = {.tx_slots = FEW_SLOTS, .rx_slots = FEW_SLOTS};
	struct opened l = open_with(left, few), r = open_raw("vale0:p}1");
	struct opened z = open_with("vale0:p{1/z", LARGE);
	uint32_t n = 0, next;

	for (uint32_t turn = 0; turn < KILLS; turn++) {
		pid_t sender = spawn(sync_on, left);

		for (uint32_t end = n + 300; n < end; n = next) {
			next = queue_numbers(&l, n, end);
			nmd_txsync(l.port); /* the other may be in one */
			discard(&r);
		}
		kill_soon(sender, turn);
		while (slots_in(l.tx) < FEW_SLOTS - 1) {
			CHECK(nmd_txsync(l.port) >= 0);
			discard(&r);
		}
	}
	discard(&r);
	CHECK(nmd_txsync(l.port) >= 0);
	expect_all(&z, n);
	nmd_close(z.port);
	nmd_close(l.port);
	nmd_close(r.port);
	CHECK_EQ(listed(), 0);
}

static void *monitoring(void *monitor)
{
	read_numbers(monitor, 0, FRAMES);
	return NULL;
}

/* Asleep until the port's program gives something back, in another process. */
static void give_back_all(void *opened)
{
	read_numbers(opened, 0, FRAMES);
}

static void sleepers_are_woken(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct opened z = open_raw("vale0:a/z");
	pid_t reader = spawn(give_back_all, &a);
	pthread_t monitor;

	CHECK_EQ(pthread_create(&monitor, NULL, monitoring, &z), 0);
	for (uint32_t n = 0; n < FRAMES; n++) {
		struct rx_control *ring = &z.port->area->rx[0];

		send_numbers(&b, n, n + 1);
		while (n + 1 - atomic_load(&ring->consumed) > 500)
			usleep(10);
	}
	CHECK_EQ(pthread_join(monitor, NULL), 0);
	join(reader);
	nmd_close(z.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* One is there all the time, others come and go before and behind it. */
static void others_come_and_go(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct opened l = open_raw("vale0:p{1"), r = open_raw("vale0:p}1");
	struct opened z = open_with("vale0:a/z", LARGE);
	struct opened pz = open_with("vale0:p{1/z", LARGE);
	struct opened x = {0}, px = {0};

	for (uint32_t n = 0; n < 1000; n += 10) {
		send_numbers(&b, n, n + 10);
		send_numbers(&l, n, n + 10);
		if (n % 20 == 0) {
			x = open_raw("vale0:a/z");
			px = open_raw("vale0:p{1/z");
		} else {
			nmd_close(x.port);
			nmd_close(px.port);
		}
		CHECK_EQ(discard(&a), 10);
		CHECK_EQ(discard(&r), 10);
	}
	CHECK(nmd_txsync(l.port) >= 0);
	expect_numbers(&z, 0, 1000);
	expect_numbers(&pz, 0, 1000);
	nmd_close(z.port);
	nmd_close(pz.port);
	nmd_close(l.port);
	nmd_close(r.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

int main(void)
{
	char port[] = "vale0:a", end[] = "vale0:p}1";

	begin();
	behind_one_that_was_killed();
	sleepers_are_woken();
	others_come_and_go();
	CHECK_EQ(listed(), 0);
	readers_that_are_killed(port, "vale0:b");
	readers_that_are_killed(end, "vale0:p{1");
	senders_that_are_killed();
	finish();
	return 0;
}
