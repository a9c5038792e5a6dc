/* SPDX-License-Identifier: BSD-2-Clause */
#include "geometry.h"

#include <stdio.h>
#include <string.h>

static bool slots_valid(const struct geometry *g, uint32_t slots)
{
	uint32_t most = g->pipe_end == SW_NO_PIPE ? SLOTS_MAX : PIPE_SLOTS_MAX;

	return slots >= SLOTS_MIN && slots <= most;
}

static bool rings_valid(uint32_t rings)
{
	return rings >= 1 && rings <= SW_MAX_RINGS;
}

bool geometry_valid(const struct geometry *g)
{
	return rings_valid(g->tx_rings) && rings_valid(g->rx_rings) &&
	       slots_valid(g, g->tx_slots) && slots_valid(g, g->rx_slots) &&
	       g->buf_size >= SW_LINE && g->buf_size <= BUF_SIZE_MAX &&
	       g->buf_size % SW_LINE == 0 && g->headroom < SW_PAGE &&
	       (!g->headroom || !g->pipe_end) && g->extra <= EXTRA_MAX &&
	       (g->pipe_end == SW_NO_PIPE ||
		(g->arrivals && g->pipe_end <= SW_RIGHT)) &&
	       (uint64_t)g->tx_slots * g->buf_size <= RING_BYTES_MAX &&
	       (uint64_t)g->rx_slots * g->buf_size <= RING_BYTES_MAX;
}

static uint64_t ring_bytes(uint32_t slots)
{
	return SW_ALIGN(sizeof(struct netmap_ring) +
				slots * sizeof(struct netmap_slot),
			SW_LINE);
}

static uint32_t own_slots(const struct geometry *g)
{
	return g->tx_rings * g->tx_slots + g->rx_rings * g->rx_slots;
}

uint32_t geometry_first_extra(const struct geometry *g)
{
	/* Both ends of a pipe have as many slots, and one pool. */
	return BUFFERS_RESERVED + own_slots(g) * (g->pipe_end ? 2 : 1);
}

static void compute_pool(struct geometry *g)
{
	g->buffers = own_slots(g) + BUFFERS_RESERVED + g->extra;
	if (g->pipe_end)
		g->buffers = SW_ALIGN(g->buffers, BUFFERS_OF_PAGES);
	g->pool_half = (uint64_t)g->buffers * g->buf_size;
	/* The last buffer, as programs count, ends so much later. */
	g->memory = SW_ALIGN(g->pool_at + g->pool_half + g->headroom, SW_PAGE);
	g->view = g->memory;
	if (g->pipe_end) {
		g->view += g->pool_half;
		g->buffers *= 2;
	}
}

void geometry_compute(struct geometry *g)
{
	uint64_t at = AREA_IF_AT + sizeof(struct netmap_if) +
		      (g->tx_rings + g->rx_rings) * sizeof(int64_t);

	g->tx_ring_at = SW_ALIGN(at, SW_LINE);
	g->tx_ring_stride = ring_bytes(g->tx_slots);
	g->rx_ring_at = g->tx_ring_at + g->tx_rings * g->tx_ring_stride;
	g->rx_ring_stride = ring_bytes(g->rx_slots);
	g->arrivals_at = g->rx_ring_at + g->rx_rings * g->rx_ring_stride;
	g->arrivals_stride =
		g->arrivals ? SW_ALIGN(g->rx_slots * sizeof(struct nmd_arrival),
				       SW_LINE)
			    : 0;
	g->journals_at = g->arrivals_at + g->rx_rings * g->arrivals_stride;
	at = g->journals_at;
	if (g->pipe_end)
		at += g->tx_rings * sizeof(struct pipe_journal);
	g->pool_at = SW_ALIGN(at, SW_PAGE);
	compute_pool(g);
}

struct geometry geometry_of_other_end(const struct geometry *g)
{
	struct geometry other = *g;

	other.tx_rings = g->rx_rings;
	other.rx_rings = g->tx_rings;
	other.tx_slots = g->rx_slots;
	other.rx_slots = g->tx_slots;
	other.pipe_end = g->pipe_end == SW_LEFT ? SW_RIGHT : SW_LEFT;
	geometry_compute(&other);
	return other;
}

bool geometry_read(const struct sw_area_entry *entry, uint64_t area_size,
		   struct geometry *out)
{
	const volatile struct sw_area_entry *shared = entry;

	out->extra = shared->extra;
	out->tx_rings = shared->tx_rings;
	out->rx_rings = shared->rx_rings;
	out->tx_slots = shared->tx_slots;
	out->rx_slots = shared->rx_slots;
	out->buf_size = shared->buf_size;
	out->arrivals = shared->arrivals != 0;
	out->pipe_end = shared->pipe_end;
	out->headroom = shared->headroom;
	if (!geometry_valid(out))
		return false;
	geometry_compute(out);
	return out->memory <= area_size && out->view <= MEMORY_MAX;
}

void geometry_write(const struct geometry *g, struct sw_area_entry *entry)
{
	entry->extra = g->extra;
	entry->tx_rings = g->tx_rings;
	entry->rx_rings = g->rx_rings;
	entry->tx_slots = g->tx_slots;
	entry->rx_slots = g->rx_slots;
	entry->buf_size = g->buf_size;
	entry->arrivals = g->arrivals;
	entry->pipe_end = g->pipe_end;
	entry->headroom = g->headroom;
}

/* Gives each slot of a ring a buffer of its own; returns the next free. */
static uint32_t build_ring(struct netmap_ring *ring, const struct area *area,
			   const struct geometry *g, uint32_t slots,
			   uint32_t buffer)
{
	const uint8_t *pool = (const uint8_t *)area + g->pool_at + g->headroom;

	ring->buf_ofs = pool - (const uint8_t *)ring;
	ring->num_slots = slots;
	ring->nr_buf_size = g->buf_size;
	for (uint32_t i = 0; i < slots; i++)
		ring->slot[i].buf_idx = buffer++;
	return buffer;
}

static void build_rings(struct area *area, const struct geometry *g,
			struct netmap_if *nif)
{
	uint32_t buffer = BUFFERS_RESERVED;
	struct netmap_ring *ring;

	if (g->pipe_end == SW_RIGHT)
		buffer += own_slots(g); /* the other end has as many */

	for (uint32_t i = 0; i < g->tx_rings; i++) {
		ring = geometry_tx_ring(area, g, i);
		nif->ring_ofs[i] = (uint8_t *)ring - (uint8_t *)nif;
		buffer = build_ring(ring, area, g, g->tx_slots, buffer);
		ring->ringid = (uint16_t)i;
		ring->tail = g->tx_slots - 1;
	}
	for (uint32_t i = 0; i < g->rx_rings; i++) {
		ring = geometry_rx_ring(area, g, i);
		nif->ring_ofs[g->tx_rings + i] = (uint8_t *)ring -
						 (uint8_t *)nif;
		buffer = build_ring(ring, area, g, g->rx_slots, buffer);
		ring->ringid = (uint16_t)i;
		ring->dir = 1;
	}
}

void geometry_build(struct area *area, const struct geometry *g,
		    const char *name)
{
	struct netmap_if *nif = (void *)((uint8_t *)area + AREA_IF_AT);

	snprintf(nif->name, sizeof(nif->name), "%.15s", name);
	nif->version = NETMAP_ABI_VERSION;
	nif->tx_rings = g->tx_rings;
	nif->rx_rings = g->rx_rings;
	build_rings(area, g, nif);
}
