/* SPDX-License-Identifier: BSD-2-Clause */
#include "pipe.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "atomics.h"
#include "bell.h"
#include "deliver.h"
#include "pairs.h"
#include "pipe_frames.h"
#include "released.h"
#include "seal.h"
#include "sync.h"
#include "tables.h"
#include "wake.h"

struct pipe {
	uint32_t other_area;
	char other_end[32]; /* the other end's port name */
	struct peer other;
	struct nmd_insn *program; /* room for the other end's filter */
	/* What the reader had given back when frames found no room. */
	uint64_t consumed_seen[SW_MAX_RINGS];
	/* That is shown to a zero-copy monitor first: room is what it saw. */
	bool watched;
};

struct pipe *pipe_new(void)
{
	struct pipe *pipe = calloc(1, sizeof(*pipe));

	if (!pipe)
		return NULL;
	pipe->program = malloc(AREA_MAX_FILTER * sizeof(*pipe->program));
	pipe->other.filter.prog = pipe->program;
	if (pipe->program)
		return pipe;
	free(pipe);
	return NULL;
}

void pipe_free(struct pipe *pipe, struct jit *jit)
{
	if (!pipe)
		return;
	filter_free(&pipe->other.filter, jit);
	free(pipe->program);
	free(pipe);
}

uint32_t pipe_other_area(const struct nmd_port *port)
{
	return port->pipe->other_area;
}

bool pipe_other_end_is(const struct nmd_port *port, const char *name)
{
	return strncmp(port->pipe->other_end, name,
		       sizeof(port->pipe->other_end)) == 0;
}

static bool fits(const struct geometry *own, const struct geometry *other)
{
	struct geometry wanted = geometry_of_other_end(own);

	return own->pipe_end != SW_NO_PIPE &&
	       other->pipe_end == wanted.pipe_end &&
	       other->tx_rings == wanted.tx_rings &&
	       other->rx_rings == wanted.rx_rings &&
	       other->tx_slots == wanted.tx_slots &&
	       other->rx_slots == wanted.rx_slots &&
	       other->buf_size == wanted.buf_size;
}

bool pipe_begin(struct nmd_port *port, const struct opening_plan *plan)
{
	struct vale *v = port->vale;
	struct peer *other = &port->pipe->other;

	port->pipe->other_area = plan->other_area;
	memcpy(port->pipe->other_end, plan->spec.other_end,
	       sizeof(port->pipe->other_end));
	other->area = vale_area(v, plan->other_area);
	other->state =
		load_acquire(&vale_area_entry(v, plan->other_area)->state);
	filter_forget(&other->filter);
	other->filter.ifindex = 1 + plan->port;
	other->port = plan->port;
	return seal_geometry(v, plan->other_area, &other->geometry) &&
	       port->geometry.pipe_end == plan->spec.pipe_end &&
	       fits(&port->geometry, &other->geometry);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void say_arrived_now(struct area *area, const struct geometry *g)
{
	uint64_t now = now_ns();

	for (uint32_t r = 0; r < g->rx_rings; r++) {
		struct netmap_ring *ring = geometry_rx_ring(area, g, r);
		struct nmd_arrival *arrivals = geometry_arrivals(area, g, r);

		for (uint32_t i = 0; i < g->rx_slots; i++)
			arrival_write(&arrivals[i], now, ring->slot[i].len,
				      NMD_IN);
	}
}

/* Under the join lock, as all of an open. */
bool pipe_want_arrivals(struct nmd_port *port, bool wanted)
{
	struct area *area = vale_area(port->vale, port->area_index);

	if (load_acquire(&area->arrivals_wanted))
		return true;
	if (!wanted)
		return false;
	say_arrived_now(area, &port->geometry);
	store_release(&area->arrivals_wanted, 1);
	return true;
}

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

static struct swap swap_of(struct nmd_port *port, uint32_t r)
{
	const struct geometry *g = &port->geometry;
	struct peer *other = &port->pipe->other;
	struct netmap_ring *ring = geometry_tx_ring(port->area, g, r);
	struct swap s = {
		.t = target_of(other, r, 0),
		.journal = geometry_journal(port->area, g, r),
		.tx = &port->area->tx[r],
		.in = ring->slot,
		.in_slots = g->tx_slots,
		.now_ns = now_ns(),
	};

	s.t.stream = false;
	if (port->pipe->watched)
		s.t.given_back = &s.tx->released;
	if (!load_relaxed(&other->area->arrivals_wanted))
		s.t.arrivals = NULL;
	if (load_relaxed(&s.journal->busy))
		swap_recover(&s);
	s.sent = load_relaxed(&s.tx->sent);
	s.in_at = (uint32_t)(s.sent % s.in_slots);
	return s;
}

/* Under the RX ring's lock. Returns whether the reader has something new. */
static bool send_locked(struct nmd_port *port, uint32_t r)
{
	struct pipe *pipe = port->pipe;
	struct swap s = swap_of(port, r);
	uint64_t before = s.t.published;
	enum bell bell = BELL_QUIET;
	struct netmap_ring *ring = geometry_tx_ring(port->area, &port->geometry,
						    r);
	uint32_t count = sync_advance(ring, s.sent, s.in_slots);

	if (count > 0 && count < s.in_slots) {
		swap_begin(&s);
		bell = pipe_frames_send(port, &pipe->other, r, &s, count);
		swap_end(&s);
	}
	/* If frames are left, the room was looked at last of all. */
	if (!pipe->watched)
		pipe->consumed_seen[r] = s.t.control->consumed_seen;
	full_fence(); /* publish before looking; sleepers do the opposite */
	if (s.t.published == before)
		return false;
	bell_late(port, &pipe->other, pipe->other_area, r, bell);
	return true;
}

/* A stopped holder of the lock is not waited for: the frames stay. */
static void send(struct nmd_port *port, uint32_t r)
{
	struct pipe *pipe = port->pipe;
	struct peer *other = &pipe->other;
	struct rx_control *control = &other->area->rx[r];
	uint64_t me = port_identity(port);
	bool published = false;
	enum lock_result lock;

	if (!other->pair)
		other->pair = pair_begin(port->area, pipe->other_area,
					 sw_generation_of(other->state));
	wake_promise(&other->area->awake);
	lock = lock_take(&control->lock, me, &other->lock_memory[r],
			 holder_alive, port->vale);
	if (lock == LOCK_TAKEN_OVER)
		deliver_mend(port, other, r, r);
	if (lock != LOCK_STUCK &&
	    deliver_still_there(other, port->vale, pipe->other_area))
		published = send_locked(port, r);
	if (lock != LOCK_STUCK)
		lock_release(&control->lock, me);
	if (!published)
		wake_forget();
	else
		deliver_wake_sleepers(other, r);
}

/*
 * Slots that the other end has not given back yet, of at most free ones. The
 * module's pipes have room for no more than a ring; ours, for others than its
 * programs, for two. The reader's line is left alone while the last look shows
 * some room, unless the sync has brought nothing: then one may be waiting for
 * the last frame to be read.
 */
static uint32_t pending(struct nmd_port *port, uint32_t r, uint32_t free,
			bool busy)
{
	struct pipe *pipe = port->pipe;
	struct rx_control *control = &pipe->other.area->rx[r];
	uint64_t published = load_relaxed(&control->published), unread;

	/* All who have the ring count by the last look: tail does not go back. */
	if (pipe->watched)
		control->consumed_seen =
			load_relaxed(&port->area->tx[r].released);
	unread = published - control->consumed_seen;
	if (pipe->watched || (busy && unread < free - free / 4))
		return unread < free ? (uint32_t)unread : free;
	control->consumed_seen = load_acquire(&control->consumed);
	pipe->consumed_seen[r] = control->consumed_seen;
	unread = published - control->consumed_seen;
	return unread < free ? (uint32_t)unread : free;
}

int pipe_tx_locked(struct nmd_port *port, uint32_t r)
{
	const struct geometry *g = &port->geometry;
	struct netmap_ring *ring = geometry_tx_ring(port->area, g, r);
	struct tx_control *tx = &port->area->tx[r];
	uint32_t slots = g->tx_slots, left, free, unread = 0;
	uint64_t sent = load_relaxed(&tx->sent), before = sent;

	left = sync_advance(ring, sent, slots);
	if (left >= slots)
		return sync_reinit(port, ring, sent, sent + slots - 1, slots);
	port->pipe->watched = released_wanted(port) &&
			      released_reclaim(port, &port->pipe->other, r,
					       &port->pipe->consumed_seen[r]);
	if (left > 0 || load_relaxed(&geometry_journal(port->area, g, r)->busy))
		send(port, r);
	sent = load_relaxed(&tx->sent);
	left = sync_advance(ring, sent, slots);
	free = left < slots ? slots - 1 - left : 0;
	if (port->shows_pending)
		unread = pending(port, r, free, sent != before);
	index_store(&ring->tail,
		    geometry_slot(sent + slots - 1 - unread, slots));
	return (int)(free - unread);
}

/*
 * The full fence stands between giving back and looking, as the writer's
 * stands between saying that it waits and looking at what was given back.
 */
void pipe_gave_back(struct nmd_port *port)
{
	struct area *writer = port->pipe->other.area;

	full_fence();
	if (!load_relaxed(&writer->wants_room)) {
		wake_forget();
		return;
	}
	store_relaxed(&writer->wants_room, 0);
	if (wake_needed(&writer->awake))
		counter_add_shared(&writer->rx[0].wakeups, 1);
	wake_keep(&writer->awake);
}

void pipe_will_give_back(struct nmd_port *port)
{
	wake_promise(&port->pipe->other.area->awake);
}

bool pipe_has_new_room(const struct nmd_port *port)
{
	const struct area *other = port->pipe->other.area;

	for (uint32_t i = 0; i < port->rings.tx; i++) {
		uint32_t r = port->rings.first_tx + i;

		if (load_acquire(&other->rx[r].consumed) !=
		    port->pipe->consumed_seen[r])
			return true;
	}
	return false;
}
