/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP flows, and who reads them, for the tests of groups. */
#ifndef FLOWS_H
#define FLOWS_H

#include "testing.h"

#define FLOWS 60
#define SHORT 60

/* UDP from address a, port p to address b, port q. */
static inline void make_udp(uint8_t *frame, uint8_t a, uint8_t b, uint16_t p,
			    uint16_t q)
{
	const uint8_t ip[] = {0x45,
			      0,
			      0,
			      SHORT - 14,
			      0,
			      0,
			      0x40,
			      0,
			      64,
			      17,
			      0,
			      0,
			      10,
			      1,
			      0,
			      a,
			      10,
			      1,
			      0,
			      b,
			      (uint8_t)(p >> 8),
			      (uint8_t)p,
			      (uint8_t)(q >> 8),
			      (uint8_t)q,
			      0,
			      SHORT - 34,
			      0,
			      0};

	make_frame(frame, 255, 7, SHORT, 0);
	frame[12] = 0x08;
	frame[13] = 0x00;
	memcpy(frame + 14, ip, sizeof(ip));
}

/* A frame of a flow, in one of its two directions. */
static inline void make_flow(uint8_t *frame, uint32_t flow, bool back)
{
	uint16_t port = (uint16_t)(1000 + flow);

	if (back)
		make_udp(frame, 2, 1, 53, port);
	else
		make_udp(frame, 1, 2, port, 53);
}

static inline uint32_t flow_of(const uint8_t *frame)
{
	uint32_t from = (uint32_t)frame[34] << 8 | frame[35];
	uint32_t to = (uint32_t)frame[36] << 8 | frame[37];

	return (from == 53 ? to : from) - 1000;
}

/* Reads all members until count frames have come; whose they are in owner. */
static inline void read_all(const struct opened *member, uint32_t members,
			    uint32_t count, int *owner, uint32_t *by_member)
{
	uint32_t seen = 0;

	for (uint64_t i = 0; seen < count; i++) {
		const struct opened *o = &member[i % members];

		CHECK(i < 100000000);
		for (uint32_t n = readable(o); n > 0; n--, seen++) {
			uint32_t flow = flow_of(buffer_of(o->rx, o->rx->head));

			CHECK(flow < FLOWS);
			if (owner && owner[flow] >= 0)
				CHECK_EQ(owner[flow], i % members);
			if (owner)
				owner[flow] = (int)(i % members);
			by_member[i % members]++;
			o->rx->head = o->rx->cur = next_slot(o->rx,
							     o->rx->head);
		}
	}
	for (uint32_t m = 0; m < members; m++)
		CHECK_EQ(readable(&member[m]), 0);
}

#endif
