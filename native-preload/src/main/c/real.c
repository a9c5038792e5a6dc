/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libpcap itself. It is looked for at the first call that needs it and not
 * linked, since linking it costs every preloaded program 1.5 ms.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#include "calls.h"

static struct real_calls calls;
static pthread_once_t looked_up = PTHREAD_ONCE_INIT;

/* Where and under which name each function is found. */
static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define FUNCTION(name) {#name, offsetof(struct real_calls, name)},
#define ON_HANDLE(result, name, parameters, arguments) FUNCTION(name)
#define ON_NAME(result, name, parameters, arguments) FUNCTION(name)
#define USED(result, name, parameters) FUNCTION(name)
#include "pcap_calls.def"
};

/* A program that links libpcap has it behind us; others get it loaded. */
static void *find_libpcap(void)
{
	static const char *const names[] = {"libpcap.so.0.8", "libpcap.so.1",
					    "libpcap.so"};
	void *library = NULL;

	if (dlsym(RTLD_NEXT, "pcap_open_dead"))
		return RTLD_NEXT;
	for (size_t i = 0; !library && i < sizeof(names) / sizeof(*names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return library;
}

/*
 * A function that this libpcap lacks stays NULL: a program that calls it could
 * not have been started without us either.
 */
static void look_up(void)
{
	void *library = find_libpcap();

	if (!library)
		return;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		*(void **)((char *)&calls + functions[i].offset) =
			dlsym(library, functions[i].name);
}

const struct real_calls *real(void)
{
	pthread_once(&looked_up, look_up);
	return &calls;
}
