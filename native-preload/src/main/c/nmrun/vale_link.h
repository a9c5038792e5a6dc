/* SPDX-License-Identifier: BSD-2-Clause */
/* Two ports, and all that comes by one goes out by the other. */
#ifndef VALE_LINK_H
#define VALE_LINK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "nmd.h"

struct vale_link;

struct vale_way {
	struct vale_link *link;
	struct nmd_port *from, *to;
	pthread_t thread;
	bool runs;
	atomic_bool polls; /* it does not sleep */
};

struct vale_link {
	struct nmd_port *nic, *port;
	uint32_t longest; /* bytes of a slot that either end has room for */
	int gone; /* an eventfd, to be told when the interface has gone */
	atomic_bool ending;
	struct vale_way up, down; /* from the interface, to it */
};

/* 0 or an errno; nothing is open after an error. */
int vale_link_open(struct vale_link *l, const char *nic, const char *port,
		   int gone);

/* Frames pass from now on. 0 or an errno. */
int vale_link_start(struct vale_link *l);
void vale_link_close(struct vale_link *l);

/*
 * What comes by the interface is looked for without a pause, by processors from
 * first on where the process may use them; count 0: it is waited for again.
 */
void vale_link_poll(struct vale_link *l, uint32_t first, uint32_t count);

#endif
