/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "netmap_guest_rings.h"
#include "netmap_memory.h"

struct netmap_file *guest_lender(const struct netmap_guest *g)
{
	return g->lender;
}

struct netmap_ring *guest_ring(const struct netmap_guest *g, bool receives,
			       uint32_t i)
{
	return receives ? g->rx[i].shown : g->tx[i].shown;
}

uint64_t guest_if(const struct netmap_guest *g)
{
	return (uint64_t)((uint8_t *)g->nif - g->memory);
}

size_t guest_ring_size(uint32_t slots)
{
	return SW_ALIGN(sizeof(struct netmap_ring) +
				slots * sizeof(struct netmap_slot),
			SW_LINE);
}

size_t guest_if_size(const struct geometry *geometry)
{
	return SW_ALIGN(sizeof(struct netmap_if) +
				(geometry->tx_rings + geometry->rx_rings + 2) *
					sizeof(int64_t),
			SW_LINE);
}

uint32_t guest_slots(const struct netmap_guest *g)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < g->tx_count; i++)
		sum += g->tx[i].slots;
	for (uint32_t i = 0; i < g->rx_count; i++)
		sum += g->rx[i].slots;
	return sum;
}

/* Numbers the port's rings; bytes that they take with their netmap_if. */
size_t guest_count_rings(struct netmap_guest *g, const struct nmd_port *port)
{
	size_t size = guest_if_size(&port->geometry);

	g->tx_count = port->rings.tx;
	g->rx_count = port->rings.rx;
	for (uint32_t i = 0; i < g->tx_count; i++) {
		g->tx[i].own = nmd_tx_ring(port, i);
		g->tx[i].slots = port->geometry.tx_slots;
		size += guest_ring_size(g->tx[i].slots);
	}
	for (uint32_t i = 0; i < g->rx_count; i++) {
		g->rx[i].own = nmd_rx_ring(port, i);
		g->rx[i].slots = port->geometry.rx_slots;
		size += guest_ring_size(g->rx[i].slots);
	}
	return size;
}

static bool map_memory(struct netmap_guest *g)
{
	const struct nmd_port *port = atomic_load(&g->lender->port);
	const struct geometry *geometry = &port->geometry;
	struct netmap_view_tail tail = {lender_rings(g->lender->lender),
					LENDER_RINGS_SIZE};

	if (!tail.at)
		return false;
	g->memory_size = lender_memory_size(geometry);
	g->memory = netmap_view_map(port, NULL, g->memory_size,
				    PROT_READ | PROT_WRITE, MAP_SHARED, 0,
				    &tail);
	if (g->memory == MAP_FAILED)
		return false;
	g->places = netmap_view_size(geometry);
	g->buffers = g->memory + geometry->pool_at + geometry->headroom;
	g->buffer_size = geometry->buf_size;
	g->buffer_count = geometry->buffers;
	g->buffer_room = geometry->buf_size - geometry->headroom;
	return true;
}

/* Writes a ring that shows what the device's does. */
static void build_ring(struct netmap_guest *g, struct pair *p, bool receives,
		       const uint32_t *buffers)
{
	struct netmap_ring *ring = p->shown;
	struct netmap_ring head = {
		.buf_ofs = g->buffers - (uint8_t *)ring,
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
	p->tail = head.tail;
}

static void build_if(struct netmap_if *nif, const struct nmd_port *port)
{
	memset(nif, 0, guest_if_size(&port->geometry));
	netmap_view_name(port, nif);
	nif->tx_rings = netmap_view_rings(port).tx;
	nif->rx_rings = netmap_view_rings(port).rx;
	nif->host_tx_rings = nif->host_rx_rings = 1; /* as netmap_view.c */
}

/* Everything has its place: each of the rings gets as many of the buffers. */
void guest_build(struct netmap_guest *g, const struct nmd_port *port,
		 const uint32_t *buffers)
{
	struct netmap_if *nif = g->nif;
	struct netmap_view_rings r = netmap_view_rings(port);

	build_if(nif, port);
	for (uint32_t i = 0; i < g->tx_count; i++) {
		build_ring(g, &g->tx[i], false, buffers);
		nif->ring_ofs[r.tx_at + i] = (uint8_t *)g->tx[i].shown -
					     (uint8_t *)nif;
		buffers += g->tx[i].slots;
	}
	for (uint32_t i = 0; i < g->rx_count; i++) {
		build_ring(g, &g->rx[i], true, buffers);
		nif->ring_ofs[r.rx_at + i] = (uint8_t *)g->rx[i].shown -
					     (uint8_t *)nif;
		buffers += g->rx[i].slots;
	}
}

/* The netmap_if from there on, and the rings behind it. */
static void place(struct netmap_guest *g, const struct nmd_port *port,
		  uint8_t *at)
{
	g->nif = (void *)at;
	at += guest_if_size(&port->geometry);
	for (uint32_t i = 0; i < g->tx_count; i++) {
		g->tx[i].shown = (void *)at;
		at += guest_ring_size(g->tx[i].slots);
	}
	for (uint32_t i = 0; i < g->rx_count; i++) {
		g->rx[i].shown = (void *)at;
		at += guest_ring_size(g->rx[i].slots);
	}
}

/* Gets what the rings need; false: there is not so much. */
static bool borrow(struct netmap_guest *g, const struct nmd_port *port)
{
	uint32_t n = guest_slots(g);
	uint32_t *buffers = malloc((n + 1) * sizeof(*buffers));
	bool enough;

	if (!buffers)
		return false;
	enough = lender_take(g->lender->lender, n, buffers);
	if (enough) {
		place(g, port,
		      g->memory + g->places +
			      (size_t)g->place * LENDER_PLACE_SIZE);
		guest_build(g, port, buffers);
	}
	free(buffers);
	return enough;
}

struct netmap_guest *guest_new(const struct nmd_port *port)
{
	struct netmap_guest *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->memory = MAP_FAILED;
	g->pipe = port->pipe;
	g->own_buffers = nmd_buffers(port);
	g->own_size = port->geometry.buf_size;
	g->own_count = port->geometry.buffers;
	g->own_room = g->own_size - port->geometry.headroom;
	return g;
}

int guest_open(struct netmap_file *lender, const struct nmd_port *port,
	       struct netmap_guest **out)
{
	struct netmap_guest *g = guest_new(port);

	if (!g)
		return ENOMEM;
	g->lender = lender;
	g->place = lender_take_place(lender->lender);
	if (g->place >= 0 && guest_count_rings(g, port) <= LENDER_PLACE_SIZE &&
	    map_memory(g) && borrow(g, port)) {
		*out = g;
		return 0;
	}
	if (g->memory != MAP_FAILED)
		munmap(g->memory, g->memory_size);
	if (g->place >= 0)
		lender_leave_place(lender->lender, g->place);
	free(g);
	return ENOMEM;
}

/* The buffers that are in the rings now, whichever they are. */
static void give_buffers_back(struct netmap_guest *g, const struct pair *p)
{
	for (uint32_t i = 0; i < p->slots; i++) {
		uint32_t buffer = p->shown->slot[i].buf_idx;

		if (buffer >= BUFFERS_RESERVED && buffer < g->buffer_count)
			lender_return(g->lender->lender, 1, &buffer);
	}
}

/* What it has of the lender's. */
static void leave(struct netmap_guest *g)
{
	for (uint32_t i = 0; i < g->tx_count; i++)
		give_buffers_back(g, &g->tx[i]);
	for (uint32_t i = 0; i < g->rx_count; i++)
		give_buffers_back(g, &g->rx[i]);
	lender_leave_place(g->lender->lender, g->place);
	netmap_file_give_back(g->lender);
}

void guest_close(struct netmap_guest *g)
{
	if (!g)
		return;
	if (g->external)
		guest_leave_external(g);
	if (g->lender)
		leave(g);
	if (!g->external)
		munmap(g->memory, g->memory_size);
	free(g);
}

/* All buffers are the rings'; the first two are nobody's, as everywhere. */
static bool build_own(struct netmap_guest *g, const struct nmd_port *port)
{
	uint32_t n = guest_slots(g);
	uint32_t *buffers = malloc((n + 1) * sizeof(*buffers));

	if (!buffers)
		return false;
	for (uint32_t i = 0; i < n; i++)
		buffers[i] = BUFFERS_RESERVED + i;
	place(g, port, g->memory);
	guest_build(g, port, buffers);
	free(buffers);
	return true;
}

static bool map_own(struct netmap_guest *g, const struct nmd_port *port)
{
	size_t rings = SW_ALIGN(guest_count_rings(g, port), SW_PAGE);

	g->buffer_size = g->buffer_room = port->geometry.buf_size;
	g->buffer_count = guest_slots(g) + BUFFERS_RESERVED;
	g->memory_size = rings +
			 SW_ALIGN((size_t)g->buffer_count * g->buffer_size,
				  SW_PAGE);
	/* Shared: the program's mappings are the same pages. */
	g->memory = mmap(NULL, g->memory_size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (g->memory == MAP_FAILED)
		return false;
	g->buffers = g->memory + rings;
	return true;
}

int guest_open_own(const struct nmd_port *port, struct netmap_guest **out)
{
	struct netmap_guest *g = guest_new(port);

	if (!g)
		return ENOMEM;
	if (map_own(g, port) && build_own(g, port)) {
		g->memory_id = netmap_new_memory_id();
		*out = g;
		return 0;
	}
	if (g->memory != MAP_FAILED)
		munmap(g->memory, g->memory_size);
	free(g);
	return ENOMEM;
}

struct netmap_view_tail guest_own_memory(const struct netmap_guest *g)
{
	return (struct netmap_view_tail){g->memory, g->memory_size};
}

uint16_t guest_memory_id(const struct netmap_guest *g)
{
	return g->memory_id;
}

static void set_offsets(const struct netmap_guest *g, const struct pair *p,
			uint64_t initial)
{
	p->shown->offset_mask = g->offset_mask;
	for (uint32_t i = 0; i < p->slots; i++)
		p->shown->slot[i].ptr = initial;
}

void guest_set_offsets(struct netmap_guest *g, uint64_t mask, uint64_t most,
		       uint64_t initial)
{
	g->offset_mask = mask;
	g->offset_most = most;
	for (uint32_t i = 0; i < g->tx_count; i++)
		set_offsets(g, &g->tx[i], initial);
	for (uint32_t i = 0; i < g->rx_count; i++)
		set_offsets(g, &g->rx[i], initial);
}
