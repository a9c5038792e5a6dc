// SPDX-License-Identifier: BSD-2-Clause
/*
 * A filter that libseccomp loads for all threads would bind a thread of the
 * library's, too: none is started for it, but one for any other filter.
 */
#include <dirent.h>

#include "pcap_testing.h"

#define SCMP_FLTATR_CTL_TSYNC 4

int seccomp_load(const void *filter);
int seccomp_attr_get(const void *filter, int attribute, uint32_t *value)
	__attribute__((visibility("default")));

/* In libseccomp's place: a filter is whether it is for all threads. */
int seccomp_attr_get(const void *filter, int attribute, uint32_t *value)
{
	CHECK_EQ(attribute, SCMP_FLTATR_CTL_TSYNC);
	*value = *(const uint32_t *)filter;
	return 0;
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
	uint32_t for_all = 1, for_one = 0;
	int before;
	pcap_t *p;

	if (UNDER_TSAN)
		SKIP("ThreadSanitizer starts a thread of its own");
	begin();
	p = nonblocking("vale0:1");
	before = threads();
	seccomp_load(&for_all);
	CHECK_EQ(threads(), before);
	seccomp_load(&for_one);
	CHECK_EQ(threads(), before + 1);
	pcap_close(p);
	finish();
	return 0;
}
