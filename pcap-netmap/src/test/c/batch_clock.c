// SPDX-License-Identifier: BSD-2-Clause
/*
 * The clock of batches agrees with the system's and does not go backwards.
 */
#include "batch_clock.h"

#include <time.h>

#include "testing.h"

#define FOR_NS 100000000ull
/* What it may be wrong by: it asks anew after as long. */
#define WRONG_NS 1000000ull

static uint64_t system_now(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void check_once(struct batch_clock *c, uint64_t *last)
{
	uint64_t before = system_now(CLOCK_REALTIME);
	uint64_t now = batch_clock_now(c);
	uint64_t after = system_now(CLOCK_REALTIME);

	CHECK(after >= before); /* else somebody sets the clock */
	CHECK(now + WRONG_NS >= before);
	CHECK(now <= after + WRONG_NS);
	CHECK(now >= *last);
	*last = now;
}

int main(void)
{
	uint64_t start = system_now(CLOCK_MONOTONIC), last = 0;
	struct batch_clock c;

	batch_clock_begin(&c);
	while (system_now(CLOCK_MONOTONIC) - start < FOR_NS)
		check_once(&c, &last);
	/* The same where the counter cannot be used. */
	c.uneven = true;
	last = 0;
	for (int i = 0; i < 1000; i++)
		check_once(&c, &last);
	return 0;
}
