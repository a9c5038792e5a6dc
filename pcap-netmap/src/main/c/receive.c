/* SPDX-License-Identifier: BSD-2-Clause */
/* What an opening asks of those who send to it: filter, length, direction. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "atomics.h"
#include "bpf.h"
#include "draw.h"
#include "hook.h"
#include "nic.h"
#include "pipe.h"
#include "port.h"
#include "refilter.h"
#include "settings.h"
#include "sync.h"
#include "tables.h"

/* Two seconds in all. */
#define TRIES 4000
#define PAUSE_NS 500000
/* Of a lock's patience each: a tenth of a second, for a stopped sender. */
#define PATIENT_TRIES 50

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/* A sender may well be off its processor for longer than senders wait. */
static bool lock_patiently(struct nmd_port *port, sw_lock *lock, uint64_t me)
{
	for (int i = 0; i < PATIENT_TRIES; i++) {
		struct lock_memory fresh = {0};

		if (lock_take(lock, me, &fresh, holder_alive, port->vale) !=
		    LOCK_STUCK)
			return true;
	}
	return false;
}

/*
 * Passes each ring's lock once, so that no sender is still delivering by the
 * old settings; one that is stopped is not waited for. Up to where old[r] says
 * the frames of ring r came under the old settings.
 */
static void settle(struct nmd_port *port, uint64_t *old)
{
	uint64_t me = port_identity(port);

	full_fence();
	for (uint32_t r = 0; r < port->geometry.rx_rings; r++) {
		struct rx_control *control = &port->area->rx[r];
		bool taken = lock_patiently(port, &control->lock, me);

		old[r] = load_acquire(&control->published);
		if (taken)
			lock_release(&control->lock, me);
	}
}

/* Gives up what is queued in one ring before slot number until. */
static void flush(struct nmd_port *port, uint32_t r, uint64_t until)
{
	const struct geometry *g = &port->geometry;
	struct netmap_ring *ring = geometry_rx_ring(port->area, g, r);
	struct rx_control *control = &port->area->rx[r];
	uint64_t consumed = load_relaxed(&control->consumed);

	if (port->nic)
		nic_give_back(port, r, consumed, until);
	store_relaxed(&control->granted, until);
	store_release(&control->consumed, until);
	HOOK(flushing);
	/* After what it is part of: who reads it first sees a true sum. */
	store_release(&control->abandoned,
		      load_relaxed(&control->abandoned) + until - consumed);
	ring->head = ring->cur = geometry_slot(until, g->rx_slots);
	index_store(&ring->tail, geometry_slot(until, g->rx_slots));
}

/* Others of an interface may be others' that have the same memory. */
static bool is_own(const struct nmd_port *port, uint32_t r)
{
	return r >= port->rings.first_rx &&
	       r < port->rings.first_rx + port->rings.rx;
}

static uint64_t unread_from(const struct nmd_port *port, uint32_t r)
{
	return load_relaxed(&port->area->rx[r].consumed);
}

/*
 * Keeps syncs, and others who change the settings, out. A sync of another
 * thread is waited for; somebody who is stopped in one is not.
 */
static int begin(struct nmd_port *port)
{
	sw_lock *lock = port_rx_lock(port);
	struct timespec pause = {0, PAUSE_NS};
	int n = -EBUSY;

	for (int i = 0; n == -EBUSY && i < TRIES; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		n = sync_lock_take(port, lock, &port->rx_sync_memory);
	}
	if (n < 0)
		return n;
	n = port_check_ours(port);
	if (n < 0)
		lock_release(lock, port_identity(port));
	else if (port->draw)
		draw_end(port);
	return n;
}

static void end(struct nmd_port *port)
{
	if (port->pipe) { /* what was given up is room */
		pipe_will_give_back(port);
		pipe_gave_back(port);
	}
	lock_release(port_rx_lock(port), port_identity(port));
}

NMD_API int nmd_set_filter(struct nmd_port *port, const struct nmd_insn *prog,
			   uint32_t length)
{
	struct area *area = port->area;
	uint64_t old[SW_MAX_RINGS], next;
	int n;

	if (length > 0 && !bpf_valid(prog, length))
		return -EINVAL;
	nmd_rxsync(port); /* what the program has read is not given up */
	n = begin(port);
	if (n < 0)
		return n;
	next = settings_draft(area);
	HOOK(settings_begun);
	if (length > 0)
		memcpy(settings_prog(area, next), prog, length * sizeof(*prog));
	HOOK(filter_written);
	store_relaxed(&settings_of(area, next)->filter_length, length);
	settings_commit(area, next);
	HOOK(settings_ended);
	if (port->nic)
		nic_refilter(port, true);
	settle(port, old);
	for (uint32_t r = 0; r < port->geometry.rx_rings; r++)
		if (!port->nic || is_own(port, r))
			flush(port, r,
			      refilter(port, r, unread_from(port, r), old[r],
				       prog, length));
	end(port);
	return 0;
}

NMD_API int nmd_set_snaplen(struct nmd_port *port, uint32_t snaplen)
{
	int n = begin(port);
	uint64_t next;

	if (n < 0)
		return n;
	next = settings_draft(port->area);
	store_relaxed(&settings_of(port->area, next)->snaplen, snaplen);
	settings_commit(port->area, next);
	if (port->nic)
		nic_refilter(port, false);
	end(port);
	return 0;
}

NMD_API int nmd_set_direction(struct nmd_port *port, enum nmd_direction dir)
{
	uint64_t old[SW_MAX_RINGS], next;
	int n;

	if (dir != NMD_INOUT && dir != NMD_IN && dir != NMD_OUT)
		return -EINVAL;
	n = begin(port);
	if (n < 0)
		return n;
	next = settings_draft(port->area);
	store_relaxed(&settings_of(port->area, next)->direction, (uint32_t)dir);
	settings_commit(port->area, next);
	if (port->nic)
		nic_refilter(port, false);
	settle(port, old);
	end(port);
	return 0;
}
