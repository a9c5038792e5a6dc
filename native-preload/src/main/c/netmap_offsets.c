/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_offsets.h"

#include <errno.h>

#include "netmap_guest.h"

#define ALL_BITS 64

static uint64_t mask_of(uint32_t bits)
{
	return bits == 0 || bits == ALL_BITS ? UINT64_MAX
					     : (UINT64_C(1) << bits) - 1;
}

/* Of interfaces the driver would have to honour it. */
static int check(const struct nmd_port *port, const struct offsets_option *o)
{
	if (port->nic)
		return EOPNOTSUPP;
	if (o->bits > ALL_BITS || o->most > port->geometry.buf_size ||
	    (o->most & mask_of(o->bits)) != o->most || o->initial > o->most)
		return EINVAL;
	return 0;
}

int netmap_offsets(const struct nmd_port *port, struct offsets_option *o,
		   struct netmap_guest **out)
{
	int error = check(port, o);

	if (error == 0 && !*out)
		error = guest_open_own(port, out);
	if (error == 0)
		guest_set_offsets(*out, mask_of(o->bits), o->most, o->initial);
	o->head.status = (uint32_t)error;
	return error;
}
