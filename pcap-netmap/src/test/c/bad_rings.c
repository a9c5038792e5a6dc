/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program, or a peer, may write into the rings without harm: slots
 * with a bad buffer or length are counted and not sent, a head out of its
 * range makes the ring start over with -EINVAL, a spoiled receive ring loses
 * its own frames only.
 */
#include "testing.h"

static struct opened a, b;

static void open_both(void)
{
	a = open_raw("vale0:a");
	b = open_raw("vale0:b");
}

static void close_both(void)
{
	nmd_close(a.port);
	nmd_close(b.port);
}

static void queue(uint32_t len)
{
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	memcpy(buffer_of(a.tx, a.tx->head), frame, sizeof(frame));
	queue_slot(a.tx, NULL, len, 0);
}

/* A bad slot between good ones costs only itself. */
static void bad_slots_are_counted(void)
{
	uint32_t spoiled[4];

	open_both();
	queue(60);
	for (int i = 0; i < 4; i++) {
		spoiled[i] = a.tx->slot[a.tx->head].buf_idx;
		a.tx->slot[a.tx->head].buf_idx = i % 2 ? UINT32_MAX
						       : a.region.buffers;
		queue_slot(a.tx, NULL, 60, 0);
	}
	queue(0);
	queue(13);
	queue(14);
	queue(2112);
	queue(2113);
	queue(65535);
	CHECK_EQ(nmd_txsync(a.port), a.tx->num_slots - 1);
	for (uint32_t i = 0; i < 4; i++)
		a.tx->slot[1 + i].buf_idx = spoiled[i];
	CHECK_EQ(discard(&b), 3); /* 60, 14, 2112 bytes */
	CHECK_EQ(checked_stats(&a).sent_bad, 8);
	CHECK_EQ(checked_stats(&a).sent, 3);
	CHECK_EQ(checked_stats(&a).sent_bytes, 60 + 14 + 2112);
	CHECK_EQ(checked_stats(&a).offered, 3);
	CHECK_EQ(checked_stats(&b).published_bytes, 60 + 14 + 2112);
	close_both();
}

/* The ring's owner may lay another of its buffers under a slot. */
static void buffers_may_be_swapped(void)
{
	uint8_t frame[60];
	uint32_t first, second;

	open_both();
	first = a.tx->slot[0].buf_idx;
	second = a.tx->slot[7].buf_idx;
	make_frame(frame, 255, 1, sizeof(frame), 42);
	memcpy(buffer_of(a.tx, 7), frame, sizeof(frame));
	a.tx->slot[0].buf_idx = second;
	a.tx->slot[7].buf_idx = first;
	queue_slot(a.tx, NULL, sizeof(frame), NETMAP_SLOT_BUF_CHANGED);
	CHECK(nmd_txsync(a.port) > 0);
	CHECK_EQ(readable(&b), 1);
	CHECK_EQ(memcmp(buffer_of(b.rx, 0), frame, sizeof(frame)), 0);
	/* And the receiver may keep a buffer by swapping. */
	b.rx->slot[0].buf_idx = 1; /* a spare one */
	give_back(&b, 1);
	for (uint32_t i = 0; i < b.rx->num_slots; i++) {
		send_one(&a, frame, sizeof(frame));
		CHECK_EQ(discard(&b), 1);
	}
	CHECK_EQ(b.rx->slot[0].buf_idx, 1);
	close_both();
}

static void a_bad_head_starts_the_ring_over(void)
{
	open_both();
	for (int i = 0; i < 5; i++)
		send_to(&a, 255, 1);
	a.tx->head = a.tx->num_slots;
	CHECK_EQ(nmd_txsync(a.port), -EINVAL);
	CHECK_EQ(a.tx->head, 5);
	CHECK_EQ(a.tx->cur, 5);
	CHECK_EQ(a.tx->tail, 4);
	a.tx->head = UINT32_MAX;
	CHECK_EQ(nmd_txsync(a.port), -EINVAL);
	CHECK_EQ(a.tx->head, 5);
	send_to(&a, 255, 1);
	CHECK_EQ(readable(&b), 6);
	b.rx->head = b.rx->cur = 7; /* beyond tail */
	CHECK_EQ(nmd_rxsync(b.port), -EINVAL);
	CHECK_EQ(b.rx->head, 0);
	CHECK_EQ(b.rx->cur, 0);
	CHECK_EQ(b.rx->tail, 6);
	give_back(&b, 2);
	b.rx->head = 1; /* back again */
	CHECK_EQ(nmd_rxsync(b.port), -EINVAL);
	CHECK_EQ(b.rx->head, 2);
	b.rx->head = b.rx->num_slots + 3;
	CHECK_EQ(nmd_rxsync(b.port), -EINVAL);
	CHECK_EQ(discard(&b), 4);
	CHECK_EQ(checked_stats(&b).consumed, 6);
	close_both();
}

/* Fields that are the device's are not read back. */
static void the_devices_fields_are_not_believed(void)
{
	open_both();
	b.rx->num_slots = UINT32_MAX;
	b.rx->buf_ofs = INT64_MAX;
	b.rx->nr_buf_size = UINT32_MAX;
	b.rx->tail = 77;
	a.tx->num_slots = 1u << 31;
	a.tx->buf_ofs = INT64_MIN;
	a.tx->nr_buf_size = 0;
	a.tx->slot[0].len = 60;
	a.tx->head = a.tx->cur = 1;
	CHECK_EQ(nmd_txsync(a.port), a.region.tx_slots - 1);
	CHECK_EQ(nmd_rxsync(b.port), 1);
	CHECK_EQ(b.rx->tail, 1);
	b.rx->head = b.rx->cur = 1;
	CHECK_EQ(nmd_rxsync(b.port), 0);
	close_both();
}

/* A receiver that spoils its slots loses frames, and says how many. */
static void a_spoiled_receiver_hurts_itself_only(void)
{
	struct opened c;

	open_both();
	c = open_raw("vale0:c");
	b.rx->slot[2].buf_idx = UINT32_MAX;
	for (int i = 0; i < 5; i++)
		send_to(&a, 255, 1);
	CHECK_EQ(discard(&b), 2);
	CHECK_EQ(checked_stats(&b).dropped, 3);
	CHECK_EQ(discard(&c), 5);
	b.rx->slot[2].buf_idx = 1;
	send_to(&a, 255, 1);
	CHECK_EQ(discard(&b), 1);
	CHECK_EQ(checked_stats(&a).offered, 12);
	nmd_close(c.port);
	close_both();
}

/* Full: the rest is dropped and counted; what came is intact and in order. */
static void a_full_receiver_drops(void)
{
	uint32_t room;

	open_both();
	room = b.rx->num_slots - 1;
	for (uint32_t i = 0; i < room + 500; i++) {
		uint8_t frame[60];

		make_frame(frame, 255, 1, sizeof(frame), 0);
		memcpy(frame + 20, &i, sizeof(i));
		send_one(&a, frame, sizeof(frame));
	}
	CHECK_EQ(readable(&b), room);
	CHECK_EQ(checked_stats(&b).dropped, 500);
	CHECK_EQ(checked_stats(&b).unread, room);
	for (uint32_t i = 0; i < room; i++)
		CHECK_EQ(memcmp(buffer_of(b.rx, i) + 20, &i, sizeof(i)), 0);
	give_back(&b, 10);
	for (int i = 0; i < 15; i++)
		send_to(&a, 255, 1);
	CHECK_EQ(readable(&b), room);
	CHECK_EQ(checked_stats(&b).dropped, 505);
	CHECK_EQ(checked_stats(&a).offered, room + 515);
	CHECK_EQ(checked_stats(&b).accepted, room + 10);
	close_both();
}

int main(void)
{
	begin();
	bad_slots_are_counted();
	buffers_may_be_swapped();
	a_bad_head_starts_the_ring_over();
	the_devices_fields_are_not_believed();
	a_spoiled_receiver_hurts_itself_only();
	a_full_receiver_drops();
	finish();
	return 0;
}
