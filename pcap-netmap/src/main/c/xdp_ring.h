/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rings that a socket shares with the kernel. Of each ring's two indices
 * one is ours to move; they count up for ever and are masked.
 */
#ifndef XDP_RING_H
#define XDP_RING_H

#include <linux/if_xdp.h>

#include "nic.h"
#include "port.h"
#include "xdp.h"

#ifndef XDP_PKT_CONTD
#define XDP_PKT_CONTD 1 /* the frame goes on in the next descriptor */
#endif

static inline uint32_t own(const uint32_t *index)
{
	return __atomic_load_n(index, __ATOMIC_RELAXED);
}

static inline uint32_t theirs(const uint32_t *index)
{
	return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static inline void publish(uint32_t *index, uint32_t value)
{
	__atomic_store_n(index, value, __ATOMIC_RELEASE);
}

static inline uint64_t *address_at(const struct xdp_ring *ring, uint32_t n)
{
	return (uint64_t *)ring->entries + (n & ring->mask);
}

static inline struct xdp_desc *desc_at(const struct xdp_ring *ring, uint32_t n)
{
	return (struct xdp_desc *)ring->entries + (n & ring->mask);
}

static inline bool needs_wakeup(const struct xdp_ring *ring)
{
	return own(ring->flags) & XDP_RING_NEED_WAKEUP;
}

static inline struct xdp_queue *queue_of(const struct nmd_port *port,
					 uint32_t r)
{
	return &port->nic->xdp->queue[r];
}

#endif
