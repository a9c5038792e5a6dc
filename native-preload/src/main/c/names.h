/* SPDX-License-Identifier: BSD-2-Clause */
/* Which device names mean netmap ports. */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>

#include "handle.h"

/*
 * Nothing is ours: by PCAP_NETMAP=off, or in a Java virtual machine with the
 * pcap4j adapter. libpcap calls many of its exports by way of this library, so
 * that there, too, all of its calls must be libpcap's.
 */
bool names_off(void);

/*
 * Whether device is ours: a netmap port's name, or a name that
 * PCAP_NETMAP_MAP ("eth1=vale0:1,eth2=vale0:2") maps. Writes the port's name.
 * With names_off nothing is ours.
 *
 * Ours, too, so that the open can say what is wrong: a name that is mapped to
 * something else than a port, and a switch whose port was forgotten ("vale0")
 * unless an interface has that name.
 */
bool names_port(const char *device, char port[static DEVICE_NAME_SIZE]);

/* Calls visit for every name that is mapped, first ones first. */
void names_each_mapped(void (*visit)(void *to, const char *device,
				     const char *port),
		       void *to);

#endif
