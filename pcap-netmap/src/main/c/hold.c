/* SPDX-License-Identifier: BSD-2-Clause */
#include "hold.h"

#include "deliver.h"
#include "run.h"
#include "sync.h"
#include "tables.h"
#include "target.h"

/* Slots whose lines are fetched ahead, fewer than any ring has. */
#define AHEAD 8

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void hold_for(struct nmd_port *port, struct peer *peer)
{
	struct holding *h = &port->holding;

	h->receiver = peer->area;
	h->peer = peer;
	h->held = &peer->area->held[port->area_index / 64];
	h->bit = 1ull << port->area_index % 64;
	h->settings_seq = peer->filter.seq;
	h->longest = smaller(
		peer->filter.snaplen,
		smaller(peer->geometry.buf_size, port->geometry.buf_size));
	h->ring = geometry_tx_ring(port->area, &port->geometry, 0);
	store_relaxed(&port->area->tx[0].holds, 1);
}

/*
 * Whoever has a filter is sent to at once: what it rejects costs least here.
 * The port's own rings are one, so that there is one order of frames.
 */
void hold_look(struct nmd_port *port)
{
	struct holding *h = &port->holding;
	uint64_t epoch = forward_epoch(port);
	struct peer *peer;

	if (h->known && h->epoch == epoch &&
	    (!h->receiver ||
	     h->settings_seq == load_acquire(&h->receiver->settings_seq)))
		return;
	h->epoch = epoch;
	h->receiver = NULL;
	h->known = true;
	if (port->geometry.tx_rings != 1)
		return;
	peer = forward_only_receiver(port, 0);
	if (!peer || peer->geometry.rx_rings != 1)
		return;
	h->known = peer->filter.known;
	if (h->known && !peer->filter.length && run_possible(&peer->filter))
		hold_for(port, peer);
}

/*
 * The lines that a frame sent soon will be written to: who draws has had them
 * last, and the fence in nmd_hold waits for what has been stored.
 */
static inline void fetch_ahead(const struct nmd_port *port)
{
	const struct geometry *g = &port->geometry;
	const struct netmap_ring *ring = port->holding.ring;
	uint32_t at = *(const volatile uint32_t *)&ring->head + AHEAD;
	const volatile struct netmap_slot *slot;
	uint32_t buffer;

	at = target_wrap(at, g->tx_slots);
	if (at >= g->tx_slots)
		return;
	slot = &ring->slot[at];
	buffer = slot->buf_idx;
	if (buffer >= g->buffers)
		return;
	prefetch_write(slot);
	prefetch_write((uint8_t *)port->area + g->pool_at +
		       (uint64_t)buffer * g->buf_size);
}

NMD_API int nmd_hold(struct nmd_port *port, uint32_t length)
{
	const struct holding *h = &port->holding;
	struct area *to = h->receiver;

	port->may_hold = true;
	if (!to || length > h->longest || !load_relaxed(&to->draws) ||
	    load_relaxed(&vale_header(port->vale)->epoch) != h->epoch ||
	    load_relaxed(&to->settings_seq) != h->settings_seq)
		return 0;
	fetch_ahead(port);
	full_fence(); /* head before the bit: who draws does the opposite */
	if (!(load_relaxed(h->held) & h->bit))
		atomic_fetch_or(h->held, h->bit);
	/* The bit before looking; who goes to sleep does the opposite. */
	return load_relaxed(&to->draws) && load_relaxed(&to->awake) &&
	       !load_relaxed(&to->rx[0].armed);
}

/*
 * Under the receiver's lock, as it draws: it does not read slots that are
 * filled anew. One that is stopped there finds that sent has moved.
 */
static bool claim(struct nmd_port *port, uint32_t ring, uint64_t sent,
		  uint32_t count)
{
	struct holding *h = &port->holding;
	sw_lock *lock = h->receiver ? &h->receiver->rx[0].lock : NULL;
	enum lock_result taken = LOCK_STUCK;
	bool ours;

	if (lock)
		taken = lock_take(lock, port_identity(port), &h->memory,
				  holder_alive, port->vale);
	ours = atomic_compare_exchange_strong(&port->area->tx[ring].sent, &sent,
					      sent + count);
	if (taken == LOCK_TAKEN_OVER)
		deliver_mend(port, h->peer, 0, ring);
	if (taken != LOCK_STUCK)
		lock_release(lock, port_identity(port));
	return ours;
}

/*
 * What goes the straight way is claimed and published at once, so that a kill
 * loses none of it; the rest, for several, or for one without room, before.
 */
uint64_t hold_forward(struct nmd_port *port, uint32_t ring, bool *good)
{
	const uint32_t slots = port->geometry.tx_slots;
	const struct netmap_ring *from =
		geometry_tx_ring(port->area, &port->geometry, ring);

	for (;;) {
		uint64_t sent = load_acquire(&port->area->tx[ring].sent);
		uint32_t count = sync_advance(from, sent, slots);

		*good = count < slots;
		if (count == 0 || !*good)
			return sent;
		if (forward_held(port, ring, sent, count) == 0 &&
		    claim(port, ring, sent, count))
			forward_slots(port, ring, sent, count, true);
	}
}

/* A child of a fork closes its copy: the other may be holding meanwhile. */
void hold_end(struct nmd_port *port)
{
	struct tx_control *tx = &port->area->tx[0];
	struct holding *h = &port->holding;
	const struct netmap_ring *ring;

	if (!load_relaxed(&tx->holds) || nmd_txsync(port) < 0 || !h->receiver)
		return;
	ring = geometry_tx_ring(port->area, &port->geometry, 0);
	atomic_fetch_and(h->held, ~h->bit);
	if (sync_advance(ring, load_acquire(&tx->sent),
			 port->geometry.tx_slots) > 0)
		atomic_fetch_or(h->held, h->bit);
}
