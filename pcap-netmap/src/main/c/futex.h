/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping on a 32-bit word of shared memory, and waking who sleeps there. */
#ifndef FUTEX_H
#define FUTEX_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Sleeps while *word is expected, timeout_ns at most (< 0: for ever).
 * Returns 0 when woken, else -EAGAIN, -EINTR or -ETIMEDOUT.
 */
static inline int futex_wait(_Atomic uint32_t *word, uint32_t expected,
			     int64_t timeout_ns)
{
	struct timespec ts = {timeout_ns / 1000000000, timeout_ns % 1000000000};
	long r = syscall(SYS_futex, word, FUTEX_WAIT, expected,
			 timeout_ns < 0 ? NULL : &ts, NULL, 0);

	return r < 0 ? -errno : 0;
}

static inline void futex_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/*
 * Stores 1 and wakes all sleepers in one step: who is killed has done both or
 * neither, and who was about to sleep while the word was 0 does not.
 */
static inline void futex_set_and_wake(_Atomic uint32_t *word)
{
	long set_one = FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 1);

	if (syscall(SYS_futex, word, FUTEX_WAKE_OP, INT_MAX, 0l, word,
		    set_one) >= 0)
		return;
	atomic_store(word, 1);
	futex_wake(word);
}

#endif
