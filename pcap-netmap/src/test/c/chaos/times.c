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
	/* Who was stopped in it does not count: the others do. */
	if (&board->part[atomic_load(&board->victim)] == part)
		return r;
	note(disturbed ? &part->disturbed : &part->calm, took);
	if (disturbed && preemptions() == preempted)
		note(&part->undisturbed_by_others, took);
	return r;
}

/* All processes' times of one kind, as one. */
struct sum {
	uint64_t count[TIME_STEPS + 1], all, longest_ns;
};

static void add_up(size_t offset, struct sum *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (int p = 0; p < PARTS; p++) {
		const struct times *t =
			(void *)((uint8_t *)&board->part[p] + offset);
		uint64_t longest = atomic_load(&t->longest_ns);

		if (longest > sum->longest_ns)
			sum->longest_ns = longest;
		for (int i = 0; i <= TIME_STEPS; i++) {
			sum->count[i] += atomic_load(&t->count[i]);
			sum->all += atomic_load(&t->count[i]);
		}
	}
}

/* The time that a share of them did not pass. */
static double ms_of(const struct sum *sum, double share)
{
	uint64_t so_far = 0;
	uint32_t step = 0;

	while ((double)so_far < share * (double)sum->all && step <= TIME_STEPS)
		so_far += sum->count[step++];
	return step * TIME_STEP_NS / 1e6;
}

static void print_one(const char *what, size_t offset)
{
	static struct sum sum;

	add_up(offset, &sum);
	printf("%s: %llu syncs, half within %.2f ms, 99 %% %.2f, 99.9 %% %.2f, "
	       "99.99 %% %.2f, longest %.2f\n",
	       what, (unsigned long long)sum.all, ms_of(&sum, 0.5),
	       ms_of(&sum, 0.99), ms_of(&sum, 0.999), ms_of(&sum, 0.9999),
	       (double)sum.longest_ns / 1e6);
}

void print_times(void)
{
	print_one("nobody stopped or dead", offsetof(struct part, calm));
	print_one("one stopped or dead", offsetof(struct part, disturbed));
	print_one("  of these, not preempted",
		  offsetof(struct part, undisturbed_by_others));
}

bool quick_enough(double ms)
{
	static struct sum sum;

	add_up(offsetof(struct part, undisturbed_by_others), &sum);
	if (ms_of(&sum, 0.999) <= ms)
		return true;
	printf("one sync in a thousand took longer than %.2f ms\n", ms);
	return false;
}
