/* SPDX-License-Identifier: BSD-2-Clause */
/* From the TX ring's slots to the wire, and their buffers back. */
#include <errno.h>
#include <sys/socket.h>

#include "atomics.h"
#include "nic_monitors.h"
#include "xdp_ring.h"

#define ETHERNET_HEADER 14
#define VLAN_TAG 4
/* Calls that each make the kernel send some of what is queued. */
#define KICKS 4096
/* Slots that the kernel is shown at a time, as many as a call sends. */
#define STEP 32

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

	if (at != end && nic_monitors_look(port, NIC_MONITORS_RELEASED))
		end = nic_monitors_taken_back(port, r, at, end);
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

/* An MTU that is in the way may have been raised. */
static bool fits_mtu(struct nic *nic, uint32_t bytes, uint32_t header)
{
	if (bytes > load_relaxed(&nic->link.mtu) + header)
		nic_look_at_link(nic);
	return bytes <= load_relaxed(&nic->link.mtu) + header;
}

/* What may be said of a frame before it is sent. */
static int check_frame(struct nmd_port *port, uint32_t r, uint64_t first,
		       uint32_t slots)
{
	const struct geometry *g = &port->geometry;
	volatile struct netmap_slot *slot =
		geometry_tx_ring(port->area, g, r)->slot;
	const struct xdp *xdp = port->nic->xdp;
	uint32_t bytes = 0, header;

	for (uint32_t i = 0; i < slots; i++) {
		volatile struct netmap_slot *s =
			&slot[(first + i) % g->tx_slots];

		if (s->buf_idx >= g->buffers || s->len == 0 ||
		    s->flags & NETMAP_SLOT_INDIRECT)
			return -EINVAL;
		if (s->len > xdp_room(g))
			return -EMSGSIZE;
		bytes += s->len;
	}
	if (bytes < ETHERNET_HEADER)
		return -EINVAL;
	if (slots > 1 && !xdp->several)
		return -EMSGSIZE;
	header = ETHERNET_HEADER + tag_of(port, slot, first);
	return fits_mtu(port->nic, bytes, header) ? 0 : -EMSGSIZE;
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

/*
 * Describes a frame at number at of the queue; the kernel does not know yet.
 * Returns its bytes.
 */
static uint32_t queue_frame(struct nmd_port *port, uint32_t r, uint32_t at,
			    uint64_t first, uint32_t slots)
{
	const struct geometry *g = &port->geometry;
	volatile struct netmap_slot *slot =
		geometry_tx_ring(port->area, g, r)->slot;
	struct xdp_ring *tx = &queue_of(port, r)->tx;
	uint32_t bytes = 0;

	for (uint32_t i = 0; i < slots; i++) {
		volatile struct netmap_slot *s =
			&slot[(first + i) % g->tx_slots];
		uint32_t buffer = s->buf_idx, len = s->len;

		len = len < xdp_room(g) ? len : xdp_room(g);
		bytes += len;
		/* Read once: what others make of it meanwhile is cut. */
		*desc_at(tx, at + i) = (struct xdp_desc){
			.addr = (uint64_t)(buffer < g->buffers ? buffer : 0) *
					g->buf_size +
				XDP_HEADROOM,
			.len = len,
			.options = i + 1 < slots ? XDP_PKT_CONTD : 0,
		};
	}
	return bytes;
}

static bool is_gone(int code)
{
	return code == -ENETDOWN || code == -ENXIO || code == -ENODEV;
}

/* The end of whole frames that generic sending takes in a call. */
static uint32_t step_end(const struct xdp_ring *tx, uint32_t from, uint32_t end)
{
	uint32_t at = from;

	while (at != end && (at - from < STEP ||
			     desc_at(tx, at - 1)->options & XDP_PKT_CONTD))
		at++;
	return at;
}

/*
 * The kernel keeps a copy of the producer when it looks, from when on that must
 * not go back. What is refused for want of a link has not been looked at by the
 * call, but perhaps by another's poll, which the statistics wait for: it has
 * moved the consumer then.
 */
static void withdraw(const struct xdp_queue *q, uint32_t from)
{
	struct xdp_statistics s;
	socklen_t size = sizeof(s);

	if (getsockopt(q->socket.fd, SOL_XDP, XDP_STATISTICS, &s, &size) == 0 &&
	    theirs(q->tx.consumer) == from)
		publish(q->tx.producer, from);
}

/*
 * Generic sending takes a few dozen frames a call: it is shown so many at a
 * time, so that those behind can be withdrawn when the link is lost. A driver
 * is woken and goes on by itself.
 */
static int send_queued(const struct nmd_port *port, uint32_t r, uint32_t end)
{
	const struct xdp_queue *q = queue_of(port, r);
	bool unseen = false;
	uint32_t from = 0;
	int code = 0;

	if (port->nic->xdp->zero_copy)
		publish(q->tx.producer, end);
	for (int i = 0; i < KICKS && needs_wakeup(&q->tx); i++) {
		from = theirs(q->tx.consumer);
		unseen = own(q->tx.producer) == from;
		if (unseen && from == end)
			return 0;
		if (unseen)
			publish(q->tx.producer, step_end(&q->tx, from, end));
		if (sendto(q->socket.fd, NULL, 0, MSG_DONTWAIT, NULL, 0) >= 0 ||
		    errno == EAGAIN || errno == EBUSY)
			continue;
		code = errno == ENOBUFS ? 0 : -errno;
		break;
	}
	if (!is_gone(code))
		publish(q->tx.producer, end);
	else if (unseen)
		withdraw(q, from);
	return code;
}

/*
 * Shows the kernel what is queued up to a number. What it did not take, since
 * the link is lost, are the last slots before number first: they keep their
 * buffers, and are passed as bad ones, or wait behind what is under way.
 * Returns how many wait. *bytes: less those that were not taken.
 */
static uint32_t show_queued(struct nmd_port *port, uint32_t r, uint64_t first,
			    uint32_t end, uint64_t *bytes)
{
	const struct xdp_ring *tx = &queue_of(port, r)->tx;
	int code = send_queued(port, r, end);
	uint32_t shown = own(tx->producer), left = end - shown;

	if (code < 0 && !port->nic->tx_error)
		port->nic->tx_error = code;
	for (; shown != end; shown++)
		*bytes -= desc_at(tx, shown)->len;
	if (left == 0 || xdp_under_way(port, r, first - left) > 0)
		return left;
	counter_add(&port->area->tx[r].sent_bad, left);
	return 0;
}

/* A bad frame has no descriptor: it is passed when nothing is under way. */
static bool pass_bad(struct nmd_port *port, uint32_t r, uint64_t first,
		     uint32_t slots, int code)
{
	if (xdp_under_way(port, r, first) > 0)
		return false;
	counter_add(&port->area->tx[r].sent_bad, slots);
	if (code != -EINVAL && !port->nic->tx_error)
		port->nic->tx_error = code;
	return true;
}

uint32_t xdp_send(struct nmd_port *port, uint32_t r, uint64_t first,
		  uint32_t count)
{
	const struct xdp_ring *tx = &queue_of(port, r)->tx;
	uint32_t done = 0, waits = 0, begin, end, slots;
	uint64_t sum = 0;
	int code;

	if (!nic_owns(&queue_of(port, r)->socket)) {
		port->nic->tx_error = -EBADF;
		return 0;
	}
	nic_glance_at_link(port->nic);
	begin = end = own(tx->producer);
	for (; done < count; done += slots) {
		slots = frame_slots(port, r, first + done, count - done);
		code = slots ? check_frame(port, r, first + done, slots)
			     : -EINVAL;
		if (!slots)
			slots = count - done;
		if (code == 0) {
			sum += queue_frame(port, r, end, first + done, slots);
			end += slots;
			continue;
		}
		waits = show_queued(port, r, first + done, end, &sum);
		end = own(tx->producer);
		if (waits || !pass_bad(port, r, first + done, slots, code))
			break;
	}
	if (!waits)
		waits = show_queued(port, r, first + done, end, &sum);
	counter_add(&port->area->tx[r].sent_bytes, sum);
	if (nic_monitors_look(port, NIC_MONITORS_PASSED))
		nic_monitors_sent(port, r, begin, own(tx->producer));
	/* Nothing was to be shown, or taken, and what is under way may stay. */
	if (done == waits && !port->nic->tx_error)
		port->nic->tx_error = load_relaxed(&port->nic->link.lost);
	return done - waits;
}
