/* SPDX-License-Identifier: BSD-2-Clause */
/* A frame that came from the kernel, on its way into a receive ring. */
#ifndef NIC_FRAME_H
#define NIC_FRAME_H

#include <time.h>

#include "target.h"

struct nic_frame {
	uint8_t *bytes;
	uint32_t have;
	uint32_t wire_len;
	uint64_t time_ns;
	uint32_t direction;
	bool tagged; /* a VLAN tag was put back */
};

/* CLOCK_REALTIME. */
static inline uint64_t nic_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Slots that so many bytes take. */
static inline uint32_t nic_frame_slots(const struct target *t, uint32_t bytes)
{
	return (bytes + t->buf_room - 1) / t->buf_room;
}

/* Copies the first keep bytes into the ring; drops what has no room. */
void nic_frame_put(struct target *t, const struct nic_frame *f, uint32_t keep);

#endif
