/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose memory the rings of a registration lie in: the port's own, that of an
 * interface (netmap_lender.h), or what the program brings (netmap_external.h).
 */
#ifndef NETMAP_PLACEMENT_H
#define NETMAP_PLACEMENT_H

#include "netmap_external.h"
#include "netmap_file.h"

/* One of these, or neither: the port's own. They are taken. */
struct placement {
	struct netmap_file *lender;
	struct external_memory *external;
};

/*
 * What the option (or NULL) brings, or what the program has here by the id that
 * it asks for. 0 or the module's errno.
 */
int placement_find(const struct register_request *r, struct external_option *o,
		   struct placement *p);
void placement_give_back(const struct placement *p);

/*
 * What the port is to be opened with: frames are copied once more, and are as
 * long in either memory.
 */
void placement_fit(const struct placement *p, struct nmd_options *options);

/*
 * Gives the file a guest if the rings of its port get places there, which has
 * the memory until it is closed; else the memory is given back. 0 or the
 * module's errno: EINVAL: no memory that was asked for.
 */
int placement_take(struct netmap_file *f, const struct placement *p,
		   const struct nmd_port *port,
		   const struct register_request *r);

#endif
