/* SPDX-License-Identifier: BSD-2-Clause */
#include "chaos.h"

#include <sys/resource.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* How often the machine gave our processor to others. */
static long preemptions(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nivcsw;
}

static void note(struct times *times, uint64_t ns)
{
	uint64_t step = ns / TIME_STEP_NS;

	step = step < TIME_STEPS ? step : TIME_STEPS;
	atomic_fetch_add_explicit(&times->count[step], 1, memory_order_relaxed);
	if (ns > atomic_load(&times->longest_ns))
		atomic_store(&times->longest_ns, ns);
}

int timed(struct part *part, int (*sync)(struct nmd_port *),
	  struct nmd_port *port)
{
	bool disturbed = atomic_load(&board->disturbed);
	long preempted = preemptions();
	uint64_t start = now_ns(), took;
	int r = sync(port);

	took = now_ns() - start;
	note(disturbed ? &part->disturbed : &part->calm, took);
	if (disturbed && preemptions() == preempted)
		note(&part->undisturbed_by_others, took);
	return r;
}

static void print_one(const char *what, size_t offset)
{
	static const double shares[] = {0.5, 0.99, 0.999, 0.9999};
	uint64_t count[TIME_STEPS + 1] = {0}, all = 0, sum = 0, longest = 0;
	uint32_t step = 0;

	for (int p = 0; p < PARTS; p++) {
		const struct times *t =
			(void *)((uint8_t *)&board->part[p] + offset);
		uint64_t ns = atomic_load(&t->longest_ns);

		longest = ns > longest ? ns : longest;
		for (int i = 0; i <= TIME_STEPS; i++) {
			count[i] += atomic_load(&t->count[i]);
			all += atomic_load(&t->count[i]);
		}
	}
	printf("%s: %llu syncs,", what, (unsigned long long)all);
	for (int i = 0; i < 4 && all; i++) {
		while (sum < shares[i] * (double)all)
			sum += count[step++];
		printf(" %g %% within %.2f ms,", 100 * shares[i],
		       step * TIME_STEP_NS / 1e6);
	}
	printf(" longest %.2f ms\n", (double)longest / 1e6);
}

void print_times(void)
{
	print_one("nobody stopped or dead", offsetof(struct part, calm));
	print_one("one stopped or dead", offsetof(struct part, disturbed));
	print_one("  of these, not preempted",
		  offsetof(struct part, undisturbed_by_others));
}
