/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Null ports: registrations whose rings no device looks at, for the buffers
 * that come with them. Their syncs do nothing.
 *
 * Behind each is a port of a switch of this process's own, alone: its rings, or
 * what stands for them in memory that is there already, are the null port's.
 */
#ifndef NETMAP_NULL_H
#define NETMAP_NULL_H

#include "netmap_file.h"
#include "netmap_names.h"

/* The name of a new one, and what its port is opened with. */
void null_spec(const struct register_request *r,
	       char spec[static NETMAP_SPEC_SIZE]);
void null_options(const struct register_request *r,
		  struct nmd_options *options);

/*
 * The program has asked for as many rings as asked, also for none, and is shown
 * them; r is the answer, which says of the port behind it.
 */
void null_describe(struct netmap_file *f, const struct nmd_port *port,
		   const char *name, const struct register_request *asked,
		   struct register_request *r);

/* As nmd_wait. Nothing comes; there is room while the program leaves some. */
int null_wait(const struct netmap_file *f, struct nmd_port *port, int events,
	      int64_t timeout_ns);

#endif
