/* SPDX-License-Identifier: BSD-2-Clause */
#include "pipe_frames.h"

#include <sys/uio.h>

#include "atomics.h"
#include "pipe.h"
#include "put.h"
#include "run.h"
#include "tables.h"

_Static_assert(CHUNK <= SW_JOURNAL, "a chunk is one batch of the journal");

/* A chunk of frames being looked at. */
struct chunk {
	struct nmd_port *port;
	struct peer *other;
	uint32_t ring;
	struct swap *s;
	struct staging *st;
	uint32_t max;            /* slots to look at */
	uint32_t needed;         /* slots of the other end's ring */
	uint32_t kept[CHUNK];    /* bytes of the frame that begins there */
	uint32_t good, rejected; /* frames */
	enum bell bell;          /* at the last commit */
};

/*
 * Data that the program keeps elsewhere in its memory is fetched into the
 * slot's own buffer. The address comes from shared memory, so the kernel does
 * the reading: a bad one is an error, not a crash.
 */
static bool fetch(const volatile struct netmap_slot *slot, uint8_t *to,
		  uint32_t len)
{
	struct iovec from = {(void *)(uintptr_t)slot->ptr, len};
	struct iovec into = {to, len};

	return process_vm_readv((pid_t)tables_pid(), &into, 1, &from, 1, 0) ==
	       (ssize_t)len;
}

/* Stages slot i of the chunk; false: index, length or address is bad. */
static bool stage_slot(struct chunk *c, uint32_t i, uint16_t *flags)
{
	const struct geometry *g = &c->port->geometry;
	const struct swap *s = c->s;
	const volatile struct netmap_slot *slot =
		&s->in[target_wrap(s->in_at + i, s->in_slots)];
	uint64_t word = slot_word_of(slot);
	uint32_t buffer = (uint32_t)word;
	uint16_t len = (uint16_t)(word >> 32);
	uint8_t *data;

	*flags = (uint16_t)(word >> 48);
	c->st->slot[i] = (struct staged){.to = TO_NOTHING, .parts = 1};
	if (buffer >= g->buffers || len > g->buf_size)
		return false;
	data = (uint8_t *)c->port->area + g->pool_at +
	       (uint64_t)buffer * g->buf_size;
	c->st->slot[i].data = data;
	c->st->slot[i].len = len;
	if (!(*flags & NETMAP_SLOT_INDIRECT))
		return true;
	return c->port->indirect && fetch(slot, data, len);
}

/* Stages a frame from slot i on; its slots, 0: it ends beyond the chunk. */
static uint32_t stage_frame(struct chunk *c, uint32_t i)
{
	struct staged *frame = &c->st->slot[i];
	uint16_t flags = NETMAP_SLOT_MOREFRAG;
	uint32_t parts = 0, total = 0;
	bool good = true;

	while (flags & NETMAP_SLOT_MOREFRAG) {
		if (i + parts == c->max)
			return 0;
		good &= stage_slot(c, i + parts, &flags);
		total += c->st->slot[i + parts].len;
		parts++;
	}
	frame->parts = (uint16_t)parts;
	frame->total = (uint16_t)total;
	if (!good || total == 0 || total > MAX_FRAME)
		frame->total = 0;
	return parts;
}

/* How many slots hold the first kept bytes of a frame. */
static uint32_t slots_for(const struct staged *frame, uint32_t kept)
{
	uint32_t n = 1;

	for (uint32_t have = frame->len; have < kept; n++)
		have += frame[n].len;
	return n;
}

static struct delivery delivery_of(struct nmd_port *port, uint32_t ring,
				   const struct swap *s)
{
	return (struct delivery){.port = port,
				 .staging = forward_staging(port),
				 .jit = forward_jit(port),
				 .count = 1,
				 .tx_ring = ring,
				 .direction = NMD_IN,
				 .now_ns = s->now_ns};
}

/* What becomes of the frame staged at i; false: it has no room yet. */
static bool judge(struct chunk *c, uint32_t i)
{
	struct staged *frame = &c->st->slot[i];
	struct delivery d = delivery_of(c->port, c->ring, c->s);
	uint32_t kept, slots;

	if (frame->total == 0) {
		c->st->bad += frame->parts;
		return true;
	}
	kept = put_wanted(&c->other->filter, frame, &d);
	slots = kept ? slots_for(frame, kept) : 0;
	if (slots >= c->s->t.num_slots) {
		c->st->bad += frame->parts;
		return true;
	}
	if (!target_has_room(&c->s->t, c->needed + slots))
		return false;
	c->needed += slots;
	c->kept[i] = kept;
	c->rejected += !kept;
	c->good++;
	c->st->bytes += frame->total;
	c->st->several |= frame->parts > 1;
	if (frame->total > c->st->longest)
		c->st->longest = frame->total;
	frame->to = kept ? TO_ALL : TO_NOBODY;
	return true;
}

static void clear(struct chunk *c)
{
	c->needed = c->good = c->rejected = 0;
	c->st->slots = c->st->frames = c->st->bad = c->st->longest = 0;
	c->st->bytes = 0;
	c->st->several = c->st->uniform = false;
}

/*
 * Looks at the frames that there is room for. A frame without an end, or one
 * of more slots than a chunk, is passed over.
 */
static void look(struct chunk *c)
{
	uint32_t i = 0, parts;

	clear(c);
	while (i < c->max) {
		parts = stage_frame(c, i);
		if (parts == 0 && i > 0)
			break;
		if (parts == 0) {
			parts = c->max;
			c->st->slot[0].to = TO_NOTHING;
			c->st->slot[0].parts = (uint16_t)parts;
			c->st->bad = parts;
		} else if (!judge(c, i))
			break;
		i += parts;
	}
	c->st->slots = i;
	c->st->frames = c->good;
}

/* Swaps the slots that hold what is kept, passes over the others. */
static void swap_frame(struct chunk *c, const struct staged *frame,
		       uint32_t kept)
{
	uint32_t wire_len = frame->total, n = 0;

	while (kept > 0) {
		uint32_t len = frame[n].len < kept ? frame[n].len : kept;

		kept -= len;
		swap_slot(c->s, len, kept ? NETMAP_SLOT_MOREFRAG : 0, wire_len);
		wire_len = 0;
		n++;
	}
	swap_skip(c->s, frame->parts - n);
	c->s->t.accepted++;
	c->s->t.bytes += frame->total;
}

static void swap_chunk(struct chunk *c)
{
	const struct staging *st = c->st;

	for (uint32_t i = 0; i < st->slots; i += st->slot[i].parts)
		if (st->slot[i].to == TO_ALL)
			swap_frame(c, &st->slot[i], c->kept[i]);
		else
			swap_skip(c->s, st->slot[i].parts);
	c->s->t.filtered += c->rejected;
}

/* A batch: frames that were no bad slots, and their bytes. */
static void count(struct peer *other, const struct swap *s, uint32_t frames,
		  uint64_t bytes)
{
	counter_add(&s->tx->offered, frames);
	counter_add(&s->tx->sent_bytes, bytes);
	counter_add(&other->pair->offered, frames);
	counter_add(&other->pair->accepted, s->t.accepted);
	counter_add(&other->pair->bytes, s->t.bytes);
	counter_add(&other->pair->filtered, s->t.filtered);
}

/* Who polls the other end is told before there is something to read. */
static enum bell commit(struct nmd_port *port, struct peer *other,
			uint32_t ring, struct swap *s)
{
	enum bell bell = BELL_QUIET;

	if (s->t.accepted)
		bell = bell_before(port, other, pipe_other_area(port), ring);
	swap_commit(s);
	bell_after(other, ring, bell);
	return bell;
}

/* Returns how many slots were taken. */
static uint32_t send_any(struct chunk *c, uint32_t slots, bool monitors)
{
	c->max = slots < CHUNK ? slots : CHUNK;
	look(c);
	if (monitors && c->good)
		forward_to_monitors(c->port, c->ring, c->s->now_ns);
	swap_chunk(c);
	counter_add(&c->s->tx->sent_bad, c->st->bad);
	count(c->other, c->s, c->good, c->st->bytes);
	if (c->st->slots > 0)
		c->bell = commit(c->port, c->other, c->ring, c->s);
	return c->st->slots;
}

/* Most frames: of one slot, wanted whole and unseen. */
static uint32_t send_plain(struct chunk *c, uint32_t slots, uint32_t longest)
{
	struct peer *other = c->other;
	struct swap *s = c->s;
	uint32_t max = slots < SW_JOURNAL ? slots : SW_JOURNAL, done;

	if (!target_has_room(&s->t, max) && max > s->t.room)
		max = s->t.room;
	done = max > 0 ? swap_plain(s, max, longest) : 0;
	if (done > 0) {
		count(other, s, done, s->t.bytes);
		c->bell = commit(c->port, other, c->ring, s);
	}
	return done;
}

enum bell pipe_frames_send(struct nmd_port *port, struct peer *other,
			   uint32_t ring, struct swap *s, uint32_t slots)
{
	struct delivery d = delivery_of(port, ring, s);
	struct chunk c; /* a kilobyte that most syncs do not need */
	uint32_t longest = port->geometry.buf_size, taken;
	bool monitors = forward_has_monitors(port), plain;

	c.port = port;
	c.other = other;
	c.ring = ring;
	c.s = s;
	c.st = forward_staging(port);
	c.bell = BELL_QUIET;
	/* Its owner stopped while writing it: the frames stay. */
	if (!deliver_know_filter(other, &d))
		return BELL_QUIET;
	plain = !monitors && !other->filter.length &&
		run_possible(&other->filter);
	if (other->filter.snaplen < longest)
		longest = other->filter.snaplen;
	for (; slots > 0; slots -= taken) {
		taken = plain ? send_plain(&c, slots, longest) : 0;
		if (taken == 0)
			taken = send_any(&c, slots, monitors);
		if (taken == 0)
			break;
	}
	return c.bell;
}
