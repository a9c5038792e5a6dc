/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that forbid themselves system calls, as `arping -z` does: from then
 * on a call that stock libpcap would not make kills them. The device is told
 * before. sys/prctl.h declares prctl with "...", so it stays out of here.
 */
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

/* libseccomp's as well; it is there in programs that are linked to that. */
extern int seccomp_attr_get(const void *filter, int attribute, uint32_t *value)
	__attribute__((weak));

static bool binds_all_threads(const void *filter)
{
	uint32_t value = 0;

	return seccomp_attr_get &&
	       seccomp_attr_get(filter, BINDS_ALL_THREADS, &value) == 0 &&
	       value != 0;
}

/* A filter for all threads would bind the device's as well, or kill it. */
EXPORTED int seccomp_load(const void *filter)
{
	if (!binds_all_threads(filter))
		before_sandbox();
	return libc_calls.seccomp_load(filter);
}
