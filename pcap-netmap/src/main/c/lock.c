/* SPDX-License-Identifier: BSD-2-Clause */
#include "lock.h"

#include <stdbool.h>

#include "atomics.h"
#include "errand.h"
#include "futex.h"
#include "hook.h"

#define SPINS 1000
/*
 * Half a millisecond, together with the spinning before, the slack of each
 * slice's timer and the system calls that ask whether the holder lives: a sync
 * may meet two such locks, and is to be back within a millisecond.
 */
#define PATIENCE_NS 300000
#define SLICE_NS 100000
#define ASK_AGAIN_NS 10000000
#define BUSY_PATIENCE 100

/* The futex is the half of the word that holds the pid; it is never 0. */
static _Atomic uint32_t *low_half(sw_lock *lock)
{
	return (_Atomic uint32_t *)(void *)lock;
}

static bool take_over(sw_lock *lock, uint64_t dead, uint64_t me)
{
	return atomic_compare_exchange_strong_explicit(
		lock, &dead, me, memory_order_acquire, memory_order_relaxed);
}

/* 0: taken, else who has it. */
static uint64_t spin(sw_lock *lock, uint64_t me)
{
	for (int i = 0;; i++) {
		uint64_t holder = load_relaxed(lock);

		if (holder == 0)
			holder = lock_try(lock, me);
		if (holder == 0 || i == SPINS)
			return holder;
		cpu_relax();
	}
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

/*
 * The holder does not wake sleepers, which keeps the release a plain store;
 * the slices are short enough that this costs a contender little.
 */
static uint64_t sleep_for(sw_lock *lock, uint64_t me)
{
	uint64_t holder = lock_try(lock, me);
	int64_t end = now_ns() + PATIENCE_NS;

	while (holder && now_ns() < end) {
		if (errands_only())
			cpu_relax();
		else
			futex_wait(low_half(lock), (uint32_t)holder, SLICE_NS);
		holder = lock_try(lock, me);
	}
	return holder;
}

/* Spins; then sleeps and judges, unless the holder is known not to go on. */
enum lock_result lock_contend(sw_lock *lock, uint64_t me,
			      struct lock_memory *memory, lock_judge *alive,
			      void *context)
{
	uint64_t holder = spin(lock, me);
	enum lock_life life;

	if (holder == 0)
		return LOCK_TAKEN;
	memory->times = holder == memory->word ? memory->times + 1 : 1;
	if (memory->times > 1 && now_ns() - memory->asked_ns < ASK_AGAIN_NS)
		return LOCK_STUCK;
	for (int i = 0; i < BUSY_PATIENCE; i++) {
		holder = sleep_for(lock, me);
		if (holder == 0)
			return LOCK_TAKEN;
		life = alive(context, holder);
		if (life == LOCK_HOLDER_DEAD && take_over(lock, holder, me))
			return LOCK_TAKEN_OVER;
		/* Once is enough: who is met again is not what it seems. */
		if (life == LOCK_HOLDER_LIVES || memory->times > 1)
			break;
		HOOK(holder_waits);
	}
	memory->word = holder;
	memory->asked_ns = now_ns();
	return LOCK_STUCK;
}
