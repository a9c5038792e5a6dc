/* SPDX-License-Identifier: BSD-2-Clause */
#include "batch_clock.h"

#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

/* For so long the counter is believed: between 0.4 and 1 ms. */
#define BELIEVED_TICKS (1u << 20)
/* From when two answers are far enough apart to tell the counter's rate. */
#define TELLING_TICKS (1u << 19)
/* What two measurements of one rate may differ by: a thousandth. */
#define ALIKE 1024
/* What the two clocks may disagree on without one having been set. */
#define JITTER_NS 10000

static uint64_t system_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
static bool counter_is_even(void)
{
	uint32_t a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
}

static uint64_t counter(void)
{
	return __rdtsc();
}
#else
static bool counter_is_even(void)
{
	return false;
}

static uint64_t counter(void)
{
	return 0;
}
#endif

void batch_clock_begin(struct batch_clock *c)
{
	memset(c, 0, sizeof(*c));
	c->uneven = !counter_is_even();
}

static bool alike(uint64_t a, uint64_t b)
{
	uint64_t apart = a > b ? a - b : b - a;

	return apart < a / ALIKE;
}

/*
 * The rate between two answers. Another one than before: the clock was set, or
 * the counter is that of another processor; the next two tell.
 */
static void measure(struct batch_clock *c, uint64_t ticks, uint64_t ns)
{
	uint64_t passed = ticks - c->ticks, rate;

	if (passed < TELLING_TICKS || passed > BELIEVED_TICKS << 10 ||
	    ns <= c->ns || ns - c->ns > UINT32_MAX)
		return;
	rate = ((ns - c->ns) << 32) / passed;
	c->ns_per_2_32 = !c->ns_per_2_32 || alike(c->ns_per_2_32, rate) ? rate
									: 0;
}

static uint64_t ask(struct batch_clock *c, uint64_t ticks)
{
	uint64_t ns = system_now();

	measure(c, ticks, ns);
	c->ticks = ticks;
	c->ns = ns;
	return ns;
}

uint64_t batch_clock_now(struct batch_clock *c)
{
	uint64_t ticks, passed, ns;

	if (c->uneven)
		return system_now();
	ticks = counter();
	passed = ticks - c->ticks;
	if (c->ns_per_2_32 && passed < BELIEVED_TICKS)
		ns = c->ns + (passed * c->ns_per_2_32 >> 32);
	else if (!c->ns_per_2_32 && passed < TELLING_TICKS)
		ns = system_now();
	else
		ns = ask(c, ticks);
	if (ns < c->last && c->last - ns < JITTER_NS)
		ns = c->last;
	c->last = ns;
	return ns;
}
