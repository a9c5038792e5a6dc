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
 * The module's, which all its interfaces are in. Here that of the first that a process
 * has open is, and those that are not open are said to be; who asks for it with
 * another interface gets what that has.
 */
#define NETMAP_GLOBAL_MEMORY 1

/* Others in this process may have it only for the same memory. */
uint16_t netmap_memory_id(const struct nmd_port *port);

/*
 * That of the port that a monitor looks at, 0: none any more. Who asks for it
 * with a zero-copy monitor, whose memory it is with the module, gets what the
 * monitor has.
 */
uint16_t netmap_monitored_id(const struct nmd_port *port);

/*
 * A port's memory is in use from now on. True: it is the global one, until as
 * many ends as such beginnings.
 */
bool netmap_memory_begin(const struct nmd_port *port);

/* The same of a null port's, which is no interface's: if there is none yet. */
bool netmap_memory_begin_null(void);
void netmap_memory_end(void);

/* One that no port's rings have, for memory of this process. */
uint16_t netmap_new_memory_id(void);

#endif
