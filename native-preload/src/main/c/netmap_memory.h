/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory ids. Programs map memory once for all ports that have the same one:
 * here, the openings that share rings. 1 is the module's global memory, which
 * no port of ours is in.
 */
#ifndef NETMAP_MEMORY_H
#define NETMAP_MEMORY_H

#include <stdint.h>

#include "port.h"

/* 2 .. 65535; others in this process may have it only for the same memory. */
uint16_t netmap_memory_id(const struct nmd_port *port);

#endif
