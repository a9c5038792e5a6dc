/* SPDX-License-Identifier: BSD-2-Clause */
#include "deliver.h"

#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "bpf.h"
#include "copy.h"
#include "fifo.h"
#include "futex.h"
#include "tables.h"

#define AHEAD 8 /* slots whose buffers are fetched ahead */

/* A receive ring while frames go into it. */
struct target {
	struct rx_control *control;
	volatile struct netmap_slot *slots;
	struct nmd_arrival *arrivals;
	uint8_t *pool;
	uint32_t num_slots, buffers, buf_size;
	bool stream;   /* large frames go past the caches */
	uint32_t at;   /* slot of the next frame */
	uint32_t room; /* free slots */
	uint64_t published;
	/* What happened. */
	uint32_t accepted, dropped, filtered;
	uint64_t bytes;
};

/* Fetches a line that will be written, before it is needed. */
static inline void prefetch_write(const volatile void *p)
{
#if defined(__x86_64__)
	__asm__ __volatile__("prefetchw (%0)" ::"r"(p));
#else
	__builtin_prefetch((const void *)p, 1);
#endif
}

static inline uint32_t wrap(uint32_t slot, uint32_t num_slots)
{
	return slot >= num_slots ? slot - num_slots : slot;
}

static inline void prefetch_ahead(const struct target *t)
{
	uint32_t slot = wrap(t->at + AHEAD, t->num_slots);
	uint32_t buffer = t->slots[slot].buf_idx;

	if (buffer < t->buffers)
		prefetch_write(t->pool + (uint64_t)buffer * t->buf_size);
}

/* The buffer of the next free slot; NULL: its index was scribbled over. */
static inline uint8_t *next_buffer(const struct target *t)
{
	uint32_t buffer = t->slots[t->at].buf_idx;

	if (buffer >= t->buffers)
		return NULL;
	return t->pool + (uint64_t)buffer * t->buf_size;
}

static inline void write_arrival(struct nmd_arrival *at, uint64_t now_ns,
				 uint32_t wire_len, uint8_t direction)
{
	*at = (struct nmd_arrival){.time_ns = now_ns,
				   .wire_len = wire_len,
				   .direction = direction};
}

static inline void fill_slot(struct target *t, uint32_t len, uint16_t flags,
			     uint32_t wire_len, const struct delivery *d)
{
	volatile struct netmap_slot *slot = &t->slots[t->at];

	slot->len = (uint16_t)len;
	slot->flags = flags;
	if (t->arrivals)
		write_arrival(&t->arrivals[t->at], d->now_ns, wire_len,
			      (uint8_t)d->direction);
	t->at = wrap(t->at + 1, t->num_slots);
	t->room--;
	t->published++;
}

static inline const struct staged *picked_frame(const struct delivery *d,
						uint32_t i)
{
	return &d->staging->slot[d->picked ? d->picked[i] : i];
}

/* The first word of a slot, which is all of it that a delivery writes. */
static inline uint64_t slot_word(uint32_t buffer, uint16_t len)
{
	struct netmap_slot slot = {.buf_idx = buffer, .len = len};
	uint64_t word;

	memcpy(&word, &slot, sizeof(word));
	return word;
}

/*
 * Frames of one slot, no filter, nothing to cut: the common case, and the
 * one that makes the speed. All that stays the same is in locals, which the
 * stores into the ring cannot alias.
 */
static inline __attribute__((always_inline)) uint32_t
put_run(const struct target *t, const struct delivery *d, uint32_t count,
	const uint8_t *picked, struct nmd_arrival *arrivals, uint64_t *bytes)
{
	const struct staged *frames = d->staging->slot;
	const uint64_t now_ns = d->now_ns;
	const uint8_t direction = (uint8_t)d->direction;
	volatile struct netmap_slot *slots = t->slots;
	uint8_t *const pool = t->pool;
	const uint32_t num_slots = t->num_slots, buffers = t->buffers;
	const uint64_t buf_size = t->buf_size;
	const bool stream = t->stream;
	uint32_t at = t->at, i;
	uint64_t sum = 0;

	for (i = 0; i < count; i++) {
		const struct staged *frame = &frames[picked ? picked[i] : i];
		uint32_t ahead = slots[wrap(at + AHEAD, num_slots)].buf_idx;
		uint32_t buffer = slots[at].buf_idx;

		if (buffer >= buffers)
			break;
		if (ahead < buffers)
			prefetch_write(pool + ahead * buf_size);
		copy_lines(pool + buffer * buf_size, frame->data, frame->len,
			   stream);
		*(volatile uint64_t *)(volatile void *)&slots[at] =
			slot_word(buffer, frame->len);
		if (arrivals)
			write_arrival(&arrivals[at], now_ns, frame->len,
				      direction);
		sum += frame->len;
		at = wrap(at + 1, num_slots);
	}
	*bytes += sum;
	return i;
}

/* The same loop in each of its four forms, without what it does not need. */
static uint32_t put_run_as(struct target *t, const struct delivery *d,
			   uint32_t count)
{
	if (d->picked && t->arrivals)
		return put_run(t, d, count, d->picked, t->arrivals, &t->bytes);
	if (d->picked)
		return put_run(t, d, count, d->picked, NULL, &t->bytes);
	if (t->arrivals)
		return put_run(t, d, count, NULL, t->arrivals, &t->bytes);
	return put_run(t, d, count, NULL, NULL, &t->bytes);
}

static void put_simple(struct target *t, const struct delivery *d)
{
	uint32_t count = d->count < t->room ? d->count : t->room;
	uint32_t done = put_run_as(t, d, count);

	t->accepted += done;
	t->dropped += d->count - done;
	t->published += done;
}

/* Reads on through the parts of a frame. */
struct parts {
	const struct staged *at;
	uint32_t used; /* bytes of the part at hand */
};

static void copy_parts(uint8_t *to, struct parts *from, uint32_t len)
{
	while (len > 0) {
		uint32_t n = from->at->len - from->used;

		n = n < len ? n : len;
		memcpy(to, from->at->data + from->used, n);
		to += n;
		len -= n;
		from->used += n;
		if (from->used == from->at->len) {
			from->at++;
			from->used = 0;
		}
	}
}

/* Re-cuts a frame to the receiver's buffers; room was checked. */
static bool put_frame(struct target *t, const struct staged *frame,
		      uint32_t caplen, const struct delivery *d)
{
	struct target before = *t;
	struct parts from = {frame, 0};
	uint32_t wire_len = frame->total;

	for (uint32_t left = caplen; left > 0;) {
		uint32_t n = left < t->buf_size ? left : t->buf_size;
		uint8_t *to = next_buffer(t);

		if (!to) {
			*t = before;
			return false;
		}
		prefetch_ahead(t);
		if (frame->parts == 1 && caplen <= t->buf_size &&
		    SW_ALIGN(n, SW_LINE) <= d->port->geometry.buf_size)
			copy_lines(to, frame->data, n, t->stream);
		else
			copy_parts(to, &from, n);
		left -= n;
		fill_slot(t, n, left ? NETMAP_SLOT_MOREFRAG : 0, wire_len, d);
		wire_len = 0;
	}
	return true;
}

/* What a filter looks at: a frame of several slots has to be put together. */
static const uint8_t *filter_view(struct staging *st,
				  const struct staged *frame, uint32_t *have)
{
	struct parts from = {frame, 0};

	*have = frame->len;
	if (frame->parts == 1)
		return frame->data;
	if (!st->gathered)
		st->gathered = malloc(MAX_FRAME);
	if (!st->gathered)
		return frame->data;
	copy_parts(st->gathered, &from, frame->total);
	*have = frame->total;
	return st->gathered;
}

/* How many bytes of the frame the receiver wants, 0: none of it. */
static uint32_t wanted(const struct filter_copy *filter,
		       const struct staged *frame, const struct delivery *d)
{
	uint32_t keep = UINT32_MAX, have;
	const uint8_t *view;

	if (filter->broken || (filter->direction != NMD_INOUT &&
			       filter->direction != (uint32_t)d->direction))
		return 0;
	if (filter->length) {
		view = filter_view(d->staging, frame, &have);
		keep = bpf_run(filter->prog, view, frame->total, have);
	}
	keep = keep < filter->snaplen ? keep : filter->snaplen;
	return keep < frame->total ? keep : frame->total;
}

/* Free slots; looks at the reader's line only when the last look is short. */
static uint32_t room_in(struct rx_control *control, uint64_t published,
			uint32_t num_slots, uint32_t wanted_slots)
{
	uint64_t used = published - control->consumed_seen;

	if (used >= num_slots || num_slots - 1 - used < wanted_slots) {
		control->consumed_seen = load_acquire(&control->consumed);
		used = published - control->consumed_seen;
	}
	return used < num_slots ? (uint32_t)(num_slots - 1 - used) : 0;
}

/* Whether the frame fits, after a new look at the reader if need be. */
static bool has_room(struct target *t, uint32_t needed)
{
	if (needed > t->room)
		t->room = room_in(t->control, t->published, t->num_slots,
				  t->num_slots);
	return needed <= t->room;
}

static void put_any(struct target *t, const struct filter_copy *filter,
		    const struct delivery *d)
{
	for (uint32_t i = 0; i < d->count; i++) {
		const struct staged *frame = picked_frame(d, i);
		uint32_t caplen = wanted(filter, frame, d);
		uint32_t needed = (caplen + t->buf_size - 1) / t->buf_size;

		if (caplen == 0)
			t->filtered++;
		else if (!has_room(t, needed) ||
			 !put_frame(t, frame, caplen, d))
			t->dropped++;
		else {
			t->accepted++;
			t->bytes += frame->total;
		}
	}
}

static struct target target_of(struct peer *peer, uint32_t ring,
			       uint32_t wanted_slots)
{
	const struct geometry *g = &peer->geometry;
	struct rx_control *control = &peer->area->rx[ring];
	struct target t = {
		.control = control,
		.slots = geometry_rx_ring(peer->area, g, ring)->slot,
		.arrivals = geometry_arrivals(peer->area, g, ring),
		.pool = (uint8_t *)peer->area + g->pool_at,
		.num_slots = g->rx_slots,
		.buffers = g->buffers,
		.buf_size = g->buf_size,
		.stream = (uint64_t)g->rx_slots * g->buf_size >=
			  COPY_STREAM_RING,
		.published = load_relaxed(&control->published),
	};

	t.at = (uint32_t)(t.published % t.num_slots);
	t.room = room_in(control, t.published, t.num_slots, wanted_slots);
	return t;
}

/* Counts first, then the one store that commits. */
static void publish(const struct target *t, uint64_t now_ns)
{
	struct rx_control *control = t->control;

	counter_add(&control->accepted, t->accepted);
	counter_add(&control->published_bytes, t->bytes);
	counter_add(&control->filtered, t->filtered);
	if (t->dropped)
		counter_add_shared(&control->dropped, t->dropped);
	store_relaxed(&control->published_ns, now_ns);
	store_release(&control->published, t->published);
}

static bool is_simple(const struct peer *peer, const struct delivery *d)
{
	const struct filter_copy *filter = &peer->filter;

	return !filter->length && filter->direction == NMD_INOUT &&
	       !d->staging->several && d->staging->longest <= filter->snaplen &&
	       d->staging->longest <= peer->geometry.buf_size;
}

static uint32_t put(struct peer *peer, uint32_t ring, const struct delivery *d)
{
	struct target t = target_of(peer, ring, d->staging->slots);

	if (!filter_refresh(&peer->filter, peer->area))
		t.dropped = d->count; /* its owner stopped while writing it */
	else if (is_simple(peer, d))
		put_simple(&t, d);
	else
		put_any(&t, &peer->filter, d);
	if (t.stream)
		copy_stream_end();
	publish(&t, d->now_ns);
	return t.accepted;
}

/*
 * Writes to the FIFOs of those who poll, if they have said so. Under the ring
 * lock, so that the area is still the one looked at, and so that whoever
 * takes the lock over from a sender killed in here finds the 2 it left.
 */
static void ring_pollers(struct peer *peer, struct vale *v, uint32_t area_index,
			 uint32_t ring)
{
	_Atomic uint32_t *armed = &peer->area->armed;
	uint32_t is = 1;

	if (load_relaxed(armed) != 1 ||
	    !atomic_compare_exchange_strong(armed, &is, 2))
		return;
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);
		uint64_t state = load_acquire(&opening->state);

		if (sw_state_of(state) == SW_LIVE &&
		    opening->area == area_index)
			fifo_wake(v, i, sw_generation_of(state));
	}
	/* After the writes: who sees the same count found all of them. */
	atomic_fetch_add(&peer->area->rx[ring].wakeups, 1);
	is = 2;
	atomic_compare_exchange_strong(armed, &is, 0);
}

/* Wakes who sleeps and has said so. */
static void wake_sleepers(struct peer *peer, uint32_t ring)
{
	_Atomic uint32_t *waiting = &peer->area->waiting;

	if (!load_relaxed(waiting) || !atomic_exchange(waiting, 0))
		return;
	counter_add_shared(&peer->area->rx[ring].wakeups, 1);
	futex_wake(waiting);
}

static bool still_there(const struct peer *peer, const struct vale *v,
			uint32_t area_index)
{
	return load_acquire(&vale_area_entry(v, area_index)->state) ==
	       peer->state;
}

/* What a sender that died with the lock may have left. */
static void mend_after_takeover(struct peer *peer, const struct delivery *d)
{
	uint32_t midway = 2;

	counter_add(&d->port->area->tx[d->tx_ring].takeovers, 1);
	atomic_compare_exchange_strong(&peer->area->armed, &midway, 1);
}

static int holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/* With the ring lock held. Returns how many frames were accepted. */
static uint32_t deliver_locked(struct peer *peer, uint32_t area_index,
			       uint32_t ring, const struct delivery *d)
{
	uint32_t accepted = put(peer, ring, d);

	full_fence(); /* publish before looking; sleepers do the opposite */
	if (accepted)
		ring_pollers(peer, d->port->vale, area_index, ring);
	return accepted;
}

uint32_t deliver(struct peer *peer, uint32_t area_index,
		 const struct delivery *d)
{
	struct vale *v = d->port->vale;
	uint32_t ring = d->tx_ring % peer->geometry.rx_rings;
	struct rx_control *control = &peer->area->rx[ring];
	uint64_t me = port_identity(d->port);
	uint32_t offered = d->count, accepted = 0;
	enum lock_result lock;

	lock = lock_take(&control->lock, me, &peer->lock_memory[ring],
			 holder_alive, v);
	if (!still_there(peer, v, area_index))
		offered = 0;
	else if (lock == LOCK_STUCK)
		counter_add_shared(&control->dropped, d->count);
	else {
		if (lock == LOCK_TAKEN_OVER)
			mend_after_takeover(peer, d);
		accepted = deliver_locked(peer, area_index, ring, d);
	}
	if (lock != LOCK_STUCK)
		lock_release(&control->lock, me);
	if (accepted)
		wake_sleepers(peer, ring);
	return offered;
}
