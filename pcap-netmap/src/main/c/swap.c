/* SPDX-License-Identifier: BSD-2-Clause */
#include "swap.h"

#include "hook.h"

/* Slots of the other end's ring that are fetched ahead: four lines. */
#define AHEAD 16

/* A buffer that belongs to no slot: stands in for an index that is none. */
#define BUFFER_OF_NOBODY 1

/*
 * An entry: 24 bits of the position (plus one: 0 is none), 16 of the TX slot,
 * 24 of the buffer.
 */
#define ENTRY_TAG_AT 40
#define ENTRY_SLOT_AT 24
#define ENTRY_SPARE_MASK 0xffffffu
#define ENTRY_STEP (1ull << ENTRY_TAG_AT | 1ull << ENTRY_SLOT_AT)

_Static_assert(2ull * 2 * SW_MAX_RINGS * PIPE_SLOTS_MAX < ENTRY_SPARE_MASK,
	       "a pipe's buffers fit into an entry");

/* The entry of a position without its buffer. */
static inline uint64_t entry_mark(uint64_t position, uint32_t slot)
{
	return (position + 1) << ENTRY_TAG_AT | (uint64_t)slot << ENTRY_SLOT_AT;
}

static inline uint32_t entry_slot(uint64_t entry)
{
	return entry >> ENTRY_SLOT_AT & 0xffff;
}

static inline _Atomic uint64_t *entry_of(struct pipe_journal *journal,
					 uint64_t position)
{
	return &journal->entry[position % SW_JOURNAL];
}

/* What the two stores of a swap are; released, so that they stay in order. */
static inline void rx_store(volatile struct netmap_slot *slot, uint64_t word)
{
	__atomic_store_n((volatile uint64_t *)(volatile void *)slot, word,
			 __ATOMIC_RELEASE);
}

static inline void buffer_store(volatile struct netmap_slot *slot,
				uint32_t buffer)
{
	__atomic_store_n(&slot->buf_idx, buffer, __ATOMIC_RELEASE);
}

/* The upper half of a slot's first word: length, then flags. */
#define HALF_SPECIAL \
	((uint32_t)(NETMAP_SLOT_MOREFRAG | NETMAP_SLOT_INDIRECT) << 16)

/* Both rings without a wrap. */
static inline __attribute__((always_inline)) uint32_t
swap_stretch(const struct swap *s, uint32_t count, uint32_t longest,
	     struct nmd_arrival *arrival, uint64_t *bytes)
{
	volatile struct netmap_slot *in = s->in + s->in_at;
	volatile struct netmap_slot *out = s->t.slots + s->t.at;
	volatile struct netmap_slot *const begin = in, *const end = in + count;
	_Atomic uint64_t *const entries = s->journal->entry;
	const uint32_t buffers = s->t.buffers;
	uint32_t entry = (uint32_t)s->t.published;
	uint64_t mark = entry_mark(s->t.published, s->in_at);
	uint64_t sum = 0;

	for (; in < end; in++, out++, entry++, mark += ENTRY_STEP) {
		uint64_t word = slot_word_of(in);
		uint32_t buffer = (uint32_t)word;
		uint32_t half = (uint32_t)(word >> 32);
		uint32_t len = half & 0xffff;
		uint32_t spare = out->buf_idx;

		if (buffer >= buffers || spare >= buffers ||
		    len - 1 >= longest || half & HALF_SPECIAL)
			break;
		prefetch_write(out + AHEAD);
		store_relaxed(&entries[entry % SW_JOURNAL], mark | spare);
		HOOK(swap_noted);
		rx_store(out, slot_word(buffer, len, 0));
		HOOK(swap_half);
		buffer_store(in, spare);
		HOOK(swapped);
		if (arrival)
			arrival_write(arrival++, s->now_ns, len, NMD_IN);
		sum += len;
	}
	*bytes += sum;
	return (uint32_t)(in - begin);
}

static void moved(struct swap *s, uint32_t in, uint32_t out)
{
	s->in_at = target_wrap(s->in_at + in, s->in_slots);
	s->sent += in;
	s->t.at = target_wrap(s->t.at + out, s->t.num_slots);
	s->t.published += out;
	s->t.room -= out;
}

static uint32_t at_most(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t swap_plain(struct swap *s, uint32_t max, uint32_t longest)
{
	uint32_t total = 0, n, done;

	do {
		n = at_most(max - total, s->in_slots - s->in_at);
		n = at_most(n, s->t.num_slots - s->t.at);
		if (s->t.arrivals)
			done = swap_stretch(s, n, longest,
					    s->t.arrivals + s->t.at,
					    &s->t.bytes);
		else
			done = swap_stretch(s, n, longest, NULL, &s->t.bytes);
		moved(s, done, done);
		total += done;
	} while (done == n && total < max);
	s->t.accepted += total;
	return total;
}

void swap_slot(struct swap *s, uint32_t len, uint16_t flags, uint32_t wire_len)
{
	volatile struct netmap_slot *in = &s->in[s->in_at];
	volatile struct netmap_slot *out = &s->t.slots[s->t.at];
	uint32_t spare = out->buf_idx, buffer = in->buf_idx;

	/* The reader, or a neighbour, has spoiled it: no real one is lost. */
	if (spare >= s->t.buffers)
		spare = BUFFER_OF_NOBODY;
	store_relaxed(entry_of(s->journal, s->t.published),
		      entry_mark(s->t.published, s->in_at) | spare);
	rx_store(out, slot_word(buffer, len, flags));
	buffer_store(in, spare);
	if (s->t.arrivals)
		arrival_write(&s->t.arrivals[s->t.at], s->now_ns, wire_len,
			      NMD_IN);
	moved(s, 1, 1);
}

void swap_skip(struct swap *s, uint32_t count)
{
	moved(s, count, 0);
}

void swap_begin(struct swap *s)
{
	store_relaxed(&s->journal->busy, 1);
	atomic_thread_fence(memory_order_release);
}

void swap_end(struct swap *s)
{
	store_release(&s->journal->busy, 0);
}

/*
 * Whoever finds that published is published_after believes sent_after. So while
 * the second is being changed the first must not be true: it is stored before
 * where it is the number yet to come, and after where it stays.
 */
static void note_ends(struct swap *s)
{
	struct pipe_journal *journal = s->journal;
	uint64_t before = load_relaxed(&s->t.control->published);

	if (s->t.published != before)
		store_relaxed(&journal->published_after, s->t.published);
	HOOK(end_noted);
	store_release(&journal->sent_after, s->sent);
	if (s->t.published == before)
		store_release(&journal->published_after, before);
}

void swap_commit(struct swap *s)
{
	note_ends(s);
	HOOK(ends_noted);
	target_publish(&s->t, s->now_ns);
	HOOK(committed);
	store_release(&s->tx->sent, s->sent);
	s->t.accepted = s->t.filtered = s->t.dropped = 0;
	s->t.bytes = 0;
}

/* Undoes the swap of a position; false: it was not begun. */
static bool undo(struct swap *s, uint64_t position)
{
	uint64_t entry = load_relaxed(entry_of(s->journal, position));
	uint32_t spare = entry & ENTRY_SPARE_MASK, slot = entry_slot(entry);
	volatile struct netmap_slot *in = s->in + slot;
	volatile struct netmap_slot *out = s->t.slots +
					   position % s->t.num_slots;

	if (entry >> ENTRY_TAG_AT != entry_mark(position, 0) >> ENTRY_TAG_AT ||
	    slot >= s->in_slots)
		return false;
	if (out->buf_idx != spare) {
		/* In this order, so that undoing may be cut short, too. */
		if (in->buf_idx == spare)
			buffer_store(in, out->buf_idx);
		HOOK(undone_half);
		buffer_store(out, spare);
	}
	return true;
}

void swap_recover(struct swap *s)
{
	uint64_t published = load_acquire(&s->t.control->published);

	for (uint64_t n = 0; n < SW_JOURNAL && undo(s, published + n); n++)
		;
	if (load_relaxed(&s->journal->published_after) == published)
		store_release(&s->tx->sent,
			      load_relaxed(&s->journal->sent_after));
	swap_end(s);
}
