/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter on an interface that is had alone runs in the kernel: what it
 * rejects wakes nobody who polls the descriptor, whoever set it, with which
 * rights ever; counts are exact, also when filters change in mid-stream.
 */
#include <linux/capability.h>
#include <sys/syscall.h>
#include <time.h>

#include "veth.h"

#define ALONE NEAR "/x"
#define SHORT 60
#define AT 14
#define STREAM 20000

static int far_end;

static void far_sends(uint8_t value)
{
	uint8_t frame[SHORT];

	make_frame(frame, 255, 7, sizeof(frame), 0);
	frame[AT] = value;
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

/* Accepts frames with this value. */
static void set_filter(const struct opened *o, uint8_t value)
{
	const struct nmd_insn prog[] = {
		{0x30, 0, 0, AT},
		{0x15, 0, 1, value},
		{0x06, 0, 0, SHORT},
		{0x06, 0, 0, 0},
	};

	CHECK_EQ(nmd_set_filter(o->port, prog, 4), 0);
}

/* As a program that makes the system call itself. */
static int polls(const struct opened *o, int timeout_ms)
{
	struct pollfd p = {nmd_fd(o->port), POLLIN, 0};
	struct timespec timeout = {timeout_ms / 1000,
				   timeout_ms % 1000 * 1000000l};

	return (int)syscall(SYS_ppoll, &p, 1, &timeout, NULL, 0);
}

static void is_woken_for(const struct opened *o, uint8_t value)
{
	uint64_t before = stats_of(o).filtered;

	CHECK_EQ(nmd_arm(o->port), 0);
	for (int i = 0; i < 3; i++)
		far_sends((uint8_t)(value + 1));
	CHECK_EQ(polls(o, 20), 0);
	CHECK_EQ(checked_stats(o).filtered, before + 3);
	far_sends(value);
	CHECK_EQ(polls(o, PATIENCE_MS), 1);
	CHECK_EQ(buffer_of(o->rx, wait_slot(o))[AT], value);
	give_back(o, 1);
	CHECK_EQ(readable(o), 0);
}

static void what_is_rejected_wakes_nobody(void)
{
	struct opened o = open_capture(ALONE);

	set_filter(&o, 10);
	is_woken_for(&o, 10);
	set_filter(&o, 20);
	is_woken_for(&o, 20);
	CHECK_EQ(nmd_set_filter(o.port, NULL, 0), 0);
	far_sends(1);
	CHECK_EQ(buffer_of(o.rx, wait_slot(&o))[AT], 1);
	give_back(&o, 1);
	CHECK_EQ(nmd_set_direction(o.port, NMD_OUT), 0);
	CHECK_EQ(nmd_arm(o.port), 0);
	far_sends(1);
	CHECK_EQ(polls(&o, 20), 0);
	nmd_close(o.port);
}

/* As tcpdump, which sets its filter as another user. */
static void without_rights(void *unused)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
	struct opened o = open_capture(ALONE);

	(void)unused;
	CHECK_EQ(syscall(SYS_capset, &header, none), 0);
	set_filter(&o, 30);
	is_woken_for(&o, 30);
	nmd_close(o.port);
}

static void sets_filter(void *opened)
{
	set_filter(opened, 40);
	is_woken_for(opened, 40);
}

static void a_child_may_set_it(void)
{
	struct opened o = open_capture(ALONE);

	set_filter(&o, 50);
	join(spawn(sets_filter, &o));
	is_woken_for(&o, 40);
	nmd_close(o.port);
}

static void streams(void *unused)
{
	(void)unused;
	for (uint32_t i = 0; i < STREAM; i++)
		far_sends((uint8_t)(60 + i % 4));
}

/* Reads all there is, which is as the filter says. */
static void read_all(const struct opened *o, uint8_t value)
{
	CHECK(nmd_rxsync(o->port) >= 0);
	while (o->rx->head != o->rx->tail) {
		CHECK_EQ(buffer_of(o->rx, o->rx->head)[AT], value);
		give_back(o, 1);
	}
}

static uint64_t seen(const struct opened *o)
{
	struct nmd_stats stats = checked_stats(o);

	return stats.accepted + stats.filtered + stats.dropped;
}

static void filters_change_in_mid_stream(void)
{
	struct opened o = open_capture(ALONE);
	pid_t sender = spawn(streams, NULL);
	time_t end = time(NULL) + PATIENCE_MS / 1000;
	uint8_t value = 60;

	for (uint32_t n = 0; seen(&o) < STREAM && time(NULL) < end; n++) {
		value = (uint8_t)(60 + n % 4);
		set_filter(&o, value);
		read_all(&o, value);
	}
	join(sender);
	CHECK_EQ(seen(&o), STREAM);
	CHECK(stats_of(&o).filtered > 0);
	nmd_close(o.port);
}

static void sends(const struct opened *o, uint8_t value)
{
	uint8_t frame[SHORT];

	make_frame(frame, 255, 7, sizeof(frame), 0);
	frame[AT] = value;
	CHECK_EQ(nmd_wait(o->port, POLLOUT, PATIENCE_MS * 1000000ll), POLLOUT);
	send_one(o, frame, sizeof(frame));
}

static void comes(const struct opened *o, uint8_t value)
{
	CHECK_EQ(buffer_of(o->rx, wait_slot(o))[AT], value);
	give_back(o, 1);
}

static void has_a_queue(void *ready)
{
	struct opened o = open_capture("netmap:two-0/x");

	set_filter(&o, 70);
	event_set(*(struct event *)ready);
	for (;;)
		pause();
}

/* Openings of one program in the kernel; the killed one's filter is gone. */
static void each_queue_has_its_own(void)
{
	struct event ready = event_new();
	pid_t child;
	struct opened one, zero, far0, far1;

	run("ip link add two numrxqueues 2 numtxqueues 2 type veth peer name "
	    "twin numrxqueues 2 numtxqueues 2");
	run("ip link set two up && ip link set twin up");
	far0 = open_raw("netmap:twin-0/x");
	far1 = open_raw("netmap:twin-1/x");
	child = spawn(has_a_queue, &ready);
	event_wait(ready);
	for (int i = 0; i < 5; i++)
		sends(&far0, 71); /* rejected, and nobody counts it */
	one = open_capture("netmap:two-1/x");
	sends(&far1, 71);
	comes(&one, 71);
	set_filter(&one, 72);
	CHECK_EQ(nmd_arm(one.port), 0);
	sends(&far1, 73);
	CHECK_EQ(polls(&one, 20), 0);
	kill_and_reap(child);
	zero = open_capture("netmap:two-0/x");
	sends(&far0, 73);
	comes(&zero, 73);
	CHECK_EQ(checked_stats(&zero).filtered, 0);
	CHECK_EQ(checked_stats(&one).filtered, 1);
	nmd_close(one.port);
	nmd_close(zero.port);
	nmd_close(far0.port);
	nmd_close(far1.port);
	run("ip link del two");
	close(ready.fd);
}

int main(void)
{
	if (!kernel_has(6, 9))
		SKIP("before Linux 6.9 filters run when frames are read");
	veth_begin();
	far_end = far_socket();
	what_is_rejected_wakes_nobody();
	join(spawn(without_rights, NULL));
	a_child_may_set_it();
	filters_change_in_mid_stream();
	each_queue_has_its_own();
	veth_end();
	return 0;
}
