/* SPDX-License-Identifier: BSD-2-Clause */
#include "closing.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errand.h"
#include "libc_calls.h"
#include "threads.h"

#define PATIENCE 1000 /* looks, a millisecond apart */
/* Turns of a loop, a microsecond or more: until a store is seen. */
#define A_WHILE 2000

_Thread_local pid_t closing_thread;

pid_t closing_ask_thread(void)
{
	closing_thread = (pid_t)syscall(SYS_gettid);
	return closing_thread;
}

static void forget_uses(struct handle *h)
{
	atomic_store(&h->uses, 0);
}

/* The one that forked is the child's first, and only, thread. */
static void after_fork(void)
{
	closing_ask_thread();
	handle_each(forget_uses);
}

/* Also at load, since a sandbox may forbid to ask. */
__attribute__((constructor)) static void ask_first_thread(void)
{
	closing_ask_thread();
	pthread_atfork(NULL, NULL, after_fork);
}

/* One that was cancelled in a read, or in a callback of it, has not left it. */
static bool is_gone(pid_t thread)
{
	return syscall(SYS_tgkill, getpid(), thread, 0) < 0 && errno == ESRCH;
}

static void let_stores_be_seen(void)
{
	for (volatile int i = 0; i < A_WHILE; i++)
		;
	atomic_thread_fence(memory_order_seq_cst);
}

/* Whether another thread reads now. */
static bool is_read(struct handle *h)
{
	pid_t reader = atomic_load_explicit(&h->reading, memory_order_acquire);

	if (!reader || reader == closing_this_thread())
		return false;
	if (!is_gone(reader))
		return true;
	/* It has ended since: what it wrote before it left is seen by this. */
	(void)atomic_load_explicit(&h->reading, memory_order_acquire);
	return false;
}

static bool is_used(struct handle *h)
{
	return atomic_load(&h->uses) > 0 || is_read(h);
}

/* Ends the read; false: it goes on in the program's callback. */
static bool wait_for_users(struct handle *h)
{
	for (int i = 0; is_used(h); i++) {
		if (i == PATIENCE)
			return false;
		atomic_store(&h->broken, true);
		nmd_interrupt(h->port);
		libc_calls.poll(NULL, 0, 1);
	}
	return true;
}

/* Who takes the close over has to finish it. */
static bool take_over(struct handle *h)
{
	int left = CLOSING_LEFT;

	return atomic_compare_exchange_strong(&h->closing, &left, CLOSING);
}

/* Who reads, this thread in an outer read too, finishes it when that ends. */
void closing_after_use(struct handle *h)
{
	pid_t reader;

	atomic_thread_fence(memory_order_seq_cst);
	reader = atomic_load(&h->reading);
	if (atomic_load(&h->uses) == 0 && (!reader || is_gone(reader)) &&
	    take_over(h))
		h->finish(h);
}

/* Either this sees that the close has begun, or the close sees the use. */
bool closing_use_begins(struct handle *h)
{
	atomic_fetch_add(&h->uses, 1);
	if (atomic_load(&h->closing) == NOT_CLOSING)
		return true;
	closing_use_ends(h);
	return false;
}

void closing_use_ends(struct handle *h)
{
	if (atomic_fetch_sub(&h->uses, 1) == 1 && closing_has_begun(h))
		closing_after_use(h);
}

void closing_close(struct handle *h, void (*finish)(struct handle *h))
{
	int error = errno;

	h->finish = finish;
	atomic_store(&h->closing, CLOSING);
	if (h->port && !thread_is_alone() && !errands_only()) {
		let_stores_be_seen();
		if (!wait_for_users(h)) {
			atomic_store(&h->closing, CLOSING_LEFT);
			let_stores_be_seen();
			if (is_used(h) || !take_over(h))
				return;
		}
	}
	finish(h);
	errno = error;
}
