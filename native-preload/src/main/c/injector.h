/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports that packet sockets send on: one opening for each port and process,
 * shared by all of the program's sockets, closed with the last of them.
 *
 * It is an opening of its own, so that the program's captures of the same port
 * see what the sockets send, marked outgoing, as on an interface. It receives
 * nothing: what it would get is rejected where it is sent.
 */
#ifndef INJECTOR_H
#define INJECTOR_H

#include "handle.h"

struct injector {
	char spec[DEVICE_NAME_SIZE];
	struct transmitter tx;
	bool batches; /* takes whatever is sent: no pipe */
	struct report_entry *report;
	unsigned int users; /* sockets; 0: not open */
	struct injector *next;
};

/*
 * The port of that name, which the program calls device; opens it for its
 * first user. A negative errno of nmd_open, or -ENOMEM.
 */
int injector_get(const char *device, const char *spec,
		 struct injector **injector);

/* One user less; injector may be NULL. */
void injector_put(struct injector *injector);

/* One user more, of a port that is open. */
struct injector *injector_share(struct injector *injector);

/* Calls visit for every open port. */
void injector_each(void (*visit)(struct injector *injector));

#endif
