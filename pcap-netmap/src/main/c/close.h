/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports a process has open, and leaving them. */
#ifndef CLOSE_H
#define CLOSE_H

#include "port.h"

/* Enters a port into the list that the end of the program works through. */
void close_remember(struct nmd_port *port);

/* Whether the process has any open. */
bool close_has_ports(void);

/* Leaves them all, at the end of the program. */
void close_leave_all(void);

/* Whether that has begun: then nothing is to be freed any more. */
bool close_is_leaving(void);

/* In the child of a fork. */
void close_after_fork(void);

#endif
