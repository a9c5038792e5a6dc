/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closing a handle that another thread reads. The thread says that it reads,
 * by its number and without any locked instruction; who closes ends the read
 * and waits until the thread has left it. One that does not come back for a
 * second, in its callback, closes the handle itself once it does.
 *
 * Threads that only wait for the handle's descriptor take frames in, too
 * (settle.h). They are counted.
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

/* The read in whose callback another one begins; thread 0: there is none. */
struct outer_read {
	pid_t thread;
	const void *from;
};

/*
 * A read begins. The close looks after a while, so that what is stored here has
 * become visible by then. A read whose callback was left by a jump has not said
 * that it ended: its frame lay where this one does, or below.
 */
static inline struct outer_read closing_read_begins(struct handle *h)
{
	const void *here = __builtin_frame_address(0);
	pid_t self = closing_this_thread();
	struct outer_read outer = {
		atomic_load_explicit(&h->reading, memory_order_relaxed),
		atomic_load_explicit(&h->reading_from, memory_order_relaxed),
	};

	if (outer.thread == self && outer.from <= here)
		outer.thread = 0;
	atomic_store_explicit(&h->reading_from, here, memory_order_relaxed);
	atomic_store_explicit(&h->reader, self, memory_order_relaxed);
	atomic_store_explicit(&h->reading, self, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	return outer;
}

/* The handle is being closed, or is closed: it is not read any more. */
static inline bool closing_has_begun(const struct handle *h)
{
	return __builtin_expect(
		atomic_load_explicit(&h->closing, memory_order_acquire) !=
			NOT_CLOSING,
		0);
}

/* Finishes the close that was left to those who used the handle. */
void closing_after_use(struct handle *h);

static inline void closing_read_ends(struct handle *h, struct outer_read outer)
{
	atomic_store_explicit(&h->reading_from, outer.from,
			      memory_order_relaxed);
	atomic_store_explicit(&h->reading, outer.thread, memory_order_release);
	if (closing_has_begun(h) && outer.thread == 0)
		closing_after_use(h);
}

/* The handle is used without being read; false: it is being closed. */
bool closing_use_begins(struct handle *h);
void closing_use_ends(struct handle *h);

/* As pcap_close; finish gives back all that the handle has. */
void closing_close(struct handle *h, void (*finish)(struct handle *h));

#endif
