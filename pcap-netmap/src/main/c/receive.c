/* SPDX-License-Identifier: BSD-2-Clause */
/* What an opening asks of those who send to it: filter, length, direction. */
#include <errno.h>
#include <string.h>

#include "atomics.h"
#include "bpf.h"
#include "port.h"
#include "sync.h"
#include "tables.h"

static int holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/*
 * Senders copy the settings while filter_seq is even and take the copy if it
 * has not moved; it is odd while they are being written.
 */
static void settings_begin(struct area *area)
{
	/* Odd, and another number, also if the last writer did not finish. */
	uint64_t next = (load_relaxed(&area->filter_seq) + 1) | 1;

	store_relaxed(&area->filter_seq, next);
	atomic_thread_fence(memory_order_release);
}

static void settings_end(struct area *area)
{
	store_release(&area->filter_seq, load_relaxed(&area->filter_seq) + 1);
}

/*
 * Passes each ring's lock once, so that no sender is still delivering by the
 * old settings; one that is stopped is not waited for.
 */
static void settle(struct nmd_port *port)
{
	uint64_t me = port_identity(port);

	full_fence();
	for (uint32_t r = 0; r < port->geometry.rx_rings; r++) {
		sw_lock *lock = &port->area->rx[r].lock;
		struct lock_memory fresh = {0};

		if (lock_take(lock, me, &fresh, holder_alive, port->vale) !=
		    LOCK_STUCK)
			lock_release(lock, me);
	}
}

/* Gives up what was queued, in one ring. */
static void flush(struct nmd_port *port, uint32_t r)
{
	const struct geometry *g = &port->geometry;
	struct netmap_ring *ring = geometry_rx_ring(port->area, g, r);
	struct rx_control *control = &port->area->rx[r];
	uint64_t published = load_acquire(&control->published);
	uint64_t consumed = load_relaxed(&control->consumed);

	counter_add(&control->abandoned, published - consumed);
	store_relaxed(&control->granted, published);
	store_release(&control->consumed, published);
	ring->head = ring->cur = ring->tail =
		(uint32_t)(published % g->rx_slots);
}

static int flush_all(struct nmd_port *port)
{
	sw_lock *lock = &port->area->rx[0].sync_lock;
	int n = sync_lock_take(port, lock, &port->rx_sync_memory);

	if (n < 0)
		return n;
	for (uint32_t r = 0; r < port->geometry.rx_rings; r++)
		flush(port, r);
	lock_release(lock, port_identity(port));
	return 0;
}

NMD_API int nmd_set_filter(struct nmd_port *port, const struct nmd_insn *prog,
			   uint32_t length)
{
	struct area *area = port->area;

	if (length > 0 && !bpf_valid(prog, length))
		return -EINVAL;
	settings_begin(area);
	if (length > 0)
		memcpy((uint8_t *)area + AREA_FILTER_AT, prog,
		       length * sizeof(*prog));
	store_relaxed(&area->filter_length, length);
	settings_end(area);
	settle(port);
	return flush_all(port);
}

NMD_API int nmd_set_snaplen(struct nmd_port *port, uint32_t snaplen)
{
	settings_begin(port->area);
	store_relaxed(&port->area->snaplen, snaplen);
	settings_end(port->area);
	return 0;
}

NMD_API int nmd_set_direction(struct nmd_port *port, enum nmd_direction dir)
{
	if (dir != NMD_INOUT && dir != NMD_IN && dir != NMD_OUT)
		return -EINVAL;
	settings_begin(port->area);
	store_relaxed(&port->area->direction, (uint32_t)dir);
	settings_end(port->area);
	settle(port);
	return 0;
}
