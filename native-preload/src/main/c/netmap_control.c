/* SPDX-License-Identifier: BSD-2-Clause */
/* The current interface: one ioctl, many request types. */
#include <errno.h>
#include <string.h>

#include "netmap_csb.h"
#include "netmap_file.h"
#include "netmap_loop.h"
#include "netmap_polling.h"
#include "netmap_switches.h"

/* Bytes of a request's body and all options with it that the module takes. */
#define REQUEST_MOST 4096

static const size_t body_sizes[] = {
	[REQUEST_REGISTER] = sizeof(struct register_request),
	[REQUEST_PORT_INFO] = sizeof(struct port_info_request),
	[REQUEST_ATTACH] = sizeof(struct attach_request),
	[REQUEST_DETACH] = sizeof(struct detach_request),
	[REQUEST_LIST] = sizeof(struct list_request),
	[REQUEST_HEADER_SET] = sizeof(struct header_request),
	[REQUEST_HEADER_GET] = sizeof(struct header_request),
	[REQUEST_NEW_PORT] = sizeof(struct new_port_request),
	[REQUEST_POLLING_ON] = sizeof(struct polling_request),
	[REQUEST_POLLING_OFF] = sizeof(struct polling_request),
	[REQUEST_POOLS_INFO] = sizeof(struct pools_request),
	[REQUEST_LOOP_START] = sizeof(struct loop_request),
	[REQUEST_CSB_ENABLE] = 0,
};

static size_t body_size(unsigned int type)
{
	return type < sizeof(body_sizes) / sizeof(*body_sizes)
		       ? body_sizes[type]
		       : 0;
}

/* Of an option behind its header, as far as it can be known. */
static size_t option_size(const struct request_option *o)
{
	static const size_t sizes[] = {
		[OPTION_EXTERNAL_MEMORY] = 72,
		[OPTION_CSB] = 16,
		[OPTION_LOOP_MODE] = 8,
		[OPTION_OFFSETS] = 32,
	};

	if (o->type == OPTION_LOOP_EVENTFDS)
		return o->size > REQUEST_MOST ? REQUEST_MOST : o->size;
	return o->type <= OPTION_OFFSETS ? sizes[o->type] : 0;
}

static struct request_option *option_at(uint64_t address)
{
	return (struct request_option *)(uintptr_t)address;
}

/*
 * Looks through the options: what is no option, stands twice or has no end is
 * an error whatever is asked. Those that are left say that they are not
 * supported until the request has taken them.
 */
static int check_options(const struct request_header *h)
{
	struct request_option *seen[OPTION_OFFSETS + 1] = {NULL}, *o;
	size_t bytes = body_size(h->type);

	for (o = option_at(h->options); o; o = option_at(o->next)) {
		/* The module keeps a pointer with each. */
		bytes += sizeof(void *) + sizeof(*o) + option_size(o);
		if (bytes > REQUEST_MOST)
			return EMSGSIZE;
		o->status = EOPNOTSUPP;
		if (o->type > OPTION_OFFSETS)
			continue;
		if (o->type == 0 || seen[o->type]) {
			o->status = EINVAL;
			if (seen[o->type])
				seen[o->type]->status = EINVAL;
			return EINVAL;
		}
		seen[o->type] = o;
	}
	return 0;
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

static int check(struct request_header *h)
{
	bool has_body = h->body != 0;

	if (h->version < NETMAP_ABI_VERSION || h->version > 15 ||
	    h->reserved != 0)
		return EINVAL;
	if (has_body != (body_size(h->type) > 0))
		return EINVAL;
	h->name[sizeof(h->name) - 1] = '\0';
	return check_options(h);
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
	int error = check(h);
	void *body = (void *)(uintptr_t)h->body;

	if (error)
		return error;
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
