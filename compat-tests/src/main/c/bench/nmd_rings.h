/* SPDX-License-Identifier: BSD-2-Clause */
/* What the workers on the netmap device share: opening, and ring 0 each way. */
#ifndef NMD_RINGS_H
#define NMD_RINGS_H

#include "bench.h"
#include "nmd.h"

struct nmd_rings {
	struct nmd_port *port;
	struct netmap_ring *tx, *rx;
};

/* Opens o->port with rings of o->slots both ways, or ends the process. */
void nmd_rings_open(struct nmd_rings *r, const struct bench_options *o);

static inline uint8_t *nmd_buffer(struct netmap_ring *ring, uint32_t slot)
{
	return (uint8_t *)ring + ring->buf_ofs +
	       (size_t)ring->slot[slot].buf_idx * ring->nr_buf_size;
}

static inline uint32_t nmd_next(const struct netmap_ring *ring, uint32_t slot)
{
	return slot + 1 == ring->num_slots ? 0 : slot + 1;
}

/* Slots [head, tail): free room of a TX ring, unread frames of an RX ring. */
static inline uint32_t nmd_slots(const struct netmap_ring *ring)
{
	uint32_t n = ring->tail - ring->head;

	return (int32_t)n < 0 ? n + ring->num_slots : n;
}

/* The device's counters as members of a JSON object; until the next call. */
const char *nmd_rings_figures(const struct nmd_rings *r);

#endif
