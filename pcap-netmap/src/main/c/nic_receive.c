/* SPDX-License-Identifier: BSD-2-Clause */
/* From the socket's queue into the receive ring. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "atomics.h"
#include "errand.h"
#include "kernel.h"
#include "nic.h"
#include "nic_forward.h"
#include "nic_frame.h"
#include "nic_monitors.h"
#include "port.h"

#define ADDRESSES 12 /* bytes before the place of a VLAN tag */
/* How often the kernel is asked for what it dropped, by the frames' time. */
#define COUNT_EVERY_NS 100000000
/* How often programs that poll look whether a lost interface is gone. */
#define TICK_NS 100000000

/* The kernel takes an outer VLAN tag out of the frame; the wire had it. */
static void put_tag_back(struct nic_frame *c, const struct tpacket3_hdr *h)
{
	uint16_t tpid = h->tp_status & TP_STATUS_VLAN_TPID_VALID
				? h->hv1.tp_vlan_tpid
				: ETH_P_8021Q;

	if (!(h->tp_status & TP_STATUS_VLAN_VALID) || c->have < ADDRESSES)
		return;
	memmove(c->bytes - NIC_TAG, c->bytes, ADDRESSES);
	c->bytes -= NIC_TAG;
	c->bytes[ADDRESSES] = (uint8_t)(tpid >> 8);
	c->bytes[ADDRESSES + 1] = (uint8_t)tpid;
	c->bytes[ADDRESSES + 2] = (uint8_t)(h->hv1.tp_vlan_tci >> 8);
	c->bytes[ADDRESSES + 3] = (uint8_t)h->hv1.tp_vlan_tci;
	c->have += NIC_TAG;
	c->wire_len += NIC_TAG;
	c->tagged = true;
}

static struct nic_frame look_at(struct tpacket3_hdr *h)
{
	const struct sockaddr_ll *from =
		(void *)((uint8_t *)h + TPACKET_ALIGN(sizeof(*h)));
	struct nic_frame c = {
		.bytes = (uint8_t *)h + h->tp_mac,
		.have = h->tp_snaplen,
		.wire_len = h->tp_len,
		.time_ns = (uint64_t)h->tp_sec * 1000000000u + h->tp_nsec,
		.direction = from->sll_pkttype == PACKET_OUTGOING ? NMD_OUT
								  : NMD_IN,
	};

	put_tag_back(&c, h);
	return c;
}

/* How much to keep; 0: none. What the kernel has chosen is not asked twice. */
static uint32_t keep_of(const struct nic *nic, const struct nic_frame *c)
{
	const struct filter_copy *filter = &nic->self.filter;
	uint32_t keep = filter->snaplen;

	if (c->direction == NMD_OUT && (nic->incoming_only || nic->loopback))
		return 0;
	if (c->tagged || !nic->kernel_knows || nic->kernel_seq != filter->seq ||
	    (filter->direction != NMD_INOUT &&
	     filter->direction != c->direction))
		keep = filter_keep(filter, c->bytes, c->wire_len, c->have,
				   c->direction);
	return keep < c->have ? keep : c->have;
}

/*
 * Whether a frame has room, as far as can be told before it is looked at. What
 * never has is let through, to be dropped.
 */
static bool fits(const struct nic *nic, const struct target *t,
		 const struct tpacket3_hdr *h)
{
	uint32_t most = h->tp_snaplen + NIC_TAG;

	if (most > nic->self.filter.snaplen)
		most = nic->self.filter.snaplen;
	return nic_frame_slots(t, most) <= t->room ||
	       t->room == t->num_slots - 1;
}

/* Takes frames until the kernel's ring or the opening's is at its end. */
static uint32_t take_all(struct nic *nic, struct target *t)
{
	struct tpacket3_hdr *h;
	uint32_t n = 0;

	nic->ring_full = false;
	while ((h = nic_ring_frame(&nic->ring))) {
		struct nic_frame c;
		uint32_t keep;

		if (!fits(nic, t, h)) {
			nic->ring_full = true;
			break;
		}
		c = look_at(h);
		keep = keep_of(nic, &c);
		if (keep)
			nic_frame_put(t, &c, keep);
		else
			t->filtered++;
		nic->last_ns = c.time_ns;
		nic_ring_next(&nic->ring, h);
		n++;
	}
	nic->taken += n;
	return n;
}

/*
 * The link went down, or the interface has gone. Which of the two shows in the
 * socket's address, perhaps a moment later.
 */
static void note_down(struct nic *nic, bool down)
{
	struct itimerspec tick = {{0, 0}, {0, 0}};

	nic->down = down;
	if (down)
		tick.it_value.tv_nsec = tick.it_interval.tv_nsec = TICK_NS;
	timerfd_settime(nic->timer.fd, 0, &tick, NULL);
}

static int look_whether_gone(struct nic *nic)
{
	struct sockaddr_ll at = {.sll_ifindex = 0};
	socklen_t size = sizeof(at);
	uint64_t ticks;

	if (read(nic->timer.fd, &ticks, sizeof(ticks)) < 0 && errno != EAGAIN)
		return -errno;
	if (getsockname(nic->socket.fd, (struct sockaddr *)&at, &size) < 0)
		return -errno;
	return at.sll_ifindex < 0 ? -ENODEV : 0;
}

/* The kernel's packets include those that it dropped. */
static uint64_t count_copies(struct nmd_port *port)
{
	struct tpacket_stats counts = {0, 0};
	socklen_t size = sizeof(counts);

	if (nic_owns(&port->nic->socket) &&
	    getsockopt(port->nic->socket.fd, SOL_PACKET, PACKET_STATISTICS,
		       &counts, &size) == 0 &&
	    counts.tp_packets) {
		port->nic->passed += counts.tp_packets - counts.tp_drops;
		counter_add_shared(&port->area->rx[0].dropped, counts.tp_drops);
	}
	return port->nic->passed - port->nic->taken;
}

uint64_t nic_count(struct nmd_port *port)
{
	if (port->nic->kernel)
		return kernel_waiting(port->nic->kernel);
	if (port->nic->host)
		host_count(port);
	if (nic_is_host_ring(port->nic, 0))
		return 0;
	return port->nic->xdp ? xdp_count(port) : count_copies(port);
}

static void count_now_and_then(struct nmd_port *port)
{
	struct nic *nic = port->nic;

	if (nic->last_ns - nic->counted_ns < COUNT_EVERY_NS)
		return;
	nic->counted_ns = nic->last_ns;
	nic_count(port);
}

static int after_error(struct nic *nic, int code)
{
	if (code != -ENETDOWN)
		return code;
	note_down(nic, true);
	return look_whether_gone(nic);
}

/* The socket that watches the interface tells when it is lost. */
static int look_for_errors(struct nic *nic)
{
	int code = 0;
	socklen_t size = sizeof(code);

	if (nic->socket.fd < 0)
		return 0; /* no interface: a port of the kernel's netmap */
	if (getsockopt(nic->socket.fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
		return -errno;
	if (code)
		return after_error(nic, -code);
	return nic->down ? look_whether_gone(nic) : 0;
}

/* A read finds what has come, though its block is not handed over yet. */
static bool take_begun_block(struct nmd_port *port, struct target *t)
{
	return !port->nic->ring_full && count_copies(port) > 0 &&
	       nic_await_block(port) && take_all(port->nic, t) > 0;
}

static int receive_copies(struct nmd_port *port)
{
	struct nic *nic = port->nic;
	struct target t;

	if (!filter_refresh(&nic->self.filter, port->area, nic_jit(port)))
		return 0;
	t = target_of(&nic->self, 0, port->geometry.rx_slots);
	if (!take_all(nic, &t) && !take_begun_block(port, &t))
		return look_for_errors(nic);
	target_publish(&t, nic->last_ns);
	if (nic->down)
		note_down(nic, false);
	count_now_and_then(port);
	return 0;
}

static int receive_alone(struct nmd_port *port, uint32_t r)
{
	struct nic *nic = port->nic;
	int error;

	if (r == port->rings.first_rx) {
		nic->ring_full = false;
		nic->busy = 0;
	}
	if (nic->kernel)
		error = kernel_receive(port, r);
	else
		error = nic_is_host_ring(nic, r) ? host_receive(port, r)
						 : xdp_receive(port, r);
	if (error == 0 && !nic->busy)
		return look_for_errors(nic);
	if (nic->down)
		note_down(nic, false);
	count_now_and_then(port);
	return error;
}

static int receive_now(struct nmd_port *port, uint32_t r)
{
	if (!nic_is_ours(port->nic))
		return -EBADF;
	return nic_copies(port->nic) ? receive_copies(port)
				     : receive_alone(port, r);
}

struct receiving {
	struct nmd_port *port;
	uint32_t r;
	int result;
};

static void run_receiving(void *call)
{
	struct receiving *w = call;

	w->result = receive_now(w->port, w->r);
}

int nic_receive(struct nmd_port *port, uint32_t r)
{
	struct receiving w = {port, r, -EPERM};

	if (!errand_needed())
		return receive_now(port, r);
	errand_call(run_receiving, &w);
	return w.result;
}

void nic_give_back(struct nmd_port *port, uint32_t r, uint64_t from,
		   uint64_t to)
{
	const struct nic *nic = port->nic;

	if (nic->xdp && nic->host && from != to)
		nic_forward(port, r, from, to);
	if (nic->xdp && from != to && !nic_is_host_ring(nic, r))
		xdp_give_back(port, r, from, to);
}

uint64_t nic_release(struct nmd_port *port, uint32_t r, uint64_t from,
		     uint64_t to)
{
	const struct nic *nic = port->nic;

	if (nic->xdp && from != to && !nic_is_host_ring(nic, r) &&
	    nic_monitors_look(port, NIC_MONITORS_RELEASED))
		to = nic_monitors_released(port, r, from, to);
	nic_give_back(port, r, from, to);
	return to;
}
