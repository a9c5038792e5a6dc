/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver; see chaos.h. First every point of hook.h that some process
 * passes, with kill -9, then rounds by chance.
 *
 *	chaos [--rounds N] [--seed S] [--slowest-ms N]
 *
 * --slowest-ms: fail if, of all waits for others in a sync made while somebody
 * was dead or stopped, more than one in a thousand took longer, less the time
 * that the process stood in line for a core or worked itself. What a busy
 * machine does to times is not all told by that, so there is no default.
 */
#include <time.h>

#include "chaos.h"
#include "futex.h"

#define ROUNDS 60
#define REACH_MS 50      /* for a process to come to its point */
#define LONGEST_MS 20000 /* who has not gone on by then hangs */
#define AREAS_MAX 16     /* that a frame may go to */

static const enum role roles[PARTS] = {
	PIPE_END, PIPE_END, SENDER,    SENDER, READER, POLLER, FILTERER,
	CAPTURE,  TAP,      CO_OPENER, OPENER, OPENER, LISTER};
static const uint32_t numbers[PARTS] = {3, 4, 1, 2, 0, 1, 2, 0, 0, 0, 0, 1, 0};

static pid_t pids[PARTS];
static uint64_t seed = 1, state;
static uint32_t round_number, struck[HOOK_COUNT], rounds = ROUNDS;
static double slowest_ms;  /* 0: any */
static uint64_t tolerance; /* frames, since the last check */
static const char *last_strike = "nothing";
static bool finished;

static uint32_t random_below(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % n;
}

static void tell_where(void)
{
	if (!finished && getpid() == runtime_owner)
		printf("in round %u of seed %llu, after %s\n", round_number,
		       (unsigned long long)seed, last_strike);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void die_of(int p, int status)
{
	printf("the %s %u ended by itself: %s %d\n", role_name(roles[p]),
	       numbers[p], WIFSIGNALED(status) ? "signal" : "exit code",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	exit(1);
}

/* Nobody ends who was not told to. */
static void check_all_live(void)
{
	for (int p = 0; p < PARTS; p++) {
		int status;

		if (pids[p] && waitpid(pids[p], &status, WNOHANG) == pids[p])
			die_of(p, status);
	}
}

/* Waits until a word that a process moves is another one. */
static void await_move(int p, _Atomic uint32_t *word, uint32_t old,
		       const char *what)
{
	int64_t deadline = now_ms() + LONGEST_MS;

	while (atomic_load(word) == old) {
		futex_wait(word, old, 2000000);
		check_all_live();
		if (now_ms() > deadline) {
			printf("the %s %u does not %s\n", role_name(roles[p]),
			       numbers[p], what);
			exit(1);
		}
	}
}

static void start(int p)
{
	struct part *part = &board->part[p];

	atomic_store(&part->order.point, 0);
	atomic_store(&part->openings, 0);
	pids[p] = spawn(play_role, part);
}

/* 0: not yet; else how waitpid told it. */
static int ended_or_stopped(int p, int ms)
{
	struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
	int64_t deadline = now_ms() + ms;
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	do {
		if (waitpid(pids[p], &status, WNOHANG | WUNTRACED) == pids[p])
			return status;
		sigtimedwait(&set, NULL, &wait);
	} while (now_ms() < deadline);
	if (waitpid(pids[p], &status, WNOHANG | WUNTRACED) == pids[p])
		return status;
	return 0;
}

/* Sends the signal right away, and returns when it has worked. */
static void strike_now(int p, int signal)
{
	int status;

	CHECK_EQ(kill(pids[p], signal), 0);
	CHECK_EQ(waitpid(pids[p], &status, WUNTRACED), pids[p]);
	if (signal == SIGSTOP ? !WIFSTOPPED(status)
			      : WTERMSIG(status) != SIGKILL)
		die_of(p, status);
}

/* At the point; false if the process does not come there in time. */
static bool strike_at(int p, enum hook_point point, uint32_t passes, int signal)
{
	struct order *order = &board->part[p].order;
	uint32_t asked = point + 1;
	int status;

	atomic_store(&order->signal, (uint32_t)signal);
	atomic_store(&order->passes, passes);
	atomic_store(&order->point, asked);
	status = ended_or_stopped(p, REACH_MS);
	if (!status && atomic_compare_exchange_strong(&order->point, &asked, 0))
		return false;
	if (!status)
		status = ended_or_stopped(p, LONGEST_MS);
	if (signal == SIGSTOP
		    ? !WIFSTOPPED(status)
		    : !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		die_of(p, status);
	struck[point]++;
	return true;
}

/* Those who need the tables wait for who is stopped with them locked. */
static bool needs_tables(int p)
{
	return roles[p] == OPENER || roles[p] == LISTER;
}

static bool counts_frames(int p)
{
	return roles[p] == READER || roles[p] == POLLER ||
	       roles[p] == FILTERER || roles[p] == PIPE_END ||
	       roles[p] == CAPTURE || roles[p] == TAP;
}

static void survivors_go_on(int victim)
{
	uint32_t turns[PARTS];

	for (int p = 0; p < PARTS; p++)
		turns[p] = atomic_load(&board->part[p].turns);
	for (int p = 0; p < PARTS; p++)
		if (p != victim && !needs_tables(p))
			await_move(p, &board->part[p].turns, turns[p], "go on");
}

/* All do, and frames come to everybody who reads them. */
static void all_go_on(void)
{
	uint32_t turns[PARTS], taken[PARTS];

	for (int p = 0; p < PARTS; p++) {
		turns[p] = atomic_load(&board->part[p].turns);
		taken[p] = atomic_load(&board->part[p].taken);
	}
	for (int p = 0; p < PARTS; p++) {
		await_move(p, &board->part[p].turns, turns[p], "go on");
		if (counts_frames(p))
			await_move(p, &board->part[p].taken, taken[p],
				   "get frames");
	}
}

/* How many frames a process may have had under way in one batch, all links. */
static uint64_t under_way(int p)
{
	switch (roles[p]) {
	case SENDER:
	case PIPE_END:
		return BATCH_MAX * AREAS_MAX;
	case TAP:
	case CAPTURE:
	case LISTER:
		return 0; /* they send nothing */
	default:
		return AREAS_MAX; /* a frame at a time, or a co-opener's */
	}
}

/* After a strike: the others first, then the victim again. */
static void set_right(int p, int signal)
{
	survivors_go_on(p);
	if (signal == SIGSTOP && random_below(3) > 0) {
		CHECK_EQ(kill(pids[p], SIGCONT), 0);
	} else {
		if (signal == SIGSTOP)
			strike_now(p, SIGKILL);
		tolerance += under_way(p);
		start(p);
	}
	all_go_on();
}

static void quiet_and_check(void)
{
	uint32_t hold = atomic_fetch_add(&board->hold, 1) + 1;

	for (int p = 0; p < PARTS; p++) {
		_Atomic uint32_t *held = &board->part[p].held;
		uint32_t old; /* read once: it may move in between */

		while ((old = atomic_load(held)) != hold)
			await_move(p, held, old, "hold");
	}
	check_quiet(tolerance);
	tolerance = 0;
	atomic_fetch_add(&board->hold, 1);
	futex_wake(&board->hold);
}

static void strike(int p, int point, int signal)
{
	last_strike = point < 0 ? "no point"
				: point_name((enum hook_point)point);
	atomic_store(&board->victim, (uint32_t)p);
	atomic_store(&board->disturbed, 1);
	if (point < 0 ||
	    !strike_at(p, (enum hook_point)point, 1 + random_below(3), signal))
		strike_now(p, signal);
	set_right(p, signal);
	atomic_store(&board->disturbed, 0);
}

/* A process that has passed the point, or -1. */
static int who_passes(uint32_t point)
{
	uint32_t first = random_below(PARTS);

	for (uint32_t i = 0; i < PARTS; i++) {
		int p = (int)((first + i) % PARTS);

		if (atomic_load(&board->part[p].passed[point]))
			return p;
	}
	return -1;
}

static void a_round(void)
{
	int signal = random_below(2) ? SIGKILL : SIGSTOP;
	int p = (int)random_below(PARTS);
	struct timespec while_ = {0, (long)random_below(2000000)};
	uint32_t point = random_below(HOOK_COUNT);

	if (random_below(2) && who_passes(point) >= 0) {
		strike(who_passes(point), (int)point, signal);
	} else {
		nanosleep(&while_, NULL); /* a random instant */
		strike(p, -1, signal);
	}
	if (random_below(2))
		quiet_and_check();
}

static void each_point_once(void)
{
	for (uint32_t point = 0; point < HOOK_COUNT; point++) {
		int p = who_passes(point);

		round_number++;
		if (p < 0)
			continue;
		strike(p, (int)point, SIGKILL);
		end_of_round();
		quiet_and_check();
	}
}

static void begin_all(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	board = shared_memory(sizeof(*board));
	for (int p = 0; p < PARTS; p++) {
		board->part[p].role = roles[p];
		board->part[p].number = numbers[p];
		start(p);
	}
	for (int i = 0; i < 20; i++)
		all_go_on();
	quiet_and_check();
}

static void end_all(void)
{
	for (int p = 0; p < PARTS; p++)
		kill_and_reap(pids[p]);
	CHECK_EQ(listed(), 0);
	finish();
	finished = true;
}

static void print_points(void)
{
	uint32_t points = 0, strikes = 0;

	for (int i = 0; i < HOOK_COUNT; i++) {
		points += struck[i] > 0;
		strikes += struck[i];
		if (!struck[i])
			printf("not struck at: %s\n",
			       point_name((enum hook_point)i));
	}
	printf("%u rounds, %u of them at %u of %u points\n", round_number,
	       strikes, points, HOOK_COUNT);
}

int main(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--rounds") == 0)
			rounds = (uint32_t)atoi(argv[i + 1]);
		if (strcmp(argv[i], "--seed") == 0)
			seed = strtoull(argv[i + 1], NULL, 10);
		if (strcmp(argv[i], "--slowest-ms") == 0)
			slowest_ms = atof(argv[i + 1]);
	}
	state = seed;
	begin();
	atexit(tell_where);
	play_scenarios();
	begin_all();
	each_point_once();
	while (round_number < rounds) {
		round_number++;
		a_round();
		end_of_round();
	}
	quiet_and_check();
	print_times();
	print_points();
	end_all();
	return slowest_ms > 0 && !quick_enough(slowest_ms);
}
