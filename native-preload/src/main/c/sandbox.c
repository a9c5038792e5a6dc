/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that forbid themselves system calls, as `arping -z` does: from then
 * on a call that stock libpcap would not make kills them. The device is told
 * before. sys/prctl.h declares prctl with "...", so it stays out of here.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/prctl.h>
#include <stdbool.h>
#include <stdint.h>

#include "descriptors.h"
#include "environment.h"
#include "handle.h"
#include "libc_calls.h"

/*
 * Without a thread it goes on as it was: others may be woken late. The child
 * of a vfork forbids itself something, not its parent, whose memory this is.
 */
static void before_sandbox(void)
{
	int error = errno;

	if (!environment_off() && descriptors_own_memory())
		nmd_sandbox();
	errno = error;
}

EXPORTED int prctl(int option, unsigned long a, unsigned long b,
		   unsigned long c, unsigned long d)
{
	if (option == PR_SET_SECCOMP)
		before_sandbox();
	return libc_calls.prctl(option, a, b, c, d);
}

#define BINDS_ALL_THREADS 4 /* libseccomp's SCMP_FLTATR_CTL_TSYNC */

/*
 * Of libseccomp, which the program brought, perhaps by a plug-in: then it is
 * not where a linked library's functions are found.
 */
static bool binds_all_threads(const void *filter)
{
	void *library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_NOLOAD);
	int (*get)(const void *, int, uint32_t *) = NULL;
	uint32_t value = 0;
	bool binds;

	if (library)
		*(void **)&get = dlsym(library, "seccomp_attr_get");
	binds = get && get(filter, BINDS_ALL_THREADS, &value) == 0 && value;
	if (library)
		dlclose(library);
	return binds;
}

/* A filter for all threads would bind the device's as well, or kill it. */
EXPORTED int seccomp_load(const void *filter)
{
	if (!binds_all_threads(filter))
		before_sandbox();
	return libc_calls.seccomp_load(filter);
}
