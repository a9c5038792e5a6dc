/* SPDX-License-Identifier: BSD-2-Clause */
#include "bell.h"

#include <errno.h>
#include <unistd.h>

#include "atomics.h"
#include "draw.h"
#include "errand.h"
#include "error_log.h"
#include "fifo.h"
#include "hook.h"
#include "nic.h"
#include "rings.h"
#include "tables.h"

/* Writes to the FIFOs of those who have a ring open; false: not to all. */
static bool ring_openings(struct vale *v, uint32_t area_index, uint32_t ring)
{
	bool all = true;

	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);
		uint64_t state = load_acquire(&opening->state);

		if (sw_state_of(state) != SW_LIVE ||
		    opening->area != area_index)
			continue;
		if (rings_rx_bits(rings_within(&opening->rings, SW_MAX_RINGS,
					       SW_MAX_RINGS)) >>
			    ring &
		    1)
			all &= fifo_wake(v, i, sw_generation_of(state));
	}
	return all;
}

void bell_ring_for_another(struct vale *v, uint32_t area_index, uint32_t ring)
{
	struct rx_control *control = &vale_area(v, area_index)->rx[ring];
	uint32_t is = 1;
	bool rung;

	if (!atomic_compare_exchange_strong(&control->armed, &is, 2))
		return;
	rung = ring_openings(v, area_index, ring);
	counter_add_shared(&control->wakeups, rung);
	is = 2;
	atomic_compare_exchange_strong(&control->armed, &is, rung ? 0 : 1);
}

/* The lock is held, so that the area is still the one looked at. */
static enum bell ring_bell(struct nmd_port *port, struct peer *peer,
			   uint32_t area_index, uint32_t ring)
{
	struct rx_control *control = &peer->area->rx[ring];
	uint32_t is = 1;

	if (load_relaxed(&control->armed) != 1 ||
	    !atomic_compare_exchange_strong(&control->armed, &is, 2))
		return BELL_QUIET;
	HOOK(midway);
	if (!ring_openings(port->vale, area_index, ring)) {
		error_log_note(port->vale, NMD_ERROR_WAKE, peer->port,
			       port->index);
		return BELL_BROKEN;
	}
	/* After the writes: who sees the same count found all of them. */
	atomic_fetch_add(&control->wakeups, 1);
	if (peer->zero_copy)
		counter_add_shared(&peer->pair->wakeups, 1);
	else
		counter_add(&peer->pair->wakeups, 1);
	HOOK(rung);
	return BELL_RUNG;
}

enum bell bell_before(struct nmd_port *port, struct peer *peer,
		      uint32_t area_index, uint32_t ring)
{
	fence_after_lock();
	if (errands_only())
		return BELL_QUIET;
	return ring_bell(port, peer, area_index, ring);
}

void bell_after(struct peer *peer, uint32_t ring, enum bell before)
{
	uint32_t is = 2;

	if (before != BELL_QUIET)
		atomic_compare_exchange_strong(&peer->area->rx[ring].armed, &is,
					       before == BELL_RUNG ? 0 : 1);
}

void bell_late(struct nmd_port *port, struct peer *peer, uint32_t area_index,
	       uint32_t ring, enum bell before)
{
	if (before == BELL_BROKEN ||
	    load_relaxed(&peer->area->rx[ring].armed) != 1)
		return;
	if (errands_only()) {
		errand_ring(port->vale, area_index, ring);
		return;
	}
	bell_after(peer, ring, ring_bell(port, peer, area_index, ring));
}

void bell_mend(struct rx_control *control)
{
	uint32_t midway = 2;

	atomic_compare_exchange_strong(&control->armed, &midway, 1);
}

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/* Until the sender that is at ring i of the opening has done, or is gone. */
static void wait_for_sender(struct nmd_port *port, uint32_t i)
{
	struct rx_control *control = port_rx_control(port, i);
	uint64_t me = port_identity(port);
	enum lock_result lock = lock_take(&control->lock, me,
					  &port->bell_memory[i], holder_alive,
					  port->vale);

	if (lock == LOCK_TAKEN_OVER) {
		counter_add_shared(&port->area->tx[0].takeovers, 1);
		error_log_note(port->vale, NMD_ERROR_TAKEOVER, port->port_index,
			       port->index);
		bell_mend(control);
	}
	if (lock != LOCK_STUCK)
		lock_release(&control->lock, me);
}

bool bell_look_again(struct nmd_port *port)
{
	bool again = false;

	for (uint32_t i = 0; port->polls && i < port->rings.rx; i++) {
		uint32_t armed = load_acquire(&port_rx_control(port, i)->armed);

		if (armed == 2 && !errands_only())
			wait_for_sender(port, i);
		again |= armed != 1;
	}
	return again;
}

/* How often the FIFO may have been written to; senders count what they do. */
static uint64_t times_rung(const struct nmd_port *port)
{
	uint64_t times = 0;

	for (uint32_t i = 0; i < port->rings.rx; i++)
		times += load_acquire(&port_rx_control(port, i)->wakeups);
	return times;
}

static bool all_armed(const struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++)
		if (load_relaxed(&port_rx_control(port, i)->armed) != 1)
			return false;
	return true;
}

/*
 * Still armed is not enough: an opening that shares the rings may have armed
 * after both were written to.
 */
static bool armed_and_empty(const struct nmd_port *port)
{
	return all_armed(port) && !port->fd_filled &&
	       port->times_rung == times_rung(port) && !port_has_unread(port) &&
	       !draw_waits(port);
}

/* Waits for the senders that have announced something. */
static void wait_for_bells(struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++)
		if (load_acquire(&port_rx_control(port, i)->armed) == 2)
			wait_for_sender(port, i);
}

/* Waits for the senders that have a ring's lock. */
static void wait_for_senders(struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++)
		if (load_acquire(&port_rx_control(port, i)->lock) != 0)
			wait_for_sender(port, i);
}

/* Whether there is something to read now; if not, a sender will write. */
static bool arm_and_look(struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++)
		atomic_store(&port_rx_control(port, i)->armed, 1);
	HOOK(armed);
	full_fence(); /* say so before looking; senders do the opposite */
	if (draw_waits(port))
		draw_now(port);
	if (port_has_unread(port) || draw_waits(port))
		return true;
	wait_for_senders(port);
	return port_has_unread(port);
}

int bell_arm(struct nmd_port *port)
{
	if (armed_and_empty(port))
		return 0;
	if (!port_owns_fd(port) || (port->nic && !nic_is_ours(port->nic)))
		return -EBADF;
	wait_for_bells(port);
	port->times_rung = times_rung(port);
	fifo_drain(port->fd);
	HOOK(drained);
	port->fd_filled = arm_and_look(port);
	if (port->fd_filled && write(port->fd, "", 1) < 0)
		return -errno;
	return 0;
}

NMD_API int nmd_arm(struct nmd_port *port)
{
	port->polls = true;
	if (!errands_only())
		return bell_arm(port);
	errand_arm(port);
	return 0;
}
