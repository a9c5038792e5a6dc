/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory ids. Programs map memory once for all ports that have the same one:
 * here, the openings that share rings.
 */
#ifndef NETMAP_MEMORY_H
#define NETMAP_MEMORY_H

#include <stdint.h>

#include "port.h"

/*
 * The module's, which all its interfaces are in. Here those that are not open
 * are said to be, and who asks for it with an interface gets what it has.
 */
#define NETMAP_GLOBAL_MEMORY 1

/* 2 .. 65535; others in this process may have it only for the same memory. */
uint16_t netmap_memory_id(const struct nmd_port *port);

/* One that no port's rings have, for memory of this process. */
uint16_t netmap_new_memory_id(void);

#endif
