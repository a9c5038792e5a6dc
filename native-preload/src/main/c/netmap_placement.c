/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_placement.h"

#include <errno.h>

#include "netmap_guest.h"
#include "netmap_memory.h"

/*
 * Memory is shared by the openings of one port; a program that asks for
 * another's (a pipe in the memory of its interface, say) means to move buffers
 * between them. That of interfaces is the module's global one as well.
 */
static bool has_memory(const struct nmd_port *port,
		       const struct register_request *r)
{
	return r->mem_id == 0 || r->mem_id == netmap_memory_id(port) ||
	       (r->mem_id == NETMAP_GLOBAL_MEMORY &&
		(port->nic || r->mode == MODE_NULL)) ||
	       (r->flags & REGISTER_ZERO_COPY &&
		r->mem_id == netmap_monitored_id(port));
}

int placement_find(const struct register_request *r, struct external_option *o,
		   struct placement *p)
{
	*p = (struct placement){NULL, NULL};
	/* A null port is registered for memory that is there. */
	if (r->mode == MODE_NULL && r->mem_id == 0 && !o)
		return EINVAL;
	if (o) {
		int error = external_take(o, &p->external);

		o->head.status = (uint32_t)error;
		return error;
	}
	if (r->mem_id)
		p->external = external_of_id(r->mem_id);
	if (!p->external)
		p->lender = netmap_file_of_memory(r->mem_id);
	return 0;
}

void placement_give_back(const struct placement *p)
{
	if (p->external)
		external_give_back(p->external);
	if (p->lender)
		netmap_file_give_back(p->lender);
}

void placement_fit(const struct placement *p, struct nmd_options *options)
{
	uint32_t size = p->external ? external_buffer_size(p->external) : 0;

	if (p->lender)
		size = atomic_load(&p->lender->port)->geometry.buf_size;
	if (size > BUF_SIZE_MAX)
		size = BUF_SIZE_MAX; /* more than a slot's len can say */
	if (p->lender || size > BUF_SIZE_DEFAULT)
		options->buf_size = size;
	if (p->external)
		options->extra_buffers = 0;
}

int placement_take(struct netmap_file *f, const struct placement *p,
		   const struct nmd_port *port,
		   const struct register_request *r)
{
	int error;

	if (p->external)
		error = guest_open_external(p->external, port, &f->guest);
	else if (!p->lender || port->nic || port->monitor)
		error = has_memory(port, r) ? 0 : EINVAL;
	else
		error = guest_open(p->lender, port, &f->guest);
	if (!f->guest)
		placement_give_back(p);
	return error;
}
