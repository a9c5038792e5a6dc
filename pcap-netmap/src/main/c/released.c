/* SPDX-License-Identifier: BSD-2-Clause */
#include "released.h"

#include <stdlib.h>

#include "batch_clock.h"
#include "deliver.h"
#include "next_monitor.h"
#include "seal.h"
#include "sync.h"
#include "tables.h"
#include "target.h"

struct released {
	bool known;         /* whom the frames go to, as of an epoch */
	uint64_t epoch;     /* which may be any: others can write it */
	struct bitset dead; /* monitors that were killed, since then */
	struct batch_clock clock;
	struct staging staging;
	uint8_t picked[CHUNK];
	uint64_t upto[SW_MAX_RINGS]; /* shown by the last sync that looked */
	struct next_monitor next[SW_MAX_RINGS];
	struct nmd_insn programs[SW_MAX_RINGS][AREA_MAX_FILTER];
	uint8_t gathered[MAX_FRAME];
};

/* Most of it is never touched, and so is address space alone. */
struct released *released_new(void)
{
	struct released *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	batch_clock_begin(&r->clock);
	r->staging.gathered = r->gathered;
	for (uint32_t i = 0; i < SW_MAX_RINGS; i++) {
		r->next[i].area = SW_NONE;
		r->next[i].peer.filter.prog = r->programs[i];
	}
	return r;
}

void released_free(struct released *released)
{
	free(released);
}

uint32_t released_generation(const struct vale *v, uint32_t port)
{
	uint32_t area = tables_raw_area(vale_port(v, port));
	uint64_t state;

	if (area >= SW_MAX)
		return 0;
	state = load_acquire(&vale_area_entry(v, area)->state);
	return sw_state_of(state) == SW_LIVE ? (uint32_t)sw_generation_of(state)
					     : 0;
}

static bool has_raw_opening(const struct vale *v, uint32_t port)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);

		if (*(const volatile uint16_t *)&opening->port == port &&
		    *(const volatile uint16_t *)&opening->mode == NMD_RAW &&
		    seal_holds(v, i))
			return true;
	}
	return false;
}

/* The two ends of a pipe have their rings as long as either is open. */
static bool is_orphan_now(const struct nmd_port *port)
{
	const struct sw_opening *self = vale_opening(port->vale, port->index);

	return *(const volatile uint32_t *)&self->watched_generation !=
		       released_generation(port->vale, port->port_index) ||
	       !has_raw_opening(port->vale, port->port_index);
}

bool port_is_orphan(struct nmd_port *port)
{
	uint64_t epoch = load_acquire(&vale_header(port->vale)->epoch);

	if (!port->ends_with_port || port->orphan)
		return port->orphan;
	if (port->orphan_epoch != epoch)
		port->orphan = is_orphan_now(port);
	port->orphan_epoch = epoch;
	return port->orphan;
}

/* Of the port's own rings, and of the monitors, what is looked at to know. */
static void say_watched(const struct vale *v, uint32_t area)
{
	struct geometry g;

	if (area < SW_MAX && seal_geometry(v, area, &g))
		store_relaxed(&vale_area(v, area)->rx[0].watched, 1);
}

/* A monitor of the port as it is now, which sees transmit rings. */
static bool sees_tx_ring(const struct vale *v, uint32_t i, uint32_t port,
			 uint32_t ring)
{
	const struct sw_opening *opening = vale_opening(v, i);
	struct peer peer = {0};

	if (!next_monitor_is_one(opening, port) || !seal_holds(v, i) ||
	    *(const volatile uint32_t *)&opening->watched_generation !=
		    released_generation(v, port))
		return false;
	peer_note(&peer, v, opening);
	return ring >= peer.watched.first_tx &&
	       ring - peer.watched.first_tx < peer.watched.tx;
}

/* Of a pipe's rings that nobody has looked at, what was released is past. */
static void begin_ring(const struct vale *v, uint32_t port, uint32_t ring)
{
	struct area *own = vale_area(v, tables_raw_area(vale_port(v, port)));
	struct area *other = vale_area(v, tables_peer_area(vale_port(v, port)));

	for (uint32_t i = 0; i < SW_MAX; i++)
		if (sees_tx_ring(v, i, port, ring))
			return;
	store_release(&own->tx[ring].released,
		      load_acquire(&other->rx[ring].consumed));
}

void released_begin(const struct vale *v, uint32_t port, uint32_t monitor)
{
	uint32_t own = tables_raw_area(vale_port(v, port));
	uint32_t other = tables_peer_area(vale_port(v, port));
	struct geometry g;

	if (own < SW_MAX && other < SW_MAX && seal_geometry(v, own, &g) &&
	    seal_geometry(v, other, &g))
		for (uint32_t r = 0; r < g.rx_rings; r++)
			begin_ring(v, port, r);
	say_watched(v, own);
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);

		if (!next_monitor_is_one(opening, port) || !seal_holds(v, i))
			continue;
		say_watched(v, *(const volatile uint16_t *)&opening->area);
		/* The clock may have been set back: it may be the later one. */
		say_watched(v, monitor);
	}
}

static void look(struct nmd_port *port)
{
	struct released *r = port->released;

	for (uint32_t i = 0; i < port->rings.rx; i++) {
		uint32_t ring = port->rings.first_rx + i;

		next_monitor_find(&r->next[ring], port, ring, &r->dead);
	}
}

static void refresh(struct nmd_port *port)
{
	uint64_t epoch = load_acquire(&vale_header(port->vale)->epoch);
	static const struct bitset none;

	if (port->released->known && port->released->epoch == epoch)
		return;
	port->released->dead = none;
	look(port);
	port->released->epoch = epoch;
	port->released->known = true;
}

/* Slots that are being released, and to whom they are shown. */
struct batch {
	const volatile struct netmap_slot *slots;
	uint32_t num_slots;
	uint64_t first;
	uint32_t count;
	uint32_t longest; /* slots of a frame */
	bool ended;       /* nothing has been published behind them */
	struct peer *peer;
	uint32_t area;
	struct delivery d;
	uint8_t *picked;
	uint32_t lost;    /* frames that cannot be shown, of the last chunk */
	uint32_t offered; /* frames, so far */
};

static uint64_t word_of(const struct batch *b, uint32_t i)
{
	return slot_word_of(
		&b->slots[geometry_slot(b->first + i, b->num_slots)]);
}

/* How many slots the frame has that begins with slot i; 0: it does not end. */
static uint32_t frame_slots(const struct batch *b, uint32_t i)
{
	for (uint32_t n = 1; i + n <= b->count; n++)
		if (!(word_of(b, i + n - 1) >> 48 & NETMAP_SLOT_MOREFRAG))
			return n;
	return 0;
}

/* Stages one slot; false: its index or length makes no sense. */
static bool stage_slot(const struct batch *b, uint32_t i, struct staged *out)
{
	const struct geometry *g = &b->d.port->geometry;
	uint64_t word = word_of(b, i);
	uint32_t buffer = (uint32_t)word;
	uint16_t len = (uint16_t)(word >> 32);

	*out = (struct staged){.len = len, .total = len, .parts = 1};
	out->data = (const uint8_t *)b->d.port->area + g->pool_at +
		    (uint64_t)buffer * g->buf_size;
	return buffer < g->buffers && len > 0 && len <= g->buf_size;
}

static void stage_frame(struct batch *b, uint32_t i, uint32_t parts)
{
	struct staging *st = b->d.staging;
	uint32_t total = 0;
	bool good = true;

	for (uint32_t n = 0; n < parts; n++) {
		good &= stage_slot(b, i + n, &st->slot[i + n]);
		total += st->slot[i + n].len;
	}
	if (!good || total > MAX_FRAME) {
		b->lost++;
		return;
	}
	st->slot[i].parts = (uint16_t)parts;
	st->slot[i].total = (uint16_t)total;
	st->several |= parts > 1;
	st->longest = total > st->longest ? total : st->longest;
	b->picked[st->frames++] = (uint8_t)i;
}

/*
 * Stages whole frames from the batch's first slot on, a chunk at most. Returns
 * how many slots, 0: those that are left are the beginning of a frame whose
 * rest has not been released yet. One that has no end is lost, be it that
 * whoever gave it back has written so (only whole frames are published), and
 * so is one of more slots than a chunk.
 */
static uint32_t stage(struct batch *b)
{
	struct staging *st = b->d.staging;
	uint32_t i = 0, parts = 1;

	st->frames = st->longest = b->lost = 0;
	st->several = false;
	while (i < b->count && i < CHUNK) {
		parts = frame_slots(b, i);
		if (parts == 0 || i + parts > CHUNK)
			break;
		stage_frame(b, i, parts);
		i += parts;
	}
	st->slots = i;
	if (i > 0 || (parts == 0 && b->count < b->longest && !b->ended))
		return i;
	b->lost++;
	return parts ? parts : b->count;
}

/* Offers a chunk of a batch; returns how many slots, 0: there are no more. */
static uint32_t offer(struct batch *b)
{
	uint32_t taken = stage(b);

	b->d.picked = b->picked;
	b->d.count = b->d.staging->frames;
	b->d.later = b->count - taken;
	if (b->d.count > 0)
		b->offered += deliver(b->peer, b->area, &b->d);
	if (b->lost > 0)
		b->offered += deliver_none(b->peer, b->area, b->lost, &b->d);
	b->first += taken;
	b->count -= taken;
	return taken;
}

/*
 * Of the frames that the device's own programs put there, at least; no more
 * than the ring can hold, which would wait for ever.
 */
static uint32_t longest_frame(const struct geometry *g)
{
	uint32_t slots = MAX_FRAME / g->buf_size + 1;

	slots = slots > CHUNK ? slots : CHUNK;
	return slots < g->rx_slots ? slots : g->rx_slots - 1;
}

static bool nothing_behind(const struct rx_control *control, uint64_t head)
{
	return load_acquire(&control->published) == head;
}

/* The monitor that the frames of a ring go to; NULL: nobody. */
static struct next_monitor *next_of(struct nmd_port *port, uint32_t ring,
				    uint64_t now_ns)
{
	struct released *r = port->released;
	struct next_monitor *next = &r->next[ring];

	while (next_monitor_is_dead(next, port, now_ns)) {
		bitset_add(&r->dead, next->peer.opening);
		look(port);
	}
	return next->area == SW_NONE ? NULL : next;
}

/* Shows slots [from, from + count) of a ring; returns up to which it has. */
static uint64_t show(struct nmd_port *port, uint32_t ring, uint64_t from,
		     uint32_t count)
{
	const struct geometry *g = &port->geometry;
	struct released *r = port->released;
	struct rx_control *control = &port->area->rx[ring];
	uint64_t now_ns = batch_clock_now(&r->clock);
	struct next_monitor *next = next_of(port, ring, now_ns);
	struct batch b = {.slots = geometry_rx_ring(port->area, g, ring)->slot,
			  .num_slots = g->rx_slots,
			  .first = from,
			  .count = count,
			  .longest = longest_frame(g),
			  .ended = nothing_behind(control, from + count),
			  .picked = r->picked};

	if (!next)
		return from + count;
	b.peer = &next->peer;
	b.area = next->area;
	b.d = (struct delivery){.port = port,
				.staging = &r->staging,
				.tx_ring = ring,
				.direction = NMD_IN,
				.now_ns = now_ns};
	while (b.count > 0 && offer(&b) > 0)
		;
	counter_add(&control->offered, b.offered);
	return b.first;
}

static uint64_t show_ring(struct nmd_port *port, uint32_t ring)
{
	const struct geometry *g = &port->geometry;
	struct rx_control *control = &port->area->rx[ring];
	uint64_t from = load_relaxed(&control->consumed);
	uint32_t count = sync_advance(geometry_rx_ring(port->area, g, ring),
				      from, g->rx_slots);

	/* If it is more than was granted, the sync will say so. */
	if (port->released->next[ring].area == SW_NONE || count == 0 ||
	    count > load_relaxed(&control->granted) - from)
		return from + count;
	return show(port, ring, from, count);
}

void released_show(struct nmd_port *port)
{
	refresh(port);
	for (uint32_t i = 0; i < port->rings.rx; i++) {
		uint32_t ring = port->rings.first_rx + i;

		port->released->upto[ring] = show_ring(port, ring);
	}
}

uint64_t released_upto(const struct nmd_port *port, uint32_t ring,
		       uint64_t head)
{
	uint64_t consumed = load_relaxed(&port->area->rx[ring].consumed);
	uint64_t upto = port->released->upto[ring];

	return upto - consumed <= head - consumed ? upto : head;
}

/* A monitor that has come meanwhile has begun anew (released_begin). */
static bool note(struct tx_control *tx, uint64_t was, uint64_t is)
{
	return atomic_compare_exchange_strong_explicit(&tx->released, &was, is,
						       memory_order_release,
						       memory_order_relaxed);
}

/*
 * What the sender has used again before it knew of the monitor, which is what
 * it had seen given back then, is not shown.
 */
static uint64_t begin_of(struct tx_control *tx,
			 const struct rx_control *control)
{
	uint64_t released = load_acquire(&tx->released);
	uint64_t seen = control->consumed_seen;

	if ((int64_t)(seen - released) <= 0)
		return released;
	return note(tx, released, seen) ? seen : load_acquire(&tx->released);
}

bool released_reclaim(struct nmd_port *port, struct peer *other, uint32_t ring,
		      uint64_t *looked)
{
	const struct geometry *g = &other->geometry;
	struct rx_control *control = &other->area->rx[ring];
	struct tx_control *tx = &port->area->tx[ring];
	uint64_t now_ns = forward_now(port), from;
	uint8_t picked[CHUNK];
	struct batch b = {.slots = geometry_rx_ring(other->area, g, ring)->slot,
			  .num_slots = g->rx_slots,
			  .longest = longest_frame(g),
			  .picked = picked};

	b.peer = forward_released(port, ring, now_ns, &b.area);
	if (!b.peer)
		return false;
	from = b.first = begin_of(tx, control);
	*looked = load_acquire(&control->consumed);
	if (*looked - from >= g->rx_slots) {
		note(tx, from, *looked); /* somebody has spoiled one of them */
		return true;
	}
	b.count = (uint32_t)(*looked - from);
	b.ended = nothing_behind(control, *looked);
	b.d = (struct delivery){.port = port,
				.staging = forward_staging(port),
				.jit = forward_jit(port),
				.tx_ring = ring,
				.direction = NMD_OUT,
				.now_ns = now_ns};
	while (b.count > 0 && offer(&b) > 0 && note(tx, from, b.first))
		from = b.first;
	port_count(tx, &tx->offered, b.offered);
	return true;
}
