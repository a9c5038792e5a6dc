/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests about switches and persistent ports. All return 0 or the module's
 * errno; names are those of the requests.
 */
#ifndef NETMAP_SWITCHES_H
#define NETMAP_SWITCHES_H

#include <stdbool.h>

#include "netmap_requests.h"

/* EEXIST: an interface or a persistent port is called so. */
int netmap_new_port(const char *name, struct new_port_request *r);

/* ENXIO: no such port. EBUSY: it is attached or open. */
int netmap_delete_port(const char *name);

/*
 * Of "vale0:v0". EBUSY: it is open, or attached there already, or to as many
 * switches as can be; to detach, also: the first of two attachments. Of an
 * interface host says whether its host rings are attached, too.
 */
int netmap_attach(const char *name, bool host, uint32_t *index);
int netmap_detach(const char *name, uint32_t *index);

/*
 * The numbers of a switch and a port, by their name; or, without a name, the
 * first port from these numbers on, and its name. ENOENT: there is none.
 */
int netmap_list(char name[static 64], struct list_request *r);

/* An opening of the port "<switch>:<port>" by any process; false: none. */
struct nmd_info;
bool netmap_find_open(const char *spec, struct nmd_info *info);

/* Whether any process has this port open. */
bool netmap_port_is_open(const char *switch_name, const char *port);

#endif
