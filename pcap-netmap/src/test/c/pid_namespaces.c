/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes of different pid namespaces on one switch, with equal process ids:
 * a holder of a lock is not taken for dead because its number is free here,
 * nor for alive because somebody here has it.
 */
#include "testing.h"

#include <sched.h>

#include "lock.h"
#include "port.h"

static struct opened to;
static struct event ready, go_on, held;

static sw_lock *ring_lock(void)
{
	return &to.port->area->rx[0].lock;
}

/* Runs body as process 1 of a pid namespace of its own, and ends as it does. */
static void in_a_namespace(void *argument)
{
	void (*body)(void) = *(void (**)(void))argument;
	pid_t pid;

	if (unshare(CLONE_NEWPID) < 0)
		_exit(77);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		CHECK_EQ(getpid(), 1);
		body();
		_exit(0);
	}
	_exit(ending_of(pid) == 0 ? 0 : 1);
}

/* Sends one frame to 2 whenever it is told to. */
static void send_when_told(void)
{
	struct opened from = open_raw("vale0:from");

	event_set(ready);
	for (;;) {
		event_wait(go_on);
		send_to(&from, 2, 1);
		event_set(ready);
	}
}

static void hold_the_lock(void)
{
	struct opened o = open_raw("vale0:holder");

	CHECK_EQ(lock_try(ring_lock(), port_identity(o.port)), 0);
	event_set(held);
	for (;;)
		pause();
}

static void let_it_send(void)
{
	event_set(go_on);
	event_wait(ready);
}

static void do_nothing(void)
{
}

static bool can_make_namespaces(void)
{
	void (*nothing)(void) = do_nothing;

	return ending_of(spawn(in_a_namespace, &nothing)) != 77;
}

int main(void)
{
	void (*sender_body)(void) = send_when_told;
	void (*holder_body)(void) = hold_the_lock;
	pid_t sender, holder;
	uint64_t word;
	int tries = 0;

	begin();
	ready = event_new();
	go_on = event_new();
	held = event_new();
	to = open_raw("vale0:to");
	if (!can_make_namespaces()) {
		nmd_close(to.port);
		finish();
		SKIP("cannot make pid namespaces here: %s", strerror(EPERM));
	}
	send_to(&to, 255, 2); /* learned */
	sender = spawn(in_a_namespace, &sender_body);
	event_wait(ready);
	holder = spawn(in_a_namespace, &holder_body);
	event_wait(held);
	word = atomic_load(ring_lock());
	CHECK_EQ(word & LOCK_PID_MASK, 1); /* as the sender's own number */
	/* It lives: nothing is taken from it. */
	for (int i = 0; i < 20; i++)
		let_it_send();
	CHECK_EQ(atomic_load(ring_lock()), word);
	CHECK_EQ(readable(&to), 0);
	/* It is dead, though a process 1 lives wherever one looks. */
	kill_and_reap(holder);
	for (; readable(&to) == 0 && tries < 10000; tries++)
		let_it_send();
	CHECK(discard(&to) > 0);
	kill_and_reap(sender);
	while (listed() > 1) /* the children of the killed are ending */
		sched_yield();
	nmd_close(to.port);
	finish();
	return 0;
}
