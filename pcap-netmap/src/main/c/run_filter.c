/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run to a receiver with a filter. What it rejects costs a look at the frame
 * and nothing else: no store, no line of the receiver's.
 */
#include "run.h"

/* Slots whose frames are fetched ahead. */
#define AHEAD 16

/* False: no room, or more than one slot needed; another way is to see to it. */
static bool put_one(struct target *t, const uint8_t *data, uint32_t len,
		    uint32_t keep, uint64_t now_ns)
{
	volatile struct netmap_slot *slot = &t->slots[t->at];
	uint32_t buffer = slot->buf_idx;

	if (keep > t->buf_size || buffer >= t->buffers ||
	    !target_has_room(t, 1))
		return false;
	copy_lines(t->pool + (uint64_t)buffer * t->buf_size, data, keep,
		   t->stream);
	slot_write(slot, slot_word(buffer, keep, 0));
	if (t->arrivals)
		arrival_write(&t->arrivals[t->at], now_ns, len, NMD_IN);
	t->at = target_wrap(t->at + 1, t->num_slots);
	t->room--;
	t->published++;
	t->accepted++;
	t->bytes += len;
	return true;
}

void run_put_filtered(struct target *t, struct run *run,
		      const struct filter_copy *filter, uint64_t now_ns)
{
	const volatile struct netmap_slot *const slots = run->slots;
	const uint8_t *const pool = run->pool;
	const uint32_t num_slots = run->num_slots, buffers = run->buffers;
	const uint64_t buf_size = run->buf_size, low = run->low;
	const uint32_t high = run->high, max = run->max;
	uint32_t at = run->at, filtered = 0, done = 0;
	uint64_t bytes = 0;

	for (; done < max; done++) {
		uint64_t word = slot_word_of(&slots[at]);
		uint32_t buffer = (uint32_t)word, half = word >> 32;
		uint32_t len = HALF_LEN(half), keep, ahead;
		const uint8_t *data = pool + buffer * buf_size;

		if (buffer >= buffers || len > buf_size || len < MIN_FRAME ||
		    half & HALF_SPECIAL || !run_same_flow(data, low, high))
			break;
		ahead = slots[target_wrap(at + AHEAD, num_slots)].buf_idx;
		if (ahead < buffers)
			__builtin_prefetch(pool + ahead * buf_size);
		keep = filter_keep(filter, data, len, len, NMD_IN);
		if (keep == 0)
			filtered++;
		else if (!put_one(t, data, len, keep, now_ns))
			break;
		bytes += len;
		at = target_wrap(at + 1, num_slots);
	}
	run->done = done;
	run->bytes = bytes;
	t->filtered += filtered;
}
