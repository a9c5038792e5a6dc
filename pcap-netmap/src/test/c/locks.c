/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock between processes: one holder at a time, also when contenders have
 * to sleep; a dead holder's lock is taken over by one contender; one that
 * lives and does not go on is given up after a bounded time, at once when it
 * has been met before; a release leaves what is not the releaser's alone.
 */
#include "testing.h"

#include <sys/resource.h>
#include <time.h>

#include "lock.h"

#define PROCESSES 4
#define ROUNDS 200

struct shared {
	sw_lock lock;
	_Atomic uint32_t next;
	_Atomic int inside;
	_Atomic uint64_t taken, given_up, overtaken;
	_Atomic bool holder_dead;
	struct event ready, go;
};

static int asked; /* how often a holder's life was asked about */

static enum lock_life alive(void *context, uint64_t holder)
{
	struct shared *shared = context;

	(void)holder;
	asked++;
	return !atomic_load(&shared->holder_dead);
}

static void hold_for(long ns)
{
	struct timespec ts = {0, ns};

	nanosleep(&ts, NULL);
}

/* Holds the lock for long enough that the others sleep for it. */
static void contend_in_turn(void *argument)
{
	struct shared *s = argument;
	uint64_t me = lock_identity(atomic_fetch_add(&s->next, 1), 1) |
		      (uint32_t)getpid();
	struct lock_memory memory = {0};

	event_set(s->ready);
	event_wait(s->go);
	for (int i = 0; i < ROUNDS; i++) {
		if (lock_take(&s->lock, me, &memory, alive, s) == LOCK_STUCK) {
			CHECK(atomic_load(&s->lock) != me);
			atomic_fetch_add(&s->given_up, 1);
			continue;
		}
		CHECK_EQ(atomic_load(&s->lock), me);
		CHECK_EQ(atomic_fetch_add(&s->inside, 1), 0);
		hold_for(i % 4 ? 1000 : 300000);
		CHECK_EQ(atomic_fetch_sub(&s->inside, 1), 1);
		atomic_fetch_add(&s->taken, 1);
		lock_release(&s->lock, me);
	}
}

static void one_at_a_time(void)
{
	struct shared *s = shared_memory(sizeof(*s));
	pid_t pid[PROCESSES];

	s->ready = event_new();
	s->go = event_new();
	for (int i = 0; i < PROCESSES; i++)
		pid[i] = spawn(contend_in_turn, s);
	for (int i = 0; i < PROCESSES; i++)
		event_wait(s->ready);
	for (int i = 0; i < PROCESSES; i++)
		event_set(s->go);
	for (int i = 0; i < PROCESSES; i++)
		join(pid[i]);
	CHECK_EQ(s->taken + s->given_up, PROCESSES * ROUNDS);
	CHECK(s->taken > 0);
	CHECK_EQ(atomic_load(&s->lock), 0);
	munmap(s, sizeof(*s));
}

/* The holder goes on while a contender sleeps: the contender has it then. */
static void release_after_a_while(void *argument)
{
	struct shared *s = argument;

	event_set(s->ready);
	hold_for(400000);
	lock_release(&s->lock, lock_identity(1, 1) | 1);
}

static void a_sleeper_gets_it(void)
{
	struct shared *s = shared_memory(sizeof(*s));
	struct lock_memory memory = {0};
	uint64_t me = lock_identity(0, 1) | 2;
	enum lock_result r;
	pid_t pid;

	s->ready = event_new();
	atomic_store(&s->lock, lock_identity(1, 1) | 1);
	pid = spawn(release_after_a_while, s);
	event_wait(s->ready);
	do
		r = lock_take(&s->lock, me, &memory, alive, s);
	while (r == LOCK_STUCK);
	CHECK_EQ(r, LOCK_TAKEN);
	CHECK_EQ(atomic_load(&s->lock), me);
	lock_release(&s->lock, me);
	CHECK_EQ(atomic_load(&s->lock), 0);
	join(pid);
	munmap(s, sizeof(*s));
}

static void contend_for_the_dead(void *argument)
{
	struct shared *s = argument;
	uint64_t me = lock_identity(atomic_fetch_add(&s->next, 1), 1) |
		      (uint32_t)getpid();
	struct lock_memory memory = {0};

	event_wait(s->go);
	if (lock_take(&s->lock, me, &memory, alive, s) == LOCK_TAKEN_OVER) {
		CHECK_EQ(atomic_load(&s->lock), me);
		atomic_fetch_add(&s->overtaken, 1);
	}
}

static void one_takes_over(void)
{
	struct shared *s = shared_memory(sizeof(*s));
	pid_t pid[PROCESSES];

	s->go = event_new();
	s->holder_dead = true;
	atomic_store(&s->lock, lock_identity(99, 7) | 12345);
	for (int i = 0; i < PROCESSES; i++)
		pid[i] = spawn(contend_for_the_dead, s);
	for (int i = 0; i < PROCESSES; i++)
		event_set(s->go);
	for (int i = 0; i < PROCESSES; i++)
		join(pid[i]);
	/* Those who come later find the new holder dead too, one by one. */
	CHECK(s->overtaken >= 1);
	munmap(s, sizeof(*s));
}

static long times_slept(void)
{
	struct rusage u;

	CHECK_EQ(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_nvcsw;
}

#define SECOND_NS 1000000000ll

static void a_stopped_holder_is_given_up(void)
{
	long before;
	struct shared s = {0};
	uint64_t holder = lock_identity(3, 9) | 77, me = lock_identity(4, 1);
	struct lock_memory memory = {0};

	atomic_store(&s.lock, holder);
	asked = 0;
	CHECK_EQ(lock_take(&s.lock, me, &memory, alive, &s), LOCK_STUCK);
	CHECK_EQ(asked, 1);
	CHECK_EQ(memory.word, holder);
	/* Met again soon it costs a look; after a while its life is asked. */
	before = times_slept();
	memory.asked_ns += SECOND_NS * 3600;
	for (int i = 0; i < 63; i++)
		CHECK_EQ(lock_take(&s.lock, me, &memory, alive, &s),
			 LOCK_STUCK);
	CHECK_EQ(asked, 1);
	CHECK(times_slept() - before < 63);
	memory.asked_ns -= SECOND_NS * 3601;
	CHECK_EQ(lock_take(&s.lock, me, &memory, alive, &s), LOCK_STUCK);
	CHECK_EQ(asked, 2);
	CHECK_EQ(atomic_load(&s.lock), holder);
	lock_release(&s.lock, me); /* not ours */
	CHECK_EQ(atomic_load(&s.lock), holder);
	/* It goes on: nothing is remembered of it. */
	lock_release(&s.lock, holder);
	CHECK_EQ(lock_take(&s.lock, me, &memory, alive, &s), LOCK_TAKEN);
	CHECK_EQ(memory.word, 0);
	/* It dies: the next who asks has it. */
	atomic_store(&s.lock, holder);
	s.holder_dead = true;
	CHECK_EQ(lock_take(&s.lock, me, &memory, alive, &s), LOCK_TAKEN_OVER);
	CHECK_EQ(atomic_load(&s.lock), me);
}

/* A holder that waits for a processor; has it at the third asking. */
static enum lock_life busy(void *context, uint64_t holder)
{
	struct shared *s = context;

	if (++asked == 3)
		lock_release(&s->lock, holder);
	return LOCK_HOLDER_GOES_ON;
}

static enum lock_life always_busy(void *context, uint64_t holder)
{
	(void)context;
	(void)holder;
	asked++;
	return LOCK_HOLDER_GOES_ON;
}

static void a_busy_holder_is_waited_for(void)
{
	struct shared s = {0};
	uint64_t holder = lock_identity(3, 9) | 77, me = lock_identity(4, 1);
	struct lock_memory memory = {0};

	atomic_store(&s.lock, holder);
	asked = 0;
	CHECK_EQ(lock_take(&s.lock, me, &memory, busy, &s), LOCK_TAKEN);
	CHECK_EQ(asked, 3);
	/* Not for ever, and not again for one who did not come. */
	atomic_store(&s.lock, holder);
	asked = 0;
	CHECK_EQ(lock_take(&s.lock, me, &memory, always_busy, &s), LOCK_STUCK);
	CHECK(asked > 3);
	memory.asked_ns -= SECOND_NS;
	asked = 0;
	CHECK_EQ(lock_take(&s.lock, me, &memory, always_busy, &s), LOCK_STUCK);
	CHECK_EQ(asked, 1);
}

/* The fields of the word do not run into each other. */
static void identities_are_distinct(void)
{
	uint64_t word = lock_identity(253, UINT64_MAX) | UINT32_MAX;

	CHECK_EQ(word >> 56, 254);
	CHECK_EQ(lock_identity(0, 1ull << 24) >> 32, 1u << 24);
	CHECK(lock_identity(0, 0) != 0);
}

int main(void)
{
	begin();
	one_at_a_time();
	a_sleeper_gets_it();
	one_takes_over();
	a_stopped_holder_is_given_up();
	a_busy_holder_is_waited_for();
	identities_are_distinct();
	finish();
	return 0;
}
