/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closing a handle that another thread reads. The thread says that it reads,
 * by its number and without any locked instruction; who closes ends the read
 * and waits until the thread has left it. One that does not come back for a
 * second, in its callback, closes the handle itself once it does.
 */
#ifndef CLOSING_H
#define CLOSING_H

#include "handle.h"

extern _Thread_local pid_t closing_thread
	__attribute__((tls_model("initial-exec")));

/* This thread's number, asked for once. */
pid_t closing_ask_thread(void);

static inline pid_t closing_this_thread(void)
{
	pid_t thread = closing_thread;

	return __builtin_expect(thread != 0, 1) ? thread : closing_ask_thread();
}

/*
 * A read begins: who read before, in whose callback this is. The close looks
 * after a while, so that what is stored here has become visible by then.
 */
static inline pid_t closing_read_begins(struct handle *h)
{
	pid_t before = atomic_load_explicit(&h->reading, memory_order_relaxed);

	atomic_store_explicit(&h->reading, closing_this_thread(),
			      memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	return before;
}

/* The handle is being closed, or is closed: it is not read any more. */
static inline bool closing_has_begun(const struct handle *h)
{
	return __builtin_expect(
		atomic_load_explicit(&h->closing, memory_order_acquire) !=
			NOT_CLOSING,
		0);
}

/* Finishes the close that was left to the reader. */
void closing_after_read(struct handle *h);

static inline void closing_read_ends(struct handle *h, pid_t before)
{
	atomic_store_explicit(&h->reading, before, memory_order_release);
	if (closing_has_begun(h) && before == 0)
		closing_after_read(h);
}

/* As pcap_close; finish gives back all that the handle has. */
void closing_close(struct handle *h, void (*finish)(struct handle *h));

#endif
