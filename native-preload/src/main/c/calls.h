/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The intercepted calls in three forms, all from pcap_calls.def: struct
 * real_calls (libpcap's own functions), ours_<name> (what a handle or a name
 * of ours gets; written in the other files), and the exported wrappers.
 */
#ifndef CALLS_H
#define CALLS_H

#include "handle.h"
#include "libpcap_abi.h"

/* The parameters of a call after its first one: AFTER(a, b) is ", a, b". */
#define AFTER(...) , ##__VA_ARGS__
#define ALL(...) __VA_ARGS__

struct real_calls {
#define ON_HANDLE(result, name, parameters, arguments) \
	result (*name)(pcap_t * AFTER parameters);
#define ON_NAME(result, name, parameters, arguments) \
	result (*name)(const char *AFTER parameters);
#define ON_ALL(result, name, parameters, arguments) result(*name) parameters;
#define USED(result, name, parameters) result(*name) parameters;
#include "pcap_calls.def"
};

/* libpcap, which is looked for at the first call. */
const struct real_calls *real(void);

/*
 * port is the netmap port's name, device what the program calls it: they
 * differ for mapped names.
 */
#define ON_HANDLE(result, name, parameters, arguments) \
	result ours_##name(struct handle *h AFTER parameters);
#define ON_NAME(result, name, parameters, arguments) \
	result ours_##name(const char *device,       \
			   const char *port AFTER parameters);
#define ON_ALL(result, name, parameters, arguments) \
	result ours_##name parameters;
#define USED(result, name, parameters)
#include "pcap_calls.def"

#endif
