/* SPDX-License-Identifier: BSD-2-Clause */
/* From the fill ring's buffers to the RX ring's slots. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "errand.h"
#include "error_log.h"
#include "nic_batch.h"
#include "nic_frame.h"
#include "nic_monitors.h"
#include "xdp_filter.h"
#include "xdp_ring.h"

/*
 * A program that has written nonsense into a slot gets no new buffer by it: the
 * one it was shown goes back.
 */
static uint32_t buffer_given_back(struct nmd_port *port, uint32_t r,
				  uint32_t slot)
{
	struct netmap_ring *ring = geometry_rx_ring(port->area, &port->geometry,
						    r);
	uint32_t buffer = *(const volatile uint32_t *)&ring->slot[slot].buf_idx;

	if (buffer < port->geometry.buffers)
		return buffer;
	error_log_note(port->vale, NMD_ERROR_RING, port->port_index,
		       port->index);
	return queue_of(port, r)->shown[slot];
}

void xdp_give_back(struct nmd_port *port, uint32_t r, uint64_t from,
		   uint64_t to)
{
	struct xdp_ring *fill = &queue_of(port, r)->fill;
	uint32_t at = own(fill->producer);

	for (; from < to; from++) {
		uint32_t slot = (uint32_t)(from % port->geometry.rx_slots);

		*address_at(fill, at++) = (uint64_t)buffer_given_back(port, r,
								      slot) *
					  port->geometry.buf_size;
	}
	publish(fill->producer, at);
}

/* What has come, not yet in the ring. */
struct arrivals {
	struct nmd_port *port;
	struct xdp_queue *queue;
	struct target *target;
	uint32_t at, end; /* in the socket's RX ring */
	uint64_t now_ns;
};

static uint32_t buffer_of_desc(const struct arrivals *a,
			       const struct xdp_desc *desc)
{
	return (uint32_t)(desc->addr / a->port->geometry.buf_size);
}

/* Descriptors of the next frame; 0: its end has not come. */
static uint32_t frame_ahead(const struct arrivals *a, uint32_t *bytes)
{
	uint32_t n = 0;

	*bytes = 0;
	while (a->at + n != a->end) {
		const struct xdp_desc *desc = desc_at(&a->queue->rx,
						      a->at + n++);

		*bytes += desc->len;
		if (!(desc->options & XDP_PKT_CONTD))
			return n;
	}
	return 0;
}

static const uint8_t *bytes_of(const struct arrivals *a,
			       const struct xdp_desc *desc)
{
	return (const uint8_t *)a->port->area + a->port->geometry.pool_at +
	       desc->addr;
}

/* How much of a frame the opening wants; 0: none. */
static uint32_t wanted(const struct arrivals *a, uint32_t descs, uint32_t bytes)
{
	const struct filter_copy *filter = &a->port->nic->self.filter;
	const struct xdp_desc *first = desc_at(&a->queue->rx, a->at);
	uint8_t *gathered = a->port->nic->batch->gathered;
	const uint8_t *frame = bytes_of(a, first);
	uint32_t have = first->len;

	if (filter->length && descs > 1) {
		have = 0;
		for (uint32_t i = 0; i < descs; i++) {
			const struct xdp_desc *d = desc_at(&a->queue->rx,
							   a->at + i);

			if (d->len > NIC_MAX_FRAME - have)
				return 0;
			memcpy(gathered + have, bytes_of(a, d), d->len);
			have += d->len;
		}
		frame = gathered;
	}
	return filter_keep(filter, frame, bytes, have, NMD_IN);
}

/* A buffer that no slot wants goes straight back. */
static void recycle(const struct arrivals *a, const struct xdp_desc *desc)
{
	struct xdp_ring *fill = &a->queue->fill;
	uint32_t at = own(fill->producer);

	*address_at(fill, at) = (uint64_t)buffer_of_desc(a, desc) *
				a->port->geometry.buf_size;
	publish(fill->producer, at + 1);
}

static void show(const struct arrivals *a, const struct xdp_desc *desc,
		 uint32_t len, uint32_t wire_len, bool more)
{
	struct target *t = a->target;
	const struct geometry *g = &a->port->geometry;
	uint32_t buffer = buffer_of_desc(a, desc);
	uint8_t *chunk = (uint8_t *)a->port->area + g->pool_at +
			 (uint64_t)buffer * g->buf_size;

	/* A driver of its own mind about where frames begin. */
	if (desc->addr % g->buf_size != XDP_HEADROOM)
		memmove(chunk + XDP_HEADROOM, bytes_of(a, desc), len);
	slot_write(&t->slots[t->at],
		   slot_word(buffer, len, more ? NETMAP_SLOT_MOREFRAG : 0));
	a->queue->shown[t->at] = buffer;
	if (t->arrivals)
		arrival_write(&t->arrivals[t->at], a->now_ns, wire_len, NMD_IN);
	t->at = target_wrap(t->at + 1, t->num_slots);
	t->room--;
	t->published++;
}

/* Puts a frame's wanted bytes into slots, and gives the rest back. */
static void take_frame(struct arrivals *a, uint32_t descs, uint32_t bytes,
		       uint32_t keep)
{
	uint32_t wire_len = bytes;

	for (uint32_t i = 0; i < descs; i++) {
		const struct xdp_desc *desc = desc_at(&a->queue->rx, a->at + i);
		uint32_t n = keep < desc->len ? keep : desc->len;

		keep -= n;
		if (n > 0)
			show(a, desc, n, wire_len, keep > 0);
		else
			recycle(a, desc);
		wire_len = 0;
	}
	a->at += descs;
}

static void take_all(struct arrivals *a)
{
	uint32_t descs, bytes, keep;

	while ((descs = frame_ahead(a, &bytes)) > 0 &&
	       descs <= a->target->room) {
		keep = wanted(a, descs, bytes);
		take_frame(a, descs, bytes, keep);
		if (keep) {
			a->target->accepted++;
			a->target->bytes += bytes;
		} else {
			a->target->filtered++;
		}
	}
}

/* What the kernel has rejected counts as if a look here had. */
static void count_rejected(struct nmd_port *port, uint32_t r)
{
	struct xdp_rules *rules = port->nic->xdp->rules;
	uint64_t n;

	if (!rules || !load_relaxed(&rules[r].rejected))
		return;
	n = atomic_exchange(&rules[r].rejected, 0);
	counter_add_shared(&rules[r].counted, n);
	counter_add_shared(&port->area->rx[r].filtered, n);
}

uint64_t xdp_rejected_unseen(const struct nmd_port *port)
{
	const struct xdp *xdp = port->nic->xdp;
	uint64_t n = 0;

	for (uint32_t i = 0; xdp->rules && i < xdp->queues; i++)
		if (xdp->queue[i].socket.fd >= 0)
			n += load_relaxed(&xdp->rules[i].counted);
	return n;
}

/* A sandboxed process makes no system call for it. */
static bool has_queue(const struct xdp_queue *queue)
{
	return errand_needed() ? queue->socket.fd >= 0
			       : nic_owns(&queue->socket);
}

void xdp_refilter(struct nmd_port *port)
{
	struct nic *nic = port->nic;
	struct xdp *xdp = nic->xdp;
	bool known = filter_refresh(&nic->self.filter, port->area,
				    nic_jit(port));

	for (uint32_t i = 0; xdp->rules && i < xdp->queues; i++)
		if (!has_queue(&xdp->queue[i]))
			continue;
		else if (known)
			xdp_rules_set(&xdp->rules[i], &nic->self.filter);
		else
			xdp_rules_reset(&xdp->rules[i]);
}

int xdp_receive(struct nmd_port *port, uint32_t r)
{
	struct nic *nic = port->nic;
	struct xdp_queue *q = queue_of(port, r);
	struct target t;
	struct arrivals a = {.port = port, .queue = q, .target = &t};
	uint64_t before;

	if (!nic_owns(&q->socket))
		return -EBADF;
	count_rejected(port, r);
	if (!filter_refresh(&nic->self.filter, port->area, nic_jit(port)))
		return 0;
	a.at = own(q->rx.consumer);
	a.end = theirs(q->rx.producer);
	if (a.at != a.end) {
		a.now_ns = nic->last_ns = nic_now_ns();
		t = target_of(&nic->self, r, port->geometry.rx_slots);
		nic->busy += a.end - a.at;
		nic->arrived += a.end - a.at;
		before = t.published;
		take_all(&a);
		publish(q->rx.consumer, a.at);
		target_publish(&t, a.now_ns);
		if (nic_monitors_look(port, NIC_MONITORS_PASSED))
			nic_monitors_received(port, r, before, t.published);
	}
	nic->ring_full |= a.at != a.end;
	if (needs_wakeup(&q->fill))
		recvfrom(q->socket.fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
	return 0;
}

uint64_t xdp_count(struct nmd_port *port)
{
	struct xdp *xdp = port->nic->xdp;
	uint64_t waiting = 0;

	for (uint32_t i = 0; i < xdp->queues; i++) {
		struct xdp_queue *q = &xdp->queue[i];
		struct xdp_statistics s = {0};
		socklen_t size = sizeof(s);
		uint64_t now;

		if (!nic_owns(&q->socket) ||
		    getsockopt(q->socket.fd, SOL_XDP, XDP_STATISTICS, &s,
			       &size) < 0)
			continue;
		count_rejected(port, i);
		now = s.rx_dropped + s.rx_ring_full;
		counter_add_shared(&port->area->rx[i].dropped,
				   now - q->dropped);
		q->dropped = now;
		waiting += theirs(q->rx.producer) - own(q->rx.consumer);
	}
	return waiting;
}
