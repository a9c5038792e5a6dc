/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THREADS_H
#define THREADS_H

#include <stdbool.h>
#include <stdlib.h>
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
#include <sys/single_threaded.h>
#endif

/* Whether this process surely has one thread only. */
static inline bool thread_is_alone(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
	return __libc_single_threaded;
#else
	return false;
#endif
}

#endif
