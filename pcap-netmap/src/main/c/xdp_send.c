/* SPDX-License-Identifier: BSD-2-Clause */
/* From the TX ring's slots to the wire, and their buffers back. */
#include <errno.h>
#include <sys/socket.h>

#include "atomics.h"
#include "xdp_ring.h"

#define ETHERNET_HEADER 14
#define VLAN_TAG 4
/* Calls that each make the kernel send some of what is queued. */
#define KICKS 4096

/*
 * The buffers that come back go to the slots that are next to be free: the
 * kernel need not be done with them in their order.
 */
static void take_back(struct nmd_port *port, uint32_t r, uint64_t sent)
{
	struct xdp_queue *q = queue_of(port, r);
	struct netmap_ring *ring = geometry_tx_ring(port->area, &port->geometry,
						    r);
	uint32_t at = own(q->completion.consumer);
	uint32_t end = theirs(q->completion.producer);
	uint32_t under_way = own(q->tx.producer) - at;
	uint64_t slot = sent - under_way;

	for (; at != end; at++, slot++) {
		uint64_t buffer = *address_at(&q->completion, at) /
				  port->geometry.buf_size;

		*(volatile uint32_t *)&ring
			 ->slot[slot % port->geometry.tx_slots]
			 .buf_idx = (uint32_t)buffer;
	}
	publish(q->completion.consumer, at);
}

uint32_t xdp_under_way(struct nmd_port *port, uint32_t r, uint64_t sent)
{
	struct xdp_queue *q = queue_of(port, r);

	take_back(port, r, sent);
	return own(q->tx.producer) - own(q->completion.consumer);
}

/* A tag may come on top of the MTU. */
static uint32_t tag_of(const struct nmd_port *port,
		       volatile struct netmap_slot *slots, uint64_t first)
{
	const struct geometry *g = &port->geometry;
	uint32_t buffer = slots[first % g->tx_slots].buf_idx;
	const uint8_t *frame = nmd_buffers(port) +
			       (uint64_t)(buffer < g->buffers ? buffer : 0) *
				       g->buf_size;

	return frame[12] == 0x81 && frame[13] == 0 ? VLAN_TAG : 0;
}

/* What may be said of a frame before it is sent. */
static int check_frame(const struct nmd_port *port, uint32_t r, uint64_t first,
		       uint32_t slots, uint32_t *bytes)
{
	const struct geometry *g = &port->geometry;
	volatile struct netmap_slot *slot =
		geometry_tx_ring(port->area, g, r)->slot;
	const struct xdp *xdp = port->nic->xdp;

	*bytes = 0;
	for (uint32_t i = 0; i < slots; i++) {
		volatile struct netmap_slot *s =
			&slot[(first + i) % g->tx_slots];

		if (s->buf_idx >= g->buffers || s->len == 0 ||
		    s->flags & NETMAP_SLOT_INDIRECT)
			return -EINVAL;
		if (s->len > xdp_room(g))
			return -EMSGSIZE;
		*bytes += s->len;
	}
	if (*bytes < ETHERNET_HEADER)
		return -EINVAL;
	if (*bytes > xdp->mtu + ETHERNET_HEADER + tag_of(port, slot, first) ||
	    (slots > 1 && !xdp->several))
		return -EMSGSIZE;
	return 0;
}

/* Slots of the frame that begins at first; 0: its end is not there. */
static uint32_t frame_slots(const struct nmd_port *port, uint32_t r,
			    uint64_t first, uint32_t count)
{
	const struct geometry *g = &port->geometry;
	volatile struct netmap_slot *slot =
		geometry_tx_ring(port->area, g, r)->slot;

	for (uint32_t i = 0; i < count; i++)
		if (!(slot[(first + i) % g->tx_slots].flags &
		      NETMAP_SLOT_MOREFRAG))
			return i + 1;
	return 0;
}

static void queue_frame(struct nmd_port *port, uint32_t r, uint64_t first,
			uint32_t slots)
{
	const struct geometry *g = &port->geometry;
	volatile struct netmap_slot *slot =
		geometry_tx_ring(port->area, g, r)->slot;
	struct xdp_ring *tx = &queue_of(port, r)->tx;
	uint32_t at = own(tx->producer);

	for (uint32_t i = 0; i < slots; i++) {
		volatile struct netmap_slot *s =
			&slot[(first + i) % g->tx_slots];
		uint32_t buffer = s->buf_idx, len = s->len;

		/* Read once: what others make of it meanwhile is cut. */
		*desc_at(tx, at + i) = (struct xdp_desc){
			.addr = (uint64_t)(buffer < g->buffers ? buffer : 0) *
					g->buf_size +
				XDP_HEADROOM,
			.len = len < xdp_room(g) ? len : xdp_room(g),
			.options = i + 1 < slots ? XDP_PKT_CONTD : 0,
		};
	}
	publish(tx->producer, at + slots);
}

/*
 * Generic sending takes a few dozen frames a call, and says that there are
 * more; a driver is woken and goes on by itself.
 */
static int kick(const struct xdp_queue *q)
{
	for (int i = 0; i < KICKS && needs_wakeup(&q->tx) &&
			own(q->tx.producer) != theirs(q->tx.consumer);
	     i++)
		if (sendto(q->socket.fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 &&
		    errno != EAGAIN && errno != EBUSY)
			return errno == ENOBUFS ? 0 : -errno;
	return 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool is_gone(int code)
{
	return code == -ENETDOWN || code == -ENXIO || code == -ENODEV;
}

/*
 * An interface that is down has taken nothing, and no one is to meet it when
 * it is up again: what was refused is not under way any more, its slots keep
 * their buffers. Not where a device takes frames by itself. Returns the bytes.
 */
static uint64_t withdraw(struct nmd_port *port, uint32_t r, uint64_t sent)
{
	struct xdp_queue *q = queue_of(port, r);
	uint32_t end = own(q->tx.producer), from = theirs(q->tx.consumer);
	uint64_t bytes = 0;

	take_back(port, r, sent);
	if (port->nic->xdp->zero_copy || own(q->completion.consumer) != from)
		return 0;
	for (uint32_t i = from; i != end; i++)
		bytes += desc_at(&q->tx, i)->len;
	publish(q->tx.producer, from);
	counter_add(&port->area->tx[r].sent_bad, end - from);
	return bytes;
}

/* A bad frame has no descriptor: it is passed when nothing is under way. */
static bool pass_bad(struct nmd_port *port, uint32_t r, uint64_t first,
		     uint32_t slots, int code)
{
	if (xdp_under_way(port, r, first) > 0) {
		kick(queue_of(port, r));
		if (xdp_under_way(port, r, first) > 0)
			return false;
	}
	counter_add(&port->area->tx[r].sent_bad, slots);
	if (code != -EINVAL && !port->nic->tx_error)
		port->nic->tx_error = code;
	return true;
}

uint32_t xdp_send(struct nmd_port *port, uint32_t r, uint64_t first,
		  uint32_t count)
{
	uint32_t done = 0, bytes, slots;
	uint64_t sum = 0;
	int code;

	if (!nic_owns(&queue_of(port, r)->socket)) {
		port->nic->tx_error = -EBADF;
		return 0;
	}
	for (; done < count; done += slots) {
		slots = frame_slots(port, r, first + done, count - done);
		code = slots ? check_frame(port, r, first + done, slots, &bytes)
			     : -EINVAL;
		if (!slots)
			slots = count - done;
		if (code == 0) {
			queue_frame(port, r, first + done, slots);
			sum += bytes;
		} else if (!pass_bad(port, r, first + done, slots, code)) {
			break;
		}
	}
	code = kick(queue_of(port, r));
	if (code < 0 && !port->nic->tx_error)
		port->nic->tx_error = code;
	if (is_gone(code))
		sum -= least(sum, withdraw(port, r, first + done));
	counter_add(&port->area->tx[r].sent_bytes, sum);
	return done;
}
