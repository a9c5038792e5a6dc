/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Monitors of an interface whose queues are had alone by several, in one process
 * or several: each owner serves those who look at its queue. "two" and "twin"
 * are a pair with two queues; what goes out by queue q of one comes in by queue
 * q of the other.
 */
#include <pthread.h>
#include <sched.h>

#include "monitored.h"

static const struct nmd_options together = {.flags = NMD_SAME_MEMORY};

static void make_pair(void)
{
	run("ip link add two numrxqueues 2 numtxqueues 2 type veth peer name "
	    "twin numrxqueues 2 numtxqueues 2");
	run("ip link set two up && ip link set twin up");
}

static void has_queue_one(void *argument)
{
	struct event *events = argument;
	struct opened o = open_with("netmap:two-1/x", together);

	event_set(events[0]);
	for (uint8_t i = 0;; i++)
		is_next(&o, i);
}

/* Each owner serves those who look at its queue, in whatever process. */
static void queues_have_their_own(struct nmd_options options, bool processes)
{
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened far1 = open_raw("netmap:twin-1/x");
	struct opened a = open_with("netmap:two-0/x", options), b = {0};
	struct opened first, second, all, released;
	struct event ready = event_new();
	pid_t pid = 0;

	if (processes) {
		pid = spawn(has_queue_one, &ready);
		event_wait(ready);
	} else {
		b = open_with("netmap:two-1/x", options);
	}
	first = open_raw("netmap:two-0/r");
	second = open_raw("netmap:two-1/r");
	all = open_raw("netmap:two/rt");
	released = open_raw("netmap:two/z");
	take_ours_only(&released);
	take_ours_only(&first);
	take_ours_only(&second);
	take_ours_only(&all);
	for (uint32_t i = 0; i < 100; i++) {
		sends(&far0, (uint8_t)(i + 50));
		is_next(&a, (uint8_t)(i + 50));
		is_seen(&first, (uint8_t)(i + 50), NMD_IN);
		is_seen(&all, (uint8_t)(i + 50), NMD_IN);
		is_seen(&released, (uint8_t)(i + 50), NMD_IN);
		sends(&far1, (uint8_t)i);
		if (!processes)
			is_next(&b, (uint8_t)i);
		is_seen(&second, (uint8_t)i, NMD_IN);
		is_seen(&all, (uint8_t)i, NMD_IN);
		is_seen(&released, (uint8_t)i, NMD_IN);
		sends(&a, (uint8_t)i);
		is_next(&far0, (uint8_t)i);
		is_seen(&all, (uint8_t)i, NMD_OUT);
		is_seen_sent(&released, &a, (uint8_t)i);
	}
	CHECK_EQ(readable(&first) + readable(&second) + readable(&all) +
			 readable(&released),
		 0);
	if (pid)
		kill_and_reap(pid);
	nmd_close(b.port);
	nmd_close(a.port);
	nmd_close(first.port);
	nmd_close(second.port);
	nmd_close(all.port);
	nmd_close(released.port);
	nmd_close(far0.port);
	nmd_close(far1.port);
	close(ready.fd);
	CHECK_EQ(listed(), 0);
}

#define WINDOW \
	32 /* frames on their way: a veth drops what it has no room for */

/* What one thread sends to another, by queues that share a memory. */
struct flow {
	const struct opened *from, *to;
	atomic_uint received;
};

static void *send_flow(void *argument)
{
	struct flow *f = argument;

	for (uint32_t i = 0; i < MANY; i++) {
		while (i - atomic_load(&f->received) >= WINDOW)
			sched_yield();
		sends(f->from, (uint8_t)i);
	}
	return NULL;
}

static void *receive_flow(void *argument)
{
	struct flow *f = argument;

	for (uint32_t i = 0; i < MANY; i++) {
		is_next(f->to, (uint8_t)i);
		atomic_fetch_add(&f->received, 1);
	}
	return NULL;
}

/* Both directions of both queues at once: every frame is counted once. */
static void threads_lose_no_count(void)
{
	struct opened o[4] = {open_raw("netmap:twin-0/x"),
			      open_raw("netmap:twin-1/x"),
			      open_with("netmap:two-0/x", together),
			      open_with("netmap:two-1/x", together)};
	struct opened m = open_raw("netmap:two/rt");
	struct opened z = open_raw("netmap:two/z");
	struct nmd_stats s;
	struct flow flow[4];
	pthread_t thread[8];

	take_ours_only(&m);
	take_ours_only(&z);
	for (int i = 0; i < 4; i++) {
		flow[i] = (struct flow){&o[i], &o[i ^ 2], 0};
		CHECK_EQ(pthread_create(&thread[i], NULL, send_flow, &flow[i]),
			 0);
		CHECK_EQ(pthread_create(&thread[4 + i], NULL, receive_flow,
					&flow[i]),
			 0);
	}
	for (int i = 0; i < 8; i++)
		CHECK_EQ(pthread_join(thread[i], NULL), 0);
	s = checked_stats(&m);
	CHECK_EQ(s.published + s.dropped, 4 * MANY);
	/* Of the sent ones the last come with the next sync. */
	do {
		nmd_txsync(o[2].port);
		nmd_txsync(o[3].port);
		s = checked_stats(&z);
	} while (s.published + s.dropped < 4 * MANY);
	CHECK_EQ(s.published + s.dropped, 4 * MANY);
	nmd_close(m.port);
	nmd_close(z.port);
	for (int i = 0; i < 4; i++)
		nmd_close(o[i].port);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	veth_begin_alone();
	make_pair();
	queues_have_their_own((struct nmd_options){0}, false);
	queues_have_their_own(together, false);
	queues_have_their_own((struct nmd_options){0}, true);
	threads_lose_no_count();
	veth_end();
	return 0;
}
