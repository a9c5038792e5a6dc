/* SPDX-License-Identifier: BSD-2-Clause */
#include "released.h"

#include <stdlib.h>

#include "batch_clock.h"
#include "deliver.h"
#include "seal.h"
#include "sync.h"
#include "tables.h"
#include "target.h"

/* Of a receive ring: the monitor that comes next, if there is one. */
struct next {
	uint32_t area; /* SW_NONE: there is none */
	struct peer peer;
};

struct released {
	uint64_t epoch; /* of what is known; 0: nothing */
	struct batch_clock clock;
	struct staging staging;
	uint8_t picked[CHUNK];
	struct next next[SW_MAX_RINGS];
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
	for (uint32_t i = 0; i < SW_MAX_RINGS; i++)
		r->next[i].peer.filter.prog = r->programs[i];
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

static bool is_zero_copy(const struct sw_opening *opening, uint32_t port)
{
	return *(const volatile uint16_t *)&opening->port == port &&
	       *(const volatile uint16_t *)&opening->flags & SW_ZERO_COPY;
}

/* The port's own rings, and those of the monitors before this one. */
void released_begin(const struct vale *v, uint32_t port)
{
	uint32_t area = tables_raw_area(vale_port(v, port));

	if (area < SW_MAX)
		store_relaxed(&vale_area(v, area)->rx[0].watched, 1);
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);

		area = *(const volatile uint16_t *)&opening->area;
		if (seal_holds(v, i) && is_zero_copy(opening, port) &&
		    area < SW_MAX)
			store_relaxed(&vale_area(v, area)->rx[0].watched, 1);
	}
}

/* This opening, as one of the chain of monitors that the port's rings have. */
static struct peer place_of(const struct nmd_port *port, uint32_t *generation)
{
	const struct sw_opening *self = vale_opening(port->vale, port->index);
	struct peer place = {.area = vale_area(port->vale, port->index)};

	place.opened_ns = *(const volatile uint64_t *)&self->opened_ns;
	*generation =
		port->monitor
			? *(const volatile uint32_t *)&self->watched_generation
			: (uint32_t)port->area_generation;
	return place;
}

/* The opening of the monitor that comes next; NULL: there is none. */
static const struct sw_opening *find_next(struct nmd_port *port, uint32_t ring)
{
	struct vale *v = port->vale;
	const struct sw_opening *found = NULL;
	struct peer last = {0}, peer = {0};
	uint32_t generation;
	struct peer self = place_of(port, &generation);

	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);

		peer.area = vale_area(v, i); /* one of their own, in order */
		if (i == port->index ||
		    !is_zero_copy(opening, port->port_index) ||
		    !seal_holds(v, i) ||
		    *(const volatile uint32_t *)&opening->watched_generation !=
			    generation)
			continue;
		peer_note(&peer, opening);
		if (!peer_sees(&peer, ring) ||
		    (port->monitor && peer_is_before(&peer, &self)) ||
		    (found && peer_is_before(&last, &peer)))
			continue;
		found = opening;
		last = peer;
	}
	return found;
}

static void look(struct nmd_port *port, uint32_t ring)
{
	struct next *next = &port->released->next[ring];
	const struct sw_opening *opening = find_next(port, ring);
	uint32_t area = SW_NONE;

	next->area = SW_NONE;
	if (opening)
		area = *(const volatile uint16_t *)&opening->area;
	if (area >= SW_MAX || area == port->area_index)
		return;
	if (next->peer.area != vale_area(port->vale, area))
		next->peer.state = 0; /* nothing is known of that one */
	if (!peer_look(&next->peer, port, area))
		return;
	peer_note(&next->peer, opening);
	next->peer.port = port->port_index;
	next->peer.filter.ifindex = 1 + port->port_index;
	next->area = area;
}

/* A view that a change has torn is harmless: rings are checked again. */
static void refresh(struct nmd_port *port)
{
	uint64_t epoch = load_acquire(&vale_header(port->vale)->epoch);

	if (port->released->epoch == epoch)
		return;
	for (uint32_t i = 0; i < port->rings.rx; i++)
		look(port, port->rings.first_rx + i);
	port->released->epoch = epoch;
}

/* Slots that are being released. */
struct batch {
	const volatile struct netmap_slot *slots;
	uint32_t num_slots;
	uint64_t first;
	uint32_t count;
};

/* Stages one slot; false: its index or length makes no sense. */
static bool stage_slot(const struct nmd_port *port, const struct batch *b,
		       uint32_t i, struct staged *out, bool *more)
{
	const struct geometry *g = &port->geometry;
	uint64_t word = slot_word_of(
		&b->slots[geometry_slot(b->first + i, b->num_slots)]);
	uint32_t buffer = (uint32_t)word;
	uint16_t len = (uint16_t)(word >> 32);

	*more = word >> 48 & NETMAP_SLOT_MOREFRAG;
	*out = (struct staged){.len = len, .total = len, .parts = 1};
	out->data = (const uint8_t *)port->area + g->pool_at +
		    (uint64_t)buffer * g->buf_size;
	return buffer < g->buffers && len > 0 && len <= g->buf_size;
}

static void end_frame(struct staging *st, uint8_t *picked, uint32_t first,
		      uint32_t end, uint32_t total)
{
	if (end == first || total > MAX_FRAME)
		return;
	st->slot[first].parts = (uint16_t)(end - first);
	st->slot[first].total = (uint16_t)total;
	st->several |= end - first > 1;
	st->longest = total > st->longest ? total : st->longest;
	picked[st->frames++] = (uint8_t)first;
}

/*
 * Stages slots from the batch's first on, a chunk at most; a frame that does
 * not end in it is shown as far as it goes. Returns how many.
 */
static uint32_t stage(const struct nmd_port *port, const struct batch *b,
		      struct staging *st, uint8_t *picked)
{
	uint32_t max = b->count < CHUNK ? b->count : CHUNK;
	uint32_t i, first = 0, n = 0, total = 0;
	bool more;

	st->frames = st->longest = 0;
	st->several = false;
	for (i = 0; i < max; i++) {
		if (!stage_slot(port, b, i, &st->slot[n], &more)) {
			n = first;
			total = 0;
			continue;
		}
		total += st->slot[n++].len;
		if (more && i + 1 < max)
			continue;
		end_frame(st, picked, first, n, total);
		first = n;
		total = 0;
	}
	st->slots = n;
	return max;
}

/* Offers a batch to one monitor; how many frames that were. */
static uint32_t offer(struct peer *peer, uint32_t area, struct batch b,
		      struct delivery d, uint8_t *picked)
{
	uint32_t offered = 0, taken;

	for (; b.count > 0; b.first += taken, b.count -= taken) {
		taken = stage(d.port, &b, d.staging, picked);
		d.picked = picked;
		d.count = d.staging->frames;
		d.later = b.count - taken;
		if (d.count > 0)
			offered += deliver(peer, area, &d);
	}
	return offered;
}

static void show(struct nmd_port *port, uint32_t ring)
{
	const struct geometry *g = &port->geometry;
	struct released *r = port->released;
	struct next *next = &r->next[ring];
	struct rx_control *control = &port->area->rx[ring];
	const struct netmap_ring *own = geometry_rx_ring(port->area, g, ring);
	uint64_t consumed = load_relaxed(&control->consumed);
	struct batch b = {own->slot, g->rx_slots, consumed,
			  sync_advance(own, consumed, g->rx_slots)};
	struct delivery d = {.port = port,
			     .staging = &r->staging,
			     .tx_ring = ring,
			     .direction = NMD_IN};

	if (next->area == SW_NONE || b.count == 0 ||
	    b.count > load_relaxed(&control->granted) - consumed)
		return;
	d.now_ns = batch_clock_now(&r->clock);
	counter_add(&control->offered,
		    offer(&next->peer, next->area, b, d, r->picked));
}

void released_show(struct nmd_port *port)
{
	refresh(port);
	for (uint32_t i = 0; i < port->rings.rx; i++)
		show(port, port->rings.first_rx + i);
}

void released_reclaim(struct nmd_port *port, struct peer *other, uint32_t ring)
{
	const struct geometry *g = &other->geometry;
	struct rx_control *control = &other->area->rx[ring];
	uint64_t from = control->consumed_seen;
	uint64_t to = load_acquire(&control->consumed);
	struct tx_control *tx = &port->area->tx[ring];
	struct batch b = {geometry_rx_ring(other->area, g, ring)->slot,
			  g->rx_slots, from, (uint32_t)(to - from)};
	uint8_t picked[CHUNK];
	struct peer *peer;
	uint32_t area;
	struct delivery d = {.port = port,
			     .staging = forward_staging(port),
			     .jit = forward_jit(port),
			     .tx_ring = ring,
			     .direction = NMD_OUT};

	peer = forward_released(port, ring, &area);
	if (!peer)
		return;
	control->consumed_seen = to;
	if (to - from == 0 || to - from >= g->rx_slots)
		return;
	d.now_ns = forward_now(port);
	port_count(tx, &tx->offered, offer(peer, area, b, d, picked));
}
