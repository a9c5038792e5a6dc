/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names as requests have them, and as the device library has them.
 *
 *	vale0:1, vale0:1{2   the same
 *	eth0                 netmap:eth0/x, or what the user maps it to
 *	v0                   a persistent port (netmap_persistent.h), where it is
 *	                     attached
 *	p{2, p}2             a pipe without a switch: valepipe:p{2
 */
#ifndef NETMAP_NAMES_H
#define NETMAP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "netmap_requests.h"

#define NETMAP_NAME_SIZE 64
#define NETMAP_SPEC_SIZE 160

/*
 * What a registration asks for, as a name for nmd_open: 0, or the module's
 * errno for a request that no port can meet.
 */
int netmap_spec(const char *name, const struct register_request *r,
		char spec[static NETMAP_SPEC_SIZE]);

/* Whether what netmap_spec has made means an interface. */
static inline bool netmap_is_interface(const char *spec)
{
	return strncmp(spec, "netmap:", 7) == 0;
}

/*
 * Whether the program is to have an interface alone, and the host's side of it:
 * not by a name that the user maps.
 */
static inline bool netmap_has_both(const char *spec,
				   const struct register_request *r)
{
	return r->mode == MODE_NIC_AND_HOST && !strchr(spec, '*');
}

/*
 * Whether a registration is a monitor of an interface in netmap mode: of one
 * that somebody has alone, and not by a name that the user maps.
 */
bool netmap_watches_interface(const char *name,
			      const struct register_request *r);

/* Whether there is such a port or interface now. */
bool netmap_name_exists(const char *name);

/* The module's errno for an error of nmd_open by such a name. */
int netmap_open_error(int code, const struct register_request *r);

#endif
