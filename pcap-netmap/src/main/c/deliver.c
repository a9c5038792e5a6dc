/* SPDX-License-Identifier: BSD-2-Clause */
#include "deliver.h"

#include "atomics.h"
#include "bell.h"
#include "error_log.h"
#include "hook.h"
#include "put.h"
#include "run.h"
#include "tables.h"
#include "wake.h"

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/* A reader that releases frames may count at the same time. */
static void add(const struct peer *peer, _Atomic uint64_t *count, uint64_t n)
{
	if (peer->zero_copy)
		counter_add_shared(count, n);
	else
		counter_add(count, n);
}

static __attribute__((noinline)) void count_shared(struct sw_pair *pair,
						   const struct target *t)
{
	counter_add_shared(&pair->accepted, t->accepted);
	counter_add_shared(&pair->bytes, t->bytes);
	counter_add_shared(&pair->dropped, t->dropped);
	counter_add_shared(&pair->filtered, t->filtered);
}

static void count(struct sw_pair *pair, const struct target *t)
{
	counter_add(&pair->accepted, t->accepted);
	counter_add(&pair->bytes, t->bytes);
	if (t->dropped)
		counter_add(&pair->dropped, t->dropped);
	if (t->filtered)
		counter_add(&pair->filtered, t->filtered);
}

/* False: the receiver has drawn some of the run meanwhile. */
static bool claim_run(const struct delivery *d)
{
	uint64_t first = d->first;

	return !d->sent || atomic_compare_exchange_strong(d->sent, &first,
							  first + d->run->done);
}

static void put_run(struct target *t, const struct filter_copy *filter,
		    const struct delivery *d)
{
	if (!run_possible(filter))
		return;
	if (filter->length)
		run_put_filtered(t, d->run, filter, d->now_ns);
	else
		run_put(t, d->run, filter, d->now_ns);
	if (claim_run(d))
		return;
	t->published = load_relaxed(&t->control->published);
	t->accepted = t->filtered = 0;
	t->bytes = 0;
	d->run->done = 0;
	d->run->bytes = 0;
}

bool deliver_know_filter(struct peer *peer, const struct delivery *d)
{
	uint64_t before = peer->filter.seq;
	bool known = filter_refresh(&peer->filter, peer->area, d->jit);

	if (peer->filter.seq != before && peer->filter.broken)
		error_log_note(d->port->vale, NMD_ERROR_FILTER, peer->port,
			       d->port->index);
	if (!known && !peer->unreadable)
		error_log_note(d->port->vale, NMD_ERROR_SETTINGS, peer->port,
			       d->port->index);
	peer->unreadable = !known;
	return known;
}

/* With the ring lock held. Returns how many frames were accepted. */
static uint32_t deliver_locked(struct peer *peer, uint32_t area_index,
			       uint32_t ring, const struct delivery *d)
{
	uint32_t wanted = d->run ? d->run->max : d->staging->slots;
	struct target t = target_of(peer, ring, wanted);
	bool known = deliver_know_filter(peer, d);
	enum bell bell = BELL_QUIET;

	HOOK(ring_locked);

	if (peer->first_lap[ring].left > 0)
		target_meet(&t, &peer->first_lap[ring], wanted);
	if (known && d->run)
		put_run(&t, &peer->filter, d);
	else if (known)
		put_staged(&t, peer, d);
	else if (!d->run)
		t.dropped = d->count; /* its owner stopped while writing it */
	if (t.accepted)
		bell = bell_before(d->port, peer, area_index, ring);
	target_publish(&t, d->now_ns);
	if (peer->zero_copy)
		count_shared(peer->pair, &t);
	else
		count(peer->pair, &t);
	HOOK(published);
	bell_after(peer, ring, bell);
	full_fence(); /* publish before looking; sleepers do the opposite */
	if (t.accepted)
		bell_late(d->port, peer, area_index, ring, bell);
	return t.accepted;
}

void deliver_wake_sleepers(struct peer *peer, uint32_t ring)
{
	/* Counted first: the woken may look at once. */
	if (wake_needed(&peer->area->awake)) {
		counter_add_shared(&peer->area->rx[ring].wakeups, 1);
		add(peer, &peer->pair->wakeups, 1);
	}
	wake_keep(&peer->area->awake);
}

bool deliver_still_there(const struct peer *peer, const struct vale *v,
			 uint32_t area_index)
{
	return load_acquire(&vale_area_entry(v, area_index)->state) ==
	       peer->state;
}

void deliver_mend(struct nmd_port *port, struct peer *peer, uint32_t ring,
		  uint32_t tx_ring)
{
	counter_add_shared(&port->area->tx[tx_ring].takeovers, 1);
	add(peer, &peer->pair->takeovers, 1);
	error_log_note(port->vale, NMD_ERROR_TAKEOVER, peer->port, port->index);
	bell_mend(&peer->area->rx[ring]);
}

/*
 * Without the ring lock, which somebody has who does not go on; noted when he
 * is met for the first time.
 */
static void drop(struct peer *peer, uint32_t ring, uint32_t frames,
		 const struct delivery *d)
{
	if (peer->lock_memory[ring].times == 1)
		error_log_note(d->port->vale, NMD_ERROR_STUCK, peer->port,
			       d->port->index);
	counter_add_shared(&peer->area->rx[ring].dropped, frames);
	add(peer, &peer->pair->dropped, frames);
}

uint32_t deliver_none(struct peer *peer, uint32_t area_index, uint32_t frames,
		      const struct delivery *d)
{
	uint32_t rings = peer->geometry.rx_rings, ring;

	if (rings == 0 || !deliver_still_there(peer, d->port->vale, area_index))
		return 0;
	ring = d->tx_ring % rings;
	counter_add_shared(&peer->area->rx[ring].dropped, frames);
	add(peer, &peer->pair->dropped, frames);
	add(peer, &peer->pair->offered, frames);
	return frames;
}

uint32_t deliver(struct peer *peer, uint32_t area_index,
		 const struct delivery *d)
{
	struct vale *v = d->port->vale;
	uint32_t rings = peer->geometry.rx_rings;
	uint32_t ring = rings <= 1 ? 0 : d->tx_ring % rings;
	struct rx_control *control;
	uint64_t me = port_identity(d->port);
	uint32_t offered = d->run ? 0 : d->count, accepted = 0;
	enum lock_result lock;

	if (rings == 0)
		return 0; /* nothing is known of it */
	control = &peer->area->rx[ring];
	wake_promise(&peer->area->awake);
	lock = lock_take(&control->lock, me, &peer->lock_memory[ring],
			 holder_alive, v);
	if (!deliver_still_there(peer, v, area_index))
		offered = 0;
	else if (lock == LOCK_STUCK)
		drop(peer, ring, offered, d);
	else {
		if (lock == LOCK_TAKEN_OVER)
			deliver_mend(d->port, peer, ring, d->tx_ring);
		accepted = deliver_locked(peer, area_index, ring, d);
	}
	if (lock != LOCK_STUCK)
		lock_release(&control->lock, me);
	HOOK(ring_released);
	if (accepted)
		deliver_wake_sleepers(peer, ring);
	else
		wake_forget();
	if (d->run)
		offered = d->run->done;
	if (peer->zero_copy)
		counter_add_shared(&peer->pair->offered, offered);
	else
		port_count(&d->port->area->tx[d->tx_ring], &peer->pair->offered,
			   offered);
	return offered;
}
