/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces that nmrun makes: --tap NAME=PORT[,ADDRESS/PREFIX]... */
#ifndef TAP_H
#define TAP_H

#include <netinet/in.h>

#define TAP_NAME_SIZE 16 /* of an interface, with its 0 */
#define TAP_PORT_SIZE 128
#define TAP_ADDRESSES 4

struct tap_address {
	int family; /* AF_INET or AF_INET6 */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
	unsigned int prefix; /* bits of the network */
};

struct tap_request {
	char name[TAP_NAME_SIZE];
	char port[TAP_PORT_SIZE];
	int address_count;
	struct tap_address addresses[TAP_ADDRESSES];
};

/* Reads an argument of --tap; NULL, or what is wrong with it. */
const char *tap_parse(const char *text, struct tap_request *out);

/*
 * Makes the interface, gives it its addresses and starts it. Returns a
 * descriptor that frames are read from and written to without blocking; the
 * interface goes with it. -1 after a complaint on standard error.
 */
int tap_open(const struct tap_request *tap);

#endif
