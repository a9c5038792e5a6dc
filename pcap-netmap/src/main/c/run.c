/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include <string.h>

bool run_possible(const struct filter_copy *filter)
{
	return !filter->length && filter->direction == NMD_INOUT;
}

/* Whether a frame's addresses are the run's. */
static inline bool same_flow(const uint8_t *data, uint64_t low, uint32_t high)
{
	uint64_t l;
	uint32_t h;

	memcpy(&l, data, 8);
	memcpy(&h, data + 8, 4);
	return l == low && h == high;
}

/* The loop; all that stays the same is in locals, for the stores' sake. */
static inline __attribute__((always_inline)) void
put(struct target *t, struct run *run, uint32_t longest,
    struct nmd_arrival *arrivals, uint64_t now_ns)
{
	const volatile struct netmap_slot *in = run->slots;
	volatile struct netmap_slot *out = t->slots;
	const uint8_t *const from = run->pool;
	uint8_t *const to = t->pool;
	const uint32_t in_slots = run->num_slots, out_slots = t->num_slots;
	const uint32_t in_buffers = run->buffers, out_buffers = t->buffers;
	const uint64_t in_size = run->buf_size, out_size = t->buf_size;
	const uint64_t low = run->low;
	const uint32_t high = run->high;
	const bool stream = t->stream;
	uint32_t count = run->max < t->room ? run->max : t->room;
	uint32_t in_at = run->at, out_at = t->at, i;
	uint64_t bytes = 0;

	for (i = 0; i < count; i++) {
		uint64_t word = slot_word_of(&in[in_at]);
		uint32_t in_buffer = (uint32_t)word;
		uint32_t len = (uint16_t)(word >> 32);
		uint32_t out_buffer = out[out_at].buf_idx;
		uint32_t in_ahead =
			in[target_wrap(in_at + TARGET_AHEAD, in_slots)].buf_idx;
		uint32_t out_ahead =
			out[target_wrap(out_at + TARGET_AHEAD, out_slots)]
				.buf_idx;

		if (in_buffer >= in_buffers || out_buffer >= out_buffers ||
		    len > longest || len < MIN_FRAME ||
		    (word >> 48 & STAGING_SPECIAL) ||
		    !same_flow(from + in_buffer * in_size, low, high))
			break;
		if (in_ahead < in_buffers)
			__builtin_prefetch(from + in_ahead * in_size);
		if (out_ahead < out_buffers)
			prefetch_write(to + out_ahead * out_size);
		copy_lines(to + out_buffer * out_size,
			   from + in_buffer * in_size, len, stream);
		slot_write(&out[out_at], slot_word(out_buffer, len, 0));
		if (arrivals)
			arrival_write(&arrivals[out_at], now_ns, len, NMD_IN);
		bytes += len;
		in_at = target_wrap(in_at + 1, in_slots);
		out_at = target_wrap(out_at + 1, out_slots);
	}
	run->done = i;
	run->bytes = bytes;
	t->accepted += i;
	t->bytes += bytes;
	t->published += i;
}

void run_put(struct target *t, struct run *run,
	     const struct filter_copy *filter, uint64_t now_ns)
{
	uint32_t longest = run->buf_size;

	longest = longest < t->buf_size ? longest : t->buf_size;
	longest = longest < filter->snaplen ? longest : filter->snaplen;
	if (t->arrivals)
		put(t, run, longest, t->arrivals, now_ns);
	else
		put(t, run, longest, NULL, now_ns);
}
