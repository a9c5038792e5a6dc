/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Monitors of an interface that somebody has alone: copies of what it receives
 * (/r) and sends (/t), made by its owner's syncs, whose loss is their own.
 */
#include "monitored.h"

static const struct nmd_options must = {.flags = NMD_EXCLUSIVE};

static int far_end;

static void far_sends(uint8_t seed)
{
	uint8_t frame[FRAME];

	make_frame(frame, 255, 7, FRAME, seed);
	CHECK_EQ(send(far_end, frame, FRAME, 0), FRAME);
}

static void is_refused(const char *spec, struct nmd_options options, int code,
		       const char *text)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	options.size = sizeof(options);
	CHECK_EQ(nmd_open(spec, &options, &port, &why), code);
	if (!strstr(why.text, text))
		printf("%s\n", why.text);
	CHECK(strstr(why.text, text));
}

static void each_sees_its_directions(void)
{
	struct opened o = open_raw(NEAR "/x");
	struct opened rx = open_raw(NEAR "/r"), tx = open_with(NEAR "/t", must);
	struct opened both = open_capture(NEAR "/rt");
	struct nmd_info info[4];

	for (uint32_t i = 0; i < MANY; i++) {
		far_sends((uint8_t)i);
		is_next(&o, (uint8_t)i);
		sends(&o, (uint8_t)(i + 1));
		is_seen(&rx, (uint8_t)i, NMD_IN);
		is_seen(&tx, (uint8_t)(i + 1), NMD_OUT);
		is_seen(&both, (uint8_t)i, NMD_IN);
		is_seen(&both, (uint8_t)(i + 1), NMD_OUT);
	}
	CHECK_EQ(readable(&rx) + readable(&tx) + readable(&both), 0);
	CHECK_EQ(checked_stats(&rx).published, MANY);
	CHECK_EQ(checked_stats(&tx).published, MANY);
	CHECK_EQ(checked_stats(&both).published, 2 * MANY);
	CHECK_EQ(checked_stats(&rx).filtered, MANY);
	CHECK_EQ(stats_of(&o).offered, 6 * MANY);
	CHECK_EQ(nmd_txsync(both.port), -EOPNOTSUPP);
	CHECK_EQ(nmd_list(info, 4, NULL), 4);
	CHECK_EQ(strcmp(info[3].port_name, "near/rt"), 0);
	CHECK_EQ(strcmp(info[3].path, "monitor"), 0);
	nmd_close(rx.port);
	nmd_close(tx.port);
	nmd_close(both.port);
	far_sends(1);
	is_next(&o, 1);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

/* By its own name it is shared with the host where nobody has it alone. */
static void somebody_must_have_it(void)
{
	const struct nmd_options none = {0};
	struct opened o = open_raw(NEAR "/r"), shared = open_capture(NEAR);
	struct nmd_info info[2];

	CHECK_EQ(nmd_list(info, 2, NULL), 2);
	CHECK_EQ(strcmp(info[0].path, "shared"), 0);
	nmd_close(o.port);
	is_refused(NEAR "/r", must, -ENODEV, "open netmap:near/x first");
	is_refused("netmap:none/r", must, -ENXIO, "no interface none");
	o = open_raw(NEAR "/x");
	is_refused(NEAR "/r@group:1", none, -EINVAL, "drop the group");
	is_refused(NEAR "/r@group:1", must, -EINVAL, "drop the group");
	is_refused(NEAR "-1/r", none, -EINVAL, "ring 1 does not exist");
	nmd_close(shared.port);
	nmd_close(o.port);
	shared = open_capture(NEAR);
	nmd_close(shared.port);
}

/* The owner passes on all; what the monitor has no room for is counted. */
static void a_slow_one_loses(void)
{
	struct opened o = open_raw(NEAR "/x");
	struct opened slow = open_with(
		NEAR "/r",
		(struct nmd_options){.rx_slots = 16, .flags = NMD_EXCLUSIVE});
	struct opened fast = open_raw(NEAR "/r");

	for (uint32_t i = 0; i < MANY; i++) {
		far_sends((uint8_t)i);
		is_next(&o, (uint8_t)i);
		is_seen(&fast, (uint8_t)i, NMD_IN);
	}
	CHECK_EQ(checked_stats(&slow).published, 15);
	CHECK_EQ(checked_stats(&slow).dropped, MANY - 15);
	CHECK_EQ(checked_stats(&fast).dropped, 0);
	CHECK_EQ(checked_stats(&o).dropped, 0);
	is_seen(&slow, 0, NMD_IN);
	nmd_close(slow.port);
	nmd_close(fast.port);
	nmd_close(o.port);
}

static void has_its_filter(void)
{
	static const struct nmd_insn seventh[] = {
		{0x30, 0, 0, 14},
		{0x15, 0, 1, 7 + 14},
		{0x06, 0, 0, 20},
		{0x06, 0, 0, 0},
	};
	struct opened o = open_raw(NEAR "/x"), m = open_raw(NEAR "/rt");
	uint32_t at;

	CHECK_EQ(nmd_set_filter(m.port, seventh, 4), 0);
	for (uint8_t i = 0; i < 10; i++) {
		far_sends(i);
		is_next(&o, i);
		sends(&o, i);
	}
	CHECK_EQ(readable(&m), 2);
	at = m.rx->head;
	CHECK_EQ(m.rx->slot[at].len, 20);
	CHECK_EQ(m.arrivals[at].wire_len, FRAME);
	CHECK_EQ(m.arrivals[at].direction, NMD_IN);
	CHECK_EQ(m.arrivals[next_slot(m.rx, at)].direction, NMD_OUT);
	CHECK_EQ(checked_stats(&m).filtered, 18);
	nmd_close(m.port);
	nmd_close(o.port);
}

/* What the kernel never was shown, nobody sees. */
static void bad_frames_are_not_seen(void)
{
	struct opened o = open_raw(NEAR "/x"), m = open_raw(NEAR "/t");
	uint8_t frame[1600];

	make_frame(frame, 255, 9, sizeof(frame), 1);
	queue_slot(o.tx, frame, 100, 0);
	queue_slot(o.tx, frame, 1519, 0);
	queue_slot(o.tx, frame, 13, 0);
	queue_slot(o.tx, frame, 200, 0);
	while (stats_of(&o).sent + stats_of(&o).sent_bad < 4)
		nmd_txsync(o.port);
	CHECK_EQ(readable(&m), 2);
	CHECK_EQ(m.rx->slot[m.rx->head].len, 100);
	CHECK_EQ(m.rx->slot[next_slot(m.rx, m.rx->head)].len, 200);
	nmd_close(m.port);
	nmd_close(o.port);
}

struct watcher {
	const char *spec;
	struct event ready, seen;
	uint8_t seed;
};

/* Sleeps until there is something, again and again. */
static void watch(void *argument)
{
	struct watcher *w = argument;
	struct opened m = open_with(w->spec, must);
	struct pollfd p = {nmd_fd(m.port), POLLIN, 0};

	event_set(w->ready);
	for (uint8_t i = 0;; i++) {
		CHECK_EQ(nmd_arm(m.port), 0);
		CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
		is_next(&m, i);
		event_set(w->seen);
	}
}

static pid_t watcher(struct watcher *w)
{
	pid_t pid = spawn(watch, w);

	event_wait(w->ready);
	return pid;
}

/* Monitors in other processes sleep and wake, and one that is killed is gone. */
static void others_watch(void)
{
	struct watcher w = {NEAR "/r", event_new(), event_new(), 0};
	struct opened o = open_raw(NEAR "/x");
	pid_t one = watcher(&w), other = watcher(&w);

	for (uint8_t i = 0; i < 100; i++) {
		far_sends(i);
		is_next(&o, i);
		event_wait(w.seen);
		event_wait(w.seen);
	}
	kill_and_reap(one);
	for (uint8_t i = 100; i < 200; i++) {
		far_sends(i);
		is_next(&o, i);
		event_wait(w.seen);
	}
	CHECK_EQ(listed(), 2);
	kill_and_reap(other);
	far_sends(0);
	is_next(&o, 0);
	CHECK_EQ(listed(), 1);
	nmd_close(o.port);
	close(w.ready.fd);
	close(w.seen.fd);
}

/* Has the interface, sends all back. */
static void own(void *ready)
{
	struct opened o = open_raw(NEAR "/x");

	event_set(*(struct event *)ready);
	for (;;) {
		uint32_t at = wait_slot(&o);
		uint8_t seed = (uint8_t)(buffer_of(o.rx, at)[14] - 14);

		is_next(&o, seed);
		sends(&o, (uint8_t)(seed + 1));
	}
}

static pid_t owner(void)
{
	struct event ready = event_new();
	pid_t pid = spawn(own, &ready);

	event_wait(ready);
	close(ready.fd);
	return pid;
}

/* A monitor outlives the owner, and sees the next one's frames. */
static void owners_come_and_go(void)
{
	struct opened m;
	pid_t pid = owner();

	m = open_raw(NEAR "/rt");
	for (uint8_t i = 0; i < 100; i++) {
		far_sends(i);
		is_seen(&m, i, NMD_IN);
		is_seen(&m, (uint8_t)(i + 1), NMD_OUT);
	}
	kill_and_reap(pid);
	is_refused(NEAR "/r", must, -ENODEV, "open netmap:near/x first");
	CHECK_EQ(nmd_wait(m.port, POLLIN, 0), 0);
	CHECK_EQ(listed(), 1);
	pid = owner();
	far_sends(3);
	is_seen(&m, 3, NMD_IN);
	is_seen(&m, 4, NMD_OUT);
	kill_and_reap(pid);
	nmd_close(m.port);
	CHECK_EQ(listed(), 0);
}

/* Another namespace's interface of the same name is another one. */
static void asks_far(void *unused)
{
	(void)unused;
	go_far();
	is_refused(NEAR "/r", must, -ENODEV, "open netmap:near/x first");
}

static void names_are_of_a_namespace(void)
{
	struct opened o;

	run_far("ip link add near type veth peer name none");
	o = open_raw(NEAR "/x");
	join(spawn(asks_far, NULL));
	nmd_close(o.port);
	run_far("ip link del near");
}

#define JUMBO 8000

static void copy_frame(const struct opened *o, uint8_t *to, uint32_t at)
{
	uint32_t done = 0;

	for (bool more = true; more; at = next_slot(o->rx, at)) {
		const struct netmap_slot *slot = &o->rx->slot[at];

		CHECK(done + slot->len <= JUMBO);
		memcpy(to + done, buffer_of(o->rx, at), slot->len);
		done += slot->len;
		more = slot->flags & NETMAP_SLOT_MOREFRAG;
	}
	CHECK_EQ(done, JUMBO);
}

static void is_jumbo(const struct opened *o, const uint8_t *frame)
{
	static uint8_t got[JUMBO];

	copy_frame(o, got, wait_slot(o));
	CHECK_EQ(memcmp(got, frame, JUMBO), 0);
	discard(o);
}

/* Frames of several slots, which have other sizes than the monitor's. */
static void frames_of_several_slots_are_whole(void)
{
	static uint8_t frame[JUMBO];
	struct opened o, m;
	uint32_t room;

	run("ip link set near mtu 9000");
	run_far("ip link set far mtu 9000");
	o = open_raw(NEAR "/x");
	m = open_raw(NEAR "/rt");
	room = o.region.buf_size - 256;
	make_frame(frame, 255, 7, JUMBO, 5);
	CHECK_EQ(send(far_end, frame, JUMBO, 0), JUMBO);
	is_jumbo(&o, frame);
	is_jumbo(&m, frame);
	for (uint32_t at = 0; at < JUMBO; at += room) {
		uint32_t left = JUMBO - at;

		queue_slot(o.tx, frame + at, left < room ? left : room,
			   left > room ? NETMAP_SLOT_MOREFRAG : 0);
	}
	CHECK(nmd_txsync(o.port) >= 0);
	is_jumbo(&m, frame);
	nmd_close(m.port);
	nmd_close(o.port);
}

int main(void)
{
	veth_begin_alone();
	far_end = far_socket();
	each_sees_its_directions();
	somebody_must_have_it();
	a_slow_one_loses();
	has_its_filter();
	bad_frames_are_not_seen();
	others_watch();
	owners_come_and_go();
	names_are_of_a_namespace();
	if (kernel_has(6, 6))
		frames_of_several_slots_are_whole();
	close(far_end);
	veth_end();
	return 0;
}
