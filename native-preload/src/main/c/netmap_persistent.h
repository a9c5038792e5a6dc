/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Persistent ports: those that vale-ctl makes, attaches to switches and
 * deletes, and that are there while no program has them open.
 *
 * A port that nobody has open receives nothing, on the module's switches as on
 * ours. So all that outlives the program that made it is a line in the file
 * "persistent" of the runtime directory, which is as persistent as the module's
 * ports are: until it is deleted or the machine restarts. No process has to
 * stay for it.
 */
#ifndef NETMAP_PERSISTENT_H
#define NETMAP_PERSISTENT_H

#include <stdbool.h>
#include <stdint.h>

#define PERSISTENT_MOST 64
#define PERSISTENT_SWITCHES 2 /* that one port can be attached to */

struct persistent_port {
	char name[16];
	uint32_t number; /* no other has had it */
	uint32_t tx_slots, rx_slots;
	uint32_t tx_rings, rx_rings;
	char switches[PERSISTENT_SWITCHES][16]; /* attached to; "" none */
};

struct persistent_ports {
	uint32_t count;
	uint32_t next_number;
	struct persistent_port port[PERSISTENT_MOST];
	int fd; /* of the locked file, or -1 */
};

/*
 * Reads the file under its lock, until persistent_close; with create it is made
 * if need be. What cannot be read is no ports. 0 or a positive errno.
 */
int persistent_open(struct persistent_ports *ports, bool create);

/* Writes them back, if changed, and gives the lock back. */
int persistent_close(struct persistent_ports *ports, bool changed);

struct persistent_port *persistent_find(struct persistent_ports *ports,
					const char *name);

/* A copy of a port; false: there is none of that name. */
bool persistent_get(const char *name, struct persistent_port *out);

/* Which of its switches this is, or -1. */
int persistent_switch(const struct persistent_port *port,
		      const char *switch_name);

/*
 * The name that nmd_open takes for the port by itself: where it is attached,
 * or a switch that nobody else is on.
 */
void persistent_spec(const struct persistent_port *port, char *spec,
		     unsigned long size);

#endif
