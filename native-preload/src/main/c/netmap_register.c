/* SPDX-License-Identifier: BSD-2-Clause */
/* Registration: a port for a netmap descriptor. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "netmap_csb.h"
#include "netmap_external.h"
#include "netmap_guest.h"
#include "netmap_memory.h"
#include "netmap_names.h"
#include "netmap_null.h"
#include "netmap_offsets.h"
#include "netmap_persistent.h"
#include "netmap_placement.h"
#include "report.h"

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
		.flags = NMD_USER_DEVICE | NMD_WITH_PORT,
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
	r->memsize = lender_memory_size(&port->geometry);
	r->tx_slots = region.tx_slots;
	r->rx_slots = region.rx_slots;
	r->tx_rings = (uint16_t)netmap_view_rings(port).tx;
	r->rx_rings = (uint16_t)netmap_view_rings(port).rx;
	r->host_tx_rings = r->host_rx_rings = port->nic != NULL;
	r->mem_id = netmap_memory_id(port);
}

void netmap_remember(struct netmap_file *f, struct nmd_port *port,
		     uint64_t flags)
{
	allow_indirect(port);
	port->shows_pending = port->pipe != NULL;
	f->sends = !port->monitor && port->rings.tx > 0;
	f->receives = port->rings.rx > 0;
	f->fills = port->pipe || port->nic;
	f->no_tx_poll = flags & REGISTER_NO_TX_POLL;
	f->do_rx_poll = flags & REGISTER_DO_RX_POLL;
	f->exclusive = flags & REGISTER_EXCLUSIVE;
}

/* What an interface has behind the program's extra buffers can be lent. */
static int begin_lending(struct netmap_file *f, const struct nmd_port *port,
			 uint32_t taken)
{
	const struct geometry *g = &port->geometry;
	uint32_t first = geometry_first_extra(g) + taken;

	if (!lender_lends(g))
		return 0;
	f->lender = lender_begin(port, first, g->buffers - first);
	return f->lender ? 0 : ENOMEM;
}

void netmap_forget_memory(struct netmap_file *f)
{
	if (f->lender)
		lender_end(f->lender);
	f->lender = NULL;
	if (f->global)
		netmap_memory_end();
	f->global = false;
}

/* The port's rings are shown in the memory that was asked for. */
static void describe_guest(const struct netmap_file *f,
			   struct register_request *r)
{
	const struct netmap_file *file = guest_lender(f->guest);
	const struct nmd_port *lender = atomic_load(&file->port);

	r->offset = guest_if(f->guest);
	r->memsize = lender_memory_size(&lender->geometry);
	r->mem_id = netmap_memory_id(lender);
	r->extra_buffers = 0;
}

/* In memory of its own, which is mapped behind the port's. */
static void describe_own(const struct netmap_file *f,
			 const struct nmd_port *port,
			 struct register_request *r)
{
	r->offset = netmap_view_size(&port->geometry);
	r->memsize = r->offset + guest_own_memory(f->guest).size;
	r->mem_id = guest_memory_id(f->guest);
	r->extra_buffers = 0;
}

/* In the program's memory, where it has its buffers from as well. */
static void describe_external(const struct netmap_file *f,
			      struct register_request *r, uint32_t extra)
{
	const struct external_memory *m = guest_external(f->guest);

	r->offset = guest_if(f->guest);
	r->memsize = external_size(m);
	r->mem_id = external_id(m);
	r->extra_buffers = guest_take_extra(f->guest, extra);
}

static bool begin_global(const struct netmap_file *f,
			 const struct nmd_port *port)
{
	if (f->guest)
		return false;
	return f->null ? netmap_memory_begin_null() : netmap_memory_begin(port);
}

static int give_port(struct netmap_file *f, struct nmd_port *port,
		     const char *name, struct register_request *r)
{
	bool external = f->guest && guest_external(f->guest);
	const struct register_request asked = *r;
	uint32_t extra = r->extra_buffers;
	int error;

	f->null = r->mode == MODE_NULL;
	f->global = begin_global(f, port);
	netmap_view_fill(port);
	netmap_remember(f, port, r->flags);
	netmap_describe(port, r);
	if (f->global)
		r->mem_id = NETMAP_GLOBAL_MEMORY;
	r->extra_buffers = netmap_view_take_extra(port, external ? 0 : extra);
	error = begin_lending(f, port, r->extra_buffers);
	if (f->guest && guest_lender(f->guest))
		describe_guest(f, r);
	else if (external)
		describe_external(f, r, extra);
	else if (f->guest)
		describe_own(f, port, r);
	if (f->null)
		null_describe(f, port, name, &asked, r);
	f->mem_id = r->mem_id;
	f->memsize = r->memsize;
	return error ? error : -netmap_file_bind(f, port);
}

/*
 * Opens the port, an interface with as many buffers for others as the machine
 * gives it.
 */
static int open_spec(const char *spec, struct nmd_options *options,
		     struct nmd_port **port)
{
	uint32_t asked = options->extra_buffers;
	uint32_t spares = options->flags & NMD_SAME_MEMORY ? LENDER_SPARES : 0;
	struct nmd_error why;
	int code;

	if (spares > EXTRA_MAX - asked)
		spares = EXTRA_MAX - asked;

	do {
		options->extra_buffers = asked + spares;
		code = nmd_open(spec, options, port, &why);
		spares /= 4;
	} while ((code == -ENOSPC || code == -ENOMEM) && spares > 0);
	if (code < 0)
		report_refused(spec, why.text);
	return code;
}

/*
 * A port in the memory of another has slots as that has them, and so has what
 * the module calls a zero-copy monitor.
 */
static int take_offsets(struct netmap_file *f, const struct nmd_port *port,
			const struct register_request *r,
			struct offsets_option *offsets)
{
	if (!(f->guest && guest_lender(f->guest)) &&
	    !(r->flags & REGISTER_ZERO_COPY))
		return netmap_offsets(port, offsets, &f->guest);
	offsets->head.status = EOPNOTSUPP;
	return EOPNOTSUPP;
}

static int give_rings(struct netmap_file *f, const struct placement *m,
		      const char *name, struct nmd_port *port,
		      struct register_request *r,
		      const struct register_options *o)
{
	int error = placement_take(f, m, port, r);

	if (error == 0 && o->offsets)
		error = take_offsets(f, port, r, o->offsets);
	f->exclusive = r->flags & REGISTER_EXCLUSIVE;
	if (error == 0 && o->csb)
		error = csb_enable(f, port, o->csb);
	if (error == 0)
		error = give_port(f, port, name, r);
	if (error) {
		csb_forget(f);
		guest_close(f->guest);
		f->guest = NULL;
	}
	return error;
}

static int spec_of(const char *name, const struct register_request *r,
		   char *spec, struct nmd_options *options)
{
	if (r->mode != MODE_NULL)
		return netmap_spec(name, r, spec);
	null_options(r, options);
	null_spec(r, spec);
	return 0;
}

static int open_in(struct netmap_file *f, const struct placement *m,
		   const char *name, struct register_request *r,
		   const struct register_options *o)
{
	struct nmd_options options = netmap_options(name, r);
	char spec[NETMAP_SPEC_SIZE];
	struct nmd_port *port;
	int error = spec_of(name, r, spec, &options);

	if (error == 0) {
		int code;

		placement_fit(m, &options);
		if (netmap_has_both(spec, r))
			options.flags |= NMD_HOST_TOO;
		if (netmap_watches_interface(name, r))
			options.flags |= NMD_EXCLUSIVE;
		else if (netmap_is_interface(spec))
			options.flags |= NMD_SAME_MEMORY;
		code = open_spec(spec, &options, &port);
		error = code < 0 ? netmap_open_error(code, r) : 0;
	}
	if (error) {
		placement_give_back(m);
		return error;
	}
	error = give_rings(f, m, name, port, r, o);
	if (error) {
		netmap_forget_memory(f);
		nmd_close(port);
	}
	return error;
}

int netmap_register(struct netmap_file *f, const char *name,
		    struct register_request *r,
		    const struct register_options *o)
{
	struct placement p;
	int error = EBUSY;

	if (atomic_exchange(&f->registering, true))
		return EBUSY;
	/* Such a monitor always looks at both directions. */
	if (r->flags & REGISTER_ZERO_COPY)
		r->flags |= REGISTER_MONITOR_RX | REGISTER_MONITOR_TX;
	if (!atomic_load(&f->port)) {
		error = placement_find(r, o->external, &p);
		if (error == 0)
			error = open_in(f, &p, name, r, o);
	}
	atomic_store(&f->registering, false);
	return error;
}
