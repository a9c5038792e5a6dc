/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that forbid themselves system calls, as `arping -z` does: from then
 * on a call that stock libpcap would not make kills them. The device is told
 * before. sys/prctl.h declares prctl with "...", so it stays out of here.
 */
#include <errno.h>
#include <linux/prctl.h>

#include "environment.h"
#include "handle.h"
#include "libc_calls.h"

/* Without a thread it goes on as it was: others may be woken late. */
static void before_sandbox(void)
{
	int error = errno;

	if (!environment_off())
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

EXPORTED int seccomp_load(const void *filter)
{
	before_sandbox();
	return libc_calls.seccomp_load(filter);
}
