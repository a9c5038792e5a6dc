/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks between processes, one word each.
 *
 * The word names its holder: opening, generation, process (0: one that is not
 * in the opener's pid namespace, whose number would mislead). A contender spins
 * a little, then sleeps on the word, half a millisecond; if the holder is dead
 * by then the lock is taken over, and if it is stopped the contender gives up
 * and the caller drops its frames. So nobody waits for a stopped process, and
 * a dead one stops nobody. A holder that merely waits for a processor, on a
 * busy machine, is waited for, a hundred times as long at most.
 */
#ifndef LOCK_H
#define LOCK_H

#include "atomics.h"
#include "layout.h"

/* What is known of a lock's holder. */
enum lock_life {
	LOCK_HOLDER_DEAD = 0,
	LOCK_HOLDER_LIVES = 1,   /* stopped, or nothing more is known */
	LOCK_HOLDER_GOES_ON = 2, /* at most it waits for a processor */
};

/* Whether the holder named by a lock word can still release it. */
typedef enum lock_life lock_judge(void *context, uint64_t holder);

#define LOCK_PID_MASK 0xffffffffull
#define LOCK_GENERATION_MASK 0xffffffull

static inline uint64_t lock_identity(uint32_t opening, uint64_t generation)
{
	return (uint64_t)(opening + 1) << 56 |
	       (generation & LOCK_GENERATION_MASK) << 32;
}

enum lock_result {
	LOCK_TAKEN = 0,
	LOCK_TAKEN_OVER = 1, /* taken from a dead holder */
	LOCK_STUCK = 2,      /* the holder lives and does not go on */
};

/* A contender's memory of a holder that did not go on. */
struct lock_memory {
	uint64_t word;    /* the holder's, 0: none */
	uint32_t times;   /* how often it has been met since */
	int64_t asked_ns; /* when it was last asked whether its holder lives */
};

/*
 * Takes the lock for me. While the word in memory still stands there the
 * lock is not slept for again; once in ten milliseconds it is, and whether its
 * holder is dead is asked anew.
 */
static inline enum lock_result lock_take(sw_lock *lock, uint64_t me,
					 struct lock_memory *memory,
					 lock_judge *alive, void *context);

/* The rest of lock_take, when somebody else has it. */
enum lock_result lock_contend(sw_lock *lock, uint64_t me,
			      struct lock_memory *memory, lock_judge *alive,
			      void *context);

/* One attempt; 0 or the word found there. */
static inline uint64_t lock_try(sw_lock *lock, uint64_t me)
{
	uint64_t free = 0;

	if (atomic_compare_exchange_strong_explicit(lock, &free, me,
						    memory_order_acquire,
						    memory_order_relaxed))
		return 0;
	return free;
}

static inline enum lock_result lock_take(sw_lock *lock, uint64_t me,
					 struct lock_memory *memory,
					 lock_judge *alive, void *context)
{
	enum lock_result result = LOCK_TAKEN;

	if (lock_try(lock, me) != 0)
		result = lock_contend(lock, me, memory, alive, context);
	if (result != LOCK_STUCK)
		memory->word = 0;
	return result;
}

static inline void lock_release(sw_lock *lock, uint64_t me)
{
	/* Only what is ours: a scribbled word is not made worse. */
	if (load_relaxed(lock) == me)
		store_release(lock, 0);
}

#endif
