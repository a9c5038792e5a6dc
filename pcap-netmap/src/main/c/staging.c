/* SPDX-License-Identifier: BSD-2-Clause */
#include "staging.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "atomics.h"
#include "mac.h"
#include "run.h"
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

/*
 * The addresses of the last frame, as two numbers, and where it went. Bit 32
 * of high is set in every real one, so that 0 is no frame's.
 */
struct flow {
	uint64_t low;
	uint64_t high;
	uint16_t to;
};

static inline struct flow flow_of(const uint8_t *data)
{
	struct flow flow;
	uint32_t high;

	memcpy(&flow.low, data, 8);
	memcpy(&high, data + 8, 4);
	flow.high = high | 1ull << 32;
	flow.to = TO_NOTHING;
	return flow;
}

/* The words of a slot, read at once. */
struct slot_copy {
	uint32_t buffer;
	uint16_t len, flags;
};

static inline uint32_t wrap(uint32_t slot, uint32_t num_slots)
{
	return slot >= num_slots ? slot - num_slots : slot;
}

static inline struct slot_copy slot_read(const struct source *s, uint32_t at)
{
	uint64_t word = *(const volatile uint64_t *)(const volatile void *)&s
				 ->slots[at];
	struct slot_copy copy;

	memcpy(&copy, &word, sizeof(copy));
	return copy;
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

/* Looks up; notes whether the chunk still goes one way. */
static uint16_t look_up(struct staging *st, const struct source *s,
			const uint8_t *data)
{
	uint16_t to = route(s, mac_load(data));

	if (st->to != TO_NOTHING && st->to != to)
		st->uniform = false;
	st->to = to;
	return to;
}

static uint16_t classify_new(struct staging *st, const struct source *s,
			     struct flow *last, const uint8_t *data)
{
	if (s->learn)
		mac_learn(s->macs, mac_load(data + 6), s->port->port_index,
			  s->age);
	*last = flow_of(data);
	last->to = look_up(st, s, data);
	return last->to;
}

/* Where the frame at data goes; a run of one flow is looked up once. */
static inline uint16_t classify(struct staging *st, const struct source *s,
				struct flow *last, const uint8_t *data)
{
	struct flow flow = flow_of(data);

	if (flow.low == last->low && flow.high == last->high)
		return last->to;
	return classify_new(st, s, last, data);
}

/*
 * Copies data that the program keeps elsewhere in its memory. The address
 * comes from shared memory, so the kernel does the reading: a bad one is an
 * error, not a crash.
 */
static const uint8_t *fetch_indirect(struct staging *st, const struct source *s,
				     uint32_t i, uint32_t at, uint32_t len)
{
	struct iovec from = {(void *)(uintptr_t)s->slots[at].ptr, len};
	struct iovec to = {NULL, len};

	if (!s->port->indirect)
		return NULL;
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

/* Stages one slot; false: its index, length or address is bad. */
static bool stage_slot(struct staging *st, const struct source *s, uint32_t i,
		       uint32_t at, uint16_t *flags)
{
	struct slot_copy slot = slot_read(s, at);
	struct staged *out = &st->slot[i];

	*flags = slot.flags;
	*out = (struct staged){.len = slot.len, .to = TO_NOTHING, .parts = 1};
	if (slot.buffer >= s->buffers || slot.len > s->buf_size)
		return false;
	out->data = s->pool + (uint64_t)slot.buffer * s->buf_size;
	if (slot.flags & NETMAP_SLOT_INDIRECT)
		out->data = fetch_indirect(st, s, i, at, slot.len);
	return out->data != NULL;
}

/* Fetches the addresses of a frame that comes soon. */
static inline void prefetch_ahead(const struct source *s, uint32_t at)
{
	uint32_t buffer = s->slots[wrap(at + AHEAD, s->num_slots)].buf_idx;

	if (buffer < s->buffers)
		__builtin_prefetch(s->pool + (uint64_t)buffer * s->buf_size);
}

/* A whole frame of parts slots, the first staged at i. */
static void frame_done(struct staging *st, const struct source *s,
		       struct flow *last, uint32_t i, uint32_t parts,
		       uint32_t total, uint16_t flags)
{
	struct staged *frame = &st->slot[i];

	if (frame->len < MIN_FRAME || total > MAX_FRAME) {
		st->bad += parts;
		return;
	}
	frame->total = (uint16_t)total;
	frame->parts = (uint16_t)parts;
	frame->to = flags & NETMAP_SLOT_NO_LEARN
			    ? look_up(st, s, frame->data)
			    : classify(st, s, last, frame->data);
	st->several |= parts > 1;
	st->frames++;
	st->bytes += total;
	if (total > st->longest)
		st->longest = total;
}

/* Stages a frame from slot i on; returns its slots, 0: it ends elsewhere. */
static uint32_t stage_any(struct staging *st, const struct source *s,
			  struct flow *last, uint32_t i, uint32_t at,
			  uint32_t max)
{
	uint16_t first_flags = 0, flags = NETMAP_SLOT_MOREFRAG;
	uint32_t total = 0, parts = 0;
	bool good = true;

	while (flags & NETMAP_SLOT_MOREFRAG) {
		if (i + parts == max)
			return 0;
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

/*
 * Stages frames of one plain slot, which most are, until one is not; returns
 * the slot it stopped at.
 */
static uint32_t stage_plain(struct staging *st, const struct source *s,
			    struct flow *last, uint32_t i, uint32_t at,
			    uint32_t max)
{
	const struct source src = *s; /* stores below cannot touch this one */
	uint32_t longest = st->longest, first = i;
	uint64_t bytes = 0;

	for (; i < max; i++) {
		struct slot_copy slot = slot_read(&src, at);
		const uint8_t *data;

		if (slot.buffer >= src.buffers || slot.len > src.buf_size ||
		    slot.len < MIN_FRAME || (slot.flags & STAGING_SPECIAL))
			break;
		prefetch_ahead(&src, at);
		data = src.pool + (uint64_t)slot.buffer * src.buf_size;
		st->slot[i] = (struct staged){
			.data = data,
			.len = slot.len,
			.total = slot.len,
			.to = classify(st, s, last, data),
			.parts = 1,
		};
		bytes += slot.len;
		longest = slot.len > longest ? slot.len : longest;
		at = wrap(at + 1, src.num_slots);
	}
	st->frames += i - first;
	st->bytes += bytes;
	st->longest = longest;
	return i;
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

/* Passes over a frame without an end, or with too many slots for a chunk. */
static uint32_t skip_frame(struct staging *st, const struct source *s,
			   uint32_t at, uint32_t left)
{
	uint32_t n = 0;

	while (n < left) {
		bool more = s->slots[wrap(at + n, s->num_slots)].flags &
			    NETMAP_SLOT_MOREFRAG;

		n++;
		if (!more)
			break;
	}
	st->bad = n;
	return n;
}

static void clear(struct staging *st)
{
	st->frames = st->bad = st->longest = 0;
	st->bytes = 0;
	st->several = false;
	st->uniform = true;
	st->to = TO_NOTHING;
}

uint32_t staging_fill(struct staging *st, struct nmd_port *port, uint32_t ring,
		      uint64_t first, uint32_t left, uint64_t now_ns)
{
	struct source s = source_of(port, ring, now_ns);
	struct flow last = {0};
	uint32_t at = geometry_slot(first, s.num_slots);
	uint32_t i = 0, parts = 1;
	uint32_t max = left > CHUNK ? CHUNK : left;

	clear(st);
	while (i < max && parts > 0) {
		i = stage_plain(st, &s, &last, i, wrap(at + i, s.num_slots),
				max);
		if (i == max)
			break;
		parts = stage_any(st, &s, &last, i, wrap(at + i, s.num_slots),
				  max);
		i += parts;
	}
	st->slots = i;
	return i > 0 ? i : skip_frame(st, &s, at, left);
}

static bool goes_to(const struct source *s, struct slot_copy slot, uint16_t to)
{
	const uint8_t *data = s->pool + (uint64_t)slot.buffer * s->buf_size;

	return slot.buffer < s->buffers && slot.len >= MIN_FRAME &&
	       !(slot.flags & NETMAP_SLOT_INDIRECT) &&
	       route(s, mac_load(data)) == to;
}

uint32_t staging_same_way(const struct staging *st, struct nmd_port *port,
			  uint32_t ring, uint64_t first, uint32_t count,
			  uint32_t most, uint64_t now_ns)
{
	struct source s = source_of(port, ring, now_ns);
	uint32_t at = geometry_slot(first, s.num_slots), n = 0;
	bool more = false, same = false;

	count = count < STAGING_AHEAD ? count : STAGING_AHEAD;
	for (; count > 0 && n < most; count--) {
		struct slot_copy slot = slot_read(&s, at);

		same = more ? same : goes_to(&s, slot, st->to);
		more = slot.flags & NETMAP_SLOT_MOREFRAG;
		n += same;
		at = wrap(at + 1, s.num_slots);
	}
	return n;
}

bool run_begin(struct run *run, struct nmd_port *port, uint32_t ring,
	       uint64_t first, uint32_t left, uint64_t now_ns)
{
	struct source s = source_of(port, ring, now_ns);
	uint32_t at = geometry_slot(first, s.num_slots);
	struct slot_copy slot = slot_read(&s, at);
	const uint8_t *data;

	if (slot.buffer >= s.buffers || slot.len > s.buf_size ||
	    slot.len < MIN_FRAME || (slot.flags & STAGING_SPECIAL))
		return false;
	data = s.pool + (uint64_t)slot.buffer * s.buf_size;
	if (s.learn)
		mac_learn(s.macs, mac_load(data + 6), port->port_index, s.age);
	*run = (struct run){.slots = s.slots,
			    .pool = s.pool,
			    .num_slots = s.num_slots,
			    .buffers = s.buffers,
			    .buf_size = s.buf_size,
			    .at = at,
			    .max = left > CHUNK ? CHUNK : left,
			    .to = route(&s, mac_load(data))};
	memcpy(&run->low, data, 8);
	memcpy(&run->high, data + 8, 4);
	return true;
}
