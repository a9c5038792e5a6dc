/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of several slots: cut anew to the receiver's buffers, delivered
 * whole or not at all, and never mistaken for several frames; data that the
 * program keeps elsewhere (INDIRECT); slots that are not fit to send.
 */
#include "testing.h"

#define LONGEST 65535

static uint8_t sent[LONGEST], got[LONGEST];

static struct opened open_buffers(const char *spec, uint32_t buf_size,
				  uint32_t slots)
{
	return open_with(spec, (struct nmd_options){.tx_slots = slots,
						    .rx_slots = slots,
						    .buf_size = buf_size,
						    .flags = NMD_ARRIVALS});
}

/* Puts a frame into the TX ring in pieces of cut bytes. */
static uint32_t queue_frame(const struct opened *o, uint32_t len, uint32_t cut)
{
	uint32_t slots = 0;

	for (uint32_t at = 0; at < len; at += cut, slots++) {
		uint32_t n = len - at < cut ? len - at : cut;

		queue_slot(o->tx, sent + at, n,
			   at + n < len ? NETMAP_SLOT_MOREFRAG : 0);
	}
	return slots;
}

/* Takes a frame from the RX ring; its length, 0: there is none. */
static uint32_t take_frame(const struct opened *o, uint32_t *slots)
{
	uint32_t len = 0, at = o->rx->head, n = readable(o);
	uint16_t flags = n ? NETMAP_SLOT_MOREFRAG : 0;

	for (*slots = 0; flags & NETMAP_SLOT_MOREFRAG; ++*slots) {
		const struct netmap_slot *slot = &o->rx->slot[at];

		CHECK(*slots < n);
		CHECK_EQ(o->arrivals[at].wire_len == 0, *slots > 0);
		memcpy(got + len, buffer_of(o->rx, at), slot->len);
		len += slot->len;
		flags = slot->flags;
		/* All but the last slot are full. */
		CHECK(!(flags & NETMAP_SLOT_MOREFRAG) ||
		      slot->len == o->region.buf_size);
		at = next_slot(o->rx, at);
	}
	give_back(o, *slots);
	return len;
}

static void crosses(const struct opened *from, const struct opened *to,
		    uint32_t len, uint32_t cut)
{
	uint32_t slots, buf_size = to->region.buf_size;

	make_frame(sent, 255, 1, len, (uint8_t)cut);
	queue_frame(from, len, cut);
	CHECK(nmd_txsync(from->port) > 0);
	CHECK_EQ(to->arrivals[to->rx->head].wire_len, len);
	CHECK_EQ(take_frame(to, &slots), len);
	CHECK_EQ(slots, (len + buf_size - 1) / buf_size);
	CHECK_EQ(memcmp(sent, got, len), 0);
	CHECK_EQ(readable(to), 0);
}

static void is_cut_anew(void)
{
	static const uint32_t sizes[] = {64, 192, 2112, 4096, 65536};
	struct opened from, to;

	for (int f = 0; f < 5; f++) {
		for (int t = 0; t < 5; t++) {
			from = open_buffers("vale0:a", sizes[f], 128);
			to = open_buffers("vale0:b", sizes[t], 128);
			crosses(&from, &to, 60, 60);
			crosses(&from, &to, 60, 20);
			crosses(&from, &to, 64, 64);
			crosses(&from, &to, 65, 64);
			crosses(&from, &to, 1514, 64);
			crosses(&from, &to, 1514, 61);
			crosses(&from, &to, 4097, 64);
			nmd_close(from.port);
			nmd_close(to.port);
		}
	}
}

/* As in the field: 1500 bytes into the smallest buffers, again and again. */
static void nothing_is_dropped_that_fits(void)
{
	struct opened from = open_buffers("vale0:a", 2112, 64);
	struct opened to = open_buffers("vale0:b", 64, 64);

	for (int i = 0; i < 500; i++)
		crosses(&from, &to, 1500, 1500);
	CHECK_EQ(checked_stats(&to).dropped, 0);
	CHECK_EQ(checked_stats(&to).accepted, 500);
	CHECK_EQ(checked_stats(&to).published, 500 * 24);
	nmd_close(from.port);
	nmd_close(to.port);
}

/* 64-byte buffers: more slots than any internal batch. */
static void the_longest_frame_passes(void)
{
	struct opened from = open_buffers("vale0:a", 64, 4096);
	struct opened to = open_buffers("vale0:b", 2112, 64);
	uint32_t slots;

	make_frame(sent, 255, 1, 16000, 3);
	queue_frame(&from, 16000, 64);
	make_frame(sent, 255, 1, 100, 4);
	queue_frame(&from, 100, 64);
	CHECK(nmd_txsync(from.port) > 0);
	make_frame(sent, 255, 1, 16000, 3);
	CHECK_EQ(take_frame(&to, &slots), 16000);
	CHECK_EQ(memcmp(sent, got, 16000), 0);
	make_frame(sent, 255, 1, 100, 4);
	CHECK_EQ(take_frame(&to, &slots), 100);
	CHECK_EQ(memcmp(sent, got, 100), 0);
	nmd_close(from.port);
	nmd_close(to.port);
}

/* Too many slots: bad as a whole, and what follows is sound. */
static void an_overlong_frame_is_bad_as_a_whole(void)
{
	struct opened from = open_buffers("vale0:a", 64, 4096);
	struct opened to = open_buffers("vale0:b", 2112, 64);
	uint32_t slots, bad = 0;

	make_frame(sent, 255, 1, 65535, 3);
	for (int i = 0; i < 1500; i++, bad++) /* 96,000 bytes */
		queue_slot(from.tx, sent, 64, NETMAP_SLOT_MOREFRAG);
	queue_slot(from.tx, sent, 64, 0);
	bad++;
	queue_slot(from.tx, sent, 60, 0);
	CHECK(nmd_txsync(from.port) > 0);
	CHECK_EQ(take_frame(&to, &slots), 60);
	CHECK_EQ(slots, 1);
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(checked_stats(&from).sent_bad, bad);
	CHECK_EQ(checked_stats(&from).sent, 1);
	CHECK_EQ(checked_stats(&from).offered, 1);
	nmd_close(from.port);
	nmd_close(to.port);
}

/* A frame that does not fit leaves the ring as it was. */
static void whole_or_not_at_all(void)
{
	struct opened from = open_buffers("vale0:a", 2112, 64);
	struct opened to = open_buffers("vale0:b", 64, 16); /* 15 slots */
	uint32_t slots;

	make_frame(sent, 255, 1, 1000, 9);
	queue_frame(&from, 640, 640);  /* 10 slots of the receiver */
	queue_frame(&from, 1000, 500); /* 16: never fits */
	queue_frame(&from, 384, 200);  /* 6: not beside the first */
	queue_frame(&from, 320, 320);  /* 5: fits */
	CHECK(nmd_txsync(from.port) > 0);
	CHECK_EQ(checked_stats(&to).accepted, 2);
	CHECK_EQ(checked_stats(&to).dropped, 2);
	CHECK_EQ(checked_stats(&to).published, 15);
	CHECK_EQ(take_frame(&to, &slots), 640);
	CHECK_EQ(memcmp(sent, got, 640), 0);
	CHECK_EQ(take_frame(&to, &slots), 320);
	CHECK_EQ(memcmp(sent, got, 320), 0);
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(checked_stats(&from).offered, 4);
	nmd_close(from.port);
	nmd_close(to.port);
}

/* The end is never queued: nothing is sent, nothing waits for it. */
static void a_frame_without_end_is_not_sent(void)
{
	struct opened from = open_buffers("vale0:a", 64, 64);
	struct opened to = open_buffers("vale0:b", 2112, 64);

	make_frame(sent, 255, 1, 128, 9);
	queue_slot(from.tx, sent, 64, NETMAP_SLOT_MOREFRAG);
	queue_slot(from.tx, sent + 64, 64, NETMAP_SLOT_MOREFRAG);
	CHECK(nmd_txsync(from.port) > 0);
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(checked_stats(&from).sent_bad, 2);
	send_to(&from, 255, 1);
	CHECK_EQ(discard(&to), 1);
	nmd_close(from.port);
	nmd_close(to.port);
}

static void indirect_data(void)
{
	struct nmd_options o = {.tx_slots = 64, .flags = NMD_INDIRECT};
	struct opened from = open_with("vale0:a", o);
	struct opened to = open_buffers("vale0:b", 2112, 64);
	uint32_t slots, at;

	make_frame(sent, 255, 1, 3000, 5);
	/* Alone, then a part of a frame that is otherwise in the buffers. */
	at = from.tx->head;
	from.tx->slot[at].ptr = (uint64_t)(uintptr_t)sent;
	queue_slot(from.tx, NULL, 1000, NETMAP_SLOT_INDIRECT);
	queue_slot(from.tx, sent, 1000, NETMAP_SLOT_MOREFRAG);
	at = from.tx->head;
	from.tx->slot[at].ptr = (uint64_t)(uintptr_t)(sent + 1000);
	queue_slot(from.tx, NULL, 2000, NETMAP_SLOT_INDIRECT);
	CHECK(nmd_txsync(from.port) > 0);
	CHECK_EQ(take_frame(&to, &slots), 1000);
	CHECK_EQ(memcmp(sent, got, 1000), 0);
	CHECK_EQ(take_frame(&to, &slots), 3000);
	CHECK_EQ(memcmp(sent, got, 3000), 0);
	/* An address that is not there is a bad slot, not a crash. */
	at = from.tx->head;
	from.tx->slot[at].ptr = 4096;
	queue_slot(from.tx, NULL, 1000, NETMAP_SLOT_INDIRECT);
	CHECK(nmd_txsync(from.port) > 0);
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(checked_stats(&from).sent_bad, 1);
	nmd_close(from.port);
	nmd_close(to.port);
}

/*
 * A neighbour can write into everybody's slots: whose memory may be read so
 * is said by the opening itself, where no neighbour can.
 */
static void indirect_data_nobody_asked_for(void)
{
	struct opened from = open_buffers("vale0:a", 2112, 64);
	struct opened to = open_buffers("vale0:b", 2112, 64);
	uint32_t at = from.tx->head;

	make_frame(sent, 255, 1, 1000, 5);
	from.tx->slot[at].ptr = (uint64_t)(uintptr_t)sent;
	queue_slot(from.tx, NULL, 1000, NETMAP_SLOT_INDIRECT);
	CHECK(nmd_txsync(from.port) > 0);
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(checked_stats(&from).sent_bad, 1);
	nmd_close(from.port);
	nmd_close(to.port);
}

int main(void)
{
	begin();
	is_cut_anew();
	nothing_is_dropped_that_fits();
	the_longest_frame_passes();
	an_overlong_frame_is_bad_as_a_whole();
	whole_or_not_at_all();
	a_frame_without_end_is_not_sent();
	indirect_data();
	indirect_data_nobody_asked_for();
	finish();
	return 0;
}
