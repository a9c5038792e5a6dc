/* SPDX-License-Identifier: BSD-2-Clause */
#include "seal.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "atomics.h"
#include "directory.h"
#include "fifo.h"

static uint64_t mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * 0x9e3779b97f4a7c15ull;
	return sum ^ sum >> 29;
}

static uint64_t rings_word(const volatile struct sw_rings *rings)
{
	return (uint64_t)rings->first_tx << 24 | (uint64_t)rings->tx << 16 |
	       (uint64_t)rings->first_rx << 8 | rings->rx;
}

/* 0: the area is none, or does not live. Adds the areas to a set, or NULL. */
static uint64_t seal_of(const struct vale *v, uint32_t i, uint64_t generation,
			struct bitset *areas)
{
	/* Read once: a neighbour may change it between two looks. */
	const volatile struct sw_opening *opening = vale_opening(v, i);
	uint32_t area = opening->area, port = opening->port;
	uint32_t other = opening->other_area;
	uint64_t state, sum;

	if (area >= SW_MAX || port >= SW_MAX)
		return 0;
	state = load_acquire(&vale_area_entry(v, area)->state);
	if (sw_state_of(state) != SW_LIVE)
		return 0;
	sum = mix(v->shm_ino, (uint64_t)i << 32 | opening->kind);
	sum = mix(sum, generation);
	sum = mix(sum, opening->fifo_inode);
	sum = mix(sum, (uint64_t)area << 48 | (uint64_t)port << 32 |
			       (uint64_t)opening->mode << 16 | other);
	sum = mix(sum, rings_word(&opening->rings));
	sum = mix(sum, opening->group);
	sum = mix(sum,
		  rings_word(&opening->watched) << 32 | opening->watched_of);
	sum = mix(sum, state);
	if (areas) {
		bitset_add(areas, area);
		if (other < SW_MAX)
			bitset_add(areas, other);
	}
	return sum ? sum : 1;
}

static uint64_t area_seal_of(const struct vale *v, uint32_t i, uint64_t state,
			     const struct geometry *g)
{
	uint64_t sum = mix(v->shm_ino, (uint64_t)i << 32 | g->buf_size);

	sum = mix(sum, state + g->headroom);
	sum = mix(sum, (uint64_t)g->tx_slots << 32 | g->rx_slots);
	sum = mix(sum, g->extra);
	sum = mix(sum, (uint64_t)g->tx_rings << 32 |
			       (uint64_t)g->rx_rings << 16 |
			       (uint64_t)g->pipe_end << 8 | g->arrivals);
	return sum ? sum : 1;
}

void seal_area(const struct vale *v, uint32_t i, uint64_t generation,
	       const struct geometry *g)
{
	struct sw_area_entry *entry = vale_area_entry(v, i);

	geometry_write(g, entry);
	entry->seal = area_seal_of(v, i, sw_state_make(generation, SW_LIVE), g);
}

bool seal_geometry(const struct vale *v, uint32_t i, struct geometry *out)
{
	const struct sw_area_entry *entry = vale_area_entry(v, i);
	uint64_t state = load_acquire(&entry->state);
	uint64_t seal = *(const volatile uint64_t *)&entry->seal;

	return sw_state_of(state) == SW_LIVE &&
	       geometry_read(entry, v->area_size, out) &&
	       area_seal_of(v, i, state, out) == seal;
}

void seal_opening(const struct vale *v, uint32_t i, uint64_t generation)
{
	vale_opening(v, i)->seal = seal_of(v, i, generation, NULL);
}

/* As seal_holds; the areas are those that the seal was found whole for. */
static bool holds(const struct vale *v, uint32_t i, struct bitset *areas)
{
	const volatile struct sw_opening *opening = vale_opening(v, i);
	uint64_t state = load_acquire(&vale_opening(v, i)->state);
	uint64_t seal;

	if (sw_state_of(state) != SW_LIVE)
		return false;
	seal = seal_of(v, i, sw_generation_of(state), areas);
	return seal != 0 && seal == opening->seal;
}

bool seal_holds(const struct vale *v, uint32_t i)
{
	return holds(v, i, NULL);
}

struct search {
	const struct vale *v;
	struct bitset *areas;
};

/*
 * Of a FIFO in the directory, whether its opening lives and is not known; if
 * it is known, adds its areas.
 */
static bool is_lost(void *search, const char *name)
{
	const struct search *s = search;
	uint64_t generation;
	uint32_t i;
	uint64_t state;

	if (sscanf(name, "p%" SCNu32 ".%" SCNu64, &i, &generation) != 2 ||
	    i >= SW_MAX)
		return false;
	state = load_acquire(&vale_opening(s->v, i)->state);
	/* Not finished by its opener: a child may have the descriptor. */
	if (state == sw_state_make(generation, SW_CLOSING))
		return false;
	if (fifo_alive(s->v, i, generation) != 1)
		return false;
	return state != sw_state_make(generation, SW_LIVE) ||
	       !holds(s->v, i, s->areas);
}

bool seal_is_broken(const struct vale *v, struct bitset *areas)
{
	struct search s = {v, areas};

	return directory_any(v->dir_fd, 'p', is_lost, &s) == 1;
}
