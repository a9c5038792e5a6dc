/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked about ports and their memory. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "netmap_file.h"
#include "netmap_memory.h"
#include "netmap_names.h"
#include "netmap_switches.h"

struct looked_at {
	struct geometry geometry;
	uint16_t mem_id;
	bool interface;
};

/* Only what an open would make: it would take it away from the host. */
static int look_at_interface(const char *name, const char *spec,
			     struct nmd_options *options, struct looked_at *l)
{
	options->extra_buffers = LENDER_SPARES;
	l->mem_id = NETMAP_GLOBAL_MEMORY;
	l->interface = true;
	if (if_nametoindex(name) == 0)
		return ENXIO;
	return -netmap_view_plan(spec, options, &l->geometry);
}

static bool look_at_own(const char *spec, struct looked_at *l)
{
	struct netmap_file *f = netmap_file_of_port(spec);
	struct nmd_port *port = f ? atomic_load(&f->port) : NULL;

	if (port) {
		l->geometry = port->geometry;
		l->mem_id = netmap_memory_id(port);
	}
	if (f)
		netmap_file_give_back(f);
	return port != NULL;
}

/* The rings of a port that another process has alone. */
static bool look_at_others(const char *spec, struct looked_at *l)
{
	struct geometry *g = &l->geometry;
	struct nmd_info info;

	if (strpbrk(spec, "{}") || !netmap_find_open(spec, &info))
		return false;
	*g = (struct geometry){
		.tx_rings = info.tx_rings ? info.tx_rings : 1,
		.rx_rings = info.rx_rings ? info.rx_rings : 1,
		.tx_slots = info.tx_slots,
		.rx_slots = info.rx_slots,
		.buf_size = info.buf_size,
	};
	l->mem_id = netmap_new_memory_id();
	if (!geometry_valid(g))
		return false;
	geometry_compute(g);
	return true;
}

/*
 * The port, opened for as long as it is looked at, as the module makes one for
 * a moment that does not exist. 0 or the module's errno.
 */
static int look(const char *name, struct register_request *r,
		struct looked_at *l)
{
	char spec[NETMAP_SPEC_SIZE];
	struct nmd_options options;
	struct nmd_port *port;
	int error, code;

	r->mode = MODE_ALL_NIC;
	error = netmap_spec(name, r, spec);
	if (error)
		return error;
	options = netmap_options(name, r);
	if (netmap_is_interface(spec))
		return look_at_interface(name, spec, &options, l);
	code = nmd_open(spec, &options, &port, NULL);
	if (code == -EBUSY && (look_at_own(spec, l) || look_at_others(spec, l)))
		return 0;
	if (code < 0)
		return netmap_open_error(code, r);
	l->geometry = port->geometry;
	l->mem_id = netmap_memory_id(port);
	nmd_close(port);
	return 0;
}

/*
 * Of memory alone: the module's global one is there without any port. Here it
 * would be made, as a null port's is.
 */
static int memory_info(struct port_info_request *p)
{
	struct nmd_options options = {.size = sizeof(options),
				      .flags = NMD_USER_DEVICE};
	uint16_t id = p->mem_id ? p->mem_id : NETMAP_GLOBAL_MEMORY;
	struct netmap_file *f = netmap_file_in_memory(id);
	struct geometry g;
	int code = 0;

	if (f) {
		p->memsize = f->memsize;
		netmap_file_give_back(f);
	} else if (id == NETMAP_GLOBAL_MEMORY) {
		code = netmap_view_plan("valenull:0", &options, &g);
		p->memsize = lender_memory_size(&g);
	} else {
		code = -EINVAL;
	}
	p->mem_id = code < 0 ? p->mem_id : id;
	return -code;
}

static int named_port_info(const char *name, struct port_info_request *p)
{
	struct register_request r = {
		.tx_slots = p->tx_slots,
		.rx_slots = p->rx_slots,
		.tx_rings = p->tx_rings,
		.rx_rings = p->rx_rings,
		.mem_id = p->mem_id,
	};
	struct looked_at l = {0};
	int error = look(name, &r, &l);

	if (error)
		return error;
	p->memsize = lender_memory_size(&l.geometry);
	p->tx_slots = l.geometry.tx_slots;
	p->rx_slots = l.geometry.rx_slots;
	p->tx_rings = (uint16_t)l.geometry.tx_rings;
	p->rx_rings = (uint16_t)l.geometry.rx_rings;
	p->host_tx_rings = p->host_rx_rings = l.interface;
	p->mem_id = l.mem_id;
	return 0;
}

int netmap_port_info(const char *name, struct port_info_request *p)
{
	return *name ? named_port_info(name, p) : memory_info(p);
}

int netmap_pools_info(const char *name, struct pools_request *p)
{
	struct register_request r = {.mem_id = p->mem_id};
	const struct geometry *g;
	struct looked_at l = {0};
	int error = look(name, &r, &l);

	if (error)
		return error;
	g = &l.geometry;
	*p = (struct pools_request){
		.memsize = lender_memory_size(g),
		.mem_id = l.mem_id,
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
	/* Only ports of switches can have one. */
	if (strncmp(name, "vale", 4) != 0 || !netmap_name_exists(name))
		return ENXIO;
	return h->length ? EOPNOTSUPP : 0;
}
