/* SPDX-License-Identifier: BSD-2-Clause */
/* From the kernel's rings into those of the opening, and on to the host. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "kernel.h"
#include "kernel_offloads.h"
#include "kernel_segments.h"
#include "kernel_slots.h"
#include "nic.h"
#include "nic_batch.h"
#include "nic_frame.h"
#include "port.h"

/* One round over the kernel's rings. */
struct intake {
	struct nmd_port *port;
	struct target *target;
	uint64_t now_ns;
	uint32_t frames;
	bool sync_again; /* a ring has much to give back */
};

/* A ring that is emptied, and where its frames go on to, if they do. */
struct source {
	const struct kernel_ring *ring;
	const struct kernel_ring *onward; /* NULL: nowhere */
	enum nmd_direction direction;
	bool shown;
	bool to_host; /* onward is the host's */
};

/*
 * Puts a frame's slots together; false: they make no sense. Those of one slot
 * stay where they are.
 */
static bool gather(const struct kernel_ring *ring, uint32_t at, uint32_t slots,
		   uint8_t *room, struct nic_frame *f)
{
	struct kernel_slot s;

	f->have = 0;
	f->bytes = room;
	for (uint32_t i = 0; i < slots; i++) {
		s = kernel_slot_read(ring, kernel_wrap(ring, at + i));
		if (!s.bytes || s.len > NIC_MAX_FRAME - f->have)
			return false;
		if (slots == 1)
			f->bytes = s.bytes;
		else
			memcpy(room + f->have, s.bytes, s.len);
		f->have += s.len;
	}
	f->wire_len = f->have;
	return f->have > 0;
}

/*
 * Whether the ring of the opening takes the frame now. Where nothing goes on to
 * the host, frames may wait in the kernel's ring; one that never has room is
 * dropped.
 */
static bool has_room(const struct intake *in, const struct source *from,
		     uint32_t keep)
{
	const struct target *t = in->target;

	return from->onward || nic_frame_slots(t, keep) <= t->room ||
	       t->room == t->num_slots - 1;
}

/* Shows a frame to the opening; false: it has to wait. */
static bool show(struct intake *in, const struct source *from, uint32_t at,
		 uint32_t slots)
{
	const struct nic *nic = in->port->nic;
	struct nic_frame f = {.time_ns = in->now_ns,
			      .direction = (uint32_t)from->direction};
	uint32_t keep;

	if (!gather(from->ring, at, slots, nic->batch->gathered, &f)) {
		in->target->dropped++;
		return true;
	}
	keep = filter_keep(&nic->self.filter, f.bytes, f.wire_len, f.have,
			   f.direction);
	if (!has_room(in, from, keep))
		return false;
	if (keep)
		nic_frame_put(in->target, &f, keep);
	else
		in->target->filtered++;
	return true;
}

/* The capture, before, got what was on the wire. */
static void finish(const struct kernel_ring *ring, uint32_t at)
{
	struct kernel_slot s = kernel_slot_read(ring, at);

	if (s.bytes && !s.more)
		kernel_finish_checksum(s.bytes, s.len);
}

/* Begins to cut a frame that is too long for the host; its parts, or 0. */
static uint32_t parts_of(const struct intake *in, const struct source *from,
			 uint32_t at, uint32_t slots,
			 struct kernel_segments *cut)
{
	const struct nic *nic = in->port->nic;
	struct nic_frame f;

	if (!from->to_host || !from->onward ||
	    !gather(from->ring, at, slots, nic->batch->gathered, &f) ||
	    !kernel_segments_begin(cut, f.bytes, f.have, nic->kernel->mtu,
				   from->onward->buffer_size))
		return 0;
	return cut->count < from->onward->slots ? cut->count : 0;
}

/* Writes the parts to the next free slots. There must be room. */
static void put_parts(const struct kernel_ring *to, struct kernel_segments *cut)
{
	uint32_t left = cut->count, at, tail;

	if (!kernel_ring_span(to, &at, &tail))
		return;
	for (; left > 0; left--, at = kernel_wrap(to, at + 1)) {
		struct kernel_slot s = kernel_slot_read(to, at);
		volatile struct netmap_slot *slot = kernel_slot_at(to, at);

		if (!s.bytes)
			break;
		slot->len = (uint16_t)kernel_segments_next(cut, s.bytes);
		slot->flags = 0;
	}
	kernel_ring_advance(to, at);
}

static void hand_on(const struct source *from, uint32_t at, uint32_t slots)
{
	if (from->to_host)
		finish(from->ring, at);
	if (from->onward)
		kernel_swap(from->ring, at, from->onward, slots);
}

static void empty(struct intake *in, const struct source *from)
{
	const struct kernel_ring *ring = from->ring;
	uint32_t at, tail, slots, taken = 0;

	if (!kernel_ring_span(ring, &at, &tail))
		return;
	while ((slots = kernel_frame_slots(ring, at, tail)) > 0) {
		struct kernel_segments cut;
		uint32_t parts = parts_of(in, from, at, slots, &cut);

		if (from->onward &&
		    kernel_ring_room(from->onward) < (parts ? parts : slots))
			break;
		if (from->shown && !show(in, from, at, slots)) {
			in->port->nic->ring_full = true;
			break;
		}
		if (parts)
			put_parts(from->onward, &cut);
		else
			hand_on(from, at, slots);
		at = kernel_wrap(ring, at + slots);
		taken += slots;
		in->frames++;
	}
	kernel_ring_advance(ring, at);
	in->sync_again |= taken >= ring->slots / 2;
}

/* Of the rings that come to the opening's one, as there may be fewer. */
static bool comes_by(const struct intake *in, uint32_t i, uint32_t r)
{
	return i % in->port->geometry.rx_rings == r;
}

static const struct kernel_ring *onward_ring(const struct kernel_device *d,
					     enum kernel_side side, uint32_t i)
{
	return d->count[side] > 0 ? &d->rings[side][i % d->count[side]] : NULL;
}

/* What has come by the port's own rings. */
static void empty_device(struct intake *in, const struct kernel *k,
			 const struct kernel_device *d, uint32_t r)
{
	for (uint32_t i = 0; i < d->count[k->rx]; i++) {
		struct source from = {
			.ring = &d->rings[k->rx][i],
			.direction = d->shows,
			.shown = !k->one_ring || k->ring == i,
		};

		if (!from.ring->ring || !comes_by(in, i, r))
			continue;
		from.to_host = k->shared;
		if (k->shared)
			from.onward = onward_ring(d, KERNEL_HOST_TX, i);
		empty(in, &from);
	}
}

/* What the host sends. */
static void empty_host(struct intake *in, const struct kernel *k,
		       const struct kernel_device *d)
{
	for (uint32_t i = 0; i < d->count[KERNEL_HOST_RX]; i++) {
		struct source from = {
			.ring = &d->rings[KERNEL_HOST_RX][i],
			.onward = onward_ring(d, KERNEL_TX, i),
			.direction = NMD_OUT,
			.shown = !in->port->nic->incoming_only && !k->one_ring,
		};

		if (from.ring->ring)
			empty(in, &from);
	}
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Frames go on in the sync in which they came. */
static int pass_on(struct intake *in, const struct kernel *k)
{
	int r = 0;

	if (k->shared && in->frames)
		r = kernel_device_txsync(&k->device[0]);
	for (uint32_t i = 0; i < k->devices && in->sync_again && r == 0; i++)
		r = kernel_device_rxsync(&k->device[i]);
	return r;
}

static int sync_all(const struct kernel *k)
{
	int r = 0;

	for (uint32_t i = 0; i < k->devices && r == 0; i++)
		r = kernel_device_rxsync(&k->device[i]);
	return r;
}

int kernel_receive(struct nmd_port *port, uint32_t r)
{
	struct nic *nic = port->nic;
	const struct kernel *k = nic->kernel;
	struct target t;
	struct intake in = {.port = port, .target = &t};
	int error = r == port->rings.first_rx ? sync_all(k) : 0;

	if (error < 0 ||
	    !filter_refresh(&nic->self.filter, port->area, nic_jit(port)))
		return error;
	t = target_of(&nic->self, r, port->geometry.rx_slots);
	in.now_ns = now_ns();
	/*
	 * What was sent before what has come: nothing tells the order between
	 * rings, and a question comes before its answer.
	 */
	if (k->shared)
		empty_host(&in, k, &k->device[0]);
	for (uint32_t i = k->devices; i > 0; i--)
		empty_device(&in, k, &k->device[i - 1], r);
	if (in.frames == 0)
		return 0;
	nic->busy += in.frames;
	nic->last_ns = in.now_ns;
	target_publish(&t, in.now_ns);
	return pass_on(&in, k);
}

static uint64_t waiting_in(const struct kernel_ring *rings, uint32_t count)
{
	uint64_t all = 0;
	uint32_t at, tail;

	for (uint32_t i = 0; i < count; i++)
		if (rings[i].ring && kernel_ring_span(&rings[i], &at, &tail))
			all += kernel_distance(&rings[i], at, tail);
	return all;
}

uint64_t kernel_waiting(const struct kernel *k)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < k->devices && !k->shared; i++)
		all += waiting_in(k->device[i].rings[k->rx],
				  k->device[i].count[k->rx]);
	return all;
}
