/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_pieces.h"

/* A slot's bytes; false: they cannot be sent. */
static bool piece_of(const struct nmd_port *port, uint32_t r, uint64_t number,
		     struct iovec *piece, bool *more)
{
	const struct geometry *g = &port->geometry;
	volatile struct netmap_slot *slot =
		&geometry_tx_ring(port->area, g, r)->slot[number % g->tx_slots];
	uint32_t buffer = slot->buf_idx, len = slot->len, flags = slot->flags;

	*more = flags & NETMAP_SLOT_MOREFRAG;
	piece->iov_len = len;
	if (flags & NETMAP_SLOT_INDIRECT) {
		piece->iov_base = (void *)(uintptr_t)slot->ptr;
		return port->indirect;
	}
	piece->iov_base = nmd_buffers(port) + (uint64_t)buffer * g->buf_size;
	return buffer < g->buffers && len <= g->buf_size - g->headroom &&
	       len > 0;
}

uint32_t nic_pieces(const struct nmd_port *port, uint32_t r, uint64_t first,
		    uint32_t count, struct iovec *pieces, uint32_t max,
		    bool *good)
{
	uint32_t n = 0;
	bool more = true;

	*good = true;
	while (more && n < count && n < max)
		*good &= piece_of(port, r, first + n, &pieces[n], &more), n++;
	*good &= !more;
	return n;
}
