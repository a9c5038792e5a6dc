/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked about ports and their memory. */
#include <errno.h>
#include <string.h>

#include "netmap_file.h"
#include "netmap_memory.h"
#include "netmap_names.h"
#include "netmap_view.h"

/*
 * The port, opened for as long as it is looked at, as the module makes one for
 * a moment that does not exist. 0 or the module's errno.
 */
static int look(const char *name, struct register_request *r,
		struct nmd_port **port)
{
	char spec[NETMAP_SPEC_SIZE];
	struct nmd_options options;
	int error, code;

	r->mode = MODE_ALL_NIC;
	error = netmap_spec(name, r, spec);
	if (error)
		return error;
	options = netmap_options(name, r);
	code = nmd_open(spec, &options, port, NULL);
	return code < 0 ? netmap_open_error(code, r) : 0;
}

int netmap_port_info(const char *name, struct port_info_request *p)
{
	struct register_request r = {
		.tx_slots = p->tx_slots,
		.rx_slots = p->rx_slots,
		.tx_rings = p->tx_rings,
		.rx_rings = p->rx_rings,
		.mem_id = p->mem_id,
	};
	struct nmd_port *port;
	int error = *name ? look(name, &r, &port) : EINVAL;

	if (error)
		return error;
	netmap_describe(port, &r);
	nmd_close(port);
	p->memsize = r.memsize;
	p->tx_slots = r.tx_slots;
	p->rx_slots = r.rx_slots;
	p->tx_rings = r.tx_rings;
	p->rx_rings = r.rx_rings;
	p->host_tx_rings = r.host_tx_rings;
	p->host_rx_rings = r.host_rx_rings;
	p->mem_id = r.mem_id;
	return 0;
}

int netmap_pools_info(const char *name, struct pools_request *p)
{
	struct register_request r = {.mem_id = p->mem_id};
	const struct geometry *g;
	struct nmd_port *port;
	int error = look(name, &r, &port);

	if (error)
		return error;
	g = &port->geometry;
	*p = (struct pools_request){
		.memsize = netmap_view_size(port),
		.mem_id = netmap_memory_id(port),
		.if_offset = g->view,
		.ifs = SW_MAX,
		.if_size = SW_IF_SIZE,
		.ring_offset = g->tx_ring_at,
		.rings = g->tx_rings + g->rx_rings,
		.ring_size = (uint32_t)g->tx_ring_stride,
		.buffer_offset = g->pool_at,
		.buffers = g->buffers,
		.buffer_size = g->buf_size,
	};
	nmd_close(port);
	return 0;
}

/* Ports of ours have no header before their frames; a port must be there. */
int netmap_header_get(const char *name, struct header_request *h)
{
	int error = netmap_name_exists(name) ? 0 : ENXIO;

	if (error == 0)
		h->length = 0;
	return error;
}

int netmap_header_set(const char *name, const struct header_request *h)
{
	if (h->length != 0 && h->length != 10 && h->length != 12)
		return EINVAL;
	if (!netmap_name_exists(name))
		return ENXIO;
	return h->length ? EOPNOTSUPP : 0;
}
