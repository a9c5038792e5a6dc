/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Either ring of a pair: the program's, and the device's. */
struct pair {
	struct netmap_ring *shown, *own;
	uint32_t slots;
	uint32_t tail; /* as the program was shown it */
};

struct netmap_guest {
	struct netmap_file *lender;
	int place;
	uint8_t *memory; /* a mapping of the lender's */
	size_t memory_size;
	uint64_t places; /* from there to the first place */
	struct netmap_if *nif;
	uint8_t *buffers; /* the lender's, where frames begin */
	uint32_t buffer_size, buffer_count, buffer_room;
	uint8_t *own_buffers; /* the port's */
	uint32_t own_size, own_count;
	uint32_t tx_count, rx_count;
	atomic_bool busy;
	struct pair tx[SW_MAX_RINGS], rx[SW_MAX_RINGS];
};

struct netmap_file *guest_lender(const struct netmap_guest *g)
{
	return g->lender;
}

uint64_t guest_if(const struct netmap_guest *g)
{
	return (uint64_t)((uint8_t *)g->nif - g->memory);
}

static size_t ring_size(uint32_t slots)
{
	return SW_ALIGN(sizeof(struct netmap_ring) +
				slots * sizeof(struct netmap_slot),
			SW_LINE);
}

static size_t if_size(const struct geometry *geometry)
{
	return SW_ALIGN(sizeof(struct netmap_if) +
				(geometry->tx_rings + geometry->rx_rings + 2) *
					sizeof(int64_t),
			SW_LINE);
}

static uint32_t slots_of(const struct netmap_guest *g)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < g->tx_count; i++)
		sum += g->tx[i].slots;
	for (uint32_t i = 0; i < g->rx_count; i++)
		sum += g->rx[i].slots;
	return sum;
}

/* Numbers of the port's rings; false: they are too many, or too long. */
static bool count_rings(struct netmap_guest *g, const struct nmd_port *port)
{
	size_t size = if_size(&port->geometry);

	g->tx_count = port->rings.tx;
	g->rx_count = port->rings.rx;
	for (uint32_t i = 0; i < g->tx_count; i++) {
		g->tx[i].own = nmd_tx_ring(port, i);
		g->tx[i].slots = port->geometry.tx_slots;
		size += ring_size(g->tx[i].slots);
	}
	for (uint32_t i = 0; i < g->rx_count; i++) {
		g->rx[i].own = nmd_rx_ring(port, i);
		g->rx[i].slots = port->geometry.rx_slots;
		size += ring_size(g->rx[i].slots);
	}
	return size <= LENDER_PLACE_SIZE;
}

static bool map_memory(struct netmap_guest *g)
{
	const struct nmd_port *port = atomic_load(&g->lender->port);
	const struct geometry *geometry = &port->geometry;
	struct netmap_view_tail tail = {lender_rings(&g->lender->lender),
					LENDER_RINGS_SIZE};

	if (!tail.at)
		return false;
	g->memory_size = lender_memory_size(geometry);
	g->memory = netmap_view_map(port, NULL, g->memory_size,
				    PROT_READ | PROT_WRITE, MAP_SHARED, &tail);
	if (g->memory == MAP_FAILED)
		return false;
	g->places = netmap_view_size(geometry);
	g->buffers = g->memory + geometry->pool_at + geometry->headroom;
	g->buffer_size = geometry->buf_size;
	g->buffer_count = geometry->buffers;
	g->buffer_room = geometry->buf_size - geometry->headroom;
	return true;
}

/* Writes a ring that shows what the device's does. Returns its end. */
static uint8_t *build_ring(struct netmap_guest *g, struct pair *p, uint8_t *at,
			   bool receives, const uint32_t *buffers)
{
	struct netmap_ring *ring = (void *)at;
	struct netmap_ring head = {
		.buf_ofs = g->buffers - at,
		.num_slots = p->slots,
		.nr_buf_size = g->buffer_size,
		.ringid = p->own->ringid,
		.dir = receives,
		.head = p->own->head,
		.cur = p->own->head,
		.tail = receives ? p->own->head : p->own->tail,
	};

	*ring = head;
	for (uint32_t i = 0; i < p->slots; i++)
		ring->slot[i] = (struct netmap_slot){.buf_idx = buffers[i]};
	p->shown = ring;
	p->tail = head.tail;
	return at + ring_size(p->slots);
}

static void build(struct netmap_guest *g, const struct nmd_port *port,
		  const uint32_t *buffers)
{
	uint8_t *base = g->memory + g->places +
			(size_t)g->place * LENDER_PLACE_SIZE;
	uint8_t *at = base + if_size(&port->geometry);
	struct netmap_if *nif = g->nif = (void *)base;
	uint32_t tx = port->geometry.tx_rings;

	memset(base, 0, (size_t)(at - base));
	snprintf(nif->name, sizeof(nif->name), "%.15s", port->name);
	nif->version = NETMAP_ABI_VERSION;
	nif->tx_rings = tx;
	nif->rx_rings = port->geometry.rx_rings;
	nif->host_tx_rings = nif->host_rx_rings = 1; /* as netmap_view.c */
	for (uint32_t i = 0; i < g->tx_count; i++) {
		nif->ring_ofs[port->rings.first_tx + i] = at - base;
		at = build_ring(g, &g->tx[i], at, false, buffers);
		buffers += g->tx[i].slots;
	}
	for (uint32_t i = 0; i < g->rx_count; i++) {
		nif->ring_ofs[tx + 1 + port->rings.first_rx + i] = at - base;
		at = build_ring(g, &g->rx[i], at, true, buffers);
		buffers += g->rx[i].slots;
	}
}

/* Gets what the rings need; false: there is not so much. */
static bool borrow(struct netmap_guest *g, const struct nmd_port *port)
{
	uint32_t n = slots_of(g);
	uint32_t *buffers = malloc((n + 1) * sizeof(*buffers));
	bool enough;

	if (!buffers)
		return false;
	enough = lender_take(&g->lender->lender, n, buffers);
	if (enough)
		build(g, port, buffers);
	free(buffers);
	return enough;
}

int guest_open(struct netmap_file *lender, const struct nmd_port *port,
	       struct netmap_guest **out)
{
	struct netmap_guest *g = calloc(1, sizeof(*g));

	if (!g)
		return ENOMEM;
	g->lender = lender;
	g->memory = MAP_FAILED;
	g->own_buffers = nmd_buffers(port);
	g->own_size = port->geometry.buf_size;
	g->own_count = port->geometry.buffers;
	g->place = lender_take_place(&lender->lender);
	if (g->place >= 0 && count_rings(g, port) && map_memory(g) &&
	    borrow(g, port)) {
		*out = g;
		return 0;
	}
	if (g->memory != MAP_FAILED)
		munmap(g->memory, g->memory_size);
	if (g->place >= 0)
		lender_leave_place(&lender->lender, g->place);
	free(g);
	return ENOMEM;
}

/* The buffers that are in the rings now, whichever they are. */
static void give_buffers_back(struct netmap_guest *g, const struct pair *p)
{
	for (uint32_t i = 0; i < p->slots; i++) {
		uint32_t buffer = p->shown->slot[i].buf_idx;

		if (buffer >= BUFFERS_RESERVED && buffer < g->buffer_count)
			lender_return(&g->lender->lender, 1, &buffer);
	}
}

void guest_close(struct netmap_guest *g)
{
	if (!g)
		return;
	for (uint32_t i = 0; i < g->tx_count; i++)
		give_buffers_back(g, &g->tx[i]);
	for (uint32_t i = 0; i < g->rx_count; i++)
		give_buffers_back(g, &g->rx[i]);
	munmap(g->memory, g->memory_size);
	lender_leave_place(&g->lender->lender, g->place);
	netmap_file_give_back(g->lender);
	free(g);
}

static uint32_t distance(const struct pair *p, uint32_t from, uint32_t to)
{
	return (to + p->slots - from) % p->slots;
}

static uint32_t next_of(const struct pair *p, uint32_t slot)
{
	return slot + 1 == p->slots ? 0 : slot + 1;
}

/* The lender's buffer of a slot, for len bytes; NULL: it is none. */
static uint8_t *lent(const struct netmap_guest *g,
		     const struct netmap_slot *slot, uint32_t len)
{
	return slot->buf_idx < g->buffer_count && len <= g->buffer_room
		       ? g->buffers + (size_t)slot->buf_idx * g->buffer_size
		       : NULL;
}

/* The port's own, likewise. */
static uint8_t *own(const struct netmap_guest *g,
		    const struct netmap_slot *slot, uint32_t len)
{
	return slot->buf_idx < g->own_count && len <= g->own_size
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
	to.ptr = from.ptr;
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
