/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The legacy interface: one structure for everything, which is turned into the
 * current interface's requests and back, as the module does.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "netmap_file.h"

static uint32_t mode_of(const struct legacy_request *l)
{
	if (l->flags & LEGACY_MODE)
		return l->flags & LEGACY_MODE;
	if (l->ringid & LEGACY_HOST_RINGS)
		return MODE_HOST;
	return l->ringid & LEGACY_ONE_RING ? MODE_ONE_NIC : MODE_ALL_NIC;
}

/* Pipes have their end in the name since. */
static void name_pipe(struct request_header *h, struct register_request *r)
{
	size_t length = strlen(h->name);

	if (r->mode != MODE_PIPE_MASTER && r->mode != MODE_PIPE_SLAVE)
		return;
	snprintf(h->name + length, sizeof(h->name) - length, "%c%u",
		 r->mode == MODE_PIPE_MASTER ? '{' : '}', r->ringid);
	r->mode = MODE_ALL_NIC;
	r->ringid = 0;
}

static struct register_request registration(const struct legacy_request *l,
					    struct request_header *h)
{
	struct register_request r = {
		.tx_slots = l->tx_slots,
		.rx_slots = l->rx_slots,
		.tx_rings = l->tx_rings,
		.rx_rings = l->rx_rings,
		.mem_id = l->mem_id,
		.ringid = l->ringid & LEGACY_RING,
		.mode = mode_of(l),
		.extra_buffers = l->extra_buffers,
		.flags = l->flags & ~LEGACY_MODE,
	};

	if (l->ringid & LEGACY_NO_TX_POLL)
		r.flags |= REGISTER_NO_TX_POLL;
	if (l->ringid & LEGACY_DO_RX_POLL)
		r.flags |= REGISTER_DO_RX_POLL;
	name_pipe(h, &r);
	return r;
}

static void give_back(const struct register_request *r,
		      struct legacy_request *l)
{
	l->offset = (uint32_t)r->offset;
	l->memsize = (uint32_t)r->memsize;
	l->tx_slots = r->tx_slots;
	l->rx_slots = r->rx_slots;
	l->tx_rings = r->tx_rings;
	l->rx_rings = r->rx_rings;
	l->mem_id = r->mem_id;
	l->extra_buffers = r->extra_buffers;
}

static int ask(struct netmap_file *f, struct request_header *h,
	       enum request_type type, void *body)
{
	h->type = (uint16_t)type;
	h->body = (uintptr_t)body;
	return netmap_control(f, h);
}

static int do_register(struct netmap_file *f, struct request_header *h,
		       struct legacy_request *l)
{
	struct register_request r = registration(l, h);
	int error = ask(f, h, REQUEST_REGISTER, &r);

	if (error == 0)
		give_back(&r, l);
	return error;
}

static int port_info(struct netmap_file *f, struct request_header *h,
		     struct legacy_request *l)
{
	struct port_info_request p = {
		.tx_slots = l->tx_slots,
		.rx_slots = l->rx_slots,
		.tx_rings = l->tx_rings,
		.rx_rings = l->rx_rings,
		.mem_id = l->mem_id,
	};
	int error = ask(f, h, REQUEST_PORT_INFO, &p);

	if (error)
		return error;
	l->memsize = (uint32_t)p.memsize;
	l->tx_slots = p.tx_slots;
	l->rx_slots = p.rx_slots;
	l->tx_rings = p.tx_rings;
	l->rx_rings = p.rx_rings;
	l->mem_id = p.mem_id;
	return 0;
}

static int attach(struct netmap_file *f, struct request_header *h,
		  struct legacy_request *l)
{
	struct attach_request a = {.registration = registration(l, h)};
	int error;

	a.registration.mode = l->arg1 & LEGACY_ATTACH_HOST ? MODE_NIC_AND_HOST
							   : MODE_ALL_NIC;
	error = ask(f, h, REQUEST_ATTACH, &a);
	if (error == 0)
		give_back(&a.registration, l);
	return error;
}

static int list(struct netmap_file *f, struct request_header *h,
		struct legacy_request *l)
{
	struct list_request ports = {.switch_index = l->arg1,
				     .port_index = l->mem_id};
	int error = ask(f, h, REQUEST_LIST, &ports);

	if (error)
		return error;
	snprintf(l->name, sizeof(l->name), "%.15s", h->name);
	l->arg1 = ports.switch_index;
	l->mem_id = (uint16_t)ports.port_index;
	return 0;
}

static int header(struct netmap_file *f, struct request_header *h,
		  struct legacy_request *l)
{
	struct header_request length = {.length = l->arg1};
	int error = ask(f, h,
			l->command == LEGACY_HEADER_SET ? REQUEST_HEADER_SET
							: REQUEST_HEADER_GET,
			&length);

	if (error == 0)
		l->arg1 = (uint16_t)length.length;
	return error;
}

static int new_port(struct netmap_file *f, struct request_header *h,
		    struct legacy_request *l)
{
	struct new_port_request p = {
		.tx_slots = l->tx_slots,
		.rx_slots = l->rx_slots,
		.tx_rings = l->tx_rings,
		.rx_rings = l->rx_rings,
		.mem_id = l->mem_id,
	};
	int error = ask(f, h, REQUEST_NEW_PORT, &p);

	if (error)
		return error;
	l->tx_slots = p.tx_slots;
	l->rx_slots = p.rx_slots;
	l->tx_rings = p.tx_rings;
	l->rx_rings = p.rx_rings;
	l->mem_id = p.mem_id;
	return 0;
}

static int polling(struct netmap_file *f, struct request_header *h,
		   const struct legacy_request *l)
{
	uint32_t mode = l->flags & LEGACY_MODE;
	struct polling_request p = {.mode = mode == MODE_ALL_NIC   ? 1
					    : mode == MODE_ONE_NIC ? 2
								   : 0,
				    .first_cpu = l->ringid & LEGACY_RING,
				    .cpus = l->arg1};

	return ask(f, h,
		   l->command == LEGACY_POLLING_ON ? REQUEST_POLLING_ON
						   : REQUEST_POLLING_OFF,
		   &p);
}

static int by_command(struct netmap_file *f, struct request_header *h,
		      struct legacy_request *l)
{
	struct detach_request detach = {0};

	switch (l->command) {
	case LEGACY_REGISTER:
		return do_register(f, h, l);
	case LEGACY_ATTACH:
		return attach(f, h, l);
	case LEGACY_DETACH:
		return ask(f, h, REQUEST_DETACH, &detach);
	case LEGACY_HEADER_SET:
	case LEGACY_HEADER_GET:
		return header(f, h, l);
	case LEGACY_NEW_PORT:
		return new_port(f, h, l);
	case LEGACY_DELETE_PORT:
		return ask(f, h, REQUEST_DELETE_PORT, NULL);
	case LEGACY_POLLING_ON:
	case LEGACY_POLLING_OFF:
		return polling(f, h, l);
	case LEGACY_GUEST_CREATE:
	case LEGACY_GUEST_DELETE:
		return ENOMEM; /* so says the module, which dropped them */
	default:
		return EINVAL;
	}
}

int netmap_legacy(struct netmap_file *f, unsigned int command,
		  struct legacy_request *l)
{
	struct request_header h = {.version = NETMAP_ABI_VERSION};

	if (l->version < NETMAP_ABI_VERSION)
		return EINVAL;
	l->name[sizeof(l->name) - 1] = '\0';
	memcpy(h.name, l->name, sizeof(l->name));
	if (command == NETMAP_REGISTER)
		return by_command(f, &h, l);
	return l->command == LEGACY_LIST ? list(f, &h, l) : port_info(f, &h, l);
}
