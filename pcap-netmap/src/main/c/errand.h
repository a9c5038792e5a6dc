/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls for a program that has forbidden itself all but a few.
 *
 * `arping -z` may select and send, and nothing else: a futex or a write to a
 * neighbour's FIFO kills it. A filter that a thread loads does not bind those
 * that run already (unless it asks for that), so a thread that was started
 * before does what is left to it, within a millisecond or two. In this mode
 * syncs, waits of no time and nmd_arm make no system call; who cannot be woken
 * looks by itself after a while, as always (wait.c). An interface's syncs do:
 * they are left to that thread as a whole.
 */
#ifndef ERRAND_H
#define ERRAND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct nmd_port;
struct vale;

extern _Atomic bool errand_mode;

/* Whether this thread may make no system call. */
static inline bool errands_only(void)
{
	return atomic_load_explicit(&errand_mode, memory_order_relaxed);
}

/* Wake those who sleep on a word (futex.h). */
void errand_wake(_Atomic uint32_t *word);

/* Write to the FIFOs of those who poll a receive ring of an area. */
void errand_ring(struct vale *v, uint32_t area_index, uint32_t ring);

/* Arm the descriptor of an opening. */
void errand_arm(struct nmd_port *port);

/* Whether what takes system calls is to be left to the thread. */
bool errand_needed(void);

/* Have the thread call a function, and wait; false: it did not and will not. */
bool errand_call(void (*function)(void *), void *argument);

/* Leave all ports, since the program ends; waits until that is done. */
void errand_leave(void);

/* In the child of a fork, which has no such thread: nobody is woken. */
void errands_after_fork(void);

/* Nothing that is still to be done is: a port closes. */
void errands_forget(void);

#endif
