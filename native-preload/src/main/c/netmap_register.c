/* SPDX-License-Identifier: BSD-2-Clause */
/* Registration: a port for a netmap descriptor. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "netmap_file.h"
#include "netmap_memory.h"
#include "netmap_names.h"
#include "netmap_persistent.h"
#include "netmap_view.h"

/* The module's limits for a port of a switch, and the device's least. */
#define SLOTS_LEAST 16
#define SLOTS_MOST 4096
#define RINGS_MOST 16

static uint32_t bounded(uint32_t asked, uint32_t least, uint32_t most)
{
	if (asked == 0)
		return 0; /* the default */
	if (asked < least)
		return least;
	return asked > most ? most : asked;
}

static uint32_t or_else(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

/* A persistent port has the rings it was made with. */
static void as_made(const char *name, struct nmd_options *options)
{
	const char *colon = strchr(name, ':');
	struct persistent_port port;

	if (!persistent_get(colon ? colon + 1 : name, &port))
		return;
	options->tx_slots = bounded(port.tx_slots, SLOTS_LEAST, SLOTS_MOST);
	options->rx_slots = bounded(port.rx_slots, SLOTS_LEAST, SLOTS_MOST);
	options->tx_rings = or_else(port.tx_rings, 1);
	options->rx_rings = or_else(port.rx_rings, 1);
}

struct nmd_options netmap_options(const char *name,
				  const struct register_request *r)
{
	struct nmd_options options = {
		.size = sizeof(options),
		.flags = NMD_USER_DEVICE,
		.tx_slots = bounded(r->tx_slots, SLOTS_LEAST, SLOTS_MOST),
		.rx_slots = bounded(r->rx_slots, SLOTS_LEAST, SLOTS_MOST),
		.tx_rings = bounded(r->tx_rings, 1, RINGS_MOST),
		.rx_rings = bounded(r->rx_rings, 1, RINGS_MOST),
		.extra_buffers = bounded(r->extra_buffers, 1, EXTRA_MAX),
	};

	as_made(name, &options);
	return options;
}

/*
 * Slots that point into the program's own memory are part of the module's
 * interface. Whoever can write into the slots can have any of it sent: that is
 * the user's own processes, but in a group's directory others, too.
 */
static void allow_indirect(struct nmd_port *port)
{
	const struct runtime *runtime = &port->vale->runtime;

	port->indirect = !runtime->group && runtime->owner == geteuid();
}

void netmap_describe(const struct nmd_port *port, struct register_request *r)
{
	struct nmd_region region;

	nmd_region(port, &region);
	r->offset = netmap_view_if(port);
	r->memsize = netmap_view_size(port);
	r->tx_slots = region.tx_slots;
	r->rx_slots = region.rx_slots;
	r->tx_rings = (uint16_t)port->geometry.tx_rings;
	r->rx_rings = (uint16_t)port->geometry.rx_rings;
	r->host_tx_rings = r->host_rx_rings = 0;
	r->mem_id = netmap_memory_id(port);
}

void netmap_remember(struct netmap_file *f, struct nmd_port *port,
		     uint64_t flags)
{
	allow_indirect(port);
	f->sends = !port->monitor && port->rings.tx > 0;
	f->receives = port->rings.rx > 0;
	f->fills = port->pipe || port->nic;
	f->no_tx_poll = flags & REGISTER_NO_TX_POLL;
	f->do_rx_poll = flags & REGISTER_DO_RX_POLL;
}

/*
 * Memory is shared by the openings of one port; a program that asks for
 * another's (a pipe in the memory of its interface, say) means to move buffers
 * between them.
 */
static bool has_memory(const struct nmd_port *port,
		       const struct register_request *r)
{
	return r->mem_id == 0 || r->mem_id == netmap_memory_id(port);
}

static int give_port(struct netmap_file *f, struct nmd_port *port,
		     struct register_request *r)
{
	netmap_view_fill(port);
	netmap_remember(f, port, r->flags);
	netmap_describe(port, r);
	r->extra_buffers = netmap_view_take_extra(port, r->extra_buffers);
	return -netmap_file_bind(f, port);
}

static int open_port(struct netmap_file *f, const char *name,
		     struct register_request *r)
{
	struct nmd_options options = netmap_options(name, r);
	char spec[NETMAP_SPEC_SIZE];
	struct nmd_port *port;
	int error = netmap_spec(name, r, spec), code;

	if (error)
		return error;
	code = nmd_open(spec, &options, &port, NULL);
	if (code < 0)
		return netmap_open_error(code, r);
	error = has_memory(port, r) ? give_port(f, port, r) : EINVAL;
	if (error)
		nmd_close(port);
	return error;
}

int netmap_register(struct netmap_file *f, const char *name,
		    struct register_request *r)
{
	int error = EBUSY;

	if (atomic_exchange(&f->registering, true))
		return EBUSY;
	if (!atomic_load(&f->port))
		error = open_port(f, name, r);
	atomic_store(&f->registering, false);
	return error;
}
