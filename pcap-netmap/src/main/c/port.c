/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be asked of an open port. */
#include "port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "atomics.h"
#include "draw.h"
#include "kernel.h"
#include "nic.h"
#include "pipe.h"
#include "released.h"
#include "spec.h"
#include "sync.h"
#include "tables.h"

void port_free(struct nmd_port *port)
{
	if (port->forwarder)
		pipe_free(port->pipe, forward_jit(port));
	if (port->forwarder && port->nic)
		filter_free(&port->nic->self.filter, nic_jit(port));
	draw_free(port->draw);
	released_free(port->released);
	nic_free(port->nic);
	forwarder_free(port->forwarder);
	free(port);
}

bool port_owns_fd(const struct nmd_port *port)
{
	struct stat st;

	return fstat(port->fd, &st) == 0 && st.st_dev == port->fd_dev &&
	       st.st_ino == port->fd_ino;
}

void port_move_fd(struct nmd_port *port, int fd)
{
	port->fd = fd;
}

NMD_API void nmd_region(const struct nmd_port *port, struct nmd_region *out)
{
	const struct geometry *g = &port->geometry;

	out->base = port->area;
	out->size = g->view;
	out->if_offset = AREA_IF_AT;
	out->arrivals_offset = port->arrivals && port->rings.rx
				       ? g->arrivals_at +
						 port->rings.first_rx *
							 g->arrivals_stride
				       : 0;
	out->arrivals_stride = port->arrivals ? g->arrivals_stride : 0;
	out->tx_rings = port->rings.tx;
	out->rx_rings = port->rings.rx;
	out->first_tx_ring = port->rings.first_tx;
	out->first_rx_ring = port->rings.first_rx;
	out->port_tx_rings = g->tx_rings;
	out->port_rx_rings = g->rx_rings;
	out->tx_slots = g->tx_slots;
	out->rx_slots = g->rx_slots;
	out->buf_size = g->buf_size;
	out->buffers = g->buffers;
}

/*
 * Pipes of no switch share one, and have nothing to do with each other, nor
 * with ports of the switch that a program happens to name so.
 */
static bool is_peer(const struct nmd_port *port,
		    const struct sw_opening *opening)
{
	const struct vale *v = port->vale;
	uint32_t index = opening->port;
	char own[sizeof(vale_port(v, 0)->name)], other[sizeof(own)];

	if (strcmp(v->name, SPEC_PIPES) != 0)
		return true;
	if (index >= SW_MAX)
		return false;
	snprintf(own, sizeof(own), "%.*s", (int)sizeof(own) - 1,
		 vale_port(v, port->port_index)->name);
	snprintf(other, sizeof(other), "%.*s", (int)sizeof(other) - 1,
		 vale_port(v, index)->name);
	if (!strpbrk(own, "{}"))
		return !strpbrk(other, "{}");
	return spec_same_pipe(own, other);
}

NMD_API int nmd_peers(struct nmd_port *port)
{
	int live = 0;

	if (port->nic && port->nic->kernel && port->nic->kernel->switched)
		return kernel_peers(port);
	if (port->nic)
		return nic_is_up(port->nic);
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *o = vale_opening(port->vale, i);

		live += i != port->index &&
			sw_state_of(load_acquire(&o->state)) == SW_LIVE &&
			is_peer(port, o);
	}
	return live;
}

NMD_API const char *nmd_name(const struct nmd_port *port)
{
	return port->name;
}

NMD_API struct netmap_ring *nmd_tx_ring(const struct nmd_port *port,
					uint32_t index)
{
	if (index >= port->rings.tx)
		return NULL;
	return geometry_tx_ring(port->area, &port->geometry,
				port->rings.first_tx + index);
}

NMD_API struct netmap_ring *nmd_rx_ring(const struct nmd_port *port,
					uint32_t index)
{
	if (index >= port->rings.rx)
		return NULL;
	return geometry_rx_ring(port->area, &port->geometry,
				port->rings.first_rx + index);
}

NMD_API uint8_t *nmd_buffers(const struct nmd_port *port)
{
	return (uint8_t *)port->area + port->geometry.pool_at +
	       port->geometry.headroom;
}

bool port_has_unsent(const struct nmd_port *port)
{
	const struct geometry *g = &port->geometry;
	bool any = port->nic;

	for (uint32_t i = 0; i < port->rings.tx && !any; i++) {
		uint32_t r = port->rings.first_tx + i;
		uint64_t sent = load_acquire(&port->area->tx[r].sent);

		any = sync_advance(geometry_tx_ring(port->area, g, r), sent,
				   g->tx_slots) > 0;
	}
	return any;
}

uint32_t port_watched_area(const struct nmd_port *port)
{
	return tables_raw_area(vale_port(port->vale, port->port_index));
}
