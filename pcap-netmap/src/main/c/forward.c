/* SPDX-License-Identifier: BSD-2-Clause */
#include "forward.h"

#include <stdlib.h>

#include "atomics.h"
#include "batch_clock.h"
#include "deliver.h"
#include "error_log.h"
#include "fanout.h"
#include "hook.h"
#include "run.h"

/*
 * A run of fewer frames is followed by a staged chunk at once: flows that
 * alternate, or a receiver without room, cost one look a chunk.
 */
#define RUN_SHORT 16

struct forwarder {
	struct peers peers;
	struct staging staging;
	struct batch_clock clock;
	uint8_t picked[CHUNK];
	uint8_t chosen[CHUNK]; /* by slot: a member of a group */
	/* What only_receiver said last, of which view of the peers. */
	struct {
		uint64_t view; /* 0: has not said anything */
		uint16_t to;
		int area;
	} only;
};

struct forwarder *forwarder_new(void)
{
	struct forwarder *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	batch_clock_begin(&f->clock);
	f->staging.gathered = malloc(MAX_FRAME);
	if (f->staging.gathered && peers_init(&f->peers))
		return f;
	free(f->staging.gathered);
	free(f);
	return NULL;
}

void forwarder_free(struct forwarder *f)
{
	if (!f)
		return;
	peers_free(&f->peers);
	free(f->staging.bounce);
	free(f->staging.gathered);
	free(f);
}

/*
 * Which good frames go to a port; or all of them. Where that is simply every
 * slot, no list is made.
 */
static void pick(struct forwarder *f, uint32_t port, bool all,
		 struct delivery *d)
{
	const struct staging *st = &f->staging;
	uint32_t n = 0;

	d->picked = NULL;
	d->count = st->slots;
	if (all && st->frames == st->slots)
		return;
	for (uint32_t i = 0; i < st->slots; i++) {
		uint16_t to = st->slot[i].to;
		bool take = all ? to != TO_NOTHING : to == port || to == TO_ALL;

		f->picked[n] = (uint8_t)i;
		n += take;
	}
	d->picked = f->picked;
	d->count = n;
}

/* The areas, other than taps and the port's own, that some frame goes to. */
static struct bitset receivers(const struct forwarder *f)
{
	const struct staging *st = &f->staging;
	struct bitset set = {{0}};

	for (uint32_t i = 0; i < st->slots; i++) {
		uint16_t to = st->slot[i].to;

		if (to == TO_ALL)
			return f->peers.flood;
		if (to < SW_MAX)
			bitset_merge(&set, &f->peers.of_port[to]);
		if (st->uniform && to != TO_NOTHING)
			break;
	}
	return set;
}

static void deliver_to(struct forwarder *f, struct bitset areas, bool all,
		       struct delivery *d)
{
	struct tx_control *tx = &d->port->area->tx[d->tx_ring];
	int i;

	while ((i = bitset_pop(&areas)) >= 0) {
		struct peer *peer = &f->peers.peer[i];

		if (!peers_wants(&f->peers, (uint32_t)i, d->tx_ring,
				 d->direction))
			continue;
		pick(f, peer->port, all || f->staging.uniform, d);
		if (d->count) {
			uint32_t offered = deliver(peer, (uint32_t)i, d);

			HOOK(delivered);
			port_count(tx, &tx->offered, offered);
		}
	}
}

/* To a member the frames that it was chosen for. */
static void deliver_to_member(struct forwarder *f, uint32_t m, uint32_t area,
			      struct delivery *d)
{
	struct tx_control *tx = &d->port->area->tx[d->tx_ring];
	uint32_t n = 0;

	if (!peers_wants(&f->peers, area, d->tx_ring, d->direction))
		return;
	for (uint32_t i = 0; i < f->staging.slots; i++) {
		f->picked[n] = (uint8_t)i;
		n += f->chosen[i] == m;
	}
	d->picked = f->picked;
	d->count = n;
	if (n)
		port_count(tx, &tx->offered,
			   deliver(&f->peers.peer[area], area, d));
}

static void deliver_to_group(struct forwarder *f, struct peer_group *g,
			     bool all, struct delivery *d)
{
	fanout_look(&f->peers, g, d->port, d->now_ns);
	fanout_choose(g, &f->staging, all, f->chosen);
	for (uint32_t m = 0; m < g->count; m++)
		deliver_to_member(f, m, g->member[m], d);
}

/* Groups of taps see all, of the own port what it sends, others their own. */
static void deliver_to_groups(struct forwarder *f, struct delivery *d)
{
	for (uint32_t i = 0; i < f->peers.groups; i++) {
		struct peer_group *g = &f->peers.group[i];
		bool tap = vale_port(d->port->vale, g->port)->name[0] == '*';
		bool own = g->port == d->port->port_index;

		d->direction = own ? NMD_OUT : NMD_IN;
		deliver_to_group(f, g, tap || own, d);
	}
}

/* Whether frames to a port also go to some group. */
static bool groups_want(const struct forwarder *f, uint16_t to,
			const struct nmd_port *port)
{
	for (uint32_t i = 0; i < f->peers.groups; i++) {
		uint32_t of = f->peers.group[i].port;

		if (to == TO_ALL || to == of || of == port->port_index ||
		    vale_port(port->vale, of)->name[0] == '*')
			return true;
	}
	return false;
}

/*
 * An address learned for a port that has closed since leads nowhere; such
 * frames are flooded like those to an unknown address.
 */
static void flood_to_dead_ports(struct forwarder *f)
{
	struct staging *st = &f->staging;
	const struct bitset *live = &f->peers.live_ports;

	if (st->uniform &&
	    (st->to >= SW_MAX || (live->word[st->to / 64] >> st->to % 64 & 1)))
		return;
	for (uint32_t i = 0; i < st->slots; i++) {
		uint16_t to = st->slot[i].to;

		if (to < SW_MAX && !(live->word[to / 64] >> to % 64 & 1))
			st->slot[i].to = TO_ALL;
	}
}

static int find_only_receiver(const struct forwarder *f,
			      const struct nmd_port *port, uint16_t to)
{
	static const struct bitset none;
	struct bitset set = none;
	int area;

	bitset_merge(&set, &f->peers.taps);
	bitset_merge(&set, &f->peers.own_captures);
	if (bitset_pop(&set) >= 0 || groups_want(f, to, port))
		return -1;
	if (to == TO_ALL)
		set = f->peers.flood;
	else if (to < SW_MAX)
		set = f->peers.of_port[to];
	area = bitset_pop(&set);
	return area >= 0 && bitset_pop(&set) < 0 ? area : -1;
}

/* The one area a flow goes to; -1: none, several, or some that see all. */
static int only_receiver(struct forwarder *f, const struct nmd_port *port,
			 uint32_t tx_ring, uint16_t to)
{
	if (f->only.view != f->peers.views || f->only.view == 0 ||
	    f->only.to != to) {
		f->only.area = find_only_receiver(f, port, to);
		f->only.to = to;
		f->only.view = f->peers.views;
	}
	if (f->only.area < 0 ||
	    !run_possible(&f->peers.peer[f->only.area].filter) ||
	    !peers_wants(&f->peers, (uint32_t)f->only.area, tx_ring, NMD_IN))
		return -1;
	return f->only.area;
}

/*
 * Returns how many slots went the straight way, 0 if none can. Those that a
 * receiver may draw are claimed with the delivery.
 */
static uint32_t forward_run(struct nmd_port *port, uint32_t ring,
			    uint64_t first, uint32_t count, bool claim)
{
	struct forwarder *f = port->forwarder;
	struct tx_control *tx = &port->area->tx[ring];
	struct run run;
	struct delivery d = {.port = port,
			     .staging = &f->staging,
			     .run = &run,
			     .sent = claim ? &tx->sent : NULL,
			     .first = first,
			     .jit = f->peers.jit,
			     .tx_ring = ring,
			     .direction = NMD_IN,
			     .now_ns = batch_clock_now(&f->clock)};
	uint32_t offered;
	int area;

	if (!run_begin(&run, port, ring, first, count, d.now_ns))
		return 0;
	area = only_receiver(f, port, ring, run.to);
	if (area < 0 || (claim && &f->peers.peer[area] != port->holding.peer))
		return 0;
	offered = deliver(&f->peers.peer[area], (uint32_t)area, &d);
	HOOK(delivered);
	port_count(tx, &tx->offered, offered);
	port_count(tx, &tx->sent_bytes, run.bytes);
	return run.done;
}

/* Noted once; how many they are the counter says. */
static void count_bad(struct nmd_port *port, struct tx_control *tx,
		      uint32_t slots)
{
	if (load_relaxed(&tx->sent_bad) == 0)
		error_log_note(port->vale, NMD_ERROR_SLOTS, port->port_index,
			       port->index);
	counter_add(&tx->sent_bad, slots);
}

/*
 * To those who see all that follows, too, wherever it goes. Who looks on sees a
 * question before the answer that it brings.
 */
static void deliver_to_all_seeing(struct forwarder *f, struct delivery *d)
{
	deliver_to(f, f->peers.taps, true, d);
	d->direction = NMD_OUT;
	if (f->peers.chained)
		peers_look_at_chain(&f->peers, d->port, d->now_ns);
	deliver_to(f, f->peers.own_captures, true, d);
}

static uint32_t forward_chunk(struct nmd_port *port, uint32_t ring,
			      uint64_t first, uint32_t count)
{
	struct forwarder *f = port->forwarder;
	struct tx_control *tx = &port->area->tx[ring];
	struct delivery d = {.port = port,
			     .staging = &f->staging,
			     .picked = f->picked,
			     .jit = f->peers.jit,
			     .tx_ring = ring,
			     .direction = NMD_IN,
			     .now_ns = batch_clock_now(&f->clock)};
	uint32_t taken = staging_fill(&f->staging, port, ring, first, count,
				      d.now_ns);

	port_count(tx, &tx->sent_bytes, f->staging.bytes);
	if (f->staging.bad)
		count_bad(port, tx, f->staging.bad);
	if (f->staging.frames == 0)
		return taken;
	flood_to_dead_ports(f);
	d.later = count - taken;
	deliver_to_all_seeing(f, &d);
	d.later = f->staging.uniform ? d.later : 0;
	d.sorted = true;
	d.after = first + taken;
	d.direction = NMD_IN;
	deliver_to(f, receivers(f), false, &d);
	deliver_to_groups(f, &d);
	return taken;
}

void forward_slots(struct nmd_port *port, uint32_t ring, uint64_t first,
		   uint32_t count, bool claimed)
{
	struct tx_control *tx = &port->area->tx[ring];
	uint32_t taken;

	peers_refresh(&port->forwarder->peers, port);
	while (count > 0) {
		taken = forward_run(port, ring, first, count, false);
		if (taken < RUN_SHORT && taken < count)
			taken += forward_chunk(port, ring, first + taken,
					       count - taken);
		first += taken;
		count -= taken;
		HOOK(forwarded);
		if (!claimed)
			store_release(&tx->sent, first);
	}
}

uint32_t forward_held(struct nmd_port *port, uint32_t ring, uint64_t first,
		      uint32_t count)
{
	peers_refresh(&port->forwarder->peers, port);
	return forward_run(port, ring, first, count, true);
}

struct peer *forward_only_receiver(const struct nmd_port *port, uint32_t ring)
{
	struct peers *peers = &port->forwarder->peers;
	struct bitset watching = peers->taps, set = peers->flood;
	int only = bitset_pop(&set);

	bitset_merge(&watching, &peers->own_captures);
	if (only < 0 || bitset_pop(&set) >= 0 || bitset_pop(&watching) >= 0 ||
	    peers->groups > 0 ||
	    !peers_wants(peers, (uint32_t)only, ring, NMD_IN))
		return NULL;
	return &peers->peer[only];
}

uint64_t forward_epoch(const struct nmd_port *port)
{
	return port->forwarder->peers.epoch;
}

bool forward_has_monitors(struct nmd_port *port)
{
	struct peers *peers = &port->forwarder->peers;
	struct bitset set;

	peers_refresh(peers, port);
	set = peers->taps;
	bitset_merge(&set, &peers->own_captures);
	return bitset_pop(&set) >= 0;
}

bool forward_has_zero_copy(const struct nmd_port *port)
{
	struct bitset set = port->forwarder->peers.released;

	return bitset_pop(&set) >= 0;
}

struct peer *forward_released(struct nmd_port *port, uint32_t ring,
			      uint64_t now_ns, uint32_t *area)
{
	struct peers *peers = &port->forwarder->peers;
	struct bitset set;
	int i;

	peers_refresh(peers, port);
	if (peers->chained)
		peers_look_at_chain(peers, port, now_ns);
	set = peers->released;
	while ((i = bitset_pop(&set)) >= 0)
		if (peers_wants(peers, (uint32_t)i, ring, NMD_OUT)) {
			*area = (uint32_t)i;
			return &peers->peer[i];
		}
	return NULL;
}

uint64_t forward_now(struct nmd_port *port)
{
	return batch_clock_now(&port->forwarder->clock);
}

struct jit *forward_jit(struct nmd_port *port)
{
	return port->forwarder->peers.jit;
}

struct staging *forward_staging(struct nmd_port *port)
{
	return &port->forwarder->staging;
}

static struct delivery staged_delivery(struct nmd_port *port, uint32_t ring,
				       enum nmd_direction direction,
				       uint64_t now_ns)
{
	struct forwarder *f = port->forwarder;

	return (struct delivery){.port = port,
				 .staging = &f->staging,
				 .jit = f->peers.jit,
				 .tx_ring = ring,
				 .direction = direction,
				 .now_ns = now_ns};
}

void forward_to_monitors(struct nmd_port *port, uint32_t ring, uint64_t now_ns)
{
	struct forwarder *f = port->forwarder;
	struct delivery d = staged_delivery(port, ring, NMD_IN, now_ns);

	deliver_to(f, f->peers.taps, false, &d);
	d.direction = NMD_OUT;
	deliver_to(f, f->peers.own_captures, true, &d);
}

void forward_to_watchers(struct nmd_port *port, uint32_t ring,
			 enum nmd_direction direction, bool zero_copy,
			 uint64_t now_ns)
{
	struct delivery d = staged_delivery(port, ring, direction, now_ns);
	const struct peers *peers = &port->forwarder->peers;

	deliver_to(port->forwarder,
		   zero_copy ? peers->released : peers->own_captures, true, &d);
}
