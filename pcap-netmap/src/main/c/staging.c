/* SPDX-License-Identifier: BSD-2-Clause */
#include "staging.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "atomics.h"
#include "mac.h"
#include "tables.h"

#define AHEAD 8 /* slots whose data is fetched ahead */

/* What stays the same over a chunk. */
struct source {
	struct nmd_port *port;
	const volatile struct netmap_slot *slots;
	const uint8_t *pool;
	uint32_t num_slots;
	uint32_t buffers, buf_size;
	mac_entry *macs;
	bool learn;
	uint8_t age;
};

/* The addresses of the last frame and where it went. */
struct flow {
	uint64_t low;
	uint32_t high;
	uint16_t to;
};

static uint32_t wrap(uint32_t slot, uint32_t num_slots)
{
	return slot >= num_slots ? slot - num_slots : slot;
}

static uint16_t route(const struct source *s, uint64_t dst)
{
	uint32_t port;

	if (mac_is_group(dst))
		return TO_ALL;
	port = mac_lookup(s->macs, dst, s->age);
	if (port == SW_NONE)
		return TO_ALL;
	return port == s->port->port_index ? TO_NOBODY : (uint16_t)port;
}

/* Where the frame at data goes; a run of one flow is looked up once. */
static inline uint16_t classify(const struct source *s, struct flow *last,
				const uint8_t *data, uint16_t flags)
{
	uint64_t low;
	uint32_t high;

	memcpy(&low, data, 8);
	memcpy(&high, data + 8, 4);
	if (low == last->low && high == last->high &&
	    !(flags & NETMAP_SLOT_NO_LEARN))
		return last->to;
	if (s->learn && !(flags & NETMAP_SLOT_NO_LEARN))
		mac_learn(s->macs, mac_load(data + 6), s->port->port_index,
			  s->age);
	last->low = low;
	last->high = high;
	last->to = route(s, mac_load(data));
	return last->to;
}

/*
 * Copies data that the program keeps elsewhere in its memory. The address
 * comes from shared memory, so the kernel does the reading: a bad one is an
 * error, not a crash.
 */
static const uint8_t *fetch_indirect(struct staging *st, const struct source *s,
				     uint32_t i, uint64_t ptr, uint32_t len)
{
	struct iovec from = {(void *)(uintptr_t)ptr, len};
	struct iovec to = {NULL, len};

	if (!st->bounce)
		st->bounce = malloc((size_t)CHUNK * s->buf_size);
	if (!st->bounce)
		return NULL;
	to.iov_base = st->bounce + (size_t)i * s->buf_size;
	if (process_vm_readv((pid_t)tables_pid(), &to, 1, &from, 1, 0) !=
	    (ssize_t)len)
		return NULL;
	return to.iov_base;
}

/* Reads slot number at once; false: its index or length is bad. */
static inline bool stage_slot(struct staging *st, const struct source *s,
			      uint32_t i, uint32_t at, uint16_t *flags)
{
	const volatile struct netmap_slot *slot = &s->slots[at];
	struct staged *out = &st->slot[i];
	uint32_t buffer = slot->buf_idx;

	out->len = slot->len;
	*flags = slot->flags;
	out->to = TO_NOTHING;
	out->parts = 1;
	if (buffer >= s->buffers || out->len > s->buf_size)
		return false;
	out->data = s->pool + (uint64_t)buffer * s->buf_size;
	if (*flags & NETMAP_SLOT_INDIRECT)
		out->data = fetch_indirect(st, s, i, slot->ptr, out->len);
	return out->data != NULL;
}

static inline void prefetch_ahead(const struct source *s, uint32_t at)
{
	uint32_t buffer = s->slots[wrap(at + AHEAD, s->num_slots)].buf_idx;

	if (buffer < s->buffers)
		__builtin_prefetch(s->pool + (uint64_t)buffer * s->buf_size);
}

/* A whole frame of parts slots, the first staged at i. */
static inline void frame_done(struct staging *st, const struct source *s,
			      struct flow *last, uint32_t i, uint32_t parts,
			      uint32_t total, uint16_t flags)
{
	struct staged *frame = &st->slot[i];

	if (frame->len < MIN_FRAME || total > 65535) {
		st->bad += parts;
		return;
	}
	frame->total = total;
	frame->parts = (uint16_t)parts;
	frame->to = classify(s, last, frame->data, flags);
	st->uniform = st->uniform && (!st->frames || frame->to == st->to);
	st->to = frame->to;
	st->several |= parts > 1;
	st->frames++;
	st->bytes += total;
	if (total > st->longest)
		st->longest = total;
}

/* Stages a frame from slot i on; returns its slots, 0: it ends elsewhere. */
static inline uint32_t stage_frame(struct staging *st, const struct source *s,
				   struct flow *last, uint32_t i, uint32_t at,
				   uint32_t max)
{
	uint16_t first_flags = 0, flags = NETMAP_SLOT_MOREFRAG;
	uint32_t total = 0, parts = 0;
	bool good = true;

	while (flags & NETMAP_SLOT_MOREFRAG) {
		if (i + parts == max)
			return 0;
		prefetch_ahead(s, at);
		good &= stage_slot(st, s, i + parts, at, &flags);
		if (parts == 0)
			first_flags = flags;
		total += st->slot[i + parts].len;
		at = wrap(at + 1, s->num_slots);
		parts++;
	}
	if (good)
		frame_done(st, s, last, i, parts, total, first_flags);
	else
		st->bad += parts;
	return parts;
}

static struct source source_of(struct nmd_port *port, uint32_t ring,
			       uint64_t now_ns)
{
	const struct geometry *g = &port->geometry;
	struct sw_port *entry = vale_port(port->vale, port->port_index);

	return (struct source){
		.port = port,
		.slots = geometry_tx_ring(port->area, g, ring)->slot,
		.pool = (const uint8_t *)port->area + g->pool_at,
		.num_slots = g->tx_slots,
		.buffers = g->buffers,
		.buf_size = g->buf_size,
		.macs = vale_macs(port->vale),
		.learn = entry->name[0] != '*',
		.age = mac_age(now_ns),
	};
}

uint32_t staging_fill(struct staging *st, struct nmd_port *port, uint32_t ring,
		      uint64_t first, uint32_t max, uint64_t now_ns)
{
	struct source s = source_of(port, ring, now_ns);
	struct flow last = {0, 0, TO_NOTHING};
	uint32_t at = (uint32_t)(first % s.num_slots);
	uint32_t i = 0, parts;

	st->frames = st->bad = st->longest = 0;
	st->bytes = 0;
	st->several = false;
	st->uniform = true;
	max = max > CHUNK ? CHUNK : max;
	while (i < max) {
		parts = stage_frame(st, &s, &last, i, wrap(at + i, s.num_slots),
				    max);
		if (parts == 0)
			break;
		i += parts;
	}
	if (i == 0) { /* a frame without an end, or with too many slots */
		st->bad = i = max;
		for (uint32_t k = 0; k < max; k++)
			st->slot[k].to = TO_NOTHING;
	}
	st->slots = i;
	return i;
}
