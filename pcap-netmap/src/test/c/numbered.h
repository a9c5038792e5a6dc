/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames with a number each, for tests of what zero-copy monitors see. */
#ifndef NUMBERED_H
#define NUMBERED_H

#include "port.h"
#include "testing.h"

/* A monitor's ring that nothing finds full. */
#define LARGE ((struct nmd_options){.rx_slots = 65536, .buf_size = 64})
#define FEW_SLOTS 64 /* of rings that are to be full */
#define FRAMES (UNDER_TSAN || UNDER_ASAN ? 2000 : 5000)

static inline uint32_t number_at(const struct netmap_ring *ring, uint32_t slot)
{
	uint32_t number;

	memcpy(&number, buffer_of(ring, slot) + 14, sizeof(number));
	return number;
}

/* Frames to 1 from 2 with numbers; as many as there is room for. */
static inline uint32_t queue_numbers(const struct opened *o, uint32_t first,
				     uint32_t end)
{
	uint8_t frame[60];
	uint32_t n = first;

	make_frame(frame, 1, 2, sizeof(frame), 0);
	for (; n < end && slots_in(o->tx) > 0; n++) {
		memcpy(frame + 14, &n, sizeof(n));
		queue_slot(o->tx, frame, sizeof(frame), 0);
	}
	return n;
}

static inline void send_numbers(const struct opened *o, uint32_t first,
				uint32_t end)
{
	while (first < end) {
		uint32_t next = queue_numbers(o, first, end);

		CHECK(nmd_txsync(o->port) >= 0);
		if (next == first)
			CHECK(nmd_wait(o->port, POLLOUT, -1) >= 0);
		first = next;
	}
	while (port_has_unsent(o->port))
		CHECK(nmd_txsync(o->port) >= 0);
}

/* The monitor shows exactly the numbers [first, end). */
static inline void expect_numbers(const struct opened *z, uint32_t first,
				  uint32_t end)
{
	CHECK_EQ(readable(z), end - first);
	for (; first < end; first++) {
		CHECK_EQ(number_at(z->rx, z->rx->head), first);
		z->rx->head = z->rx->cur = next_slot(z->rx, z->rx->head);
	}
	CHECK_EQ(readable(z), 0);
}

/* Waits, without a sync but what that brings, and gives back a few at a time. */
static inline void read_numbers(const struct opened *o, uint32_t first,
				uint32_t end)
{
	while (first < end) {
		uint32_t n;

		CHECK_EQ(nmd_wait(o->port, POLLIN, -1), POLLIN);
		n = 1 + first % 7;
		for (n = n < slots_in(o->rx) ? n : slots_in(o->rx); n > 0;
		     n--) {
			CHECK_EQ(number_at(o->rx, o->rx->head), first++);
			o->rx->head = o->rx->cur = next_slot(o->rx,
							     o->rx->head);
		}
	}
	CHECK_EQ(readable(o), 0);
}

#endif
