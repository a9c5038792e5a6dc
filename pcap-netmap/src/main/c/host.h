/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host rings of an interface: the side that the host's stack sees of it.
 *
 *   host's stack --> eth1 --[to TAP]--> TAP "eth1-host" --> RX ring 0
 *   host's stack <-- eth1 <--[as if received]-- TAP <------ TX ring 0
 *
 * What the host sends by the interface comes to the opening, and not to the
 * wire; what the opening sends comes to the host as if the interface had
 * received it. Addresses, routes and neighbours stay where they are, on the
 * interface: two programs of ours move the frames, on its way out and on the
 * TAP's way in. A third keeps the TAP from sending anything of its own, which
 * hosts do by each new interface.
 *
 * Everything ends with the last descriptor, however the process ends: the TAP
 * is not persistent, and the programs are attached by links.
 */
#ifndef HOST_H
#define HOST_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "nic_fd.h"

struct nic;
struct nmd_port;
struct nmd_error;

#define HOST_PROGRAMS 3

struct host {
	struct nic_fd tap;
	int tap_index;
	struct nic_fd program[HOST_PROGRAMS], link[HOST_PROGRAMS];
	char tap_name[IFNAMSIZ];
	struct nic_fd counts; /* a socket that asks for the TAP's */
	uint64_t dropped;     /* as the TAP counted when asked last */
};

struct host *host_new(void);

/*
 * Makes the TAP and moves the host's frames to it. Errors as nmd_open; -EBUSY:
 * somebody has the host rings.
 */
int host_start(struct nmd_port *port, struct nmd_error *err);

/* Whether somebody has the host rings of an interface. */
bool host_is_open(const struct nic *nic);

/*
 * In generic mode the network stack shows what is sent to the host to the XDP
 * program, as if it had been received again: -EOPNOTSUPP.
 */
int host_would_loop(const struct nmd_port *port, struct nmd_error *err);

/* The host is connected to the interface again. */
void host_free(struct host *host);

/* As xdp_receive and xdp_send. */
int host_receive(struct nmd_port *port, uint32_t r);
uint32_t host_send(struct nmd_port *port, uint32_t r, uint64_t first,
		   uint32_t count);

/* What the TAP drops from here on (host_drops.c). 0 or -errno. */
int host_begin_counting(struct host *host);

/* Adds what it has dropped to the counts of the host's RX ring. */
void host_count(struct nmd_port *port);

/* The programs (host_programs.c). Attached ones' links; 0 or -errno. */
int host_attach(struct host *host, int ifindex);

#endif
