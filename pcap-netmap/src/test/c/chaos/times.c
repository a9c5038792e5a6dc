/* SPDX-License-Identifier: BSD-2-Clause */
#include "chaos.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Whether the sync under way waited for a holder who waited for a core. */
static bool held_up;

void time_point(enum hook_point point)
{
	if (point == HOOK_holder_waits)
		held_up = true;
}

/*
 * How long this process has stood in line for a core, by the kernel's own
 * account; what the host took from the machine is in there, too.
 */
static uint64_t waited_for_core_ns(void)
{
	static int fd = -1;
	static pid_t of;
	char text[64] = "";
	unsigned long long ran, waited;

	if (of != getpid()) {
		if (fd >= 0)
			close(fd);
		fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
		of = getpid();
	}
	if (fd < 0 || pread(fd, text, sizeof(text) - 1, 0) <= 0 ||
	    sscanf(text, "%llu %llu", &ran, &waited) != 2)
		return 0;
	return waited;
}

static void note(struct times *times, uint64_t ns)
{
	uint64_t step = ns / TIME_STEP_NS;

	step = step < TIME_STEPS ? step : TIME_STEPS;
	atomic_fetch_add_explicit(&times->count[step], 1, memory_order_relaxed);
	if (ns > atomic_load(&times->longest_ns))
		atomic_store(&times->longest_ns, ns);
}

/* Where this process's time has gone so far. */
struct spent {
	uint64_t wall_ns, in_line_ns, cpu_ns;
	long sleeps;
};

static struct spent spent_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (struct spent){.in_line_ns = waited_for_core_ns(),
			      .cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID),
			      .wall_ns = now_ns(CLOCK_MONOTONIC),
			      .sleeps = usage.ru_nvcsw};
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/*
 * Who has neither run nor slept nor stood in line was on a core that the host
 * had taken away: such a rest counts as waiting only where there was a sleep.
 */
static void note_disturbed(struct part *part, const struct spent *before,
			   const struct spent *after)
{
	uint64_t took = after->wall_ns - before->wall_ns;
	uint64_t here = less(took, after->in_line_ns - before->in_line_ns);
	uint64_t waited = less(here, after->cpu_ns - before->cpu_ns);

	note(&part->disturbed, took);
	note(held_up ? &part->held_up : &part->unexplained, here);
	if (held_up || after->sleeps == before->sleeps)
		return;
	note(&part->waited, waited);
	if (waited > atomic_load(&part->round_longest_ns))
		atomic_store(&part->round_longest_ns, waited);
}

int timed(struct part *part, int (*sync)(struct nmd_port *),
	  struct nmd_port *port)
{
	bool disturbed = atomic_load(&board->disturbed);
	struct spent before = spent_now(), after;
	int r;

	held_up = false;
	r = sync(port);
	after = spent_now();
	/* Who was stopped in it does not count: the others do. */
	if (&board->part[atomic_load(&board->victim)] == part)
		return r;
	if (disturbed)
		note_disturbed(part, &before, &after);
	else
		note(&part->calm, after.wall_ns - before.wall_ns);
	return r;
}

#define ROUNDS_MAX 100000
static uint64_t round_ns[ROUNDS_MAX];
static uint32_t rounds;

void end_of_round(void)
{
	uint64_t longest = 0;

	for (int p = 0; p < PARTS; p++) {
		uint64_t ns = atomic_exchange(&board->part[p].round_longest_ns,
					      0);

		longest = ns > longest ? ns : longest;
	}
	if (rounds < ROUNDS_MAX)
		round_ns[rounds++] = longest;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static double round_ms(double share)
{
	return rounds ? (double)round_ns[(uint32_t)(share * (rounds - 1))] / 1e6
		      : 0;
}

static void print_rounds(void)
{
	uint32_t within = 0;

	qsort(round_ns, rounds, sizeof(round_ns[0]), compare);
	while (within < rounds && round_ns[within] <= 1000000)
		within++;
	printf("  longest such wait of each of %u rounds: half within %.2f ms, 99 %% "
	       "%.2f, 99.9 %% %.2f, longest %.2f; %u (%.2f %%) within a "
	       "millisecond\n",
	       rounds, round_ms(0.5), round_ms(0.99), round_ms(0.999),
	       round_ms(1), within, rounds ? 100.0 * within / rounds : 0.0);
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
	print_one("  of these, held up by a holder without a core",
		  offsetof(struct part, held_up));
	print_one("  the others, less their own wait for a core",
		  offsetof(struct part, unexplained));
	print_one("  of these, asleep for others, less their own work",
		  offsetof(struct part, waited));
	print_rounds();
}

bool quick_enough(double ms)
{
	static struct sum sum;

	add_up(offsetof(struct part, waited), &sum);
	if (ms_of(&sum, 0.999) <= ms)
		return true;
	printf("one wait in a thousand took longer than %.2f ms\n", ms);
	return false;
}
