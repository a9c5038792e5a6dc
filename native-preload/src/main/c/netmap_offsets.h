/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings whose slots say where in their buffers frames begin. Others find frames
 * at the beginnings of the device's buffers; so such rings lie in memory of
 * their own (netmap_guest.h), and what passes is copied once more.
 */
#ifndef NETMAP_OFFSETS_H
#define NETMAP_OFFSETS_H

#include "netmap_file.h"

/*
 * Gives a port the rings that the option asks for, and the option its answer.
 * 0 or the module's errno.
 */
int netmap_offsets(const struct nmd_port *port, struct offsets_option *o,
		   struct netmap_guest **out);

#endif
