/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "two" and "twin", a pair of interfaces with two queues, for tests: what goes
 * out by queue q of one comes in by queue q of the other.
 */
#ifndef TWO_QUEUES_H
#define TWO_QUEUES_H

#include "veth.h"

#define FRAME 60

static inline void make_pair(void)
{
	run("ip link add two numrxqueues 2 numtxqueues 2 type veth peer name "
	    "twin numrxqueues 2 numtxqueues 2");
	run("ip link set two up && ip link set twin up");
}

static inline void send_number(const struct opened *o, uint8_t number)
{
	uint8_t frame[FRAME];

	make_frame(frame, 255, 7, FRAME, number);
	CHECK_EQ(nmd_wait(o->port, POLLOUT, PATIENCE_MS * 1000000ll), POLLOUT);
	send_one(o, frame, FRAME);
}

/* What the next frame of ours began with; the kernel's own are passed over. */
static inline uint8_t next_number(const struct opened *o)
{
	for (;;) {
		uint32_t at = wait_slot(o);
		uint8_t number = buffer_of(o->rx, at)[14];
		bool ours = o->rx->slot[at].len == FRAME;

		give_back(o, 1);
		if (ours)
			return number;
	}
}

/* What make_frame writes where next_number looks. */
static inline uint8_t number_of(uint8_t seed)
{
	uint8_t frame[FRAME];

	make_frame(frame, 255, 7, FRAME, seed);
	return frame[14];
}

static inline void passes(const struct opened *from, const struct opened *to,
			  uint8_t number)
{
	send_number(from, number);
	CHECK_EQ(next_number(to), number_of(number));
}

/* Waits for a frame of ours at a packet socket of the host's. */
static inline void host_gets(int fd, uint8_t number)
{
	uint8_t got[2048];

	do
		CHECK_EQ(poll(&(struct pollfd){fd, POLLIN, 0}, 1, PATIENCE_MS),
			 1);
	while (recv(fd, got, sizeof(got), 0) != FRAME);
	CHECK_EQ(got[14], number_of(number));
}

#endif
