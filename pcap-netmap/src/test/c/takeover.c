/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process that is killed or stopped while it holds a lock of a ring. The
 * lock of a dead one is taken over and the frame delivered; a stopped one is
 * not waited for: what is sent meanwhile is dropped and counted, and when it
 * goes on all is as before. A scribbled lock word stops nobody.
 */
#include <sched.h>

#include "testing.h"

#include "lock.h"
#include "port.h"
#include "tables.h"

static struct opened from, to;
static struct event ready, go_on;

static struct rx_control *rx_of(const struct opened *o)
{
	return &o->port->area->rx[0];
}

static void open_both(void)
{
	from = open_raw("vale0:from");
	to = open_raw("vale0:to");
	send_to(&to, 255, 2); /* so that frames to 2 go there only */
	CHECK_EQ(discard(&from), 1);
}

static void close_both(void)
{
	CHECK_EQ(atomic_load(&rx_of(&to)->lock), 0);
	CHECK_EQ(stats_of(&from).offered,
		 stats_of(&to).accepted + stats_of(&to).dropped);
	nmd_close(from.port);
	nmd_close(to.port);
}

/* Takes the lock of the receiver's ring as a sender does, and keeps it. */
static void hold(struct nmd_port *port)
{
	sw_lock *lock = &rx_of(&to)->lock;
	uint64_t me = port_identity(port);

	CHECK_EQ(lock_try(lock, me), 0);
	event_set(ready);
	event_wait(go_on);
	lock_release(lock, me);
	event_set(ready);
	for (;;)
		pause();
}

static void hold_with_an_opening(void *argument)
{
	(void)argument;
	hold(open_raw("vale0:holder").port);
}

/* The parent's opening, which goes on living when this process ends. */
static void hold_with_the_parents(void *argument)
{
	(void)argument;
	hold(from.port);
}

static void a_killed_holder(void (*holder)(void *), bool reaped)
{
	pid_t pid;

	open_both();
	pid = spawn(holder, NULL);
	event_wait(ready);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	if (reaped)
		CHECK_EQ(ending_of(pid), -SIGKILL);
	else
		CHECK_EQ(waitid(P_PID, (id_t)pid, &(siginfo_t){0},
				WEXITED | WNOWAIT),
			 0);
	CHECK(atomic_load(&rx_of(&to)->lock) != 0);
	send_to(&from, 2, 1);
	CHECK_EQ(discard(&to), 1);
	CHECK_EQ(stats_of(&from).takeovers, 1);
	CHECK_EQ(stats_of(&to).dropped, 0);
	send_to(&from, 2, 1);
	CHECK_EQ(discard(&to), 1);
	CHECK_EQ(stats_of(&from).takeovers, 1);
	if (!reaped)
		CHECK_EQ(ending_of(pid), -SIGKILL);
	CHECK_EQ(listed(), 2);
	close_both();
}

static void a_stopped_holder(void (*holder)(void *))
{
	pid_t pid;

	open_both();
	pid = spawn(holder, NULL);
	event_wait(ready);
	stop(pid);
	for (int i = 0; i < 500; i++)
		send_to(&from, 2, 1);
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(stats_of(&to).dropped, 500);
	CHECK_EQ(stats_of(&from).takeovers, 0);
	event_set(go_on);
	CHECK_EQ(kill(pid, SIGCONT), 0);
	event_wait(ready);
	send_to(&from, 2, 1);
	CHECK_EQ(discard(&to), 1);
	CHECK_EQ(stats_of(&to).dropped, 500);
	kill_and_reap(pid);
	close_both();
}

/* Stopped, given up, and then killed: it is noticed. */
/* In a pid namespace of its own, where its number is another's outside. */
static void hold_elsewhere(void *argument)
{
	pid_t pid;

	(void)argument;
	if (unshare(CLONE_NEWPID) < 0)
		exit(77);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		CHECK_EQ(port_identity(from.port) & LOCK_PID_MASK, 0);
		hold(from.port);
	}
	CHECK_EQ(ending_of(pid), -SIGKILL);
}

static void a_holder_in_another_pid_namespace(void)
{
	pid_t pid;

	if (geteuid() != 0)
		return; /* to make a namespace needs root */
	open_both();
	pid = spawn(hold_elsewhere, NULL);
	event_wait(ready);
	for (int i = 0; i < 10; i++)
		send_to(&from, 2, 1);
	CHECK_EQ(stats_of(&from).takeovers, 0);
	CHECK_EQ(stats_of(&to).dropped, 10);
	event_set(go_on);
	event_wait(ready);
	send_to(&from, 2, 1);
	CHECK_EQ(discard(&to), 1);
	kill_and_reap(pid);
	close_both();
}

static void a_stopped_holder_that_dies(void)
{
	pid_t pid;
	int sent = 0;

	open_both();
	pid = spawn(hold_with_an_opening, NULL);
	event_wait(ready);
	stop(pid);
	for (; sent < 10; sent++)
		send_to(&from, 2, 1);
	kill_and_reap(pid);
	/* Asked again by time: few frames are lost, however many come. */
	for (; readable(&to) == 0 && sent < 1000; sent++) {
		usleep(1000);
		send_to(&from, 2, 1);
	}
	CHECK_EQ(discard(&to), 1);
	CHECK_EQ(stats_of(&to).dropped, sent - 1);
	close_both();
}

/* A co-opener dies in a sync of the rings it shares. */
static void die_in_sync(void *argument)
{
	struct opened o = open_raw("vale0:to");

	(void)argument;
	CHECK_EQ(lock_try(&rx_of(&to)->sync_lock, port_identity(o.port)), 0);
	CHECK_EQ(lock_try(&to.port->area->tx[0].sync_lock,
			  port_identity(o.port)),
		 0);
	event_set(ready);
	for (;;)
		pause();
}

static void a_killed_reader(void)
{
	pid_t pid;

	open_both();
	pid = spawn(die_in_sync, NULL);
	event_wait(ready);
	stop(pid);
	send_to(&from, 2, 1);
	CHECK_EQ(nmd_rxsync(to.port), -EBUSY);
	CHECK_EQ(nmd_txsync(to.port), -EBUSY);
	kill_and_reap(pid);
	/* Its life is asked about again now and then. */
	for (int i = 0; i < 1000 && nmd_rxsync(to.port) == -EBUSY; i++)
		;
	for (int i = 0; i < 1000 && nmd_txsync(to.port) == -EBUSY; i++)
		;
	CHECK_EQ(discard(&to), 1);
	send_to(&to, 255, 2);
	CHECK_EQ(discard(&from), 1);
	CHECK_EQ(stats_of(&to).takeovers, 2);
	nmd_close(from.port);
	nmd_close(to.port);
}

static void scribbled_words(void)
{
	static const uint64_t words[] = {1, 0x1234, UINT64_MAX,
					 (uint64_t)INT64_MIN};
	uint64_t stale;

	open_both();
	for (int i = 0; i < 4; i++) {
		atomic_store(&rx_of(&to)->lock, words[i]);
		send_to(&from, 2, 1);
		CHECK_EQ(discard(&to), 1);
		CHECK_EQ(stats_of(&from).takeovers, i + 1);
	}
	/* A live opening's, but of an earlier generation. */
	stale = lock_identity(to.port->index, to.port->generation - 1) | 1;
	atomic_store(&rx_of(&to)->lock, stale);
	send_to(&from, 2, 1);
	CHECK_EQ(discard(&to), 1);
	CHECK_EQ(stats_of(&to).dropped, 0);
	close_both();
}

/* One that died tidying up: its word is no opening's. */
static void a_dead_janitor(void)
{
	struct vale *v;
	uint32_t area;
	uint64_t word;

	open_both();
	v = from.port->vale;
	area = to.port->area_index;
	/* Of another pid namespace: here, init has that number. */
	word = lock_identity(SW_MAX, 0) | 1;
	atomic_store(&rx_of(&to)->lock, word);
	nmd_close(to.port);
	CHECK_EQ(sw_state_of(atomic_load(&vale_area_entry(v, area)->state)),
		 SW_FREE);
	CHECK_EQ(atomic_load(&vale_area(v, area)->rx[0].lock), 0);
	nmd_close(from.port);
}

int main(void)
{
	begin();
	ready = event_new();
	go_on = event_new();
	a_killed_holder(hold_with_an_opening, true);
	a_killed_holder(hold_with_an_opening, false);
	a_killed_holder(hold_with_the_parents, true);
	a_killed_holder(hold_with_the_parents, false);
	a_stopped_holder(hold_with_an_opening);
	a_stopped_holder(hold_with_the_parents);
	a_stopped_holder_that_dies();
	a_holder_in_another_pid_namespace();
	a_killed_reader();
	scribbled_words();
	a_dead_janitor();
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
