/* SPDX-License-Identifier: BSD-2-Clause */
#include "put.h"

#include <stdlib.h>
#include <string.h>

static inline void prefetch_ahead(const struct target *t)
{
	uint32_t slot = target_wrap(t->at + TARGET_AHEAD, t->num_slots);
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

static inline void fill_slot(struct target *t, uint32_t len, uint16_t flags,
			     uint32_t wire_len, const struct delivery *d)
{
	volatile struct netmap_slot *slot = &t->slots[t->at];

	slot_write(slot, slot_word(slot->buf_idx, len, flags));
	if (t->arrivals)
		arrival_write(&t->arrivals[t->at], d->now_ns, wire_len,
			      (uint8_t)d->direction);
	t->at = target_wrap(t->at + 1, t->num_slots);
	t->room--;
	t->published++;
}

static inline const struct staged *picked_frame(const struct delivery *d,
						uint32_t i)
{
	return &d->staging->slot[d->picked ? d->picked[i] : d->skip + i];
}

/*
 * Frames of one slot, no filter, nothing to cut: the common case, and the
 * one that makes the speed. All that stays the same is in locals, which the
 * stores into the ring cannot alias.
 */
static inline __attribute__((always_inline)) uint32_t
put_plain(const struct target *t, const struct delivery *d, uint32_t count,
	  const uint8_t *picked, struct nmd_arrival *arrivals, uint64_t *bytes)
{
	const struct staged *frames = d->staging->slot + (picked ? 0 : d->skip);
	const uint64_t now_ns = d->now_ns;
	const uint8_t direction = (uint8_t)d->direction;
	volatile struct netmap_slot *slots = t->slots;
	uint8_t *const pool = t->pool;
	const uint32_t num_slots = t->num_slots, buffers = t->buffers;
	const uint64_t buf_size = t->buf_size;
	const bool stream = t->stream;
	const uint32_t flags = t->flags;
	uint32_t at = t->at, i;
	uint64_t sum = 0;

	for (i = 0; i < count; i++) {
		const struct staged *frame = &frames[picked ? picked[i] : i];
		uint32_t ahead =
			slots[target_wrap(at + TARGET_AHEAD, num_slots)]
				.buf_idx;
		uint32_t buffer = slots[at].buf_idx;

		if (buffer >= buffers)
			break;
		if (ahead < buffers)
			prefetch_write(pool + ahead * buf_size);
		copy_lines(pool + buffer * buf_size, frame->data, frame->len,
			   stream);
		slot_write(&slots[at], slot_word(buffer, frame->len, flags));
		if (arrivals)
			arrival_write(&arrivals[at], now_ns, frame->len,
				      direction);
		sum += frame->len;
		at = target_wrap(at + 1, num_slots);
	}
	*bytes += sum;
	return i;
}

/* The same loop in each of its four forms, without what it does not need. */
static uint32_t put_plain_as(struct target *t, const struct delivery *d,
			     uint32_t count)
{
	if (d->picked && t->arrivals)
		return put_plain(t, d, count, d->picked, t->arrivals,
				 &t->bytes);
	if (d->picked)
		return put_plain(t, d, count, d->picked, NULL, &t->bytes);
	if (t->arrivals)
		return put_plain(t, d, count, NULL, t->arrivals, &t->bytes);
	return put_plain(t, d, count, NULL, NULL, &t->bytes);
}

static void put_simple(struct target *t, const struct delivery *d)
{
	uint32_t count = d->count < t->room ? d->count : t->room;
	uint32_t done = put_plain_as(t, d, count);

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
		fill_slot(t, n, t->flags | (left ? NETMAP_SLOT_MOREFRAG : 0),
			  wire_len, d);
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
	copy_parts(st->gathered, &from, frame->total);
	*have = frame->total;
	return st->gathered;
}

uint32_t put_wanted(const struct filter_copy *filter,
		    const struct staged *frame, const struct delivery *d)
{
	uint32_t have = frame->len;
	const uint8_t *view = frame->data;

	if (filter->length)
		view = filter_view(d->staging, frame, &have);
	return filter_keep(filter, view, frame->total, have, d->direction);
}

static void put_any(struct target *t, const struct filter_copy *filter,
		    const struct delivery *d)
{
	for (uint32_t i = 0; i < d->count; i++) {
		const struct staged *frame = picked_frame(d, i);
		uint32_t caplen = put_wanted(filter, frame, d);
		uint32_t needed = (caplen + t->buf_size - 1) / t->buf_size;

		if (caplen == 0)
			t->filtered++;
		else if (!target_has_room(t, needed) ||
			 !put_frame(t, frame, caplen, d))
			t->dropped++;
		else {
			t->accepted++;
			t->bytes += frame->total;
		}
	}
}

static bool is_simple(const struct peer *peer, const struct delivery *d)
{
	const struct filter_copy *filter = &peer->filter;

	return !filter->length && filter->direction == NMD_INOUT &&
	       !d->staging->several && d->staging->longest <= filter->snaplen &&
	       d->staging->longest <= peer->geometry.buf_size;
}

/* Frames of count for which there is no room beside what comes later. */
static uint32_t without_room(const struct target *t, uint32_t count,
			     uint32_t later)
{
	uint32_t wanted = count + later;
	uint32_t lost = wanted > t->room ? wanted - t->room : 0;

	return lost < count ? lost : count;
}

/*
 * A monitor keeps the newest of what a sync brings, as the module's do; what
 * it has shown already stays.
 */
static struct delivery newest(struct target *t, const struct delivery *d)
{
	struct delivery rest = *d;
	uint32_t wanted = d->count + d->later, lost;

	target_has_room(t, wanted < t->num_slots ? wanted : t->num_slots - 1);
	lost = without_room(t, d->count, d->later);
	if (lost > 0 && d->sorted)
		lost = without_room(t, d->count,
				    staging_same_way(d->staging, d->port,
						     d->tx_ring, d->after,
						     d->later, t->room,
						     d->now_ns));
	t->dropped += lost;
	rest.count -= lost;
	if (rest.picked)
		rest.picked += lost;
	else
		rest.skip += lost;
	return rest;
}

static void put_all(struct target *t, const struct peer *peer,
		    const struct delivery *d)
{
	if (is_simple(peer, d))
		put_simple(t, d);
	else
		put_any(t, &peer->filter, d);
}

void put_staged(struct target *t, const struct peer *peer,
		const struct delivery *d)
{
	struct delivery rest;

	if (!peer->monitor || peer->filter.length ||
	    (peer->filter.direction != NMD_INOUT &&
	     peer->filter.direction != d->direction)) {
		put_all(t, peer, d);
		return;
	}
	rest = newest(t, d);
	if (d->direction == NMD_OUT)
		t->flags = NETMAP_SLOT_TXMON;
	put_all(t, peer, &rest);
}
