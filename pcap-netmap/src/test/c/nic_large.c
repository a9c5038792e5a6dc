/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jumbo frames, which take several slots, in both directions, shared and
 * alone.
 */
#include "veth.h"

#define JUMBO (9000 + 14)

static int far_end;

static void fill(uint8_t *frame, uint8_t seed)
{
	make_frame(frame, 255, 7, JUMBO, seed);
}

/* Puts the next frame together; its slots. */
static uint32_t gather(const struct opened *o, uint8_t *frame, uint32_t *len)
{
	uint32_t slots = 0, at = wait_slot(o);
	bool more = true;

	for (*len = 0; more; at = next_slot(o->rx, at), slots++) {
		const struct netmap_slot *slot = &o->rx->slot[at];

		CHECK(at != o->rx->tail);
		CHECK(*len + slot->len <= JUMBO);
		memcpy(frame + *len, buffer_of(o->rx, at), slot->len);
		*len += slot->len;
		more = slot->flags & NETMAP_SLOT_MOREFRAG;
	}
	give_back(o, slots);
	return slots;
}

static void comes(const struct opened *o, uint8_t seed, uint32_t slots)
{
	static uint8_t frame[JUMBO], got[JUMBO];
	uint32_t len;

	fill(frame, seed);
	CHECK_EQ(send(far_end, frame, JUMBO, 0), JUMBO);
	CHECK_EQ(gather(o, got, &len), slots);
	CHECK_EQ(len, JUMBO);
	CHECK_EQ(memcmp(frame, got, JUMBO), 0);
}

static void goes(const struct opened *o, uint8_t seed, uint32_t part)
{
	static uint8_t frame[JUMBO], got[JUMBO + 1];
	uint32_t bad = (uint32_t)stats_of(o).sent_bad;

	fill(frame, seed);
	for (uint32_t at = 0; at < JUMBO; at += part) {
		uint32_t n = JUMBO - at < part ? JUMBO - at : part;

		queue_slot(o->tx, frame + at, n,
			   at + n < JUMBO ? NETMAP_SLOT_MOREFRAG : 0);
	}
	CHECK(nmd_txsync(o->port) >= 0);
	CHECK_EQ(stats_of(o).sent_bad, bad);
	do
		CHECK(recv(far_end, got, sizeof(got), 0) > 0);
	while (got[6 + 5] != 7 || got[20] != frame[20]);
	CHECK_EQ(memcmp(frame, got, JUMBO), 0);
}

static void shared(void)
{
	struct opened o = open_capture(NEAR);

	for (uint8_t i = 0; i < 100; i++) {
		comes(&o, i, (JUMBO + 2111) / 2112);
		goes(&o, i + 100, 2112);
	}
	CHECK_EQ(checked_stats(&o).accepted, 100);
	nmd_close(o.port);
}

static void alone(void)
{
	struct opened o = open_raw(NEAR "/x");

	for (uint32_t i = 0; i < 2 * o.region.rx_slots; i++) {
		comes(&o, (uint8_t)i, (JUMBO + 3839) / 3840);
		CHECK_EQ(nmd_wait(o.port, POLLOUT, PATIENCE_MS * 1000000ll),
			 POLLOUT);
		goes(&o, (uint8_t)(i + 100), 3840);
	}
	CHECK_EQ(checked_stats(&o).dropped, 0);
	nmd_close(o.port);
}

int main(void)
{
	veth_begin();
	run("ip link set near mtu 9000");
	run_far("ip link set far mtu 9000");
	far_end = far_socket();
	shared();
	if (kernel_has(6, 6))
		alone();
	else
		printf("before Linux 6.6: no jumbo frames by AF_XDP\n");
	veth_end();
	return 0;
}
