/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exported calls. libpcap calls many of its own exports through the
 * dynamic linker, so all of these are also entered from inside libpcap, with
 * handles that are not ours.
 */
#include "calls.h"

#include "names.h"

#define EXPORTED __attribute__((visibility("default")))

/* Only declared here, lest a definition lack one. */
#define ON_HANDLE(result, name, parameters, arguments) \
	EXPORTED result name(pcap_t *p AFTER parameters);
#define ON_NAME(result, name, parameters, arguments) \
	EXPORTED result name(const char *device AFTER parameters);
#define ON_ALL(result, name, parameters, arguments) \
	EXPORTED result name parameters;
#define USED(result, name, parameters)
#include "pcap_calls.def"

#define ON_HANDLE(result, name, parameters, arguments)      \
	result name(pcap_t *p AFTER parameters)             \
	{                                                   \
		struct handle *h = handle_of(p);            \
                                                            \
		return h ? ours_##name(h AFTER arguments)   \
			 : real()->name(p AFTER arguments); \
	}
#define ON_NAME(result, name, parameters, arguments)                       \
	result name(const char *device AFTER parameters)                   \
	{                                                                  \
		char port[DEVICE_NAME_SIZE];                               \
                                                                           \
		return names_port(device, port)                            \
			       ? ours_##name(device, port AFTER arguments) \
			       : real()->name(device AFTER arguments);     \
	}
#define ON_ALL(result, name, parameters, arguments) \
	result name parameters                      \
	{                                           \
		return ours_##name arguments;       \
	}
#define USED(result, name, parameters)
#include "pcap_calls.def"
