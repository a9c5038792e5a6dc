// SPDX-License-Identifier: BSD-2-Clause
/*
 * dlopen: names that mean libpcap give our calls and all others of libpcap; any
 * other name is looked for as if nobody stood in front, by the caller's RUNPATH
 * above all.
 */
#include <fcntl.h>
#include <link.h>
#include <sys/sendfile.h>

#include "pcap_testing.h"

static bool is_ours(void *symbol)
{
	Dl_info theirs, ours;

	CHECK(dladdr(symbol, &theirs));
	CHECK(dladdr((void *)(uintptr_t)pcap_create, &ours));
	return theirs.dli_fbase == ours.dli_fbase;
}

static void check_libpcap(const char *name)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		printf("%s: %s\n", name, dlerror());
	CHECK(library);
	CHECK(is_ours(dlsym(library, "pcap_create")));
	CHECK(is_ours(dlsym(library, "pcap_findalldevs")));
	/* What is not intercepted, and variables. */
	CHECK(dlsym(library, "pcap_nametoport"));
	CHECK(!is_ours(dlsym(library, "pcap_nametoport")));
	CHECK(dlsym(library, "pcap_version"));
	CHECK(!dlsym(library, "pcap_no_such_function"));
	CHECK_EQ(dlclose(library), 0);
}

/* A program that only asks whether libpcap is there. */
static void check_asking(void)
{
	void *library = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_NOLOAD);

	if (library)
		dlclose(library);
	CHECK(!dlopen("libpcap.so.99", RTLD_NOW | RTLD_NOLOAD));
}

static void check_other_names(void)
{
	void *self = dlopen(NULL, RTLD_NOW);
	void *library = dlopen("libm.so.6", RTLD_NOW);

	CHECK(self);
	CHECK(is_ours(dlsym(self, "pcap_create")));
	CHECK(library);
	CHECK(!dlopen("libpcapture.so.1", RTLD_NOW));
	CHECK(strstr(dlerror(), "libpcapture.so.1"));
	CHECK(!dlopen("libpcap-no-such.so", RTLD_NOW));
	dlclose(library);
	dlclose(self);
}

static void check_off(void)
{
	void *library;

	setenv("PCAP_NETMAP", "off", 1);
	library = dlopen("libpcap.so.0.8", RTLD_NOW);
	CHECK(library);
	CHECK(!is_ours(dlsym(library, "pcap_create")));
	dlclose(library);
	unsetenv("PCAP_NETMAP");
}

static void copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	struct stat st;

	CHECK(in >= 0 && out >= 0);
	CHECK_EQ(fstat(in, &st), 0);
	CHECK_EQ(sendfile(out, in, NULL, (size_t)st.st_size), st.st_size);
	close(in);
	close(out);
}

/*
 * This program's RUNPATH is the build folder, and the library's is none: a
 * library there is found only if the C library sees who called.
 */
static void check_runpath(const char *folder)
{
	const char *name = "only-by-runpath.so";
	char from[512], to[512];
	struct link_map *map;
	void *library;

	snprintf(from, sizeof(from), "%s/obj/libpcap-stock.so", folder);
	snprintf(to, sizeof(to), "%s/%s", folder, name);
	copy(from, to);
	library = dlopen(name, RTLD_NOW);
	if (!library)
		printf("%s\n", dlerror());
	unlink(to);
	CHECK(library);
	CHECK_EQ(dlinfo(library, RTLD_DI_LINKMAP, &map), 0);
	CHECK_TEXT(map->l_name, to);
	dlclose(library);
}

int main(void)
{
	const char *folder = getenv("NATIVE_OUT");

	unsetenv("PCAP_NETMAP");
	libpcap_symbol("pcap_open_dead");
	if (!folder)
		SKIP("NATIVE_OUT does not say where the libraries are; use "
		     "make test");
	check_libpcap("libpcap.so");
	check_libpcap("libpcap.so.1");
	check_libpcap("libpcap.so.0.8");
	check_libpcap("/usr/lib/libpcap.so.1.10.3");
	check_asking();
	check_other_names();
	check_off();
	if (UNDER_ASAN || UNDER_TSAN)
		puts("a sanitizer's dlopen hides the caller: no RUNPATH then");
	else
		check_runpath(folder);
	return 0;
}
