/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_forward.h"

#include <unistd.h>

#include "atomics.h"
#include "nic.h"
#include "port.h"

#define SHORTEST 14 /* an Ethernet header */

/* A slot as it was read, once. */
struct forwarded {
	volatile struct netmap_slot *slot;
	uint32_t buffer, len, flags;
};

/* Takes the flag away; false: it is not to be passed on, or cannot be. */
static bool take(const struct nmd_port *port, uint32_t r, uint64_t number,
		 struct forwarded *f)
{
	const struct geometry *g = &port->geometry;

	f->slot =
		&geometry_rx_ring(port->area, g, r)->slot[number % g->rx_slots];
	f->buffer = f->slot->buf_idx;
	f->len = f->slot->len;
	f->flags = f->slot->flags;
	if (!(f->flags & NETMAP_SLOT_FORWARD))
		return false;
	f->slot->flags = (uint16_t)(f->flags & ~(uint32_t)NETMAP_SLOT_FORWARD);
	return f->buffer < g->buffers && f->len >= SHORTEST &&
	       f->len <= g->buf_size - g->headroom;
}

/* As if the interface had received it, which it has. */
static void send_up(struct nmd_port *port, const struct forwarded *f)
{
	const struct nic_fd *tap = &port->nic->host->tap;
	uint32_t host = port->nic->xdp->queues;

	if (!nic_owns(tap) ||
	    write(tap->fd,
		  nmd_buffers(port) +
			  (uint64_t)f->buffer * port->geometry.buf_size,
		  f->len) < 0)
		counter_add_shared(&port->area->tx[host].sent_bad, 1);
}

/* The buffers change places. False: the ring is full, or makes no sense. */
static bool queue_in(const struct nmd_port *port, struct netmap_ring *ring,
		     const struct forwarded *f)
{
	const struct geometry *g = &port->geometry;
	uint32_t head = index_load(&ring->head), tail = index_load(&ring->tail);
	volatile struct netmap_slot *slot;
	uint32_t buffer;

	if (head >= g->tx_slots || head == tail)
		return false;
	slot = &ring->slot[head];
	buffer = slot->buf_idx;
	if (buffer >= g->buffers)
		return false;
	slot->buf_idx = f->buffer;
	slot->len = (uint16_t)f->len;
	slot->flags = (uint16_t)(f->flags & NETMAP_SLOT_MOREFRAG);
	f->slot->buf_idx = buffer;
	head = head + 1 == g->tx_slots ? 0 : head + 1;
	ring->cur = head;
	index_store(&ring->head, head);
	return true;
}

/* Into the first of the interface's TX rings that has room. */
static void send_down(struct nmd_port *port, const struct forwarded *f)
{
	uint32_t host = port->nic->xdp->queues;
	bool queued = false;

	for (uint32_t i = 0; !queued && i < host && i < port->rings.tx; i++)
		queued = queue_in(port, nmd_tx_ring(port, i), f);
	port->nic->sends_down |= queued;
	if (!queued)
		counter_add_shared(&port->area->tx[0].sent_bad, 1);
}

void nic_forward(struct nmd_port *port, uint32_t r, uint64_t from, uint64_t to)
{
	const struct netmap_ring *ring = geometry_rx_ring(port->area,
							  &port->geometry, r);
	bool down = nic_is_host_ring(port->nic, r);
	struct forwarded f;

	if (!(*(const volatile uint32_t *)&ring->flags & NETMAP_RING_FORWARD))
		return;
	for (; from < to; from++) {
		if (!take(port, r, from, &f))
			continue;
		if (down)
			send_down(port, &f);
		else
			send_up(port, &f);
	}
}
