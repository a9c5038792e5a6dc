/* SPDX-License-Identifier: BSD-2-Clause */
#include "peers.h"

#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "bpf.h"
#include "pairs.h"

#define NO_SEQ UINT64_MAX
#define TRIES 100

static bool look_at_area(struct peers *peers, const struct nmd_port *port,
			 uint32_t i)
{
	struct peer *peer = &peers->peer[i];
	struct vale *v = port->vale;
	uint64_t state = load_acquire(&vale_area_entry(v, i)->state);
	struct geometry checked;

	if (sw_state_of(state) != SW_LIVE)
		return false;
	if (peer->state == state)
		return true;
	if (!geometry_read(vale_area(v, i), v->area_size, &checked))
		return false;
	peer->area = vale_area(v, i);
	peer->geometry = checked;
	peer->pair = pair_begin(port->area, i, sw_generation_of(state));
	peer->state = state;
	peer->filter.seq = NO_SEQ;
	memset(peer->lock_memory, 0, sizeof(peer->lock_memory));
	return true;
}

/* Sorts one live opening's area into the sets. */
static void sort_opening(struct peers *peers, const struct nmd_port *self,
			 const struct sw_opening *opening)
{
	uint32_t area = opening->area, port = opening->port;

	if (area >= SW_MAX || port >= SW_MAX ||
	    !look_at_area(peers, self, area))
		return;
	peers->peer[area].port = port;
	bitset_add(&peers->live_ports, port);
	if (area == self->area_index)
		return;
	if (vale_port(self->vale, port)->name[0] == '*')
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
	peers->flood = peers->taps = none;
	peers->own_captures = peers->live_ports = none;
}

static void look_at_openings(struct peers *peers, const struct nmd_port *port)
{
	clear_sets(peers);
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(port->vale, i);

		if (sw_state_of(load_acquire(&opening->state)) == SW_LIVE)
			sort_opening(peers, port, opening);
	}
}

void peers_refresh(struct peers *peers, const struct nmd_port *port)
{
	_Atomic uint64_t *epoch = &vale_header(port->vale)->epoch;
	uint64_t before = load_acquire(epoch);

	/*
	 * A view that was torn by a change is seen through by the second
	 * look; one that is torn all the same is harmless, since each ring
	 * is checked again under its lock.
	 */
	for (int i = 0; i < TRIES && peers->epoch != before; i++) {
		look_at_openings(peers, port);
		peers->epoch = before;
		before = load_acquire(epoch);
	}
}

void peers_free(struct peers *peers)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		free(peers->peer[i].filter.prog);
}

/* Copies the program; false when it changed meanwhile. */
static bool copy_program(struct filter_copy *copy, const struct area *area,
			 uint64_t seq)
{
	const uint8_t *prog = (const uint8_t *)area + AREA_FILTER_AT;
	uint32_t length = load_relaxed(&area->filter_length);
	uint32_t snaplen = load_relaxed(&area->snaplen);

	copy->length = length > AREA_MAX_FILTER ? AREA_MAX_FILTER : length;
	copy->snaplen = snaplen ? snaplen : UINT32_MAX;
	copy->direction = load_relaxed(&area->direction);
	if (copy->length && !copy->prog)
		copy->prog = malloc(AREA_MAX_FILTER * sizeof(*copy->prog));
	if (copy->length && !copy->prog)
		return false;
	if (copy->length)
		memcpy(copy->prog, prog, copy->length * sizeof(*copy->prog));
	atomic_thread_fence(memory_order_acquire);
	return load_relaxed(&area->filter_seq) == seq;
}

/*
 * A program that only says how much to keep, as libpcap compiles the empty
 * expression, is a snap length: nothing needs to be run.
 */
static void simplify(struct filter_copy *copy)
{
	uint32_t kept = bpf_always_keeps(copy->prog, copy->length);

	if (kept == 0)
		return;
	if (kept < copy->snaplen)
		copy->snaplen = kept;
	copy->length = 0;
}

bool filter_refresh(struct filter_copy *copy, const struct area *area)
{
	uint64_t seq = load_acquire(&area->filter_seq);

	for (int i = 0; i < TRIES && seq != copy->seq; i++) {
		if (seq % 2 == 0 && copy_program(copy, area, seq)) {
			simplify(copy);
			copy->seq = seq;
			copy->broken = copy->length &&
				       !bpf_valid(copy->prog, copy->length);
			return true;
		}
		cpu_relax();
		seq = load_acquire(&area->filter_seq);
	}
	return seq == copy->seq;
}
