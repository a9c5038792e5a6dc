/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces attached to a switch that are polled: whoever forwards for them
 * does not sleep while nothing comes.
 */
#ifndef NETMAP_POLLING_H
#define NETMAP_POLLING_H

#include "netmap_requests.h"

/*
 * Of the port "vale0:eth1". 0 or the module's errno. ENXIO: there is no such
 * port; EOPNOTSUPP: it is no attached interface; EFAULT: it is polled already,
 * or not; EINVAL: more processors than may be, or than it has rings.
 */
int netmap_polling_on(const char *name, const struct polling_request *r);
int netmap_polling_off(const char *name);

#endif
