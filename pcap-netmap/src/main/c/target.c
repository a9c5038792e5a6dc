/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "hook.h"

/* Free slots; looks at the reader's line only when the last look is short. */
static uint32_t room_in(struct rx_control *control,
			const _Atomic uint64_t *given_back, uint64_t published,
			uint32_t num_slots, uint32_t wanted_slots)
{
	uint64_t used = published - control->consumed_seen;

	if (used >= num_slots || num_slots - 1 - used < wanted_slots) {
		control->consumed_seen = load_acquire(given_back);
		used = published - control->consumed_seen;
	}
	return used < num_slots ? (uint32_t)(num_slots - 1 - used) : 0;
}

struct target target_of(struct peer *peer, uint32_t ring, uint32_t wanted_slots)
{
	const struct geometry *g = &peer->geometry;
	struct rx_control *control = &peer->area->rx[ring];
	struct target t = {
		.control = control,
		.given_back = &control->consumed,
		.slots = geometry_rx_ring(peer->area, g, ring)->slot,
		.arrivals = geometry_arrivals(peer->area, g, ring),
		.pool = (uint8_t *)peer->area + g->pool_at,
		.num_slots = g->rx_slots,
		.buffers = g->buffers,
		.buf_size = g->buf_size,
		.buf_room = g->buf_size - g->headroom,
		.stream = (uint64_t)g->rx_slots * g->buf_size >=
			  COPY_STREAM_RING,
		.published = load_relaxed(&control->published),
	};

	t.at = geometry_slot(t.published, t.num_slots);
	t.room = room_in(control, t.given_back, t.published, t.num_slots,
			 wanted_slots);
	return t;
}

void target_meet(const struct target *t, struct first_lap *lap, uint32_t count)
{
	uint64_t from = lap->to > t->published ? lap->to : t->published;
	uint64_t end = t->published + (count < t->room ? count : t->room);

	for (; from < end && lap->left > 0; from++, lap->left--) {
		uint32_t at = geometry_slot(from, t->num_slots);
		uint32_t buffer = t->slots[at].buf_idx;

		if (buffer < t->buffers)
			(void)*(const volatile uint8_t *)(t->pool +
							  (uint64_t)buffer *
								  t->buf_size);
		if (t->arrivals)
			(void)*(const volatile uint64_t *)&t->arrivals[at]
				.time_ns;
	}
	lap->to = from;
}

bool target_has_room(struct target *t, uint32_t needed)
{
	if (needed > t->room)
		t->room = room_in(t->control, t->given_back, t->published,
				  t->num_slots, t->num_slots);
	return needed <= t->room;
}

void target_publish(const struct target *t, uint64_t now_ns)
{
	struct rx_control *control = t->control;

	counter_add(&control->accepted, t->accepted);
	counter_add(&control->published_bytes, t->bytes);
	counter_add(&control->filtered, t->filtered);
	if (t->dropped)
		counter_add_shared(&control->dropped, t->dropped);
	if (t->stream)
		copy_stream_end();
	HOOK(counted);
	store_relaxed(&control->published_ns, now_ns);
	store_release(&control->published, t->published);
}
