/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waking those who sleep on a futex word, also if the waker is killed.
 *
 * The word is 0 while somebody may be asleep on it and 1 otherwise. A sleeper
 * stores 0, looks once more at what it waits for, and sleeps while the word
 * is 0. A waker changes what is waited for, then looks at the word:
 *
 *	wake_promise(word);
 *	... publish with a release store ...
 *	full_fence();
 *	wake_keep(word);
 *
 * Killed in between, it would leave a sleeper that nobody wakes. So the
 * promise stands where the kernel looks when a thread ends: in the pending
 * entry of the thread's robust futex list, whose word the kernel wakes one
 * sleeper of if it is 0 (Linux since 5.4; handle_futex_death). The C library
 * uses the entry only inside its own calls on robust mutexes. Where there is
 * no such list, sleepers are left to their own limit (wait.c).
 */
#ifndef WAKE_H
#define WAKE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"

/*
 * Finds the list; makes a system call, so it belongs into an open: a program
 * may forbid itself system calls later.
 */
void wake_prepare(void);

void wake_promise(_Atomic uint32_t *word);

/* Whether there may be sleepers. */
static inline bool wake_needed(_Atomic uint32_t *word)
{
	return load_relaxed(word) == 0;
}

/* Wakes all sleepers, if there may be any, and ends the promise. */
void wake_keep(_Atomic uint32_t *word);

/* Ends the promise: there was nothing to wake for. */
void wake_forget(void);

#endif
