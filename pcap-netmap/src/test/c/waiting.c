/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nmd_wait sleeps and is woken: by frames, by nmd_interrupt from another
 * thread or from a signal handler, by a signal, by its timeout; several
 * readers of one ring are all woken; nothing a peer writes keeps it from
 * coming back; and who waits uses no processor.
 */
#include "testing.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include "port.h"

#define ROUNDS 3000

static struct opened port;

static void nothing_to_wait_for(void)
{
	port = open_raw("vale0:a");
	CHECK_EQ(nmd_wait(port.port, POLLIN, 0), 0);
	CHECK_EQ(nmd_wait(port.port, POLLIN, 3000000), 0);
	CHECK_EQ(nmd_wait(port.port, POLLIN, 1), 0);
	CHECK_EQ(nmd_wait(port.port, POLLOUT, -1), POLLOUT);
	CHECK_EQ(nmd_wait(port.port, POLLIN | POLLOUT, -1), POLLOUT);
	nmd_close(port.port);
}

/* Queued frames go out by waiting, as poll() on a netmap descriptor does. */
static void waiting_syncs(void)
{
	struct opened to = open_raw("vale0:b");
	uint8_t frame[60];

	port = open_raw("vale0:a");
	make_frame(frame, 255, 1, sizeof(frame), 0);
	queue_slot(port.tx, frame, sizeof(frame), 0);
	CHECK_EQ(nmd_wait(port.port, POLLOUT, 0), POLLOUT);
	CHECK_EQ(nmd_wait(to.port, POLLIN, -1), POLLIN);
	CHECK_EQ(to.rx->tail, 1);
	/* Seen but kept: what counts is what lies beyond cur. */
	to.rx->cur = 1;
	CHECK_EQ(nmd_wait(to.port, POLLIN, 1000000), 0);
	send_one(&port, frame, sizeof(frame));
	CHECK_EQ(nmd_wait(to.port, POLLIN, -1), POLLIN);
	CHECK_EQ(to.rx->head, 0);
	nmd_close(port.port);
	nmd_close(to.port);
}

/* Waits until a reader of the named port has gone to sleep times times. */
static void await_sleep(const char *port_name, uint64_t times)
{
	struct nmd_info info[16];
	uint64_t sleeps = 0;

	for (int tries = 0; sleeps < times && tries < PATIENCE_MS; tries++) {
		int n = nmd_list(info, 16, NULL);

		sleeps = 0;
		for (int i = 0; i < n && i < 16; i++)
			if (strcmp(info[i].port_name, port_name) == 0)
				sleeps += info[i].stats.sleeps;
		poll(NULL, 0, 1);
	}
	CHECK(sleeps >= times);
}

static void wait_for_a_frame(void *argument)
{
	const char *spec = argument;
	struct opened o = open_raw(spec);
	struct nmd_stats s;

	CHECK_EQ(nmd_wait(o.port, POLLIN, -1), POLLIN);
	s = checked_stats(&o);
	CHECK_EQ(s.unread, 1);
	CHECK(s.sleeps > 0);
	/* The sender counts when it has woken us. */
	while (s.wakeups == 0) {
		sched_yield();
		s = checked_stats(&o);
	}
	nmd_close(o.port);
}

static void a_frame_wakes(void)
{
	pid_t pid;

	port = open_raw("vale0:a");
	pid = spawn(wait_for_a_frame, "vale0:sleeper");
	await_sleep("sleeper", 1);
	send_to(&port, 255, 1);
	join(pid);
	nmd_close(port.port);
}

static struct event all_asleep;

static void *wait_in_thread(void *argument)
{
	const struct opened *o = argument;

	return (void *)(intptr_t)nmd_wait(o->port, POLLIN, -1);
}

/*
 * A reader that stops waiting - its time is up - must not take the wake-up
 * of another that sleeps on the same ring.
 */
static void every_sleeper_is_woken(void)
{
	struct opened from = open_raw("vale0:from");
	pthread_t thread[3];
	void *result;

	port = open_raw("vale0:a");
	for (int i = 0; i < 3; i++)
		CHECK_EQ(
			pthread_create(&thread[i], NULL, wait_in_thread, &port),
			0);
	await_sleep("a", 3);
	CHECK_EQ(nmd_wait(port.port, POLLIN, 1000000), 0);
	send_to(&from, 255, 1);
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(pthread_join(thread[i], &result), 0);
		CHECK_EQ((intptr_t)result, POLLIN);
	}
	nmd_close(port.port);
	nmd_close(from.port);
}

struct pong {
	const char *name;
	uint8_t self, other;
	bool first;
};

/* One frame goes to and fro; each waits for the other. */
static void play_pong(void *argument)
{
	const struct pong *p = argument;
	struct opened o = open_raw(p->name);

	event_set(all_asleep);
	while (nmd_peers(o.port) == 0)
		poll(NULL, 0, 1);
	for (int i = 0; i < ROUNDS; i++) {
		if (p->first || i > 0)
			send_to(&o, p->other, p->self);
		while (nmd_wait(o.port, POLLIN, -1) != POLLIN)
			;
		CHECK_EQ(discard(&o), 1);
	}
	if (!p->first)
		send_to(&o, p->other, p->self);
	event_set(all_asleep);
	event_wait(all_asleep);
	nmd_close(o.port);
}

static void no_wake_up_is_lost(void)
{
	struct pong one = {"vale0:one", 1, 2, true};
	struct pong two = {"vale0:two", 2, 1, false};
	pid_t pid[2];

	all_asleep = event_new();
	pid[1] = spawn(play_pong, &two);
	event_wait(all_asleep);
	pid[0] = spawn(play_pong, &one);
	event_wait(all_asleep);
	join(pid[0]);
	join(pid[1]);
}

static void interrupt_port(int signal)
{
	(void)signal;
	nmd_interrupt(port.port);
}

static void do_nothing(int signal)
{
	(void)signal;
}

static void on_signal(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler,
				   .sa_flags = SA_RESTART};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
}

static void an_interrupt_ends_a_wait(void)
{
	pthread_t thread;
	void *result;

	port = open_raw("vale0:a");
	nmd_interrupt(port.port); /* before: the next one ends */
	CHECK_EQ(nmd_wait(port.port, POLLIN, -1), -EINTR);
	CHECK_EQ(nmd_wait(port.port, POLLIN, 1000000), 0);
	CHECK_EQ(pthread_create(&thread, NULL, wait_in_thread, &port), 0);
	await_sleep("a", 2);
	nmd_interrupt(port.port);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK_EQ((intptr_t)result, -EINTR);
	/* From a handler, in the waiting thread itself. */
	on_signal(interrupt_port);
	CHECK_EQ(pthread_create(&thread, NULL, wait_in_thread, &port), 0);
	await_sleep("a", 3);
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK_EQ((intptr_t)result, -EINTR);
	/* A signal alone does as well, when it meets the sleep. */
	on_signal(do_nothing);
	CHECK_EQ(pthread_create(&thread, NULL, wait_in_thread, &port), 0);
	await_sleep("a", 4);
	do
		pthread_kill(thread, SIGUSR1);
	while (poll(NULL, 0, 1) == 0 &&
	       pthread_tryjoin_np(thread, &result) != 0);
	CHECK_EQ((intptr_t)result, -EINTR);
	nmd_close(port.port);
}

static void *wait_for_ages(void *argument)
{
	const struct opened *o = argument;

	return (void *)(intptr_t)nmd_wait(o->port, POLLIN, INT64_MAX);
}

static void the_longest_timeout_is_long(void)
{
	pthread_t thread;
	void *result;

	port = open_raw("vale0:a");
	CHECK_EQ(pthread_create(&thread, NULL, wait_for_ages, &port), 0);
	await_sleep("a", 2);
	nmd_interrupt(port.port);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK_EQ((intptr_t)result, -EINTR);
	nmd_close(port.port);
}

/* A ring whose index a peer has spoiled, and one whose reader is in a sync. */
static void spoiled_rings_do_not_hold_it(void)
{
	struct area *area;

	port = open_raw("vale0:a");
	area = port.region.base;
	atomic_store(&area->rx[0].published, 1ull << 40);
	CHECK_EQ(nmd_wait(port.port, POLLIN, 5000000), 0);
	atomic_store(&area->rx[0].published, 1);
	atomic_store(&area->rx[0].sync_lock, port_identity(port.port));
	CHECK_EQ(nmd_wait(port.port, POLLIN, 5000000), 0);
	atomic_store(&area->rx[0].sync_lock, 0);
	CHECK_EQ(nmd_wait(port.port, POLLIN, 5000000), POLLIN);
	nmd_close(port.port);
}

static long cpu_us(void)
{
	struct rusage u;

	CHECK_EQ(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_utime.tv_sec * 1000000 + u.ru_utime.tv_usec +
	       u.ru_stime.tv_sec * 1000000 + u.ru_stime.tv_usec;
}

/* Half a second of waiting; a twentieth of it would be busy waiting. */
static void idle_readers_use_no_processor(void)
{
	struct pollfd p;
	long before;

	port = open_raw("vale0:a");
	before = cpu_us();
	CHECK_EQ(nmd_wait(port.port, POLLIN, 500000000), 0);
	CHECK(cpu_us() - before < 25000);
	CHECK_EQ(nmd_arm(port.port), 0);
	p = (struct pollfd){nmd_fd(port.port), POLLIN, 0};
	before = cpu_us();
	CHECK_EQ(poll(&p, 1, 500), 0);
	CHECK(cpu_us() - before < 25000);
	nmd_close(port.port);
}

static void *wait_for_ever(void *port)
{
	nmd_wait(port, POLLIN, -1);
	return NULL;
}

/* As a thread in poll() can be. */
static void a_waiting_thread_can_be_cancelled(void)
{
	struct opened o = open_raw("vale0:a");
	pthread_t thread;
	void *result;

	CHECK_EQ(pthread_create(&thread, NULL, wait_for_ever, o.port), 0);
	await_sleep("a", 1);
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	send_to(&o, 255, 1);
	nmd_close(o.port);
}

int main(void)
{
	begin();
	nothing_to_wait_for();
	waiting_syncs();
	a_frame_wakes();
	every_sleeper_is_woken();
	no_wake_up_is_lost();
	an_interrupt_ends_a_wait();
	the_longest_timeout_is_long();
	spoiled_rings_do_not_hold_it();
	idle_readers_use_no_processor();
	if (!UNDER_ASAN) /* which takes what a cancelled thread leaves amiss */
		a_waiting_thread_can_be_cancelled();
	finish();
	return 0;
}
