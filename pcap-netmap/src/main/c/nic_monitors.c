/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_monitors.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "jit.h"
#include "nic_frame.h"
#include "staging.h"
#include "tables.h"
#include "xdp_ring.h"

struct nic_monitors *nic_monitors_new(void)
{
	struct nic_monitors *m = calloc(1, sizeof(*m));

	if (m)
		m->jit = jit_new();
	return m;
}

void nic_monitors_free(struct nic_monitors *m)
{
	if (!m)
		return;
	jit_free(m->jit);
	free(m);
}

/*
 * Two syncs may be under way, of either direction: code that one runs must not
 * go when the other compiles.
 */
struct jit *nic_jit(struct nmd_port *port)
{
	return port->nic->monitors ? port->nic->monitors->jit
				   : forward_jit(port);
}

/*
 * What has passed, slots of an RX ring or descriptors of a TX ring, or was
 * released: slots of an RX ring or entries of a completion ring.
 */
struct passed {
	struct nmd_port *port;
	uint32_t r;
	enum nmd_direction direction;
	uint32_t which; /* monitors: NIC_MONITORS_* */
	uint64_t at, end;
};

/* Whether slot at is good; *more: whether the frame goes on. */
static bool stage_slot(const struct passed *p, uint64_t at, struct staged *out,
		       bool *more)
{
	const struct nmd_port *port = p->port;
	const struct geometry *g = &port->geometry;
	const struct netmap_ring *ring = geometry_rx_ring(port->area, g, p->r);
	uint64_t word =
		slot_word_of(&ring->slot[geometry_slot(at, g->rx_slots)]);
	uint32_t buffer = (uint32_t)word;

	*more = word >> 48 & NETMAP_SLOT_MOREFRAG;
	/* Others may have been at it since. */
	if (buffer >= g->buffers || (uint16_t)(word >> 32) > xdp_room(g))
		return false;
	out->len = (uint16_t)(word >> 32);
	out->data = nmd_buffers(port) + (uint64_t)buffer * g->buf_size;
	return true;
}

/*
 * What a buffer was sent with that has come back, the newest that it was sent
 * with: the kernel need not be done with them in their order. NULL: something
 * that was sent since stands there.
 */
static const struct xdp_desc *sent_with(const struct passed *p, uint32_t at)
{
	const struct xdp_queue *q = queue_of(p->port, p->r);
	uint32_t size = p->port->geometry.buf_size;
	uint64_t buffer = *address_at(&q->completion, at) / size;
	uint32_t newest = own(q->tx.producer) - 1;
	const struct xdp_desc *desc = desc_at(&q->tx, at);

	for (uint32_t i = 0; desc->addr / size != buffer; i++) {
		if (i > q->tx.mask)
			return NULL;
		desc = desc_at(&q->tx, newest - i);
	}
	return desc;
}

/* As they were written here: nobody but the kernel has them, to read. */
static bool stage_descriptor(const struct passed *p, uint64_t at,
			     struct staged *out, bool *more)
{
	const struct nmd_port *port = p->port;
	const struct xdp_desc *desc =
		p->which == NIC_MONITORS_PASSED
			? desc_at(&queue_of(port, p->r)->tx, (uint32_t)at)
			: sent_with(p, (uint32_t)at);

	*more = false;
	if (!desc)
		return false;
	out->len = (uint16_t)desc->len;
	out->data = (const uint8_t *)port->area + port->geometry.pool_at +
		    desc->addr;
	*more = desc->options & XDP_PKT_CONTD;
	return true;
}

static bool stage_piece(const struct passed *p, uint64_t at, struct staged *out,
			bool *more)
{
	*out = (struct staged){.to = TO_NOTHING, .parts = 1};
	return p->direction == NMD_IN ? stage_slot(p, at, out, more)
				      : stage_descriptor(p, at, out, more);
}

static void finish_frame(struct staging *st, struct staged *frame,
			 uint32_t parts, uint32_t total, bool good)
{
	if (!good || frame->len < MIN_FRAME || total > MAX_FRAME) {
		st->bad += parts;
		return;
	}
	frame->to = TO_ALL;
	frame->parts = (uint16_t)parts;
	frame->total = (uint16_t)total;
	st->several |= parts > 1;
	st->frames++;
	st->bytes += total;
	if (total > st->longest)
		st->longest = total;
}

/*
 * Stages the next frame behind what is staged; returns its slots. 0: it has no
 * room there, or its end is not there.
 */
static uint32_t stage_frame(struct staging *st, const struct passed *p)
{
	uint32_t parts = 0, total = 0;
	bool good = true, more = true;

	while (more) {
		struct staged *piece = &st->slot[st->slots + parts];

		if (p->at + parts == p->end || st->slots + parts == CHUNK)
			return 0;
		good &= stage_piece(p, p->at + parts, piece, &more);
		total += piece->len;
		parts++;
	}
	finish_frame(st, &st->slot[st->slots], parts, total, good);
	return parts;
}

static void clear(struct staging *st)
{
	st->slots = st->frames = st->bad = st->longest = 0;
	st->bytes = 0;
	st->several = st->uniform = false;
}

static void skip_frame(struct passed *p)
{
	struct staged piece;
	bool more = true;

	while (more && p->at != p->end)
		stage_piece(p, p->at++, &piece, &more);
}

/* Of a frame that begins there the rest is still to be released. */
static bool waits(const struct passed *p)
{
	const struct geometry *g = &p->port->geometry;
	uint32_t slots = p->direction == NMD_IN ? g->rx_slots : g->tx_slots;
	uint32_t most = slots - 1 < CHUNK ? slots - 1 : CHUNK;

	return p->which == NIC_MONITORS_RELEASED && p->end - p->at < most;
}

/* A frame of more slots than a chunk is passed over. False: no more is there. */
static bool stage_chunk(struct staging *st, struct passed *p)
{
	uint32_t n = 1;

	clear(st);
	for (; n > 0 && p->at != p->end; p->at += n) {
		n = stage_frame(st, p);
		st->slots += n;
	}
	if (st->slots == 0 && (p->at == p->end || waits(p)))
		return false;
	if (st->slots == 0)
		skip_frame(p);
	return true;
}

/* Under the lock. */
static uint32_t find_monitors(struct nmd_port *port)
{
	struct nic_monitors *m = port->nic->monitors;
	uint32_t some = forward_has_monitors(port) ? NIC_MONITORS_PASSED : 0;

	some |= forward_has_zero_copy(port) ? NIC_MONITORS_RELEASED : 0;
	store_relaxed(&m->some, some);
	store_relaxed(&m->epoch, forward_epoch(port));
	return some;
}

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/*
 * For so long a holder of ours, which waits for a processor, is waited for; and
 * for twice as long at most.
 */
#define PATIENCE_NS 30000000

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool take_lock(struct nmd_port *port, sw_lock *lock, uint64_t me)
{
	struct lock_memory fresh = {0};
	uint64_t end;

	if (lock_try(lock, me) == 0)
		return true;
	end = monotonic_ns() + PATIENCE_NS;
	while (lock_take(lock, me, &fresh, holder_alive, port->vale) ==
	       LOCK_STUCK) {
		/* A process that is stopped, which has the port by a fork. */
		if ((load_relaxed(lock) ^ me) & LOCK_PID_MASK ||
		    monotonic_ns() >= end)
			return false;
		fresh = (struct lock_memory){0};
	}
	return true;
}

/* A signal may come here, whose handler syncs the port's other direction. */
static _Thread_local volatile sig_atomic_t showing
	__attribute__((tls_model("initial-exec")));

/* Under the lock. Returns up to where all was shown that is to be seen. */
static uint64_t show_locked(struct passed *p)
{
	bool zero_copy = p->which == NIC_MONITORS_RELEASED;
	struct staging *st = forward_staging(p->port);
	uint64_t now = nic_now_ns();

	if (!(find_monitors(p->port) & p->which))
		return p->end;
	while (stage_chunk(st, p))
		if (st->frames > 0)
			forward_to_watchers(p->port, p->r, p->direction,
					    zero_copy, now);
	return p->at;
}

/*
 * Both directions, and openings that share the area, have counters in common,
 * and each opening's the forwarder. The lock is that of a receive ring which
 * nobody sends to: an interface's.
 */
static uint64_t show(struct passed *p)
{
	sw_lock *lock = &p->port->area->rx[SW_MAX_RINGS - 1].lock;
	uint64_t me = port_identity(p->port), upto = p->end;

	if (showing)
		return upto;
	showing = 1;
	if (take_lock(p->port, lock, me)) {
		upto = show_locked(p);
		lock_release(lock, me);
	}
	showing = 0;
	return upto;
}

void nic_monitors_received(struct nmd_port *port, uint32_t r, uint64_t from,
			   uint64_t to)
{
	struct passed p = {port, r, NMD_IN, NIC_MONITORS_PASSED, from, to};

	show(&p);
}

/* The descriptors' numbers start again at 0 in the middle of a batch. */
void nic_monitors_sent(struct nmd_port *port, uint32_t r, uint32_t from,
		       uint32_t to)
{
	uint32_t count = to - from;
	struct passed p = {port,    r,
			   NMD_OUT, NIC_MONITORS_PASSED,
			   from,    (uint64_t)from + count};

	/* What was withdrawn, when the link was lost, is as if not sent. */
	if ((int32_t)count > 0)
		show(&p);
}

uint64_t nic_monitors_released(struct nmd_port *port, uint32_t r, uint64_t from,
			       uint64_t to)
{
	struct passed p = {port, r, NMD_IN, NIC_MONITORS_RELEASED, from, to};

	return show(&p);
}

uint32_t nic_monitors_taken_back(struct nmd_port *port, uint32_t r,
				 uint32_t from, uint32_t to)
{
	uint32_t count = to - from;
	struct passed p = {port,    r,
			   NMD_OUT, NIC_MONITORS_RELEASED,
			   from,    (uint64_t)from + count};

	return (uint32_t)show(&p);
}
