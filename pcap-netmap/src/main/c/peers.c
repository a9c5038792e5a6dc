/* SPDX-License-Identifier: BSD-2-Clause */
#include "peers.h"

#include <string.h>
#include <sys/mman.h>

#include "atomics.h"
#include "errand.h"
#include "fifo.h"
#include "nic.h"
#include "pairs.h"
#include "pipe.h"
#include "released.h"
#include "rings.h"
#include "seal.h"

#define TRIES 100

bool peer_look(struct peer *peer, const struct nmd_port *port, uint32_t i)
{
	struct vale *v = port->vale;
	uint64_t state = load_acquire(&vale_area_entry(v, i)->state);
	struct geometry checked;

	if (sw_state_of(state) != SW_LIVE)
		return false;
	if (peer->state == state)
		return true;
	if (!seal_geometry(v, i, &checked))
		return false;
	peer->area = vale_area(v, i);
	peer->geometry = checked;
	peer->pair = pair_begin(port->area, i, sw_generation_of(state));
	peer->state = state;
	filter_forget(&peer->filter);
	memset(peer->lock_memory, 0, sizeof(peer->lock_memory));
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++)
		peer->first_lap[r] = (struct first_lap){checked.rx_slots, 0};
	return true;
}

static bool look_at_area(struct peers *peers, const struct nmd_port *port,
			 uint32_t i)
{
	return peer_look(&peers->peer[i], port, i);
}

void peer_note(struct peer *peer, const struct vale *v,
	       const struct sw_opening *opening)
{
	uint32_t of = *(const volatile uint32_t *)&opening->watched_of;
	uint16_t flags = *(const volatile uint16_t *)&opening->flags;

	peer->capture = opening->mode == NMD_CAPTURE;
	peer->monitor = flags & (SW_MONITOR_RX | SW_MONITOR_TX);
	peer->with_port = peer->monitor && (flags & SW_WITH_PORT);
	peer->zero_copy = peer->monitor && (flags & SW_ZERO_COPY);
	peer->opening = (uint32_t)(opening - vale_opening(v, 0));
	peer->opening_generation =
		sw_generation_of(load_relaxed(&opening->state));
	peer->opened_ns = *(const volatile uint64_t *)&opening->opened_ns;
	peer->watched = rings_within(&opening->watched, SW_MAX_RINGS,
				     SW_MAX_RINGS);
	peer->watched_of = of ? of : 1;
	peer->shadowed = 0;
}

/* Which rings of an area that look_at_area has seen an opening has, or sees. */
static void note_rings(struct peers *peers, uint32_t area, const struct vale *v,
		       const struct sw_opening *opening)
{
	struct peer *peer = &peers->peer[area];
	const struct geometry *g = &peer->geometry;

	peers->open_rings[area] |= (uint16_t)rings_rx_bits(
		rings_within(&opening->rings, g->tx_rings, g->rx_rings));
	peer_note(peer, v, opening);
}

/* How long somebody who was killed goes unnoticed. */
#define LOOK_EVERY_NS 100000000u

bool peer_may_ask(uint64_t *looked_ns, uint64_t now_ns)
{
	/* A clock that was set back is a reason to look, too. */
	if (now_ns - *looked_ns < LOOK_EVERY_NS || errands_only())
		return false;
	*looked_ns = now_ns;
	return true;
}

bool peer_is_dead(const struct peer *peer, const struct nmd_port *port)
{
	return fifo_alive(port->vale, peer->opening,
			  peer->opening_generation) == 0;
}

static bool is_among(uint32_t i, uint32_t first, uint32_t count)
{
	return i >= first && i - first < count;
}

bool peers_wants(const struct peers *peers, uint32_t area, uint32_t tx_ring,
		 enum nmd_direction direction)
{
	const struct peer *peer = &peers->peer[area];
	const struct sw_rings *w = &peer->watched;
	uint32_t ring = tx_ring % peer->geometry.rx_rings;

	if (!(peers->open_rings[area] >> ring & 1))
		return false;
	if (!peer->capture)
		return true;
	if (direction == NMD_OUT)
		return is_among(tx_ring, w->first_tx, w->tx) &&
		       !(peer->shadowed >> tx_ring & 1);
	return peer_sees(peer, tx_ring);
}

/* The port that a receiver on `port` sees our frames on. */
static uint32_t seen_on(const struct nmd_port *self, uint32_t port)
{
	bool all = vale_port(self->vale, port)->name[0] == '*';

	return all ? self->port_index : port;
}

/* Of a monitor: whether its port's rings are still those it was opened for. */
static bool is_of_these_rings(const struct nmd_port *self,
			      const struct sw_opening *opening)
{
	uint32_t port = *(const volatile uint16_t *)&opening->port;

	return *(const volatile uint32_t *)&opening->watched_generation ==
	       released_generation(self->vale, port);
}

/*
 * The sender is an end of a pipe: besides the other end, monitors of either
 * end get what it sends.
 */
static void sort_for_pipe(struct peers *peers, const struct nmd_port *self,
			  const struct sw_opening *opening)
{
	uint32_t area = opening->area, port = opening->port;

	if (opening->mode != NMD_CAPTURE || area >= SW_MAX || port >= SW_MAX ||
	    !look_at_area(peers, self, area))
		return;
	note_rings(peers, area, self->vale, opening);
	peers->peer[area].port = port;
	peers->peer[area].filter.ifindex = 1 + port;
	if (peers->peer[area].with_port && !is_of_these_rings(self, opening))
		return;
	if (peers->peer[area].zero_copy) {
		if (port == self->port_index && !self->monitor)
			bitset_add(&peers->released, area);
	} else if (port == self->port_index)
		bitset_add(&peers->own_captures, area);
	else if (pipe_other_end_is(self, vale_port(self->vale, port)->name))
		bitset_add(&peers->taps, area);
}

/*
 * The sender has an interface alone: monitors of it get all it passes on, or,
 * each of them, all that it releases.
 */
static void sort_for_nic(struct peers *peers, const struct nmd_port *self,
			 const struct sw_opening *opening)
{
	/* Read once: a neighbour may change them between two looks. */
	uint32_t area = *(const volatile uint16_t *)&opening->area;
	uint32_t port = *(const volatile uint16_t *)&opening->port;

	if (port != self->port_index ||
	    load_relaxed(&opening->nic_program) != self->nic->network ||
	    area >= SW_MAX || !look_at_area(peers, self, area))
		return;
	note_rings(peers, area, self->vale, opening);
	peers->peer[area].port = port;
	peers->peer[area].filter.ifindex = 1 + port;
	bitset_add(peers->peer[area].zero_copy ? &peers->released
					       : &peers->own_captures,
		   area);
}

static struct peer_group *group_of(struct peers *peers, uint32_t port,
				   uint32_t word)
{
	struct peer_group *g = peers->group;

	while (g < peers->group + peers->groups &&
	       (g->port != port || g->word != word))
		g++;
	if (g == peers->group + peers->groups) {
		peers->groups++;
		g->port = port;
		g->word = word;
		g->looked_ns = 0;
		g->count = 0;
	}
	return g;
}

/* What its own port sends, a group sees as a capture does. */
static void sort_member(struct peers *peers, const struct nmd_port *self,
			const struct sw_opening *opening, uint32_t word)
{
	uint32_t area = *(const volatile uint16_t *)&opening->area;
	uint32_t port = *(const volatile uint16_t *)&opening->port;
	struct peer_group *g;

	if (area >= SW_MAX || port >= SW_MAX ||
	    (port == self->port_index &&
	     (opening->mode != NMD_CAPTURE || word == self->group)))
		return;
	g = group_of(peers, port, word);
	g->member[g->count++] = (uint8_t)area;
}

/* Sorts one live opening's area into the sets. */
static void sort_opening(struct peers *peers, const struct nmd_port *self,
			 const struct sw_opening *opening)
{
	uint32_t word = *(const volatile uint32_t *)&opening->group;
	/* Read once: a neighbour may change them between two looks. */
	uint32_t area = *(const volatile uint16_t *)&opening->area;
	uint32_t port = *(const volatile uint16_t *)&opening->port;

	if (area >= SW_MAX || port >= SW_MAX ||
	    !look_at_area(peers, self, area))
		return;
	note_rings(peers, area, self->vale, opening);
	peers->peer[area].port = port;
	peers->peer[area].filter.ifindex = 1 + seen_on(self, port);
	bitset_add(&peers->live_ports, port);
	if (area == self->area_index)
		return;
	if (peers->peer[area].with_port && !is_of_these_rings(self, opening))
		return;
	if (word)
		sort_member(peers, self, opening, word);
	else if (peers->peer[area].zero_copy) {
		if (port == self->port_index && !self->monitor)
			bitset_add(&peers->own_captures, area);
	} else if (vale_port(self->vale, port)->name[0] == '*')
		bitset_add(&peers->taps, area);
	else if (port == self->port_index) {
		if (opening->mode == NMD_CAPTURE)
			bitset_add(&peers->own_captures, area);
	} else {
		bitset_add(&peers->of_port[port], area);
		bitset_add(&peers->flood, area);
	}
}

static void clear_sets(struct peers *peers)
{
	static const struct bitset none;

	memset(peers->of_port, 0, sizeof(peers->of_port));
	memset(peers->open_rings, 0, sizeof(peers->open_rings));
	peers->flood = peers->taps = none;
	peers->own_captures = peers->live_ports = peers->released = none;
	peers->groups = 0;
}

static uint16_t tx_bits(const struct sw_rings *rings)
{
	return (uint16_t)(((1u << rings->tx) - 1) << rings->first_tx);
}

static struct bitset *chain_of(struct peers *peers, const struct nmd_port *port)
{
	return port->pipe ? &peers->released : &peers->own_captures;
}

/* Of the zero-copy monitors that see a TX ring, the first alone is sent to. */
static void chain(struct peers *peers, const struct nmd_port *port)
{
	struct bitset all = *chain_of(peers, port), set = all, rest;
	int a, b;

	peers->chained = false;
	while ((a = bitset_pop(&set)) >= 0) {
		struct peer *peer = &peers->peer[a];

		peer->shadowed = 0;
		for (rest = all; (b = bitset_pop(&rest)) >= 0;) {
			const struct peer *other = &peers->peer[b];

			if (peer->zero_copy && other->zero_copy &&
			    peer_is_before(other, peer))
				peer->shadowed |= tx_bits(&other->watched);
		}
		peers->chained |= peer->shadowed != 0;
	}
}

void peers_look_at_chain(struct peers *peers, const struct nmd_port *port,
			 uint64_t now_ns)
{
	struct bitset *chained = chain_of(peers, port), set = *chained;
	int i;

	if (!peer_may_ask(&peers->chain_looked_ns, now_ns))
		return;
	while ((i = bitset_pop(&set)) >= 0)
		if (peers->peer[i].zero_copy &&
		    peer_is_dead(&peers->peer[i], port))
			bitset_remove(chained, (uint32_t)i);
	chain(peers, port);
}

static void look_at_openings(struct peers *peers, const struct nmd_port *port)
{
	clear_sets(peers);
	peers->views++;
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(port->vale, i);

		if (!seal_holds(port->vale, i))
			continue;
		if (port->pipe && opening->kind == SW_PIPE)
			sort_for_pipe(peers, port, opening);
		else if (port->nic && opening->kind == SW_NIC_MONITOR)
			sort_for_nic(peers, port, opening);
		else if (!port->pipe && opening->kind == SW_VALE)
			sort_opening(peers, port, opening);
	}
	chain(peers, port);
	peers->chain_looked_ns = 0;
}

/* Apart, so that who finds nothing new pays for nothing. */
static __attribute__((noinline)) void
look_anew(struct peers *peers, const struct nmd_port *port, uint64_t before)
{
	/*
	 * A view that was torn by a change is seen through by the second
	 * look; one that is torn all the same is harmless, since each ring
	 * is checked again under its lock.
	 */
	for (int i = 0; i < TRIES && peers->epoch != before; i++) {
		look_at_openings(peers, port);
		peers->epoch = before;
		before = load_acquire(&vale_header(port->vale)->epoch);
	}
}

void peers_refresh(struct peers *peers, const struct nmd_port *port)
{
	uint64_t now = load_acquire(&vale_header(port->vale)->epoch);

	if (peers->epoch != now)
		look_anew(peers, port, now);
}

/* Address space: memory is taken for the programs that there are. */
#define PROGRAMS_SIZE \
	((size_t)SW_MAX * AREA_MAX_FILTER * sizeof(struct nmd_insn))

bool peers_init(struct peers *peers)
{
	void *programs = mmap(NULL, PROGRAMS_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			      0);

	if (programs == MAP_FAILED)
		return false;
	peers->programs = programs;
	for (uint32_t i = 0; i < SW_MAX; i++)
		peers->peer[i].filter.prog = peers->programs +
					     (size_t)i * AREA_MAX_FILTER;
	peers->jit = jit_new();
	return true;
}

void peers_free(struct peers *peers)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		filter_free(&peers->peer[i].filter, peers->jit);
	jit_free(peers->jit);
	munmap(peers->programs, PROGRAMS_SIZE);
}
