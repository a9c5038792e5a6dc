/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zero-copy monitors of an interface that somebody has alone (/z): they see a
 * received frame when its program gives it back, as it leaves it, and a sent
 * one when the kernel has given its buffer back.
 */
#include "monitored.h"
#include "xdp_ring.h"

static int far_end;

static void far_sends(uint8_t seed)
{
	uint8_t frame[FRAME];

	make_frame(frame, 255, 7, FRAME, seed);
	CHECK_EQ(send(far_end, frame, FRAME, 0), FRAME);
}

static struct opened zero_copy(const char *spec)
{
	struct opened z =
		open_with(spec, (struct nmd_options){.flags = NMD_EXCLUSIVE});

	take_ours_only(&z);
	return z;
}

static void each_sees_what_is_released(void)
{
	struct opened o = open_raw(NEAR "/x"), copy = open_raw(NEAR "/rt");
	struct opened z = zero_copy(NEAR "/z"), all = zero_copy(NEAR "-0/zr");
	struct nmd_info info[4];

	take_ours_only(&copy);
	for (uint32_t i = 0; i < MANY; i++) {
		uint8_t seed = (uint8_t)i, frame[FRAME];
		uint32_t at;

		far_sends(seed);
		at = next_of_ours(&o);
		is_seen(&copy, seed, NMD_IN);
		CHECK_EQ(readable(&z) + readable(&all), 0);
		make_frame(frame, 255, 7, FRAME, (uint8_t)(seed + 9));
		memcpy(buffer_of(o.rx, at), frame, FRAME);
		give_back(&o, 1);
		is_seen(&z, (uint8_t)(seed + 9), NMD_IN);
		is_seen(&all, (uint8_t)(seed + 9), NMD_IN);
		sends(&o, seed);
		is_seen(&copy, seed, NMD_OUT);
		is_seen_sent(&z, &o, seed);
		is_seen(&all, seed, NMD_OUT);
	}
	CHECK_EQ(readable(&z) + readable(&all) + readable(&copy), 0);
	CHECK_EQ(checked_stats(&z).published, 2 * MANY);
	CHECK_EQ(nmd_list(info, 4, NULL), 4);
	CHECK_EQ(strcmp(info[2].port_name, "near/rtz"), 0);
	CHECK_EQ(strcmp(info[2].path, "monitor"), 0);
	nmd_close(copy.port);
	nmd_close(z.port);
	nmd_close(all.port);
	far_sends(1);
	is_next(&o, 1);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

/* Nothing comes as long as nothing is given back, and then what has room. */
static void waits_for_the_program(void)
{
	struct opened o = open_raw(NEAR "/x"), z = zero_copy(NEAR "/z");
	struct opened slow = open_with(
		NEAR "/z",
		(struct nmd_options){.rx_slots = 16, .flags = NMD_EXCLUSIVE});

	take_ours_only(&o);
	take_ours_only(&slow);
	for (uint32_t i = 0; i < 100; i++) {
		far_sends((uint8_t)i);
		while (readable(&o) == i)
			CHECK(nmd_wait(o.port, POLLIN, 1000000) >= 0);
	}
	CHECK_EQ(readable(&z) + readable(&slow), 0);
	give_back(&o, 30);
	CHECK_EQ(readable(&z), 30);
	give_back(&o, 70);
	for (uint32_t i = 0; i < 100; i++)
		is_seen(&z, (uint8_t)i, NMD_IN);
	CHECK_EQ(checked_stats(&slow).published, 15);
	CHECK_EQ(checked_stats(&slow).dropped, 85);
	CHECK_EQ(checked_stats(&o).dropped, 0);
	CHECK_EQ(checked_stats(&z).dropped, 0);
	/* Who ends gives nothing back. */
	far_sends(1);
	next_of_ours(&o);
	nmd_close(o.port);
	CHECK_EQ(readable(&z), 0);
	o = open_raw(NEAR "/x");
	far_sends(2);
	is_next(&o, 2);
	is_seen(&z, 2, NMD_IN);
	nmd_close(o.port);
	nmd_close(slow.port);
	nmd_close(z.port);
}

/* The buffer of a slot is what the program has put there. */
static void sees_what_is_in_the_slot(void)
{
	struct opened o = open_raw(NEAR "/x"), z = zero_copy(NEAR "/z");

	for (uint32_t i = 0; i < 2 * o.region.rx_slots; i++) {
		uint32_t at, buffer;

		far_sends((uint8_t)i);
		at = next_of_ours(&o);
		buffer = o.rx->slot[at].buf_idx;
		if (i % 2) {
			/* Another's, or none: only that is not seen. */
			o.rx->slot[at].buf_idx = UINT32_MAX;
			give_back(&o, 1);
			CHECK_EQ(readable(&z), 0);
			continue;
		}
		make_frame(buffer_of(o.tx, o.tx->head), 255, 7, FRAME,
			   (uint8_t)(i + 3));
		o.rx->slot[at].buf_idx = o.tx->slot[o.tx->head].buf_idx;
		o.tx->slot[o.tx->head].buf_idx = buffer;
		give_back(&o, 1);
		is_seen(&z, (uint8_t)(i + 3), NMD_IN);
	}
	nmd_close(z.port);
	nmd_close(o.port);
}

struct watcher {
	struct event ready, seen;
};

/* Sleeps until something is released. */
static void watch(void *argument)
{
	struct watcher *w = argument;
	struct opened z = zero_copy(NEAR "/z");
	struct pollfd p = {nmd_fd(z.port), POLLIN, 0};

	event_set(w->ready);
	for (uint8_t i = 0;; i++) {
		CHECK_EQ(nmd_arm(z.port), 0);
		CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
		is_next(&z, i);
		event_set(w->seen);
	}
}

static void others_watch(void)
{
	struct watcher w = {event_new(), event_new()};
	struct opened o = open_raw(NEAR "/x");
	pid_t one = spawn(watch, &w), other = spawn(watch, &w);

	event_wait(w.ready);
	event_wait(w.ready);
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
	kill_and_reap(other);
	far_sends(0);
	is_next(&o, 0);
	CHECK_EQ(listed(), 1);
	nmd_close(o.port);
	close(w.ready.fd);
	close(w.seen.fd);
}

#define SENT 7

static uint64_t *completed(const struct xdp_ring *ring, uint32_t n)
{
	while (theirs(ring->producer) - own(ring->consumer) < SENT)
		usleep(100);
	return address_at(ring, own(ring->consumer) + n);
}

/* Drivers give buffers back in other orders than they got them. */
static void buffers_come_back_in_any_order(void)
{
	static const uint32_t order[SENT] = {3, 4, 0, 1, 6, 2, 5};
	struct opened o = open_raw(NEAR "/x"), z = zero_copy(NEAR "/z");
	struct tx_control *tx = &o.port->area->tx[0];
	uint64_t came[SENT];

	for (uint8_t turn = 0; turn < 200; turn++) {
		const struct xdp_ring *ring = &queue_of(o.port, 0)->completion;
		uint8_t frame[FRAME];

		for (uint8_t i = 0; i < SENT; i++) {
			make_frame(frame, 255, 9, FRAME, (uint8_t)(turn + i));
			queue_slot(o.tx, frame, FRAME, 0);
		}
		/* What a sync does, but for looking what has come back. */
		CHECK_EQ(nic_send(o.port, 0, atomic_load(&tx->sent), SENT),
			 SENT);
		atomic_fetch_add(&tx->sent, SENT);
		for (uint32_t i = 0; i < SENT; i++)
			came[i] = *completed(ring, i);
		for (uint32_t i = 0; i < SENT; i++)
			*completed(ring, i) = came[order[i]];
		CHECK_EQ(nmd_txsync(o.port), o.region.tx_slots - 1);
		for (uint32_t i = 0; i < SENT; i++)
			is_seen(&z, (uint8_t)(turn + order[i]), NMD_OUT);
	}
	nmd_close(z.port);
	nmd_close(o.port);
}

#define JUMBO 8000

/* All but the last slot of a frame; how many it has. */
static uint32_t slots_of_jumbo(const struct opened *o, const uint8_t *frame)
{
	static uint8_t got[JUMBO];
	uint32_t done = 0, n = 0, at = wait_slot(o);

	for (bool more = true; more; at = next_slot(o->rx, at), n++) {
		const struct netmap_slot *slot = &o->rx->slot[at];

		CHECK(done + slot->len <= JUMBO);
		memcpy(got + done, buffer_of(o->rx, at), slot->len);
		done += slot->len;
		more = slot->flags & NETMAP_SLOT_MOREFRAG;
	}
	CHECK_EQ(done, JUMBO);
	CHECK_EQ(memcmp(got, frame, JUMBO), 0);
	return n;
}

/* A frame is seen with the last of its slots; nothing is lost by that. */
static void frames_of_several_slots_are_whole(void)
{
	static uint8_t frame[JUMBO];
	struct opened o, z;
	uint32_t room, slots;

	run("ip link set near mtu 9000");
	run_far("ip link set far mtu 9000");
	o = open_raw(NEAR "/x");
	take_ours_only(&o);
	z = zero_copy(NEAR "/z");
	room = o.region.buf_size - 256;
	for (uint32_t i = 0; i < o.region.rx_slots; i++) {
		make_frame(frame, 255, 7, JUMBO, (uint8_t)i);
		CHECK_EQ(send(far_end, frame, JUMBO, 0), JUMBO);
		slots = slots_of_jumbo(&o, frame);
		CHECK(slots > 1);
		give_back(&o, 1);
		CHECK_EQ(readable(&z), 0);
		give_back(&o, slots - 1);
		give_back(&z, slots_of_jumbo(&z, frame));
	}
	for (uint32_t at = 0; at < JUMBO; at += room) {
		uint32_t left = JUMBO - at;

		queue_slot(o.tx, frame + at, left < room ? left : room,
			   left > room ? NETMAP_SLOT_MOREFRAG : 0);
	}
	while (readable(&z) == 0)
		CHECK(nmd_txsync(o.port) >= 0);
	slots_of_jumbo(&z, frame);
	CHECK_EQ(checked_stats(&o).dropped + checked_stats(&z).dropped, 0);
	nmd_close(z.port);
	nmd_close(o.port);
}

int main(void)
{
	veth_begin_alone();
	far_end = far_socket();
	each_sees_what_is_released();
	waits_for_the_program();
	sees_what_is_in_the_slot();
	others_watch();
	buffers_come_back_in_any_order();
	if (kernel_has(6, 6))
		frames_of_several_slots_are_whole();
	close(far_end);
	veth_end();
	return 0;
}
