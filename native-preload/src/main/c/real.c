/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libpcap itself. It is looked for at the first call that needs it and not
 * linked, since linking it costs every preloaded program 1.5 ms.
 */
#include "real.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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
#define ON_ALL(result, name, parameters, arguments) FUNCTION(name)
#define USED(result, name, parameters) FUNCTION(name)
#include "pcap_calls.def"
};

static bool is_ours(void *address)
{
	Dl_info theirs, ours;

	return dladdr(address, &theirs) && dladdr(&calls, &ours) &&
	       theirs.dli_fbase == ours.dli_fbase;
}

bool real_beside_us(const char *name, char *path, size_t size)
{
	const char *slash;
	Dl_info ours;

	if (!dladdr(&calls, &ours))
		return false;
	slash = strrchr(ours.dli_fname, '/');
	if (!slash)
		return false;
	return snprintf(path, size, "%.*s/%s", (int)(slash - ours.dli_fname),
			ours.dli_fname, name) < (int)size;
}

dlopen_function real_dlopen(void)
{
	static _Atomic dlopen_function known;
	dlopen_function function = atomic_load_explicit(&known,
							memory_order_relaxed);

	if (!function) {
		*(void **)&function = dlsym(RTLD_NEXT, "dlopen");
		/* The C library is before us if we came as a dependency. */
		if (!function)
			*(void **)&function = dlsym(RTLD_DEFAULT, "dlopen");
		atomic_store_explicit(&known, function, memory_order_relaxed);
	}
	return function;
}

/* Loads it if it is libpcap, and not what leads to us. */
static void *load(const char *name)
{
	void *library = real_dlopen()(name, RTLD_NOW | RTLD_LOCAL);
	void *symbol = library ? dlsym(library, "pcap_create") : NULL;

	if (symbol && !is_ours(symbol))
		return library;
	if (library)
		dlclose(library);
	return NULL;
}

/* A program that links libpcap has it behind us; others get it loaded. */
static void *find_libpcap(void)
{
	static const char *const names[] = {"libpcap.so.0.8", "libpcap.so.1",
					    "libpcap.so"};
	void *library = NULL;
	char path[PATH_MAX];

	if (dlsym(RTLD_NEXT, "pcap_create"))
		return RTLD_NEXT;
	if (real_beside_us(STOCK_LIBPCAP, path, sizeof(path)))
		library = load(path);
	for (size_t i = 0; !library && i < sizeof(names) / sizeof(*names); i++)
		library = load(names[i]);
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
