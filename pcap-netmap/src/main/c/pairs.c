/* SPDX-License-Identifier: BSD-2-Clause */
#include "pairs.h"

#include <string.h>

#include "atomics.h"
#include "backing.h"
#include "hook.h"
#include "switches.h"

/* No receiver's generation: the row is being zeroed. */
#define BEGINNING UINT64_MAX
#define TRIES 1000

/*
 * Claims a row that is another receiver's yet; false: a sender and a reader
 * that releases frames have met, or openings that share the rings, and the
 * other has begun it. Who was killed at it is not waited for.
 */
static bool claim(struct sw_pair *row, uint64_t generation)
{
	uint64_t is = load_acquire(&row->generation);
	int waited = 0;

	while (is != generation)
		if (is == BEGINNING && waited++ < TRIES) {
			cpu_relax();
			is = load_acquire(&row->generation);
		} else if (atomic_compare_exchange_strong(&row->generation, &is,
							  BEGINNING)) {
			return true;
		}
	return false;
}

struct sw_pair *pair_begin(struct area *from, uint32_t to, uint64_t generation)
{
	struct sw_pair *row = &from->to[to];

	if (!claim(row, generation))
		return row;
	/* Whoever reads one of the zeroes below finds the generation moved. */
	atomic_thread_fence(memory_order_release);
	store_relaxed(&row->offered, 0);
	store_relaxed(&row->accepted, 0);
	store_relaxed(&row->bytes, 0);
	store_relaxed(&row->dropped, 0);
	store_relaxed(&row->filtered, 0);
	store_relaxed(&row->wakeups, 0);
	store_relaxed(&row->takeovers, 0);
	store_release(&row->generation, generation);
	return row;
}

/* The generation of a live area; 0: there is none. */
static uint64_t live_generation(const struct vale *v, uint32_t area)
{
	uint64_t state = load_acquire(&vale_area_entry(v, area)->state);

	return sw_state_of(state) == SW_LIVE ? sw_generation_of(state) : 0;
}

static void add(struct sw_pair *sum, const struct sw_pair *more)
{
	counter_add(&sum->offered, load_relaxed(&more->offered));
	counter_add(&sum->accepted, load_relaxed(&more->accepted));
	counter_add(&sum->bytes, load_relaxed(&more->bytes));
	counter_add(&sum->dropped, load_relaxed(&more->dropped));
	counter_add(&sum->filtered, load_relaxed(&more->filtered));
	counter_add(&sum->wakeups, load_relaxed(&more->wakeups));
	counter_add(&sum->takeovers, load_relaxed(&more->takeovers));
}

/*
 * The row that the word says was added last must not be added again once the
 * word names another: its area may still be closing, if whoever began was
 * killed.
 */
static void strike_last(struct vale *v, uint64_t word, uint32_t to)
{
	uint32_t i = word >> 1 & 0xff;
	uint64_t state;

	if (i >= SW_MAX)
		return;
	state = load_acquire(&vale_area_entry(v, i)->state);
	if (state == sw_state_make(word >> 9, SW_CLOSING))
		store_relaxed(&vale_area(v, i)->to[to].generation, 0);
}

static void retire_row(struct vale *v, uint32_t i, uint64_t generation,
		       uint32_t to)
{
	struct sw_pair *row = &vale_area(v, i)->to[to];
	struct area *receiver = vale_area(v, to);
	uint64_t word = load_acquire(&receiver->from_closed_word);
	uint64_t mark = (generation << 8 | i) << 1;
	struct sw_pair *sum = &receiver->from_closed[~word & 1];

	if ((word & ~1ull) != mark) {
		strike_last(v, word, to);
		memcpy(sum, &receiver->from_closed[word & 1], sizeof(*sum));
		add(sum, row);
		store_release(&receiver->from_closed_word, mark | (~word & 1));
		HOOK(pair_retired);
	}
	store_relaxed(&row->generation, 0);
}

void pairs_retire(struct vale *v, uint32_t i, uint64_t generation)
{
	const struct area *area = vale_area(v, i);

	for (uint32_t to = 0; to < SW_MAX; to++) {
		uint64_t receiver = load_relaxed(&area->to[to].generation);

		if (receiver != 0 && receiver == live_generation(v, to))
			retire_row(v, i, generation, to);
	}
}

/* Where the pairs of a switch go, and who uses its areas. */
struct pair_list {
	struct nmd_pair *out;
	uint32_t max, count;
	uint32_t opening_of[SW_MAX]; /* the first; NMD_CLOSED: none */
};

static void find_openings(const struct vale *v, struct pair_list *l)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		l->opening_of[i] = NMD_CLOSED;
	for (uint32_t i = SW_MAX; i-- > 0;) {
		const struct sw_opening *opening = vale_opening(v, i);
		/* Read once: others may change it between two looks. */
		uint32_t area = *(const volatile uint16_t *)&opening->area;

		if (sw_state_of(load_acquire(&opening->state)) == SW_LIVE &&
		    area < SW_MAX && live_generation(v, area) &&
		    backing_of_control(v, area))
			l->opening_of[area] = i;
	}
}

static void name_opening(const struct vale *v, uint32_t i, char port_name[32],
			 uint64_t *generation)
{
	const struct sw_opening *opening = vale_opening(v, i);
	uint32_t port = *(const volatile uint16_t *)&opening->port;

	*generation = sw_generation_of(load_relaxed(&opening->state));
	if (port < SW_MAX)
		memcpy(port_name, vale_port(v, port)->name, 31);
}

static void read_counts(const struct sw_pair *row, struct nmd_pair *out)
{
	out->offered = load_relaxed(&row->offered);
	out->accepted = load_relaxed(&row->accepted);
	out->bytes = load_relaxed(&row->bytes);
	out->dropped = load_relaxed(&row->dropped);
	out->filtered = load_relaxed(&row->filtered);
	out->wakeups = load_relaxed(&row->wakeups);
	out->takeovers = load_relaxed(&row->takeovers);
}

static void emit(const struct vale *v, struct pair_list *l, uint32_t sender,
		 uint32_t receiver, struct nmd_pair *pair)
{
	if (pair->offered == 0)
		return;
	if (l->count < l->max) {
		memcpy(pair->switch_name, v->name, sizeof(v->name));
		pair->sender = sender;
		pair->receiver = receiver;
		if (sender != NMD_CLOSED)
			name_opening(v, sender, pair->sender_port,
				     &pair->sender_generation);
		name_opening(v, receiver, pair->receiver_port,
			     &pair->receiver_generation);
		l->out[l->count] = *pair;
	}
	l->count++;
}

static void emit_row(const struct vale *v, struct pair_list *l, uint32_t from,
		     uint32_t to)
{
	const struct sw_pair *row = &vale_area(v, from)->to[to];
	uint64_t generation = load_acquire(&row->generation);
	struct nmd_pair pair = {0};

	if (generation == 0 || generation != live_generation(v, to))
		return;
	read_counts(row, &pair);
	atomic_thread_fence(memory_order_acquire); /* see pair_begin */
	if (load_relaxed(&row->generation) == generation)
		emit(v, l, l->opening_of[from], l->opening_of[to], &pair);
}

static void emit_closed(const struct vale *v, struct pair_list *l, uint32_t to)
{
	const struct area *area = vale_area(v, to);
	struct nmd_pair pair = {0};
	uint64_t word, before = load_acquire(&area->from_closed_word);

	/* Overwritten while we read only if the word moved on twice. */
	for (int tries = 0; tries < 100; tries++) {
		read_counts(&area->from_closed[before & 1], &pair);
		atomic_thread_fence(memory_order_acquire);
		word = load_relaxed(&area->from_closed_word);
		if (word == before)
			break;
		before = word;
	}
	emit(v, l, NMD_CLOSED, l->opening_of[to], &pair);
}

static void list_pairs(const struct vale *v, void *list)
{
	struct pair_list *l = list;

	find_openings(v, l);
	for (uint32_t from = 0; from < SW_MAX; from++)
		for (uint32_t to = 0; to < SW_MAX; to++)
			if (l->opening_of[from] != NMD_CLOSED &&
			    l->opening_of[to] != NMD_CLOSED)
				emit_row(v, l, from, to);
	for (uint32_t to = 0; to < SW_MAX; to++)
		if (l->opening_of[to] != NMD_CLOSED)
			emit_closed(v, l, to);
}

NMD_API int nmd_pairs(struct nmd_pair *out, uint32_t max, struct nmd_error *err)
{
	struct pair_list l = {.out = out, .max = max};
	struct visitor visitor = {.look = list_pairs, .to = &l};
	int r = switches_visit(&visitor, err);

	return r < 0 && l.count == 0 ? r : (int)l.count;
}
