/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces as packet sockets know them, by number, for names of ours.
 *
 * A name may belong to an interface of the host (a veth, a TAP), whose number
 * and address hold then, or to none: such a name gets a number far above those
 * that the kernel gives, and an address that is made from the name.
 */
#ifndef INTERFACES_H
#define INTERFACES_H

#include <net/if.h>
#include <stdbool.h>

#include "handle.h"

struct interface {
	char name[IFNAMSIZ];
	char spec[DEVICE_NAME_SIZE]; /* the port behind it */
	unsigned char address[6];
};

/* Whether the kernel does not know this number, but we do. */
bool interface_is_made_up(int index);

/*
 * The interface of this number, if its name is one of ours. fd is a socket,
 * by which the kernel is asked.
 */
bool interface_by_index(int fd, int index, struct interface *found);

/*
 * The number of a name of ours, in the kernel or made up; 0: not ours, or
 * there are too many.
 */
int interface_index(int fd, const char *name);

/*
 * Answers an interface request (SIOCGIF...) that the kernel could not answer
 * since it has no such interface; false: not a name or number of ours either,
 * or not a request that can be answered.
 */
bool interface_answer(unsigned long request, struct ifreq *asked);

/* Whether the request is one that interface_answer knows. */
bool interface_request(unsigned long request);

#endif
