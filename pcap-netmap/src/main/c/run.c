/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

bool run_possible(const struct filter_copy *filter)
{
	return !filter->broken && filter->direction != NMD_OUT;
}

/*
 * Moves up to count frames from slots in to slots out, both without a wrap.
 * Few variables change in the loop, so that they stay in registers: every
 * store besides those into the ring costs speed. Slots fetched ahead may lie
 * beyond the ring's end; there is more of the area behind it, and a number
 * read there is checked like any other.
 */
static inline __attribute__((always_inline)) uint32_t
put_stretch(const struct target *t, const struct run *run, uint32_t in_at,
	    uint32_t out_at, uint32_t count, uint32_t longest, uint64_t now_ns,
	    bool arrivals, uint64_t *bytes)
{
	const volatile struct netmap_slot *in = run->slots + in_at;
	volatile struct netmap_slot *out = t->slots + out_at;
	struct nmd_arrival *arrival = arrivals ? t->arrivals + out_at : NULL;
	const uint8_t *const from = run->pool;
	uint8_t *const to = t->pool;
	const uint32_t in_buffers = run->buffers, out_buffers = t->buffers;
	const uint64_t in_size = run->buf_size, out_size = t->buf_size;
	const uint64_t low = run->low;
	const uint32_t high = run->high;
	const bool stream = t->stream;
	const volatile struct netmap_slot *const end = in + count;
	uint64_t sum = 0;

	for (; in < end; in++, out++) {
		uint64_t word = slot_word_of(in);
		uint32_t in_buffer = (uint32_t)word;
		uint32_t half = (uint32_t)(word >> 32);
		uint32_t len = HALF_LEN(half);
		uint32_t out_buffer = out->buf_idx;
		const uint8_t *data = from + in_buffer * in_size;
		uint32_t ahead;

		if (in_buffer >= in_buffers || out_buffer >= out_buffers ||
		    len > longest || len < MIN_FRAME || half & HALF_SPECIAL ||
		    !run_same_flow(data, low, high))
			break;
		ahead = in[TARGET_AHEAD].buf_idx;
		if (ahead < in_buffers)
			__builtin_prefetch(from + ahead * in_size);
		ahead = out[TARGET_AHEAD].buf_idx;
		if (ahead < out_buffers)
			prefetch_write(to + ahead * out_size);
		copy_lines(to + out_buffer * out_size, data, len, stream);
		slot_write(out, slot_word(out_buffer, len, 0));
		if (arrivals)
			arrival_write(arrival++, now_ns, len, NMD_IN);
		sum += len;
	}
	*bytes += sum;
	return (uint32_t)(in - (run->slots + in_at));
}

/*
 * Frames that come one by one wait for each line that the reader had last;
 * a longer run has the processor's own fetching ahead.
 */
static inline void fetch_ahead(const struct target *t, bool arrivals)
{
	uint32_t at = target_wrap(t->at + TARGET_AHEAD, t->num_slots);

	prefetch_write(&t->slots[at]);
	if (arrivals)
		prefetch_write(&t->arrivals[at]);
}

static inline __attribute__((always_inline)) void
put(struct target *t, struct run *run, uint32_t longest, bool arrivals,
    uint64_t now_ns)
{
	uint32_t count = run->max < t->room ? run->max : t->room;
	uint32_t in_at = run->at, n, done;

	run->done = 0;
	run->bytes = 0;
	if (count < TARGET_AHEAD)
		fetch_ahead(t, arrivals);
	do {
		n = count - run->done;
		n = n < run->num_slots - in_at ? n : run->num_slots - in_at;
		n = n < t->num_slots - t->at ? n : t->num_slots - t->at;
		done = put_stretch(t, run, in_at, t->at, n, longest, now_ns,
				   arrivals, &run->bytes);
		run->done += done;
		in_at = target_wrap(in_at + done, run->num_slots);
		t->at = target_wrap(t->at + done, t->num_slots);
	} while (done == n && run->done < count);
	t->accepted += run->done;
	t->bytes += run->bytes;
	t->published += run->done;
}

void run_put(struct target *t, struct run *run,
	     const struct filter_copy *filter, uint64_t now_ns)
{
	uint32_t longest = run->buf_size;

	longest = longest < t->buf_size ? longest : t->buf_size;
	longest = longest < filter->snaplen ? longest : filter->snaplen;
	if (t->arrivals)
		put(t, run, longest, true, now_ns);
	else
		put(t, run, longest, false, now_ns);
}
