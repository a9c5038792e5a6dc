/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_slots.h"

uint32_t kernel_frame_slots(const struct kernel_ring *r, uint32_t at,
			    uint32_t tail)
{
	uint32_t there = kernel_distance(r, at, tail);

	for (uint32_t n = 0; n < there; n++)
		if (!kernel_slot_read(r, kernel_wrap(r, at + n)).more)
			return n + 1;
	return 0;
}

static void swap_slots(volatile struct netmap_slot *a,
		       volatile struct netmap_slot *b)
{
	uint32_t buffer = b->buf_idx;

	b->buf_idx = a->buf_idx;
	b->len = a->len;
	b->flags = (uint16_t)((a->flags & NETMAP_SLOT_MOREFRAG) |
			      NETMAP_SLOT_BUF_CHANGED);
	a->buf_idx = buffer;
	a->flags = NETMAP_SLOT_BUF_CHANGED;
}

void kernel_swap(const struct kernel_ring *from, uint32_t at,
		 const struct kernel_ring *to, uint32_t slots)
{
	uint32_t head, tail;

	if (!kernel_ring_span(to, &head, &tail))
		return;
	for (uint32_t i = 0; i < slots; i++) {
		swap_slots(kernel_slot_at(from, kernel_wrap(from, at + i)),
			   kernel_slot_at(to, kernel_wrap(to, head)));
		head = kernel_wrap(to, head + 1);
	}
	kernel_ring_advance(to, head);
}
