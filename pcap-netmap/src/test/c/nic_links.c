/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links that are lost at either end and come back: reads wait and go on, a
 * send to an interface that is down is refused and its frame never sent, what
 * is sent without a carrier is lost, as with a packet socket; and an interface
 * that is made again is opened again. And an MTU that changes meanwhile.
 */
#include "veth.h"

#define SHORT 60

static int far_end;

static void far_sends(uint8_t seed)
{
	uint8_t frame[SHORT];

	make_frame(frame, 255, 7, sizeof(frame), seed);
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

static void comes(const struct opened *o, uint8_t seed)
{
	uint32_t at = wait_slot(o);

	CHECK_EQ(buffer_of(o->rx, at)[20], seed + 20);
	give_back(o, 1);
}

/* 0 or what the sync says. */
static int sends(const struct opened *o, uint8_t seed)
{
	uint8_t frame[SHORT];
	int r;

	make_frame(frame, 255, 9, sizeof(frame), seed);
	CHECK_EQ(nmd_wait(o->port, POLLOUT, PATIENCE_MS * 1000000ll), POLLOUT);
	queue_slot(o->tx, frame, sizeof(frame), 0);
	r = nmd_txsync(o->port);
	return r < 0 ? r : 0;
}

/* The next frame of ours that the far end gets. */
static uint8_t far_receives(void)
{
	uint8_t got[2048];

	do
		CHECK(recv(far_end, got, sizeof(got), 0) > 0);
	while (got[6 + 5] != 9);
	return (uint8_t)(got[20] - 20);
}

/* A packet socket hears of the link once more when it is back. */
static void first_send_after(const struct opened *o, uint8_t seed)
{
	while (sends(o, seed) == -ENETDOWN)
		;
}

static void nothing_is_sent_by_a_link_that_is_down(const char *spec)
{
	struct opened o = open_raw(spec);
	uint32_t many = 2 * o.region.tx_slots;

	CHECK_EQ(sends(&o, 1), 0);
	CHECK_EQ(far_receives(), 1);
	run("ip link set near down");
	for (uint32_t i = 0; i < many; i++)
		CHECK_EQ(sends(&o, 2), -ENETDOWN);
	CHECK_EQ(stats_of(&o).sent_bad, many);
	CHECK_EQ(stats_of(&o).sent, 1);
	CHECK_EQ(stats_of(&o).sent_bytes, SHORT);
	run("ip link set near up");
	first_send_after(&o, 3);
	CHECK_EQ(far_receives(), 3);
	for (uint32_t i = 0; i < many; i++) {
		CHECK_EQ(sends(&o, (uint8_t)i), 0);
		CHECK_EQ(far_receives(), (uint8_t)i);
	}
	nmd_close(o.port);
}

static void sets_down(void *after_ms)
{
	usleep(1000 * *(useconds_t *)after_ms);
	run("ip link set near down");
}

/* Fills the ring with frames that far_receives passes over. */
static void fill(const struct opened *o)
{
	uint8_t frame[SHORT];

	make_frame(frame, 255, 8, sizeof(frame), 0);
	for (uint32_t n = slots_in(o->tx); n > 0; n--)
		queue_slot(o->tx, frame, sizeof(frame), 0);
}

static void goes_on_when_up(const struct opened *o)
{
	int room = 1 << 24; /* for all that is sent late */

	close(far_end);
	far_end = far_socket();
	CHECK_EQ(setsockopt(far_end, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			    sizeof(room)),
		 0);
	run("ip link set near up");
	while (nmd_txsync(o->port) == -ENETDOWN)
		;
	first_send_after(o, 3);
	CHECK_EQ(far_receives(), 3);
	for (uint32_t i = 0; i < 200; i++) {
		CHECK_EQ(sends(o, (uint8_t)i), 0);
		CHECK_EQ(far_receives(), (uint8_t)i);
	}
}

/*
 * What the kernel has begun with may be sent when the link is back, but nothing
 * waits for that.
 */
static void is_lost_in_mid_batch(const char *spec, uint32_t tx_slots)
{
	struct nmd_options options = {.tx_slots = tx_slots};
	struct opened o = open_with(spec, options);

	for (useconds_t ms = 10; ms < 50; ms += 13) {
		pid_t child = spawn(sets_down, &ms);
		int r;

		do {
			fill(&o);
			r = nmd_txsync(o.port);
		} while (r >= 0);
		CHECK_EQ(r, -ENETDOWN);
		join(child);
		for (int i = 0; i < 10; i++) {
			fill(&o);
			r = nmd_wait(o.port, POLLOUT, PATIENCE_MS * 1000000ll);
			CHECK(r == POLLOUT || r == -ENETDOWN);
		}
		goes_on_when_up(&o);
	}
	nmd_close(o.port);
}

/* Nobody is told, at either end; stock libpcap does not tell either. */
static void a_lost_carrier_comes_back(const char *spec)
{
	struct opened o = open_capture(spec);

	far_sends(1);
	comes(&o, 1);
	run_far("ip link set far down");
	for (uint32_t i = 0; i < 2 * o.region.tx_slots; i++)
		CHECK_EQ(sends(&o, 2), 0);
	CHECK_EQ(nmd_wait(o.port, POLLIN, 1000000), 0);
	run_far("ip link set far up");
	close(far_end); /* which heard of it */
	far_end = far_socket();
	far_sends(3);
	comes(&o, 3);
	do /* until the kernel has taken the link for what it is */
		CHECK_EQ(sends(&o, 4), 0);
	while (recv(far_end, (uint8_t[64]){0}, 64, MSG_DONTWAIT) != SHORT);
	nmd_close(o.port);
}

static void opens_what_is_made_again(const char *spec)
{
	struct opened o = open_capture(spec);

	run_far("ip link del far");
	CHECK_EQ(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll), -ENODEV);
	CHECK(sends(&o, 1) < 0);
	run("ip link add near type veth peer name far netns %d",
	    (int)far_keeper);
	run("ip link set near up");
	run_far("ip link set far up");
	close(far_end);
	far_end = far_socket();
	CHECK_EQ(nmd_rxsync(o.port), -ENODEV); /* it is another one */
	nmd_close(o.port);
	o = open_capture(spec);
	far_sends(5);
	comes(&o, 5);
	CHECK_EQ(sends(&o, 6), 0);
	CHECK_EQ(far_receives(), 6);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

static bool makes_a_slow_one(void)
{
	return system("ip link add link near name slow type macvlan && "
		      "ip link set slow up && "
		      "tc qdisc replace dev near root tbf rate 8bit burst "
		      "1600 limit 1000000") == 0;
}

/* All that is in the ring is the kernel's, and it has not sent it. */
static void a_full_ring_is_told_of_its_lost_link(void)
{
	struct nmd_options options = {.tx_slots = 64};
	struct opened o;

	if (!makes_a_slow_one()) {
		printf("no macvlan or tbf: full rings without a link not "
		       "tested\n");
		return;
	}
	o = open_with("netmap:slow/x", options);
	do
		fill(&o);
	while (nmd_wait(o.port, POLLOUT, 20000000) == POLLOUT);
	run("ip link set slow down");
	CHECK_EQ(nmd_wait(o.port, POLLOUT, PATIENCE_MS * 1000000ll), -ENETDOWN);
	run("tc qdisc del dev near root");
	nmd_close(o.port);
	run("ip link del slow");
}

/* A lowered one is looked for now and then. */
static void the_mtu_changes(const char *spec)
{
	struct opened o = open_raw(spec);

	CHECK_EQ(send_result(&o, 1514), 0);
	CHECK_EQ(send_result(&o, 1515), -EMSGSIZE);
	run_far("ip link set far mtu 1700");
	run("ip link set near mtu 1700");
	CHECK_EQ(send_result(&o, 1515), 0);
	CHECK_EQ(send_result(&o, 1714), 0);
	CHECK_EQ(send_result(&o, 1715), -EMSGSIZE);
	run("ip link set near mtu 1400");
	for (int i = 0; send_result(&o, 1415) == 0; i++) {
		CHECK(i < PATIENCE_MS);
		usleep(1000);
	}
	CHECK_EQ(send_result(&o, 1415), -EMSGSIZE);
	CHECK_EQ(send_result(&o, 1414), 0);
	run("ip link set near mtu 1500");
	run_far("ip link set far mtu 1500");
	CHECK_EQ(send_result(&o, 1514), 0);
	nmd_close(o.port);
}

static void all(const char *spec)
{
	the_mtu_changes(spec);
	nothing_is_sent_by_a_link_that_is_down(spec);
	is_lost_in_mid_batch(spec, 1024);
	is_lost_in_mid_batch(spec, 16);
	a_lost_carrier_comes_back(spec);
	opens_what_is_made_again(spec);
}

int main(void)
{
	veth_begin();
	far_end = far_socket();
	all(NEAR);
	all(NEAR "/x");
	a_full_ring_is_told_of_its_lost_link();
	veth_end();
	return 0;
}
