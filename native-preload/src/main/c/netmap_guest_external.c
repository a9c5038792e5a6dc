/* SPDX-License-Identifier: BSD-2-Clause */
/* A port whose rings lie in memory that the program has brought. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "netmap_external.h"
#include "netmap_guest_rings.h"

struct external_memory *guest_external(const struct netmap_guest *g)
{
	return g->external;
}

static bool place_rings(struct external_memory *m, struct pair *p,
			uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		p[i].shown = (void *)external_take_ring(
			m, guest_ring_size(p[i].slots));
		if (!p[i].shown)
			return false;
	}
	return true;
}

static bool place(struct netmap_guest *g, const struct nmd_port *port)
{
	struct external_memory *m = g->external;

	guest_count_rings(g, port);
	g->nif = (void *)external_take_if(m, guest_if_size(&port->geometry));
	return g->nif && place_rings(m, g->tx, g->tx_count) &&
	       place_rings(m, g->rx, g->rx_count);
}

/* All of n or none. */
static bool take_buffers(struct external_memory *m, uint32_t n,
			 uint32_t *buffers)
{
	uint32_t taken = external_take_buffers(m, n, buffers);

	for (uint32_t i = 0; taken < n && i < taken; i++)
		external_return_buffer(m, buffers[i]);
	return taken == n;
}

static bool fill(struct netmap_guest *g, const struct nmd_port *port)
{
	uint32_t n = guest_slots(g);
	uint32_t *buffers = malloc((n + 1) * sizeof(*buffers));
	bool enough = buffers && take_buffers(g->external, n, buffers);

	if (enough)
		guest_build(g, port, buffers);
	free(buffers);
	return enough;
}

static void leave_places(struct netmap_guest *g)
{
	struct external_memory *m = g->external;

	for (uint32_t i = 0; i < g->tx_count; i++)
		if (g->tx[i].shown)
			external_return_ring(m, (uint8_t *)g->tx[i].shown);
	for (uint32_t i = 0; i < g->rx_count; i++)
		if (g->rx[i].shown)
			external_return_ring(m, (uint8_t *)g->rx[i].shown);
	if (g->nif)
		external_return_if(m, (uint8_t *)g->nif);
}

int guest_open_external(struct external_memory *memory,
			const struct nmd_port *port, struct netmap_guest **out)
{
	struct netmap_guest *g = guest_new(port);

	if (!g)
		return ENOMEM;
	g->external = memory;
	g->memory = external_base(memory);
	g->memory_size = external_size(memory);
	g->memory_id = external_id(memory);
	g->buffers = external_buffers(memory);
	g->buffer_size = g->buffer_room = external_buffer_size(memory);
	g->buffer_count = external_buffer_count(memory);
	if (place(g, port) && fill(g, port)) {
		*out = g;
		return 0;
	}
	leave_places(g);
	free(g);
	return ENOMEM;
}

/* Where the next buffer's number stands in a list of extra ones; NULL: none. */
static uint32_t *link_of(const struct netmap_guest *g, uint32_t buffer)
{
	return buffer >= BUFFERS_RESERVED && buffer < g->buffer_count
		       ? (uint32_t *)(void *)(g->buffers +
					      (size_t)buffer * g->buffer_size)
		       : NULL;
}

uint32_t guest_take_extra(struct netmap_guest *g, uint32_t n)
{
	uint32_t *head = &g->nif->bufs_head, taken = 0, buffer;

	*head = 0;
	while (taken < n &&
	       external_take_buffers(g->external, 1, &buffer) == 1) {
		memcpy(link_of(g, buffer), head, sizeof(*head));
		*head = buffer;
		taken++;
	}
	return taken;
}

/* The program may have made anything of it, also a circle. */
static void give_extra_back(const struct netmap_guest *g)
{
	uint32_t buffer = g->nif->bufs_head;
	const uint32_t *next;

	for (uint32_t n = 0; n < g->buffer_count; n++) {
		next = link_of(g, buffer);
		if (!next)
			return;
		external_return_buffer(g->external, buffer);
		memcpy(&buffer, next, sizeof(buffer));
	}
}

/* The buffers that are in a ring now, whichever they are. */
static void give_buffers_back(const struct netmap_guest *g,
			      const struct pair *p)
{
	for (uint32_t i = 0; i < p->slots; i++)
		external_return_buffer(g->external, p->shown->slot[i].buf_idx);
}

void guest_leave_external(struct netmap_guest *g)
{
	for (uint32_t i = 0; i < g->tx_count; i++)
		give_buffers_back(g, &g->tx[i]);
	for (uint32_t i = 0; i < g->rx_count; i++)
		give_buffers_back(g, &g->rx[i]);
	give_extra_back(g);
	leave_places(g);
	external_give_back(g->external);
}
