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
#include "nic.h"
#include "nic_batch.h"
#include "port.h"
#include "target.h"

#define ADDRESSES 12 /* bytes before the place of a VLAN tag */
/* How often the kernel is asked for what it dropped, by the frames' time. */
#define COUNT_EVERY_NS 100000000
/* How often programs that poll look whether a lost interface is gone. */
#define TICK_NS 100000000

/* A frame as it was received. */
struct caught {
	uint8_t *first; /* its first piece, a VLAN tag put back */
	const uint8_t *rest;
	uint32_t first_len, rest_len;
	uint32_t wire_len;
	uint64_t time_ns;
	uint32_t direction;
	bool tagged;
};

static uint64_t time_of(const struct cmsghdr *c)
{
	struct timespec ts;

	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* The kernel takes an outer VLAN tag out of the frame; the wire had it. */
static void put_tag_back(struct caught *c, const struct tpacket_auxdata *aux)
{
	uint16_t tpid = aux->tp_status & TP_STATUS_VLAN_TPID_VALID
				? aux->tp_vlan_tpid
				: ETH_P_8021Q;

	if (!(aux->tp_status & TP_STATUS_VLAN_VALID) ||
	    c->first_len < ADDRESSES)
		return;
	memmove(c->first - NIC_TAG, c->first, ADDRESSES);
	c->first -= NIC_TAG;
	c->first[ADDRESSES] = (uint8_t)(tpid >> 8);
	c->first[ADDRESSES + 1] = (uint8_t)tpid;
	c->first[ADDRESSES + 2] = (uint8_t)(aux->tp_vlan_tci >> 8);
	c->first[ADDRESSES + 3] = (uint8_t)aux->tp_vlan_tci;
	c->first_len += NIC_TAG;
	c->wire_len += NIC_TAG;
	c->tagged = true;
}

static void read_control(struct caught *c, struct msghdr *m)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(m); at; at = CMSG_NXTHDR(m, at))
		if (at->cmsg_level == SOL_SOCKET &&
		    at->cmsg_type == SO_TIMESTAMPNS) {
			c->time_ns = time_of(at);
		} else if (at->cmsg_level == SOL_PACKET &&
			   at->cmsg_type == PACKET_AUXDATA) {
			struct tpacket_auxdata aux;

			memcpy(&aux, CMSG_DATA(at), sizeof(aux));
			c->wire_len = aux.tp_len;
			put_tag_back(c, &aux);
		}
}

static void look_at(struct nic_batch *b, uint32_t i, struct caught *c)
{
	uint32_t len = b->message[i].msg_len;

	if (len > NIC_FIRST + NIC_REST)
		len = NIC_FIRST + NIC_REST;
	*c = (struct caught){
		.first = b->first[i] + NIC_TAG,
		.rest = b->piece[i][1].iov_base,
		.first_len = len < NIC_FIRST ? len : NIC_FIRST,
		.rest_len = len < NIC_FIRST ? 0 : len - NIC_FIRST,
		.wire_len = len,
		.direction = b->from[i].sll_pkttype == PACKET_OUTGOING ? NMD_OUT
								       : NMD_IN,
	};
	read_control(c, &b->message[i].msg_hdr);
}

/* How much to keep; 0: none. What the kernel has chosen is not asked twice. */
static uint32_t keep_of(const struct nic *nic, const struct caught *c)
{
	const struct filter_copy *filter = &nic->self.filter;
	uint32_t have = c->first_len + c->rest_len, len = c->first_len, keep;
	const uint8_t *frame = c->first;

	if (c->direction == NMD_OUT && (nic->incoming_only || nic->loopback))
		return 0;
	if (!c->tagged && nic->kernel_knows && nic->kernel_seq == filter->seq &&
	    (filter->direction == NMD_INOUT ||
	     filter->direction == c->direction))
		keep = have < filter->snaplen ? have : filter->snaplen;
	else {
		if (c->rest_len && filter->length) {
			frame = nic->batch->gathered;
			memcpy(nic->batch->gathered, c->first, c->first_len);
			memcpy(nic->batch->gathered + c->first_len, c->rest,
			       c->rest_len);
			len = have;
		}
		keep = filter_keep(filter, frame, c->wire_len, len,
				   c->direction);
	}
	return keep < have ? keep : have;
}

/* Copies len bytes of a frame from an offset on. */
static void copy_from(const struct caught *c, uint32_t from, uint8_t *to,
		      uint32_t len)
{
	uint32_t n = from < c->first_len ? c->first_len - from : 0;

	n = n < len ? n : len;
	memcpy(to, c->first + from, n);
	if (n < len)
		memcpy(to + n, c->rest + (from + n - c->first_len), len - n);
}

/* One slot; false: somebody has scribbled over its buffer's index. */
static bool put_slot(struct target *t, const struct caught *c, uint32_t from,
		     uint32_t len, bool more)
{
	volatile struct netmap_slot *slot = &t->slots[t->at];
	uint32_t buffer = slot->buf_idx;

	if (buffer >= t->buffers)
		return false;
	copy_from(c, from, t->pool + (uint64_t)buffer * t->buf_size, len);
	slot_write(slot,
		   slot_word(buffer, len, more ? NETMAP_SLOT_MOREFRAG : 0));
	if (t->arrivals)
		arrival_write(&t->arrivals[t->at], c->time_ns,
			      from ? 0 : c->wire_len, (uint8_t)c->direction);
	t->at = target_wrap(t->at + 1, t->num_slots);
	t->room--;
	t->published++;
	return true;
}

static void put(struct target *t, const struct caught *c, uint32_t keep)
{
	struct target before = *t;
	uint32_t n;

	if ((keep + t->buf_size - 1) / t->buf_size > t->room) {
		t->dropped++;
		return;
	}
	for (uint32_t from = 0; from < keep; from += n) {
		n = keep - from < t->buf_size ? keep - from : t->buf_size;
		if (!put_slot(t, c, from, n, from + n < keep)) {
			*t = before;
			t->dropped++;
			return;
		}
	}
	t->accepted++;
	t->bytes += c->wire_len;
}

/*
 * How many frames to ask for, so that whatever comes has room: what is once
 * taken from the kernel has no other place to be. One, where the ring is empty
 * and smaller than the largest frame.
 */
static uint32_t wanted(const struct nic *nic, const struct target *t)
{
	uint32_t longest = nic->self.filter.snaplen, slots, n;

	if (longest > NIC_MAX_FRAME)
		longest = NIC_MAX_FRAME;
	slots = (longest + t->buf_size - 1) / t->buf_size;
	n = t->room / slots;
	if (n == 0 && t->room == t->num_slots - 1)
		n = 1;
	return n < NIC_BATCH ? n : NIC_BATCH;
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

static int receive_once(struct nic *nic, struct target *t, uint32_t count)
{
	struct nic_batch *b = nic->batch;
	int n;

	nic_batch_ready(b, count);
	n = recvmmsg(nic->socket.fd, b->message, count, MSG_DONTWAIT, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	nic->taken += (uint32_t)n;
	for (int i = 0; i < n; i++) {
		struct caught c;
		uint32_t keep;

		look_at(b, (uint32_t)i, &c);
		keep = keep_of(nic, &c);
		if (keep)
			put(t, &c, keep);
		else
			t->filtered++;
		nic->last_ns = c.time_ns;
	}
	return n;
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

/* Takes batches until the queue or the ring is at its end. */
static int receive_all(struct nic *nic, struct target *t)
{
	uint32_t count, total = 0;
	int n = 0;

	do {
		count = wanted(nic, t);
		n = count ? receive_once(nic, t, count) : 0;
		total += n > 0 ? (uint32_t)n : 0;
	} while (n > 0 && (uint32_t)n == count && t->room > 0);
	nic->ring_full = !count;
	nic->busy = total;
	return n < 0 ? n : (int)total;
}

static int after_error(struct nic *nic, int code)
{
	if (code != -ENETDOWN)
		return code;
	note_down(nic, true);
	return look_whether_gone(nic);
}

static int receive_copies(struct nmd_port *port)
{
	struct nic *nic = port->nic;
	struct target t;
	int n;

	if (!filter_refresh(&nic->self.filter, port->area, forward_jit(port)))
		return 0;
	t = target_of(&nic->self, 0, port->geometry.rx_slots);
	n = receive_all(nic, &t);
	if (t.accepted || t.filtered || t.dropped)
		target_publish(&t, nic->last_ns);
	if (n > 0) {
		if (nic->down)
			note_down(nic, false);
		count_now_and_then(port);
	}
	if (n < 0)
		return after_error(nic, n);
	return nic->down && n == 0 ? look_whether_gone(nic) : 0;
}

/* The socket that watches the interface tells when it is lost. */
static int look_for_errors(struct nic *nic)
{
	int code = 0;
	socklen_t size = sizeof(code);

	if (getsockopt(nic->socket.fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
		return -errno;
	if (code)
		return after_error(nic, -code);
	return nic->down ? look_whether_gone(nic) : 0;
}

static int receive_alone(struct nmd_port *port, uint32_t r)
{
	struct nic *nic = port->nic;
	int error;

	if (r == port->rings.first_rx) {
		nic->ring_full = false;
		nic->busy = 0;
	}
	error = xdp_receive(port, r);
	if (error == 0 && !nic->busy)
		return look_for_errors(nic);
	if (nic->down)
		note_down(nic, false);
	count_now_and_then(port);
	return error;
}

int nic_receive(struct nmd_port *port, uint32_t r)
{
	if (!nic_owns(&port->nic->socket))
		return -EBADF;
	return port->nic->xdp ? receive_alone(port, r) : receive_copies(port);
}

void nic_give_back(struct nmd_port *port, uint32_t r, uint64_t from,
		   uint64_t to)
{
	if (port->nic->xdp && from != to)
		xdp_give_back(port, r, from, to);
}
