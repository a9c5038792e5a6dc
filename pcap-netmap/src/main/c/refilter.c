/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames are copied from buffer to buffer and buffers stay with their slots,
 * so that whoever is killed here leaves a ring whose buffers are all there; of
 * its unread frames some may be there twice, or mixed. All of it is shared
 * memory: what is read is checked.
 */
#include "refilter.h"

#include <string.h>

#include "atomics.h"
#include "bpf.h"
#include "nic.h"
#include "settings.h"
#include "target.h"

/* A ring that is looked at. */
struct queue {
	volatile struct netmap_slot *slots;
	struct nmd_arrival *arrivals; /* or NULL */
	uint8_t *pool;
	uint32_t num_slots, buffers;
	uint64_t buf_size;
	uint32_t room; /* of a buffer that frames may have */
};

/* A slot, as it was read once. */
struct piece {
	uint8_t *data;
	uint32_t len, flags;
};

static struct queue queue_of(struct nmd_port *port, uint32_t ring)
{
	const struct geometry *g = &port->geometry;

	return (struct queue){
		.slots = geometry_rx_ring(port->area, g, ring)->slot,
		.arrivals = port->arrivals
				    ? geometry_arrivals(port->area, g, ring)
				    : NULL,
		.pool = nmd_buffers(port),
		.num_slots = g->rx_slots,
		.buffers = g->buffers,
		.buf_size = g->buf_size,
		.room = g->buf_size - g->headroom,
	};
}

static struct piece piece_at(const struct queue *q, uint64_t number)
{
	uint32_t at = geometry_slot(number, q->num_slots);
	uint64_t word = slot_word_of(&q->slots[at]);
	uint32_t buffer = (uint32_t)word, len = (word >> 32) & 0xffff;

	if (buffer >= q->buffers)
		buffer = len = 0;
	return (struct piece){
		.data = q->pool + buffer * q->buf_size,
		.len = len < q->room ? len : q->room,
		.flags = (uint32_t)(word >> 48),
	};
}

/* Writes a slot's length and flags; its buffer stays. */
static void describe(const struct queue *q, uint64_t number, uint32_t len,
		     uint32_t flags)
{
	uint32_t at = geometry_slot(number, q->num_slots);
	uint32_t buffer = (uint32_t)slot_word_of(&q->slots[at]);

	slot_write(&q->slots[at], slot_word(buffer, len, flags));
}

static void move(const struct queue *q, uint64_t from, uint64_t to)
{
	struct piece source = piece_at(q, from), target = piece_at(q, to);

	if (from == to)
		return;
	memcpy(target.data, source.data, source.len);
	describe(q, to, source.len, source.flags);
	if (q->arrivals)
		q->arrivals[geometry_slot(to, q->num_slots)] =
			q->arrivals[geometry_slot(from, q->num_slots)];
}

/* The first slot of the frame that ends before end, not before first. */
static uint64_t frame_before(const struct queue *q, uint64_t first,
			     uint64_t end)
{
	uint64_t at = end - 1;

	while (at > first && piece_at(q, at - 1).flags & NETMAP_SLOT_MOREFRAG)
		at--;
	return at;
}

/* What a program is told of the frame in slots number at to end. */
static struct bpf_view view_of(const struct nmd_port *port,
			       const struct queue *q, uint64_t at, uint64_t end)
{
	const struct nmd_arrival *arrival =
		q->arrivals ? &q->arrivals[geometry_slot(at, q->num_slots)]
			    : NULL;
	struct piece head = piece_at(q, at);
	uint32_t length = 0;

	for (uint64_t n = at; n < end; n++)
		length += piece_at(q, n).len;
	return (struct bpf_view){
		.frame = head.data,
		.have = head.len, /* also of several slots */
		.wire_len = arrival && arrival->wire_len > length
				    ? arrival->wire_len
				    : length,
		.direction = arrival ? arrival->direction : NMD_IN,
		.ifindex = port->nic ? port->nic->self.filter.ifindex
				     : 1 + port->port_index,
	};
}

/* Whether the program (NULL: any) and the direction accept a frame. */
static bool is_wanted(const struct nmd_port *port, const struct queue *q,
		      uint64_t at, uint64_t end, const struct nmd_insn *prog)
{
	const struct rx_settings *settings = settings_now(port->area);
	uint32_t direction = load_relaxed(&settings->direction);
	struct bpf_view view = view_of(port, q, at, end);

	if (direction != NMD_INOUT && direction != view.direction)
		return false;
	return !prog || bpf_look(prog, &view) > 0;
}

/* Moves the frame up to end; its first slot's number. */
static uint64_t keep_frame(const struct queue *q, uint64_t at, uint64_t end,
			   uint64_t to)
{
	while (end > at)
		move(q, --end, --to);
	return to;
}

uint64_t refilter(struct nmd_port *port, uint32_t ring, uint64_t first,
		  uint64_t end, const struct nmd_insn *prog, uint32_t length)
{
	struct queue q = queue_of(port, ring);
	uint64_t to = end;

	if (end - first > q.num_slots) /* not so: an index was spoiled */
		return end;
	while (end > first) {
		uint64_t at = frame_before(&q, first, end);

		if (is_wanted(port, &q, at, end, length ? prog : NULL))
			to = keep_frame(&q, at, end, to);
		end = at;
	}
	return to;
}
