/* SPDX-License-Identifier: BSD-2-Clause */
#include "lock.h"

#include <stdbool.h>

#include "atomics.h"
#include "futex.h"

#define SPINS 1000
#define PATIENCE_NS 1000000
#define SLICE_NS 100000

uint64_t lock_try(sw_lock *lock, uint64_t me)
{
	uint64_t free = 0;

	if (atomic_compare_exchange_strong_explicit(lock, &free, me,
						    memory_order_acquire,
						    memory_order_relaxed))
		return 0;
	return free;
}

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

/*
 * The holder does not wake sleepers, which keeps the release a plain store;
 * the slices are short enough that this costs a contender little.
 */
static uint64_t sleep_for(sw_lock *lock, uint64_t me)
{
	uint64_t holder = lock_try(lock, me);

	for (int64_t slept = 0; holder && slept < PATIENCE_NS;
	     slept += SLICE_NS) {
		futex_wait(low_half(lock), (uint32_t)holder, SLICE_NS);
		holder = lock_try(lock, me);
	}
	return holder;
}

/* Spins, then sleeps unless the holder is known not to go on. */
static uint64_t contend(sw_lock *lock, uint64_t me,
			const struct lock_memory *memory)
{
	uint64_t holder = spin(lock, me);

	if (holder == 0 || (holder == memory->word && memory->times % 64))
		return holder;
	return sleep_for(lock, me);
}

enum lock_result lock_take(sw_lock *lock, uint64_t me,
			   struct lock_memory *memory, lock_judge *alive,
			   void *context)
{
	enum lock_result result = LOCK_TAKEN;
	uint64_t holder = lock_try(lock, me);

	if (holder)
		holder = contend(lock, me, memory);
	if (holder) {
		memory->times = holder == memory->word ? memory->times + 1 : 1;
		memory->word = holder;
		if ((memory->times - 1) % 64 || alive(context, holder) ||
		    !take_over(lock, holder, me))
			return LOCK_STUCK;
		result = LOCK_TAKEN_OVER;
	}
	memory->word = 0;
	memory->times = 0;
	return result;
}

void lock_release(sw_lock *lock, uint64_t me)
{
	/* Only what is ours: a scribbled word is not made worse. */
	if (load_relaxed(lock) == me)
		store_release(lock, 0);
}
