/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CLOCK_REALTIME for batches as small as one frame.
 *
 * Asking the system waits for everything before it to finish and takes 27 ns, a
 * fifth of what sending one frame costs. In between, the processor's time stamp
 * counter is read, in which the time since the last question is measured: for
 * a millisecond at most, so that a step of the clock is seen by then, and
 * only where the counter runs evenly. Other machines ask each time.
 */
#ifndef BATCH_CLOCK_H
#define BATCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct batch_clock {
	uint64_t ticks;       /* at the last question */
	uint64_t ns;          /* its answer */
	uint64_t last;        /* what was said last */
	uint64_t ns_per_2_32; /* nanoseconds in 2^32 ticks, 0: not known */
	bool uneven;          /* the counter is not to be trusted */
};

/* Zeroes c and looks at what the machine has. */
void batch_clock_begin(struct batch_clock *c);

/* Nanoseconds, never less than before but for a step of the clock. */
uint64_t batch_clock_now(struct batch_clock *c);

#endif
