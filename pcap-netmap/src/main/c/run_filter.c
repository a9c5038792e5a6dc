/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run to a receiver with a filter. What it rejects costs a look at the frame
 * and nothing else: no store, no line of the receiver's. Where the filter is
 * compiled and rejects frame after frame, the loop over them is, too.
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

/* What the receiver wants of a frame that comes in and is not cut so far. */
static inline uint32_t keep_of(const struct filter_copy *filter, jit_code *code,
			       const uint8_t *data, uint32_t len)
{
	uint32_t keep;

	if (!code)
		return filter_keep(filter, data, len, len, NMD_IN);
	keep = code(data, len, len, NMD_IN);
	keep = keep < filter->snaplen ? keep : filter->snaplen;
	return keep < len ? keep : len;
}

/* Whether a slot's length and flags are those of a plain frame. */
static inline bool half_is_plain(uint32_t half, uint32_t buf_size)
{
	return (half & (HALF_SPECIAL | 0xffff)) - MIN_FRAME <=
	       buf_size - MIN_FRAME;
}

/* So many frames in a row make it likely that more are rejected. */
#define ROW 8

/* Passes over frames from a slot on that the compiled filter rejects. */
static const volatile struct netmap_slot *
pass_rejected(const volatile struct netmap_slot *in,
	      const volatile struct netmap_slot *end, const struct run *run,
	      jit_pass *pass, uint64_t *bytes)
{
	struct jit_stretch stretch = {.in = in,
				      .end = end,
				      .pool = run->pool,
				      .buf_size = run->buf_size,
				      .low = run->low,
				      .bytes = *bytes,
				      .high = run->high,
				      .buffers = run->buffers};

	pass(&stretch);
	*bytes = stretch.bytes;
	return stretch.in;
}

/*
 * Up to count frames from a slot on, without a wrap; returns how many were
 * seen to.
 */
static uint32_t put_stretch(struct target *t, struct run *run,
			    const struct filter_copy *filter, uint32_t at,
			    uint32_t count, uint64_t now_ns)
{
	const volatile struct netmap_slot *in = run->slots + at;
	const volatile struct netmap_slot *const end = in + count;
	const uint8_t *const pool = run->pool;
	const uint32_t buffers = run->buffers;
	const uint64_t buf_size = run->buf_size, low = run->low;
	const uint32_t high = run->high;
	jit_code *const code = filter->compiled.code;
	jit_pass *const pass = buf_size >= JIT_PASS_BYTES
				       ? filter->compiled.pass
				       : NULL;
	uint64_t bytes = 0;
	uint32_t row = 0;

	while (in < end) {
		uint64_t word = slot_word_of(in);
		uint32_t buffer = (uint32_t)word, half = word >> 32;
		uint32_t len = HALF_LEN(half), keep, ahead;
		const uint8_t *data = pool + buffer * buf_size;

		if (buffer >= buffers || !half_is_plain(half, run->buf_size) ||
		    !run_same_flow(data, low, high))
			break;
		ahead = in[AHEAD].buf_idx;
		if (ahead < buffers)
			__builtin_prefetch(pool + ahead * buf_size);
		keep = keep_of(filter, code, data, len);
		if (keep && !put_one(t, data, len, keep, now_ns))
			break;
		bytes += len;
		in++;
		row = keep ? 0 : row + 1;
		if (row == ROW) {
			row = 0;
			if (pass && in < end)
				in = pass_rejected(in, end, run, pass, &bytes);
		}
	}
	run->bytes += bytes;
	return (uint32_t)(in - (run->slots + at));
}

void run_put_filtered(struct target *t, struct run *run,
		      const struct filter_copy *filter, uint64_t now_ns)
{
	const uint32_t before = t->accepted;
	uint32_t at = run->at, n, done;

	do {
		n = run->max - run->done;
		n = n < run->num_slots - at ? n : run->num_slots - at;
		done = put_stretch(t, run, filter, at, n, now_ns);
		run->done += done;
		at = target_wrap(at + done, run->num_slots);
	} while (done == n && run->done < run->max);
	t->filtered += run->done - (t->accepted - before);
}
