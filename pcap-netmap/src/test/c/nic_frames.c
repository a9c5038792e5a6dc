/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a shared opening of an interface sees: both directions with marks and
 * times, not its own, whole frames with their VLAN tags, chosen by filter,
 * direction and snap length; and what the interface refuses to send.
 */
#include <time.h>

#include "veth.h"

#define SHORT 60

static int far_end;

static void far_sends(uint32_t len, uint8_t seed)
{
	uint8_t frame[2048];

	make_frame(frame, 255, 7, len, seed);
	CHECK_EQ(send(far_end, frame, len, 0), len);
}

/* The next frame, of one slot, is as make_frame(255, from, len, seed) says. */
static void is_next(const struct opened *o, uint8_t from, uint32_t len,
		    uint8_t seed, enum nmd_direction direction)
{
	uint32_t at = wait_slot(o);
	uint8_t frame[2048];

	make_frame(frame, 255, from, len, seed);
	CHECK_EQ(o->rx->slot[at].len, len);
	CHECK_EQ(memcmp(buffer_of(o->rx, at), frame, len), 0);
	if (o->arrivals) {
		CHECK_EQ(o->arrivals[at].wire_len, len);
		CHECK_EQ(o->arrivals[at].direction, direction);
	}
	give_back(o, 1);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void both_directions_are_seen(void)
{
	struct opened one = open_capture(NEAR), two = open_capture(NEAR);
	uint64_t before = now_ns();
	uint8_t frame[SHORT];

	far_sends(SHORT, 1);
	CHECK(one.arrivals[wait_slot(&one)].time_ns >= before);
	CHECK(one.arrivals[one.rx->head].time_ns <= now_ns());
	is_next(&one, 7, SHORT, 1, NMD_IN);
	is_next(&two, 7, SHORT, 1, NMD_IN);
	make_frame(frame, 255, 9, SHORT, 2);
	send_one(&one, frame, SHORT);
	is_next(&two, 9, SHORT, 2, NMD_OUT);
	CHECK_EQ(readable(&one), 0); /* not what it sends itself */
	CHECK_EQ(checked_stats(&one).published, 1);
	CHECK_EQ(checked_stats(&one).sent, 1);
	CHECK_EQ(checked_stats(&two).published, 2);
	CHECK_EQ(checked_stats(&two).published_bytes, 2 * SHORT);
	nmd_close(one.port);
	nmd_close(two.port);
}

static void raw_openings_and_monitors_see_one_side(void)
{
	struct opened raw = open_raw(NEAR), out = open_capture(NEAR "/t");
	struct opened in = open_capture(NEAR "/r"), all = open_capture(NEAR);
	uint8_t frame[SHORT];

	make_frame(frame, 255, 9, SHORT, 3);
	send_one(&all, frame, SHORT);
	far_sends(SHORT, 4);
	is_next(&all, 7, SHORT, 4, NMD_IN);
	is_next(&raw, 7, SHORT, 4, NMD_IN);
	is_next(&in, 7, SHORT, 4, NMD_IN);
	is_next(&out, 9, SHORT, 3, NMD_OUT);
	CHECK_EQ(readable(&raw) + readable(&in) + readable(&out), 0);
	nmd_close(raw.port);
	nmd_close(in.port);
	nmd_close(out.port);
	nmd_close(all.port);
}

/* The far socket sees what is sent, also frames of several slots. */
static void what_is_sent_goes_out(void)
{
	struct opened o = open_with(
		NEAR, (struct nmd_options){.mode = NMD_RAW, .buf_size = 512});
	uint8_t frame[1400], got[2048];

	make_frame(frame, 255, 9, sizeof(frame), 5);
	queue_slot(o.tx, frame, 512, NETMAP_SLOT_MOREFRAG);
	queue_slot(o.tx, frame + 512, 512, NETMAP_SLOT_MOREFRAG);
	queue_slot(o.tx, frame + 1024, sizeof(frame) - 1024, 0);
	CHECK_EQ(nmd_txsync(o.port), o.region.tx_slots - 1);
	while (recv(far_end, got, sizeof(got), 0) != sizeof(frame))
		; /* of the tests before */
	CHECK_EQ(memcmp(got, frame, sizeof(frame)), 0);
	CHECK_EQ(stats_of(&o).sent, 3);
	CHECK_EQ(stats_of(&o).sent_bytes, sizeof(frame));
	nmd_close(o.port);
}

/* Each refusal takes its frame; those around it are sent. */
static void what_is_too_long_is_refused(void)
{
	struct opened o = open_raw(NEAR), other = open_capture(NEAR);
	uint8_t frame[1600];

	make_frame(frame, 255, 9, sizeof(frame), 6);
	queue_slot(o.tx, frame, SHORT, 0);
	queue_slot(o.tx, frame, 1500 + 14 + 5, 0);
	queue_slot(o.tx, frame, 1500 + 14, 0);
	CHECK_EQ(nmd_txsync(o.port), -EMSGSIZE);
	is_next(&other, 9, SHORT, 6, NMD_OUT);
	is_next(&other, 9, 1514, 6, NMD_OUT);
	CHECK_EQ(slots_in(o.tx), o.region.tx_slots - 1);
	CHECK_EQ(stats_of(&o).sent, 2);
	CHECK_EQ(stats_of(&o).sent_bad, 1);
	CHECK(nmd_txsync(o.port) >= 0);
	nmd_close(o.port);
	nmd_close(other.port);
}

/* ldb [14]; jeq #value; what of the frame. */
static void set_filter(const struct opened *o, uint8_t value, uint32_t keep)
{
	const struct nmd_insn prog[] = {
		{0x30, 0, 0, 14},
		{0x15, 0, 1, value},
		{0x06, 0, 0, keep},
		{0x06, 0, 0, 0},
	};

	CHECK_EQ(nmd_set_filter(o->port, prog, 4), 0);
}

static void the_kernel_filters(void)
{
	struct opened o = open_capture(NEAR);
	struct pollfd p = {nmd_fd(o.port), POLLIN, 0};
	uint32_t at;

	far_sends(SHORT, 20);
	wait_slot(&o);
	far_sends(SHORT, 20); /* in the kernel's queue */
	set_filter(&o, 30 + 14, 40);
	CHECK_EQ(readable(&o), 0); /* what was queued is given up */
	CHECK_EQ(nmd_arm(o.port), 0);
	far_sends(SHORT, 20);
	CHECK_EQ(poll(&p, 1, 20), 0); /* what is rejected wakes nobody */
	far_sends(SHORT, 30);
	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
	at = wait_slot(&o);
	CHECK_EQ(o.rx->slot[at].len, 40);
	CHECK_EQ(o.arrivals[at].wire_len, SHORT);
	CHECK_EQ(checked_stats(&o).accepted, 3); /* two given up */
	CHECK_EQ(nmd_arm(o.port), 0);
	CHECK_EQ(poll(&p, 1, 0), 1); /* unread */
	give_back(&o, 1);
	CHECK_EQ(nmd_arm(o.port), 0);
	CHECK_EQ(poll(&p, 1, 0), 0);
	nmd_close(o.port);
}

static void lengths_and_directions_are_chosen(void)
{
	struct opened o = open_capture(NEAR), sender = open_raw(NEAR);
	uint8_t frame[SHORT];
	uint32_t at;

	CHECK_EQ(nmd_set_snaplen(o.port, 33), 0);
	far_sends(1000, 7);
	at = wait_slot(&o);
	CHECK_EQ(o.rx->slot[at].len, 33);
	CHECK_EQ(o.arrivals[at].wire_len, 1000);
	give_back(&o, 1);
	CHECK_EQ(nmd_set_snaplen(o.port, 0), 0);
	CHECK_EQ(nmd_set_direction(o.port, NMD_OUT), 0);
	make_frame(frame, 255, 9, SHORT, 8);
	far_sends(SHORT, 1);
	send_one(&sender, frame, SHORT);
	is_next(&o, 9, SHORT, 8, NMD_OUT);
	CHECK_EQ(nmd_set_direction(o.port, NMD_IN), 0);
	send_one(&sender, frame, SHORT);
	far_sends(SHORT, 2);
	is_next(&o, 7, SHORT, 2, NMD_IN);
	nmd_close(o.port);
	nmd_close(sender.port);
}

/* A tag that the kernel has taken out is back, and filters find it. */
static void vlan_tags_are_where_they_were(const char *spec)
{
	struct opened o = open_capture(spec);
	const struct nmd_insn tagged[] = {
		{0x28, 0, 0, 12},     {0x15, 0, 3, 0x8100}, {0x28, 0, 0, 14},
		{0x15, 0, 1, 0x0123}, {0x06, 0, 0, 262144}, {0x06, 0, 0, 0},
	};
	const uint8_t tag[] = {0x81, 0x00, 0x01, 0x24, 0x88, 0xb5};
	uint8_t frame[64];
	uint32_t at;

	CHECK_EQ(nmd_set_filter(o.port, tagged, 6), 0);
	make_frame(frame, 255, 7, sizeof(frame), 0);
	memcpy(frame + 12, tag, sizeof(tag));
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
	far_sends(SHORT, 1);
	frame[15] = 0x23;
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
	at = wait_slot(&o);
	CHECK_EQ(o.rx->slot[at].len, sizeof(frame));
	CHECK_EQ(o.arrivals[at].wire_len, sizeof(frame));
	CHECK_EQ(memcmp(buffer_of(o.rx, at), frame, sizeof(frame)), 0);
	CHECK_EQ(readable(&o), 1);
	nmd_close(o.port);
}

static void openings_are_listed(void)
{
	struct opened o = open_capture(NEAR), raw = open_raw(NEAR);
	struct nmd_info info[4];

	far_sends(SHORT, 1);
	CHECK_EQ(nmd_peers(raw.port), 1);
	wait_slot(&o);
	CHECK_EQ(nmd_list(info, 4, NULL), 2);
	CHECK_EQ(strcmp(info[0].switch_name, "netmap"), 0);
	CHECK_EQ(strcmp(info[0].port_name, "near"), 0);
	CHECK_EQ(info[0].stats.published, 1);
	nmd_close(o.port);
	nmd_close(raw.port);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	veth_begin();
	far_end = far_socket();
	both_directions_are_seen();
	raw_openings_and_monitors_see_one_side();
	what_is_sent_goes_out();
	what_is_too_long_is_refused();
	the_kernel_filters();
	lengths_and_directions_are_chosen();
	vlan_tags_are_where_they_were(NEAR);
	vlan_tags_are_where_they_were(NEAR "/x");
	openings_are_listed();
	veth_end();
	return 0;
}
