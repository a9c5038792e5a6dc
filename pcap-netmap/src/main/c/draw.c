/* SPDX-License-Identifier: BSD-2-Clause */
#include "draw.h"

#include <stdlib.h>

#include "batch_clock.h"
#include "bell.h"
#include "error_log.h"
#include "run.h"
#include "seal.h"
#include "sync.h"
#include "tables.h"

struct draw {
	/* The sender looked at last, as far as a run looks at one. */
	struct nmd_port sender;
	uint64_t state; /* its area's; 0: none */
	struct sw_pair *pair;
	/* What it would know about this opening. */
	struct peer self;
	struct lock_memory memory;
	struct batch_clock clock;
};

/* What an attempt came to. */
enum drawn {
	DRAWN,   /* something was published */
	EMPTY,   /* nothing is there */
	LATER,   /* no room, or the ring's lock is stuck: the bit stays */
	NOT_OURS /* its sender is about to sync it, or never will */
};

struct draw *draw_new(void)
{
	struct draw *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	batch_clock_begin(&d->clock);
	/* All memory is taken at the open; most programs never touch it. */
	d->self.filter.prog =
		malloc(AREA_MAX_FILTER * sizeof(*d->self.filter.prog));
	if (d->self.filter.prog)
		return d;
	free(d);
	return NULL;
}

void draw_free(struct draw *draw)
{
	if (draw)
		free(draw->self.filter.prog);
	free(draw);
}

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

static void know_self(struct nmd_port *port)
{
	struct peer *self = &port->draw->self;

	self->area = port->area;
	self->geometry = port->geometry;
	self->port = port->port_index;
	self->filter.ifindex = 1 + port->port_index;
}

/* What an area's sender looks like; false: there is none. */
static bool know_sender(struct nmd_port *port, uint32_t from)
{
	struct draw *d = port->draw;
	struct vale *v = port->vale;
	uint64_t state = load_acquire(&vale_area_entry(v, from)->state);
	struct nmd_port *sender = &d->sender;

	if (sw_state_of(state) != SW_LIVE || from == port->area_index)
		return false;
	if (d->state == state && sender->area_index == from)
		return true;
	d->state = 0;
	if (!seal_geometry(v, from, &sender->geometry) ||
	    sender->geometry.tx_rings != 1 ||
	    sender->geometry.pipe_end != SW_NO_PIPE)
		return false;
	sender->vale = v;
	sender->area = vale_area(v, from);
	sender->area_index = from;
	sender->port_index = *(const volatile uint16_t *)&sender->area->port;
	if (sender->port_index >= SW_MAX)
		return false;
	know_self(port);
	d->pair = &sender->area->to[port->area_index];
	d->state = state;
	return true;
}

/* What goes with what was copied: counted when it is ours. */
struct haul {
	uint32_t slots, offered;
	uint64_t bytes;
};

/*
 * Copies what is there; returns false at a slot that is not for us: one of
 * several, say, which its sender has not synced yet.
 */
static bool copy_frames(struct draw *d, struct target *t, struct haul *haul,
			uint64_t first, uint32_t count, uint64_t now_ns)
{
	struct run run;

	while (haul->slots < count && t->room > 0) {
		if (!run_begin(&run, &d->sender, 0, first + haul->slots,
			       count - haul->slots, now_ns))
			return false;
		if (run.to == TO_NOBODY) { /* its own address */
			haul->slots++;
			haul->bytes += HALF_LEN(
				slot_word_of(&run.slots[run.at]) >> 32);
			continue;
		}
		run_put(t, &run, &d->self.filter, now_ns);
		t->room -= run.done;
		haul->slots += run.done;
		haul->offered += run.done;
		haul->bytes += run.bytes;
		if (run.done == 0)
			return false;
	}
	return true;
}

/* The sender may count at the same time. */
static void count_haul(const struct draw *d, const struct haul *haul,
		       const struct target *t)
{
	struct tx_control *tx = &d->sender.area->tx[0];

	counter_add_shared(&tx->sent_bytes, haul->bytes);
	counter_add_shared(&tx->offered, haul->offered);
	counter_add_shared(&d->pair->accepted, haul->offered);
	counter_add_shared(&d->pair->bytes, t->bytes);
	counter_add_shared(&d->pair->offered, haul->offered);
}

/* With the ring's lock. */
static enum drawn draw_locked(struct nmd_port *port, uint64_t sent,
			      uint32_t count)
{
	struct draw *d = port->draw;
	struct tx_control *tx = &d->sender.area->tx[0];
	uint64_t now_ns = batch_clock_now(&d->clock);
	struct target t = target_of(&d->self, 0, count);
	struct haul haul = {0};
	bool ours;

	if (!filter_refresh(&d->self.filter, port->area, NULL) ||
	    d->self.filter.length || !run_possible(&d->self.filter))
		return NOT_OURS;
	ours = copy_frames(d, &t, &haul, sent, count, now_ns);
	if (haul.slots == 0)
		return ours ? LATER : NOT_OURS;
	if (!atomic_compare_exchange_strong(&tx->sent, &sent,
					    sent + haul.slots))
		return EMPTY;
	target_publish(&t, now_ns);
	count_haul(d, &haul, &t);
	return DRAWN;
}

static void mend(struct nmd_port *port)
{
	counter_add_shared(&port->area->tx[0].takeovers, 1);
	error_log_note(port->vale, NMD_ERROR_TAKEOVER, port->port_index,
		       port->index);
	bell_mend(&port->area->rx[0]);
}

static uint32_t waiting(const struct draw *d, uint64_t *sent)
{
	const struct nmd_port *sender = &d->sender;
	uint32_t count;

	*sent = load_acquire(&sender->area->tx[0].sent);
	count = sync_advance(
		geometry_tx_ring(sender->area, &sender->geometry, 0), *sent,
		sender->geometry.tx_slots);
	return count < sender->geometry.tx_slots ? count : 0;
}

static enum drawn draw_some(struct nmd_port *port)
{
	sw_lock *lock = &port->area->rx[0].lock;
	uint64_t me = port_identity(port), sent;
	enum drawn drawn = EMPTY;
	enum lock_result taken;
	uint32_t count;

	if (waiting(port->draw, &sent) == 0)
		return EMPTY;
	taken = lock_take(lock, me, &port->draw->memory, holder_alive,
			  port->vale);
	if (taken == LOCK_STUCK)
		return LATER;
	if (taken == LOCK_TAKEN_OVER)
		mend(port);
	/* Anew: a sender's sync moves sent under this lock. */
	count = waiting(port->draw, &sent);
	if (count > 0)
		drawn = draw_locked(port, sent, count);
	lock_release(lock, me);
	return drawn;
}

/* Draws from one; its bit is cleared when there is nothing (more) to draw. */
static bool draw_from(struct nmd_port *port, uint32_t from)
{
	_Atomic uint64_t *held = &port->area->held[from / 64];
	uint64_t bit = 1ull << from % 64, sent;
	enum drawn drawn = NOT_OURS;

	/* Who gives the area back does the opposite. */
	store_relaxed(&port->area->drawing, from + 1);
	full_fence();
	if (from < SW_MAX && know_sender(port, from))
		drawn = draw_some(port);
	if (drawn == EMPTY || drawn == NOT_OURS)
		atomic_fetch_and(held, ~bit);
	if (drawn == EMPTY && waiting(port->draw, &sent) > 0)
		atomic_fetch_or(held, bit);
	store_release(&port->area->drawing, 0);
	return drawn == DRAWN;
}

bool draw_held(struct nmd_port *port)
{
	bool some = false;

	for (uint32_t w = 0; w < SW_HELD_WORDS; w++) {
		uint64_t bits = load_acquire(&port->area->held[w]);

		for (; bits; bits &= bits - 1)
			some |= draw_from(
				port, w * 64 + (uint32_t)__builtin_ctzll(bits));
	}
	return some;
}

void draw_now(struct nmd_port *port)
{
	sw_lock *lock = port_rx_lock(port);

	if (sync_lock_take(port, lock, &port->rx_sync_memory) < 0)
		return;
	if (port_check_ours(port) == 0)
		draw_held(port);
	lock_release(lock, port_identity(port));
}

void draw_end(struct nmd_port *port)
{
	store_relaxed(&port->area->draws, 0);
	full_fence(); /* as before a sleep */
	while (draw_waits(port) && draw_held(port))
		;
}
