/* SPDX-License-Identifier: BSD-2-Clause */
/* What the packet-socket face does in a call that others intercept, too. */
#ifndef PACKET_CALLS_H
#define PACKET_CALLS_H

#include <net/if.h>

/*
 * An interface request (interface_request) on any socket: the kernel answers,
 * or else we do for a name of ours.
 */
int packet_ioctl(int fd, unsigned long request, struct ifreq *about);

#endif
