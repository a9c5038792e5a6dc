/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_frame.h"

#include <string.h>

/* One slot; false: somebody has scribbled over its buffer's index. */
static bool put_slot(struct target *t, const struct nic_frame *f, uint32_t from,
		     uint32_t len, bool more)
{
	volatile struct netmap_slot *slot = &t->slots[t->at];
	uint32_t buffer = slot->buf_idx;

	if (buffer >= t->buffers)
		return false;
	memcpy(t->pool + (uint64_t)buffer * t->buf_size, f->bytes + from, len);
	slot_write(slot,
		   slot_word(buffer, len, more ? NETMAP_SLOT_MOREFRAG : 0));
	if (t->arrivals)
		arrival_write(&t->arrivals[t->at], f->time_ns,
			      from ? 0 : f->wire_len, (uint8_t)f->direction);
	t->at = target_wrap(t->at + 1, t->num_slots);
	t->room--;
	t->published++;
	return true;
}

void nic_frame_put(struct target *t, const struct nic_frame *f, uint32_t keep)
{
	struct target before = *t;
	uint32_t n;

	if (nic_frame_slots(t, keep) > t->room) {
		t->dropped++;
		return;
	}
	for (uint32_t from = 0; from < keep; from += n) {
		n = keep - from < t->buf_room ? keep - from : t->buf_room;
		if (!put_slot(t, f, from, n, from + n < keep)) {
			*t = before;
			t->dropped++;
			return;
		}
	}
	t->accepted++;
	t->bytes += f->wire_len;
}
