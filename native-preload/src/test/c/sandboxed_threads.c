// SPDX-License-Identifier: BSD-2-Clause
/*
 * A filter that libseccomp loads for all threads would bind a thread of the
 * library's, too: none is started for it, but one for any other filter.
 */
#include <dirent.h>
#include <dlfcn.h>

#include "pcap_testing.h"

#define SCMP_FLTATR_CTL_TSYNC 4
#define SCMP_ACT_ALLOW 0x7fff0000u

int seccomp_load(const void *filter);

/* One of libseccomp's that allows all. */
static void *filter_for(bool all_threads)
{
	void *library = dlopen("libseccomp.so.2", RTLD_NOW);
	void *(*init)(uint32_t action);
	int (*set)(void *filter, int attribute, uint32_t value);
	void *filter;

	if (!library)
		SKIP("no libseccomp.so.2 (Debian package libseccomp2)");
	*(void **)&init = dlsym(library, "seccomp_init");
	*(void **)&set = dlsym(library, "seccomp_attr_set");
	CHECK(init && set);
	filter = init(SCMP_ACT_ALLOW);
	CHECK(filter);
	CHECK_EQ(set(filter, SCMP_FLTATR_CTL_TSYNC, all_threads), 0);
	return filter;
}

static void release(void *filter)
{
	void *library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_NOLOAD);
	void (*give_up)(void *filter);

	*(void **)&give_up = dlsym(library, "seccomp_release");
	CHECK(give_up);
	give_up(filter);
}

static int threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	int n = 0;

	CHECK(tasks);
	for (struct dirent *e = readdir(tasks); e; e = readdir(tasks))
		n += e->d_name[0] != '.';
	closedir(tasks);
	return n;
}

int main(void)
{
	void *for_all, *for_one;
	int before;
	pcap_t *p;

	if (UNDER_TSAN)
		SKIP("ThreadSanitizer starts a thread of its own");
	for_all = filter_for(true);
	for_one = filter_for(false);
	begin();
	p = nonblocking("vale0:1");
	before = threads();
	seccomp_load(for_all);
	CHECK_EQ(threads(), before);
	seccomp_load(for_one);
	CHECK_EQ(threads(), before + 1);
	pcap_close(p);
	release(for_all);
	release(for_one);
	finish();
	return 0;
}
