/* SPDX-License-Identifier: BSD-2-Clause */
/* The current interface: one ioctl, many request types. */
#include <errno.h>

#include "netmap_copies.h"
#include "netmap_csb.h"
#include "netmap_file.h"
#include "netmap_loop.h"
#include "netmap_polling.h"
#include "netmap_switches.h"

static struct request_option *option_at(uint64_t address)
{
	return (struct request_option *)(uintptr_t)address;
}

/* EOPNOTSUPP if an option is left that nobody has taken. */
static int options_left(const struct request_header *h)
{
	struct request_option *o;

	for (o = option_at(h->options); o; o = option_at(o->next))
		if (o->status == EOPNOTSUPP)
			return EOPNOTSUPP;
	return 0;
}

/* One that registration takes; whether it can is known with the port. */
static void *take_option(const struct request_header *h, enum option_type type)
{
	struct request_option *o = option_at(h->options);

	while (o && o->type != type)
		o = option_at(o->next);
	if (o)
		o->status = 0;
	return o;
}

static int do_register(struct netmap_file *f, struct request_header *h,
		       void *body)
{
	struct register_options options = {
		.offsets = take_option(h, OPTION_OFFSETS),
		.external = take_option(h, OPTION_EXTERNAL_MEMORY),
		.csb = take_option(h, OPTION_CSB),
	};
	int error = options_left(h);

	if (error == 0)
		error = netmap_register(f, h->name, body, &options);
	return error;
}

/* On a descriptor without a port the module has no rings to do it for. */
static int enable_csb(struct netmap_file *f, struct csb_option *o)
{
	struct nmd_port *port = atomic_load(&f->port);

	if (!o)
		return EINVAL;
	return port ? csb_enable(f, port, o) : 0;
}

static int start_loop(struct netmap_file *f, const struct request_header *h,
		      const struct loop_request *r)
{
	struct loop_options options = {
		.mode = take_option(h, OPTION_LOOP_MODE),
		.eventfds = take_option(h, OPTION_LOOP_EVENTFDS),
	};

	return loop_run(f, r->sleep_us, &options);
}

/* Requests about switches and ports that need no registration. */
static int about_switches(struct request_header *h, void *body)
{
	struct attach_request *attach = body;
	struct detach_request *detach = body;

	switch (h->type) {
	case REQUEST_ATTACH:
		return netmap_attach(
			h->name, attach->registration.mode == MODE_NIC_AND_HOST,
			&attach->port_index);
	case REQUEST_DETACH:
		return netmap_detach(h->name, &detach->port_index);
	case REQUEST_LIST:
		return netmap_list(h->name, body);
	case REQUEST_NEW_PORT:
		return netmap_new_port(h->name, body);
	case REQUEST_DELETE_PORT:
		return netmap_delete_port(h->name);
	case REQUEST_POLLING_ON:
		return netmap_polling_on(h->name, body);
	case REQUEST_POLLING_OFF:
		return netmap_polling_off(h->name);
	default:
		return EINVAL;
	}
}

int netmap_control(struct netmap_file *f, struct request_header *h)
{
	void *body = (void *)(uintptr_t)h->body;

	switch (h->type) {
	case REQUEST_REGISTER:
		return do_register(f, h, body);
	case REQUEST_PORT_INFO:
		return netmap_port_info(h->name, body);
	case REQUEST_POOLS_INFO:
		return netmap_pools_info(h->name, body);
	case REQUEST_HEADER_SET:
		return netmap_header_set(h->name, body);
	case REQUEST_HEADER_GET:
		return netmap_header_get(h->name, body);
	case REQUEST_CSB_ENABLE:
		return enable_csb(f, take_option(h, OPTION_CSB));
	case REQUEST_LOOP_START:
		return start_loop(f, h, body);
	case REQUEST_LOOP_STOP:
		return loop_stop(f);
	default:
		return about_switches(h, body);
	}
}

int netmap_control_program(struct netmap_file *f, uint64_t header)
{
	struct request_copy c;
	struct request_header *h = &c.header;
	int error = copy_in(h, header, sizeof(*h));

	if (error)
		return error;
	if (h->version < NETMAP_ABI_VERSION || h->version > 15 ||
	    h->reserved != 0)
		return EINVAL;
	error = request_copy_in(&c);
	h->name[sizeof(h->name) - 1] = '\0';
	if (error == 0)
		error = netmap_control(f, h);
	return request_copy_out(&c, header, error);
}
