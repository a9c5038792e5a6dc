/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory order, by name. Every word that two processes share is touched
 * through one of these.
 *
 * A publisher fills slots and buffers with ordinary stores and then moves an
 * index with store_release; whoever reads that index with load_acquire sees
 * all of it. A thread that first announces something and then looks for the
 * other side's announcement (sleepers and wakers) needs full_fence between
 * the two, since neither acquire nor release keeps a load behind a store.
 */
#ifndef ATOMICS_H
#define ATOMICS_H

#include <stdatomic.h>

#define load_relaxed(p) atomic_load_explicit((p), memory_order_relaxed)
#define load_acquire(p) atomic_load_explicit((p), memory_order_acquire)
#define store_relaxed(p, v) \
	atomic_store_explicit((p), (v), memory_order_relaxed)
#define store_release(p, v) \
	atomic_store_explicit((p), (v), memory_order_release)
#define full_fence() atomic_thread_fence(memory_order_seq_cst)

/*
 * After a lock has been taken by compare-and-swap, before a load that must not
 * be older than that store: on x86-64 the swap is a full fence already.
 */
#if defined(__x86_64__)
#define fence_after_lock() atomic_signal_fence(memory_order_seq_cst)
#else
#define fence_after_lock() full_fence()
#endif

/* Adds to a counter that has one writer at a time: no locked instruction. */
#define counter_add(p, n) store_relaxed((p), load_relaxed(p) + (n))
/* Adds to a counter that several may write at once. */
#define counter_add_shared(p, n) \
	atomic_fetch_add_explicit((p), (n), memory_order_relaxed)

/*
 * The indices of the public rings, which are plain numbers to programs. The
 * slots go with them: one thread may fill them and another sync.
 */
#define index_load(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define index_store(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* Tells the core that this is a busy-wait loop. */
static inline void cpu_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield" ::: "memory");
#endif
}

#endif
