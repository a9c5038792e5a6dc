/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the workers written against netmap's own interface share: a port of
 * /dev/netmap, registered and mapped, and ring 0 each way.
 */
#ifndef NETMAP_PORT_H
#define NETMAP_PORT_H

#include "bench.h"
#include "netmap_abi.h"

struct netmap_port {
	int fd;
	void *memory;
	uint64_t size;
	struct netmap_ring *tx, *rx;
};

/* Registers name with rings of o->slots both ways, or ends the process. */
void netmap_port_open(struct netmap_port *p, const char *name,
		      const struct bench_options *o);
void netmap_port_close(struct netmap_port *p);

/* Waits by poll, at most so long; false: in vain. */
bool netmap_port_poll(const struct netmap_port *p, short events,
		      int timeout_ms);

void netmap_port_txsync(const struct netmap_port *p);

static inline uint8_t *netmap_buffer(struct netmap_ring *ring, uint32_t slot)
{
	return (uint8_t *)ring + ring->buf_ofs +
	       (size_t)ring->slot[slot].buf_idx * ring->nr_buf_size;
}

static inline uint32_t netmap_next(const struct netmap_ring *ring,
				   uint32_t slot)
{
	return slot + 1 == ring->num_slots ? 0 : slot + 1;
}

/* Slots [head, tail). */
static inline uint32_t netmap_slots(const struct netmap_ring *ring)
{
	uint32_t n = ring->tail - ring->head;

	return (int32_t)n < 0 ? n + ring->num_slots : n;
}

#endif
