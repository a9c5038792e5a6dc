/* SPDX-License-Identifier: BSD-2-Clause */
/* What passes between the rings that are shown and the port's own. */
#include <string.h>

#include "netmap_guest_rings.h"

static uint32_t distance(const struct pair *p, uint32_t from, uint32_t to)
{
	return (to + p->slots - from) % p->slots;
}

static uint32_t next_of(const struct pair *p, uint32_t slot)
{
	return slot + 1 == p->slots ? 0 : slot + 1;
}

/* Where a slot's frame begins in its buffer; what is too far is cropped. */
static uint64_t offset_of(const struct netmap_guest *g,
			  const struct netmap_slot *slot)
{
	uint64_t offset = slot->ptr & g->offset_mask;

	return offset < g->offset_most ? offset : g->offset_most;
}

/* Where len bytes of a slot lie or have room; NULL: nowhere. */
static uint8_t *lent(const struct netmap_guest *g,
		     const struct netmap_slot *slot, uint32_t len)
{
	uint64_t offset = offset_of(g, slot);

	return slot->buf_idx < g->buffer_count && offset + len <= g->buffer_room
		       ? g->buffers + (size_t)slot->buf_idx * g->buffer_size +
				 offset
		       : NULL;
}

/* The port's own, likewise. */
static uint8_t *own(const struct netmap_guest *g,
		    const struct netmap_slot *slot, uint32_t len)
{
	return slot->buf_idx < g->own_count && len <= g->own_room
		       ? g->own_buffers + (size_t)slot->buf_idx * g->own_size
		       : NULL;
}

static void send_slot(const struct netmap_guest *g, const struct pair *p,
		      uint32_t i)
{
	struct netmap_slot from = p->shown->slot[i], to = p->own->slot[i];
	const uint8_t *data = lent(g, &from, from.len);
	uint8_t *room = own(g, &to, from.len);
	bool indirect = from.flags & NETMAP_SLOT_INDIRECT;

	if (!indirect && data && room)
		memcpy(room, data, from.len);
	else if (!indirect)
		from.len = 0; /* no frame, and counted so */
	to.len = from.len;
	to.flags = from.flags & (uint16_t)~NETMAP_SLOT_BUF_CHANGED;
	to.ptr = from.ptr;
	p->own->slot[i] = to;
	p->shown->slot[i].flags = to.flags;
}

static void receive_slot(const struct netmap_guest *g, const struct pair *p,
			 uint32_t i)
{
	struct netmap_slot from = p->own->slot[i], to = p->shown->slot[i];
	uint8_t *room = lent(g, &to, from.len);
	const uint8_t *data = own(g, &from, from.len);

	if (data && room)
		memcpy(room, data, from.len);
	to.len = data && room ? from.len : 0;
	to.flags = from.flags;
	if (g->pipe)
		to.ptr = (to.ptr & g->offset_mask) |
			 (from.ptr & ~g->offset_mask);
	p->shown->slot[i] = to;
}

/*
 * Where the program has moved head and cur; indices that make no sense are put
 * in order, as the module does. Returns the new head.
 */
static uint32_t advance(struct pair *p)
{
	uint32_t head = p->shown->head, cur = p->shown->cur;
	uint32_t from = p->own->head;

	if (from >= p->slots)
		return p->slots; /* somebody has spoiled the port's own */
	if (head >= p->slots ||
	    distance(p, from, head) > distance(p, from, p->tail) ||
	    cur >= p->slots ||
	    distance(p, head, cur) > distance(p, head, p->tail)) {
		p->shown->head = p->shown->cur = from;
		p->shown->tail = p->tail;
		head = cur = from;
	}
	p->own->cur = cur;
	return head;
}

void guest_before_sync(struct netmap_guest *g)
{
	if (atomic_exchange_explicit(&g->busy, true, memory_order_acquire))
		return; /* another thread's sync */
	for (uint32_t r = 0; r < g->tx_count; r++) {
		struct pair *p = &g->tx[r];
		uint32_t head = advance(p);

		if (head == p->slots)
			continue;
		for (uint32_t i = p->own->head; i != head; i = next_of(p, i))
			send_slot(g, p, i);
		p->own->head = head;
	}
	for (uint32_t r = 0; r < g->rx_count; r++) {
		uint32_t head = advance(&g->rx[r]);

		if (head < g->rx[r].slots)
			g->rx[r].own->head = head;
	}
	atomic_store_explicit(&g->busy, false, memory_order_release);
}

void guest_after_sync(struct netmap_guest *g)
{
	if (atomic_exchange_explicit(&g->busy, true, memory_order_acquire))
		return;
	for (uint32_t r = 0; r < g->tx_count; r++) {
		struct pair *p = &g->tx[r];
		uint32_t tail = p->own->tail;

		if (tail < p->slots)
			p->shown->tail = p->tail = tail;
	}
	for (uint32_t r = 0; r < g->rx_count; r++) {
		struct pair *p = &g->rx[r];
		uint32_t tail = p->own->tail;

		if (tail >= p->slots)
			continue;
		for (uint32_t i = p->tail; i != tail; i = next_of(p, i))
			receive_slot(g, p, i);
		p->shown->ts = p->own->ts;
		p->shown->tail = p->tail = tail;
	}
	atomic_store_explicit(&g->busy, false, memory_order_release);
}
