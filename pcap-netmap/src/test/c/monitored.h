/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of an interface's monitors share. */
#ifndef MONITORED_H
#define MONITORED_H

#include "veth.h"

#define FRAME 60
#define MANY 2000

static inline void sends(const struct opened *o, uint8_t seed)
{
	uint8_t frame[FRAME];

	make_frame(frame, 255, 9, FRAME, seed);
	CHECK_EQ(nmd_wait(o->port, POLLOUT, PATIENCE_MS * 1000000ll), POLLOUT);
	send_one(o, frame, FRAME);
}

/* The next frame of ours; the kernel's own are passed over. */
static inline uint32_t next_of_ours(const struct opened *o)
{
	uint32_t at = wait_slot(o);

	for (; o->rx->slot[at].len != FRAME; at = wait_slot(o))
		give_back(o, 1);
	return at;
}

/* The next frame was made with seed. */
static inline void is_next(const struct opened *o, uint8_t seed)
{
	uint32_t at = next_of_ours(o);
	uint8_t frame[FRAME];

	make_frame(frame, 255, 7, FRAME, seed);
	CHECK_EQ(memcmp(buffer_of(o->rx, at) + 14, frame + 14, FRAME - 14), 0);
	give_back(o, 1);
}

/* As it was received or sent. */
static inline void is_seen(const struct opened *monitor, uint8_t seed,
			   enum nmd_direction direction)
{
	uint32_t at = next_of_ours(monitor);

	CHECK_EQ(monitor->arrivals[at].direction, direction);
	CHECK_EQ(monitor->arrivals[at].wire_len, FRAME);
	is_next(monitor, seed);
}

/* The kernel says what it is done with when the sender asks. */
static inline void is_seen_sent(const struct opened *z, const struct opened *o,
				uint8_t seed)
{
	while (readable(z) == 0)
		CHECK(nmd_txsync(o->port) >= 0);
	is_seen(z, seed, NMD_OUT);
}

/* A program that takes the frames that tests make, and no others. */
static inline void take_ours_only(const struct opened *o)
{
	static const struct nmd_insn ours[] = {
		{0x28, 0, 0, 12},
		{0x15, 0, 1, 0x88b5},
		{0x06, 0, 0, 0x40000},
		{0x06, 0, 0, 0},
	};

	CHECK_EQ(nmd_set_filter(o->port, ours, 4), 0);
}

#endif
