/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_copies.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "errand.h"

/* Bytes of a body and what is copied with it that the module takes. */
#define REQUEST_MOST 4096

static void *at(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

static int copy(void *own, uint64_t address, size_t size, bool in)
{
	struct iovec local = {own, size}, remote = {at(address), size};
	int error = errno, why;
	ssize_t n = -1;

	if (!errands_only())
		n = in ? process_vm_readv(getpid(), &local, 1, &remote, 1, 0)
		       : process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
	why = errands_only() ? EPERM : errno;
	errno = error;
	if (n >= 0 || why == EFAULT)
		return n == (ssize_t)size ? 0 : EFAULT;
	if (in)
		memcpy(own, at(address), size);
	else
		memcpy(at(address), own, size);
	return 0;
}

int copy_in(void *own, uint64_t address, size_t size)
{
	return size ? copy(own, address, size, true) : 0;
}

int copy_out(const void *own, uint64_t address, size_t size)
{
	return size ? copy((void *)(uintptr_t)own, address, size, false) : 0;
}

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
static uint64_t option_size(const struct request_option *o)
{
	static const size_t sizes[] = {
		[OPTION_EXTERNAL_MEMORY] = sizeof(struct external_option),
		[OPTION_CSB] = sizeof(struct csb_option),
		[OPTION_LOOP_MODE] = sizeof(struct loop_mode_option),
		[OPTION_OFFSETS] = sizeof(struct offsets_option),
	};

	if (o->type == OPTION_LOOP_EVENTFDS)
		return o->size > sizeof(*o) ? o->size - sizeof(*o) : 0;
	if (o->type > OPTION_OFFSETS || sizes[o->type] == 0)
		return 0;
	return sizes[o->type] - sizeof(*o);
}

/* An option's copy; its own next is the next copy's address. */
struct copied_option {
	uint64_t next; /* the program's */
	struct request_option option;
};

static struct copied_option *copied(uint64_t option)
{
	return (struct copied_option *)at(
		option - offsetof(struct copied_option, option));
}

static struct request_option *option_at(uint64_t address)
{
	return at(address);
}

/* How far the copies are. */
struct progress {
	uint8_t *to;
	size_t room;   /* as the module counts it */
	size_t copied; /* likewise: of body, headers and known options */
	struct request_option *seen[OPTION_OFFSETS + 1];
};

static void take_room(struct progress *p, size_t size)
{
	p->to += (size + 7) / 8 * 8;
	p->room -= size;
}

static int refuse_twice(const struct progress *p, struct request_option *o)
{
	o->status = EINVAL;
	if (o->type)
		p->seen[o->type]->status = EINVAL;
	return EINVAL;
}

/* What is behind the header of one that the interface knows. */
static int copy_known(struct progress *p, struct request_option *o,
		      uint64_t from)
{
	uint64_t size = option_size(o);

	if (o->type == 0 || p->seen[o->type])
		return refuse_twice(p, o);
	p->seen[o->type] = o;
	if (o->size > REQUEST_MOST || size > REQUEST_MOST ||
	    p->copied + size > REQUEST_MOST || size > p->room)
		return EMSGSIZE;
	if (copy_in(p->to, from + sizeof(*o), size) != 0)
		return EFAULT;
	p->copied += size;
	take_room(p, size);
	return 0;
}

/* *link: where its copy's address is to stand. */
static int copy_option(struct progress *p, uint64_t from, uint64_t **link,
		       uint64_t *next)
{
	struct copied_option *c = (void *)p->to;

	if (copy_in(&c->option, from, sizeof(c->option)) != 0)
		return EFAULT;
	take_room(p, sizeof(*c));
	p->copied += sizeof(c->option);
	c->next = *next = c->option.next;
	c->option.next = 0;
	c->option.status = 0;
	**link = (uintptr_t)&c->option;
	*link = &c->option.next;
	return c->option.type > OPTION_OFFSETS
		       ? 0
		       : copy_known(p, &c->option, from);
}

static int copy_options(struct request_copy *c, struct progress *p)
{
	uint64_t from = c->options, next = 0, *link = &c->header.options;
	int error = 0;

	for (; from && error == 0; from = next) {
		if (p->room < sizeof(struct copied_option)) {
			c->header.options = 0; /* it may have no end */
			return EMSGSIZE;
		}
		error = copy_option(p, from, &link, &next);
	}
	return error;
}

int request_copy_in(struct request_copy *c)
{
	struct request_header *h = &c->header;
	struct progress p = {.to = (void *)c->bytes, .room = REQUEST_ROOM};
	int error;

	p.copied = body_size(h->type);
	c->body = h->body;
	c->options = h->options;
	h->options = 0;
	if ((h->body != 0) != (p.copied > 0))
		return EINVAL;
	if (copy_in(p.to, h->body, p.copied) != 0)
		return EFAULT;
	if (h->body)
		h->body = (uintptr_t)p.to;
	take_room(&p, p.copied);
	error = copy_options(c, &p);
	if (error)
		return error;
	for (struct request_option *o = option_at(h->options); o;
	     o = option_at(o->next))
		o->status = EOPNOTSUPP;
	return 0;
}

/* Statuses always; the rest of an option that was taken. */
static int copy_options_out(const struct request_copy *c, int error)
{
	uint64_t to = c->options;

	for (uint64_t own = c->header.options; own;) {
		struct copied_option *o = copied(own);
		size_t size = sizeof(o->option);

		own = o->option.next;
		o->option.next = o->next;
		if (error == 0 && o->option.status == 0)
			size += option_size(&o->option);
		if (copy_out(&o->option, to, size) != 0)
			return EFAULT;
		to = o->next;
	}
	return error;
}

int request_copy_out(struct request_copy *c, uint64_t header, int error)
{
	struct request_header *h = &c->header;

	if (error == 0 &&
	    copy_out(at(h->body), c->body, body_size(h->type)) != 0)
		error = EFAULT;
	error = copy_options_out(c, error);
	h->body = c->body;
	h->options = c->options;
	return copy_out(h, header, sizeof(*h)) == 0 ? error : EFAULT;
}
