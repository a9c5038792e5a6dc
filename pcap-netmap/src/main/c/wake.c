/* SPDX-License-Identifier: BSD-2-Clause */
#include "wake.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "atomics.h"
#include "errand.h"
#include "futex.h"
#include "hook.h"

/*
 * The C library keeps each thread's list inside what pthread_self() points to,
 * at the same distance in all threads. 0: no list found.
 */
static _Atomic intptr_t list_at;
static _Atomic intptr_t word_offset;

static struct robust_list_head *own_list(void)
{
	intptr_t at = load_acquire(&list_at);
	struct robust_list_head *head = (void *)((intptr_t)pthread_self() + at);

	/* Another library's threads look otherwise: better no promise. */
	if (at == 0 || head->futex_offset != load_relaxed(&word_offset))
		return NULL;
	return head;
}

void wake_prepare(void)
{
#ifdef __GLIBC__
	struct robust_list_head *head = NULL;
	size_t size = 0;

	if (load_relaxed(&list_at) ||
	    syscall(SYS_get_robust_list, 0, &head, &size) < 0 || !head ||
	    size != sizeof(*head))
		return;
	store_relaxed(&word_offset, head->futex_offset);
	store_release(&list_at, (intptr_t)head - (intptr_t)pthread_self());
#endif
}

/*
 * The kernel finds the word at the entry plus futex_offset. What it sees when
 * the thread is killed are the stores in program order, so a fence for the
 * compiler is enough.
 */
static void set_pending(struct robust_list *entry)
{
	struct robust_list_head *head = own_list();

	if (!head)
		return;
	atomic_signal_fence(memory_order_seq_cst);
	*(struct robust_list *volatile *)&head->list_op_pending = entry;
	atomic_signal_fence(memory_order_seq_cst);
}

void wake_promise(_Atomic uint32_t *word)
{
	set_pending((void *)((intptr_t)word - load_relaxed(&word_offset)));
}

void wake_forget(void)
{
	set_pending(NULL);
}

void wake_keep(_Atomic uint32_t *word)
{
	if (wake_needed(word)) {
		if (errands_only())
			errand_wake(word);
		else
			futex_set_and_wake(word);
	}
	HOOK(woken);
	wake_forget();
}
