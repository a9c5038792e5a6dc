/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that a filter rejects one after the other are passed over in a loop
 * of their own: it ends at the frame that is not to be passed over, whatever
 * makes it so, and what a receiver gets and counts is what it would without.
 */
#include "testing.h"

#include "jit.h"
#include "run.h"

#include <linux/filter.h>

#define KIND_AT 20
#define WANTED 7

/* Accepts frames whose byte 20 is WANTED. */
static const struct nmd_insn by_kind[] = {
	{BPF_LD | BPF_B | BPF_ABS, 0, 0, KIND_AT},
	{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, WANTED},
	{BPF_RET | BPF_K, 0, 0, 65535},
	{BPF_RET | BPF_K, 0, 0, 0},
};

#define SLOTS 40
#define BUF_SIZE 256
#define LEN 60

static struct netmap_slot slots[SLOTS];
static uint8_t pool[SLOTS][BUF_SIZE];

static void make_stretch(struct jit_stretch *s)
{
	*s = (struct jit_stretch){.in = slots,
				  .end = slots + SLOTS,
				  .pool = pool[0],
				  .buf_size = BUF_SIZE,
				  .bytes = 1000,
				  .buffers = SLOTS};
	for (uint32_t i = 0; i < SLOTS; i++) {
		slots[i] = (struct netmap_slot){.buf_idx = SLOTS - 1 - i,
						.len = (uint16_t)(LEN + i)};
		make_frame(pool[i], 2, 1, BUF_SIZE, 0);
		pool[i][KIND_AT] = 0;
	}
	memcpy(&s->low, pool[0], 8);
	memcpy(&s->high, pool[0] + 8, 4);
}

/* Makes one slot such that it is not to be passed over. */
typedef void spoiler(struct netmap_slot *slot, uint8_t *frame);

static void accepted(struct netmap_slot *slot, uint8_t *frame)
{
	(void)slot;
	frame[KIND_AT] = WANTED;
}

static void to_another(struct netmap_slot *slot, uint8_t *frame)
{
	(void)slot;
	frame[0] ^= 4;
}

static void from_another(struct netmap_slot *slot, uint8_t *frame)
{
	(void)slot;
	frame[11] ^= 4;
}

static void goes_on(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->flags = NETMAP_SLOT_MOREFRAG;
}

static void lies_elsewhere(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->flags = NETMAP_SLOT_INDIRECT;
}

static void not_to_be_learned(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->flags = NETMAP_SLOT_NO_LEARN;
}

static void has_no_header(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->len = 13;
}

static void is_empty(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->len = 0;
}

/* The program rejects it, but by another way. */
static void is_shorter_than_looked(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->len = KIND_AT;
}

static void is_longer_than_a_buffer(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->len = BUF_SIZE + 1;
}

static void is_in_no_buffer(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->buf_idx = SLOTS;
}

static void is_far_away(struct netmap_slot *slot, uint8_t *frame)
{
	(void)frame;
	slot->buf_idx = UINT32_MAX;
}

static spoiler *const spoilers[] = {
	accepted,        to_another,     from_another,
	goes_on,         lies_elsewhere, not_to_be_learned,
	has_no_header,   is_empty,       is_shorter_than_looked,
	is_in_no_buffer, is_far_away,    is_longer_than_a_buffer,
};

/* It has passed over so many slots, and counted their bytes. */
static void check_passed(const struct jit_stretch *s, uint32_t passed)
{
	uint64_t bytes = 1000;

	for (uint32_t i = 0; i < passed; i++)
		bytes += slots[i].len;
	CHECK_EQ(s->in - slots, passed);
	CHECK_EQ(s->bytes, bytes);
}

static void it_ends_where_it_must(void)
{
	struct jit *jit = jit_new();
	struct jit_filter filter = {0};
	struct jit_stretch s;

	if (!jit) /* not on this machine */
		return;
	jit_compile(jit, by_kind, 4, 0, &filter);
	CHECK(filter.pass != NULL);
	make_stretch(&s);
	filter.pass(&s);
	check_passed(&s, SLOTS);
	for (size_t k = 0; k < sizeof(spoilers) / sizeof(*spoilers); k++)
		for (uint32_t i = 0; i < SLOTS; i++) {
			make_stretch(&s);
			spoilers[k](&slots[i], pool[slots[i].buf_idx]);
			filter.pass(&s);
			check_passed(&s, i);
		}
	/* Ordinary flags do not matter, nor does the longest frame. */
	make_stretch(&s);
	slots[3].flags = NETMAP_SLOT_REPORT | NETMAP_SLOT_BUF_CHANGED;
	slots[5].len = BUF_SIZE;
	slots[9].len = KIND_AT + 1;
	filter.pass(&s);
	check_passed(&s, SLOTS);
	jit_drop(jit, &filter);
	CHECK(filter.pass == NULL);
	jit_free(jit);
}

#define FRAMES 100000
#define LONGEST 3000

static uint8_t frame[LONGEST];
static uint32_t state = 1;

static uint32_t random_below(uint32_t limit)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % limit;
}

/* What has been sent, and what of it is wanted. */
struct sent {
	uint32_t frames, wanted, read;
	uint64_t bytes;
};

/*
 * Mostly short frames of one flow that are rejected; to an address nobody has
 * said to be his, to everyone, in two slots.
 */
static void queue_one(const struct opened *from, struct sent *sent)
{
	bool want = random_below(30) == 0;
	uint32_t len = random_below(50) ? 40 + random_below(80)
					: 24 + random_below(LONGEST - 24);
	uint32_t first = len;

	make_frame(frame, 2, 1, len, 0);
	if (random_below(60) == 0)
		address(frame, random_below(2) ? 9 : 255);
	frame[KIND_AT] = want ? WANTED : (uint8_t)random_below(WANTED);
	if (len > from->tx->nr_buf_size || random_below(60) == 0)
		first = len / 2;
	/* What is wanted is told apart by its number. */
	if (want)
		memcpy(frame + 14, &sent->wanted, 4);
	queue_slot(from->tx, frame, first,
		   first < len ? NETMAP_SLOT_MOREFRAG : 0);
	if (first < len)
		queue_slot(from->tx, frame + first, len - first, 0);
	sent->wanted += want;
	sent->frames++;
	sent->bytes += len;
}

/* Reads all there is: what is wanted, in its order. */
static void read_all(const struct opened *to, struct sent *sent)
{
	uint32_t n = readable(to), at = to->rx->head;
	bool first = true;

	for (uint32_t i = 0; i < n; i++, at = next_slot(to->rx, at)) {
		const uint8_t *data = buffer_of(to->rx, at);

		if (first) {
			CHECK_EQ(data[KIND_AT], WANTED);
			CHECK_EQ(memcmp(data + 14, &sent->read, 4), 0);
			sent->read++;
		}
		first = !(to->rx->slot[at].flags & NETMAP_SLOT_MOREFRAG);
	}
	give_back(to, n);
	CHECK_EQ(sent->read, sent->wanted);
}

static void all_that_is_wanted_comes(uint32_t slots_sent, uint32_t slots_read)
{
	struct opened from = open_with(
		"vale0:from", (struct nmd_options){.tx_slots = slots_sent});
	struct opened to = open_with(
		"vale0:to", (struct nmd_options){.rx_slots = slots_read});
	struct sent sent = {0};
	struct nmd_stats s;

	send_to(&to, 255, 2);
	CHECK_EQ(discard(&from), 1);
	CHECK_EQ(nmd_set_filter(to.port, by_kind, 4), 0);
	while (sent.frames < FRAMES) {
		uint32_t n = 1 + random_below(slots_sent / 3);

		while (n-- && slots_in(from.tx) > 2)
			queue_one(&from, &sent);
		CHECK(nmd_txsync(from.port) >= 0);
		CHECK_EQ(slots_in(from.tx), slots_sent - 1);
		read_all(&to, &sent);
	}
	s = checked_stats(&to);
	CHECK_EQ(s.accepted, sent.wanted);
	CHECK_EQ(s.filtered, sent.frames - sent.wanted);
	CHECK_EQ(s.dropped, 0);
	CHECK_EQ(checked_stats(&from).offered, sent.frames);
	CHECK_EQ(checked_stats(&from).sent_bytes, sent.bytes);
	CHECK(sent.wanted > FRAMES / 60 && sent.wanted < FRAMES / 20);
	nmd_close(from.port);
	nmd_close(to.port);
}

int main(void)
{
	begin();
	it_ends_where_it_must();
	all_that_is_wanted_comes(1024, 2048);
	all_that_is_wanted_comes(64, 128);
	all_that_is_wanted_comes(300, 600);
	finish();
	return 0;
}
