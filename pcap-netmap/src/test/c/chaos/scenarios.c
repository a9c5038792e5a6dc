/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What chance would need long for: a process ends or stops at a point of
 * hook.h, and a certain other one comes after it.
 */
#include "chaos.h"

#include <linux/filter.h>

#include "layout.h"
#include "port.h"

static struct event ready;

/* A child that comes to its point while it runs body. */
struct actor {
	struct part *part;
	void (*body)(void);
	pid_t pid;
};

static void act(void *argument)
{
	const struct actor *actor = argument;

	obey(actor->part);
	actor->body();
	event_set(ready);
	for (;;)
		pause();
}

static struct actor start(void (*body)(void), enum hook_point point, int signal)
{
	struct actor actor = {shared_memory(sizeof(struct part)), body, 0};
	int status;

	atomic_store(&actor.part->order.signal, (uint32_t)signal);
	atomic_store(&actor.part->order.passes, 1);
	atomic_store(&actor.part->order.point, point + 1);
	actor.pid = spawn(act, &actor);
	CHECK_EQ(waitpid(actor.pid, &status, WUNTRACED), actor.pid);
	CHECK(signal == SIGSTOP ? WIFSTOPPED(status)
				: WTERMSIG(status) == SIGKILL);
	return actor;
}

static void killed_at(enum hook_point point, void (*body)(void))
{
	struct actor actor = start(body, point, SIGKILL);

	munmap(actor.part, sizeof(struct part));
}

/* Goes on with a stopped one until its body is done. */
static void let_go_on(struct actor *actor)
{
	CHECK_EQ(kill(actor->pid, SIGCONT), 0);
	event_wait(ready);
}

static void end(struct actor *actor)
{
	kill_and_reap(actor->pid);
	munmap(actor->part, sizeof(struct part));
}

static void open_and_close(void)
{
	nmd_close(open_raw("vale1:old").port);
}

static void only_list(void)
{
	listed();
}

/*
 * One process has closed its port and looks no more; another removes the
 * switch and is stopped before its folder; a third makes a new one there.
 */
static void an_old_view_of_a_new_switch(void)
{
	struct actor closer = start(open_and_close, HOOK_fd_closed, SIGSTOP);
	struct actor remover = start(only_list, HOOK_lock_unlinked, SIGSTOP);
	struct opened o = open_raw("vale1:new");

	let_go_on(&remover);
	let_go_on(&closer);
	end(&remover);
	end(&closer);
	CHECK_EQ(listed(), 1);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

static uint64_t retired_frames(const struct opened *o)
{
	const struct sw_header *h = vale_header(o->port->vale);

	return atomic_load(
		&h->retired[atomic_load(&h->retired_word) & 1].published);
}

/* Two areas end with frames in them, the one with the lower number later. */
static void counts_of_two_areas(void)
{
	struct opened sender = open_raw("vale0:a");
	struct opened low = open_raw("vale0:b"), high = open_raw("vale0:c");

	CHECK(low.port->area_index < high.port->area_index);
	send_to(&sender, 255, 1);
	close(nmd_fd(high.port)); /* dead, without a tidying */
	killed_at(HOOK_area_retired, only_list);
	CHECK_EQ(retired_frames(&sender), 1);
	close(nmd_fd(low.port));
	CHECK_EQ(listed(), 3 - 2);
	CHECK_EQ(retired_frames(&sender), 2);
	nmd_close(sender.port);
	nmd_close(low.port);
	nmd_close(high.port);
}

/* What the receiver has from senders that have closed. */
static uint64_t from_closed(const struct opened *receiver)
{
	struct nmd_pair pairs[8];
	int n = nmd_pairs(pairs, 8, NULL);
	uint64_t sum = 0;

	CHECK(n >= 0 && n <= 8);
	for (int i = 0; i < n; i++)
		if (pairs[i].sender == NMD_CLOSED &&
		    pairs[i].receiver == receiver->port->index)
			sum += pairs[i].accepted;
	return sum;
}

/*
 * Two senders end, the one with the lower number after a tidier was killed
 * that had added the other's frames to those of the closed.
 */
static void pairs_of_two_senders(enum hook_point point)
{
	struct opened receiver = open_raw("vale0:a");
	struct opened low = open_raw("vale0:b"), high = open_raw("vale0:c");

	send_to(&low, 1, 2);
	send_to(&high, 1, 3);
	send_to(&high, 1, 3);
	close(nmd_fd(high.port)); /* dead, without a tidying */
	killed_at(point, only_list);
	close(nmd_fd(low.port));
	CHECK_EQ(listed(), 1);
	CHECK_EQ(from_closed(&receiver), 3);
	CHECK_EQ(stats_of(&receiver).accepted, 3);
	nmd_close(receiver.port);
	nmd_close(low.port);
	nmd_close(high.port);
}

static void change_shared_settings(void)
{
	static const struct nmd_insn none[] = {{BPF_RET | BPF_K, 0, 0, 0}};
	struct opened o = open_raw("vale0:b");

	nmd_set_filter(o.port, none, 1);
}

/* Who shares the rings gets frames as before, or as the dead one asked. */
static void settings_half_written(enum hook_point point, uint32_t expected)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");

	killed_at(point, change_shared_settings);
	send_to(&a, 255, 1);
	CHECK_EQ(stats_of(&b).published, expected);
	CHECK_EQ(stats_of(&b).dropped, 0);
	nmd_close(a.port);
	nmd_close(b.port);
}

static void read_shared_ring(void)
{
	struct opened o = open_raw("vale0:b");

	discard(&o);
}

/* What tail shows can be given back, once. */
static void a_grant_half_done(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");

	send_to(&a, 255, 1);
	killed_at(HOOK_granted, read_shared_ring);
	b.rx->head = b.rx->cur = b.rx->tail;
	CHECK(nmd_rxsync(b.port) >= 0);
	discard(&b);
	CHECK_EQ(stats_of(&b).consumed, 1);
	CHECK_EQ(stats_of(&b).unread, 0);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* Frames that were being given up are counted, as one or the other. */
static void a_flush_half_done(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct nmd_stats s;

	send_to(&a, 255, 1);
	/* Its filter rejects what is queued. */
	killed_at(HOOK_flushing, change_shared_settings);
	s = checked_stats(&b);
	CHECK_EQ(s.consumed + s.abandoned, 1);
	CHECK(s.consumed <= 1 && s.abandoned <= 1);
	CHECK_EQ(nmd_rxsync(b.port) < 0 ? nmd_rxsync(b.port) : 0, 0);
	CHECK_EQ(nmd_set_filter(b.port, NULL, 0), 0);
	send_to(&a, 255, 1);
	CHECK_EQ(discard(&b), 1);
	nmd_close(a.port);
	nmd_close(b.port);
}

static long long blocks_of(const struct opened *o)
{
	int fd = vale_open_shm(o->port->vale);
	struct stat st;

	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	close(fd);
	return (long long)st.st_blocks;
}

static void open_large(void)
{
	open_with("vale0:large", (struct nmd_options){.tx_slots = 4096});
}

/* All but a control block is given back or spare, by the next list already. */
static void an_area_half_made(enum hook_point point)
{
	struct opened a = open_raw("vale0:a"), b;
	long long before = blocks_of(&a);

	killed_at(point, open_large);
	CHECK_EQ(listed(), 1);
	CHECK(blocks_of(&a) <=
	      before + (long long)(AREA_FILTER_AT + spare_bytes(a.port->vale)) /
			       512);
	/* Another geometry in the same place finds clean rings. */
	b = open_with("vale0:b", (struct nmd_options){.tx_slots = 64});
	send_to(&b, 255, 1);
	CHECK_EQ(discard(&a), 1);
	nmd_close(b.port);
	nmd_close(a.port);
}

static void send_to_everybody(void)
{
	struct opened o = open_raw("vale0:sender");

	send_to(&o, 255, 1);
	nmd_close(o.port);
}

static bool is_readable(const struct opened *o)
{
	struct pollfd p = {nmd_fd(o->port), POLLIN, 0};

	return poll(&p, 1, 0) == 1;
}

/* Nobody joins, lists or closes: who polls is woken if there is something. */
static void a_poller_and_a_killed_sender(enum hook_point point,
					 const char *polled, void (*send)(void))
{
	struct opened a = open_raw(polled);
	uint32_t unread;

	CHECK_EQ(nmd_arm(a.port), 0);
	killed_at(point, send);
	unread = port_has_unread(a.port) ? 1 : 0;
	CHECK(is_readable(&a) || !unread);
	CHECK_EQ(discard(&a), unread);
	/* Woken for nothing it is at most once. */
	CHECK_EQ(nmd_arm(a.port), 0);
	CHECK(!is_readable(&a));
	send();
	CHECK(is_readable(&a));
	CHECK(discard(&a) >= 1);
	nmd_close(a.port);
	CHECK_EQ(listed(), 0);
}

static void send_into_the_pipe(void)
{
	struct opened o = open_raw("vale0:a}1");

	send_to(&o, 255, 1);
	nmd_close(o.port);
}

static void pollers_and_killed_senders(void)
{
	static const enum hook_point points[] = {
		HOOK_ring_locked, HOOK_midway,  HOOK_fifo_opened,
		HOOK_rung,        HOOK_counted, HOOK_published};

	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++)
		a_poller_and_a_killed_sender(points[i], "vale0:a",
					     send_to_everybody);
	for (size_t i = 1; i < sizeof(points) / sizeof(*points) - 1; i++)
		a_poller_and_a_killed_sender(points[i], "vale0:a{1",
					     send_into_the_pipe);
	a_poller_and_a_killed_sender(HOOK_committed, "vale0:a{1",
				     send_into_the_pipe);
}

/* Who arms while a sender stands between its two looks is woken late. */
static void armed_while_a_sender_stands(enum hook_point point)
{
	struct opened a = open_raw("vale0:a");
	struct actor sender = start(send_to_everybody, point, SIGSTOP);

	CHECK_EQ(nmd_arm(a.port), 0);
	CHECK(is_readable(&a) == port_has_unread(a.port));
	let_go_on(&sender);
	CHECK(is_readable(&a));
	CHECK_EQ(discard(&a), 1);
	CHECK_EQ(nmd_arm(a.port), 0);
	CHECK(!is_readable(&a));
	end(&sender);
	nmd_close(a.port);
}

/* Who is woken and looks before the publish waits for it. */
static void woken_before_the_publish(void)
{
	struct opened a = open_raw("vale0:a");
	struct actor sender;

	CHECK_EQ(nmd_arm(a.port), 0);
	sender = start(send_to_everybody, HOOK_rung, SIGSTOP);
	CHECK(is_readable(&a));
	CHECK_EQ(readable(&a), 0); /* a stopped one is not waited for */
	CHECK_EQ(nmd_arm(a.port), 0);
	CHECK(!is_readable(&a));
	let_go_on(&sender);
	CHECK(is_readable(&a));
	CHECK_EQ(discard(&a), 1);
	end(&sender);
	nmd_close(a.port);
}

static struct opened shared;

/* One that was killed with all locks held, in another pid namespace, say. */
static void a_tidier_of_an_equal_number(void)
{
	struct opened a = open_raw("vale0:a");
	uint32_t gone;

	shared = open_raw("vale0:b");
	gone = shared.port->area_index;
	close(nmd_fd(shared.port));
	killed_at(HOOK_area_freed, only_list);
	nmd_close(shared.port);
	shared = open_raw("vale0:b");
	CHECK_EQ(shared.port->area_index, gone);
	/* Here that number is somebody's who lives. */
	atomic_store(&shared.port->area->rx[0].lock,
		     lock_identity(SW_MAX, 0) | (uint32_t)getppid());
	send_to(&a, 255, 1);
	CHECK_EQ(discard(&shared), 1);
	nmd_close(shared.port);
	nmd_close(a.port);
}

void play_scenarios(void)
{
	ready = event_new();
	an_old_view_of_a_new_switch();
	counts_of_two_areas();
	pairs_of_two_senders(HOOK_pair_retired);
	pairs_of_two_senders(HOOK_summed);
	pairs_of_two_senders(HOOK_area_retired);
	settings_half_written(HOOK_settings_begun, 1);
	settings_half_written(HOOK_filter_written, 1);
	settings_half_written(HOOK_settings_ended, 0);
	a_grant_half_done();
	a_flush_half_done();
	an_area_half_made(HOOK_area_claimed);
	an_area_half_made(HOOK_area_reserved);
	an_area_half_made(HOOK_area_built);
	an_area_half_made(HOOK_area_live);
	pollers_and_killed_senders();
	armed_while_a_sender_stands(HOOK_ring_locked);
	armed_while_a_sender_stands(HOOK_counted);
	armed_while_a_sender_stands(HOOK_published);
	woken_before_the_publish();
	a_tidier_of_an_equal_number();
	CHECK_EQ(listed(), 0);
	close(ready.fd);
}
