/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's rings, as the program that has them registered sees them: the
 * slots [head, tail) are ours. Others may have scribbled over all of it.
 */
#ifndef KERNEL_SLOTS_H
#define KERNEL_SLOTS_H

#include "atomics.h"
#include "kernel_device.h"

struct kernel_slot {
	uint8_t *bytes; /* NULL: no such buffer */
	uint32_t len;
	bool more; /* the frame goes on in the next slot */
};

static inline uint32_t kernel_wrap(const struct kernel_ring *r, uint32_t at)
{
	return at >= r->slots ? at - r->slots : at;
}

/* From one slot to another, forward. */
static inline uint32_t kernel_distance(const struct kernel_ring *r,
				       uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + r->slots - from;
}

/* The slots that are ours; false: the indices are nonsense. */
static inline bool kernel_ring_span(const struct kernel_ring *r, uint32_t *head,
				    uint32_t *tail)
{
	*head = index_load(&r->ring->head);
	*tail = index_load(&r->ring->tail);
	return *head < r->slots && *tail < r->slots;
}

/* How many slots of a TX ring are free. */
static inline uint32_t kernel_ring_room(const struct kernel_ring *r)
{
	uint32_t head, tail;

	if (!r->ring || !kernel_ring_span(r, &head, &tail))
		return 0;
	return kernel_distance(r, head, tail);
}

/* The next sync gives the slots before at to the kernel. */
static inline void kernel_ring_advance(const struct kernel_ring *r, uint32_t at)
{
	index_store(&r->ring->cur, at);
	index_store(&r->ring->head, at);
}

static inline volatile struct netmap_slot *
kernel_slot_at(const struct kernel_ring *r, uint32_t at)
{
	return &r->ring->slot[at];
}

static inline struct kernel_slot kernel_slot_read(const struct kernel_ring *r,
						  uint32_t at)
{
	volatile struct netmap_slot *slot = kernel_slot_at(r, at);
	uint32_t buffer = slot->buf_idx, len = slot->len;
	struct kernel_slot s = {
		.len = len,
		.more = slot->flags & NETMAP_SLOT_MOREFRAG,
	};

	if (buffer < r->buffer_count && len <= r->buffer_size)
		s.bytes = r->buffers + (uint64_t)buffer * r->buffer_size;
	return s;
}

/* Slots of the frame that begins at a slot; 0: its end has not come. */
uint32_t kernel_frame_slots(const struct kernel_ring *r, uint32_t at,
			    uint32_t tail);

/*
 * Moves a frame to the next free slots of another ring of the same memory, by
 * swapping buffers. There must be room.
 */
void kernel_swap(const struct kernel_ring *from, uint32_t at,
		 const struct kernel_ring *to, uint32_t slots);

#endif
