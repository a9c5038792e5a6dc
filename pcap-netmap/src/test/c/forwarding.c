/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the frames of a port go, in one process:
 *  - unknown and group addresses go to every other port,
 *  - a learned address goes to its port only, and moves with its user,
 *  - nothing comes back to who sent it,
 *  - NO_LEARN frames teach nothing,
 *  - addresses of a port that has closed are unknown again,
 *  - what arrives is what was sent, byte for byte, with time and length.
 */
#include "testing.h"

#include <time.h>

#define PORTS 4

static struct opened port[PORTS];

static void open_ports_of(const char *name)
{
	char spec[32];

	for (int i = 0; i < PORTS; i++) {
		snprintf(spec, sizeof(spec), "%s:%d", name, i);
		port[i] = open_with(
			spec, (struct nmd_options){.flags = NMD_ARRIVALS});
		CHECK_EQ(nmd_peers(port[i].port), i);
	}
}

/* gone: what an opening that has closed since had offered. */
static void close_ports_after(uint64_t gone)
{
	uint64_t offered = gone, taken = 0;

	for (int i = 0; i < PORTS; i++) {
		struct nmd_stats s = checked_stats(&port[i]);

		offered += s.offered;
		taken += s.published + s.dropped + s.filtered;
	}
	CHECK_EQ(offered, taken);
	for (int i = 0; i < PORTS; i++)
		nmd_close(port[i].port);
}

static void close_ports(void)
{
	close_ports_after(0);
}

/* One bit for each port that has exactly one frame; they are taken out. */
static unsigned receivers(void)
{
	unsigned set = 0;

	for (int i = 0; i < PORTS; i++) {
		uint32_t n = discard(&port[i]);

		CHECK(n <= 1);
		set |= n << i;
	}
	return set;
}

static void floods_and_learns(void)
{
	open_ports_of("vale0");
	send_to(&port[0], 77, 10); /* nobody knows 77 */
	CHECK_EQ(receivers(), 0xe);
	send_to(&port[1], 10, 11); /* 10 is behind port 0 */
	CHECK_EQ(receivers(), 0x1);
	send_to(&port[0], 11, 10);
	CHECK_EQ(receivers(), 0x2);
	send_to(&port[2], 11, 12);
	CHECK_EQ(receivers(), 0x2);
	send_to(&port[0], 255, 10); /* broadcast */
	CHECK_EQ(receivers(), 0xe);
	close_ports();
}

static void sends_multicast_to_all(void)
{
	uint8_t frame[60];

	open_ports_of("vale0");
	make_frame(frame, 1, 10, sizeof(frame), 0);
	frame[0] = 0x01; /* the group bit */
	for (int i = 0; i < 2; i++) {
		send_one(&port[0], frame, sizeof(frame));
		CHECK_EQ(receivers(), 0xe);
	}
	/* A group address as source is a lie that is not believed. */
	make_frame(frame, 10, 255, sizeof(frame), 0);
	send_one(&port[1], frame, sizeof(frame));
	CHECK_EQ(receivers(), 0x1);
	send_to(&port[2], 255, 12);
	CHECK_EQ(receivers(), 0xb);
	close_ports();
}

static void follows_an_address_that_moves(void)
{
	open_ports_of("vale0");
	send_to(&port[0], 255, 10);
	CHECK_EQ(receivers(), 0xe);
	send_to(&port[1], 10, 11);
	CHECK_EQ(receivers(), 0x1);
	send_to(&port[3], 255, 10);
	CHECK_EQ(receivers(), 0x7);
	send_to(&port[1], 10, 11);
	CHECK_EQ(receivers(), 0x8);
	close_ports();
}

static void gives_nothing_back(void)
{
	open_ports_of("vale0");
	send_to(&port[0], 255, 10);
	CHECK_EQ(receivers(), 0xe);
	send_to(&port[0], 10, 10); /* to itself: to nobody */
	CHECK_EQ(receivers(), 0);
	close_ports();
}

static void learns_nothing_when_told(void)
{
	uint8_t frame[60];

	open_ports_of("vale0");
	make_frame(frame, 255, 10, sizeof(frame), 0);
	queue_slot(port[0].tx, frame, sizeof(frame), NETMAP_SLOT_NO_LEARN);
	CHECK(nmd_txsync(port[0].port) > 0);
	CHECK_EQ(receivers(), 0xe);
	send_to(&port[1], 10, 11);
	CHECK_EQ(receivers(), 0xd); /* still unknown */
	/* In one batch, the second frame may be learned from. */
	queue_slot(port[0].tx, frame, sizeof(frame), NETMAP_SLOT_NO_LEARN);
	queue_slot(port[0].tx, frame, sizeof(frame), 0);
	CHECK(nmd_txsync(port[0].port) > 0);
	for (int i = 1; i < PORTS; i++)
		CHECK_EQ(discard(&port[i]), 2);
	send_to(&port[1], 10, 11);
	CHECK_EQ(receivers(), 0x1);
	close_ports();
}

static void forgets_a_closed_port(void)
{
	open_ports_of("vale0");
	send_to(&port[3], 255, 13);
	CHECK_EQ(receivers(), 0x7);
	nmd_close(port[3].port);
	port[3] = open_raw("vale0:again");
	send_to(&port[0], 13, 10);
	CHECK_EQ(receivers(), 0xe);
	close_ports_after(3);
}

/* Frames that a test program sends unfilled: all addresses zero. */
static void floods_frames_of_zeroes(void)
{
	static const uint8_t zeroes[60];

	open_ports_of("vale0");
	send_one(&port[0], zeroes, sizeof(zeroes));
	CHECK_EQ(receivers(), 0xe);
	send_one(&port[1], zeroes, sizeof(zeroes));
	CHECK_EQ(receivers(), 0xd);
	close_ports();
}

static void keeps_switches_apart(void)
{
	struct opened other = open_raw("vale1:0");

	open_ports_of("vale0");
	send_to(&port[0], 255, 10);
	CHECK_EQ(discard(&other), 0);
	CHECK_EQ(receivers(), 0xe);
	CHECK_EQ(nmd_peers(other.port), 0);
	CHECK_EQ(listed(), PORTS + 1);
	close_ports();
	nmd_close(other.port);
}

static uint64_t realtime_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Every length that fits a buffer, in one batch, with its time. */
static void carries_every_length(void)
{
	uint64_t before = realtime_ns(), after;
	uint8_t frame[2112];
	uint32_t sent = 0;

	open_ports_of("vale0");
	for (uint32_t len = 14; len <= 2112; len += 3, sent++) {
		make_frame(frame, 255, 10, len, (uint8_t)len);
		queue_slot(port[0].tx, frame, len, 0);
	}
	CHECK(nmd_txsync(port[0].port) > 0);
	after = realtime_ns();
	CHECK_EQ(readable(&port[1]), sent);
	for (uint32_t i = 0, len = 14; i < sent; i++, len += 3) {
		const struct nmd_arrival *arrival = &port[1].arrivals[i];

		make_frame(frame, 255, 10, len, (uint8_t)len);
		CHECK_EQ(port[1].rx->slot[i].len, len);
		CHECK_EQ(port[1].rx->slot[i].flags, 0);
		CHECK_EQ(memcmp(buffer_of(port[1].rx, i), frame, len), 0);
		CHECK_EQ(arrival->wire_len, len);
		CHECK_EQ(arrival->direction, NMD_IN);
		CHECK(arrival->time_ns >= before && arrival->time_ns <= after);
	}
	for (int i = 1; i < PORTS; i++)
		CHECK_EQ(discard(&port[i]), sent);
	close_ports();
}

/* Every third frame, and every tenth, which goes to all. */
static void check_sorted(const struct opened *o, int i)
{
	uint32_t n = readable(o), at = o->rx->head;

	for (int k = 0; k < 900; k++) {
		int got;

		if (k % 10 && k % 3 != i - 1)
			continue;
		CHECK(at != o->rx->tail);
		memcpy(&got, buffer_of(o->rx, at) + 20, sizeof(got));
		CHECK_EQ(got, k);
		at = next_slot(o->rx, at);
	}
	CHECK_EQ(at, o->rx->tail);
	CHECK_EQ(discard(o), n);
}

/* A batch of frames for several ports: each gets its own, in order. */
static void sorts_a_mixed_batch(void)
{
	uint8_t frame[60];

	open_ports_of("vale0");
	for (uint8_t i = 1; i < PORTS; i++)
		send_to(&port[i], 255, (uint8_t)(10 + i));
	for (int i = 0; i < PORTS; i++)
		discard(&port[i]);
	for (int k = 0; k < 900; k++) {
		make_frame(frame, (uint8_t)(k % 10 ? 11 + k % 3 : 255), 10,
			   sizeof(frame), (uint8_t)k);
		memcpy(frame + 20, &k, sizeof(k));
		queue_slot(port[0].tx, frame, sizeof(frame), 0);
	}
	CHECK(nmd_txsync(port[0].port) > 0);
	for (uint8_t i = 1; i < PORTS; i++)
		check_sorted(&port[i], i);
	close_ports();
}

int main(void)
{
	begin();
	floods_and_learns();
	sends_multicast_to_all();
	follows_an_address_that_moves();
	gives_nothing_back();
	learns_nothing_when_told();
	forgets_a_closed_port();
	floods_frames_of_zeroes();
	keeps_switches_apart();
	carries_every_length();
	sorts_a_mixed_batch();
	finish();
	return 0;
}
