/* SPDX-License-Identifier: BSD-2-Clause */
/* From the transmit ring out of the interface. */
#include <errno.h>
#include <sys/socket.h>

#include "atomics.h"
#include "errand.h"
#include "geometry.h"
#include "kernel.h"
#include "nic.h"
#include "nic_batch.h"
#include "nic_pieces.h"
#include "port.h"

/* What is being sent: frames of one or several slots, where they lie. */
struct outgoing {
	struct nmd_port *port;
	uint32_t ring;
	uint32_t messages, pieces;
};

/*
 * Adds the frame that begins with a slot; returns its slots, 0 if there is no
 * room for it in this batch. *good: whether it was added.
 */
static uint32_t add_frame(struct outgoing *o, uint64_t first, uint32_t count,
			  bool *good)
{
	struct nic_batch *b = o->port->nic->batch;
	struct iovec *pieces = &b->piece[o->pieces];
	uint32_t room = NIC_TX_PIECES - o->pieces, n;

	n = nic_pieces(o->port, o->ring, first, count, pieces, room, good);
	/* Not whole for want of room: in the next batch. */
	if (!*good && n == room && n < count && o->pieces > 0)
		return 0;
	if (!*good)
		return n;
	b->message[o->messages].msg_hdr = (struct msghdr){
		.msg_iov = pieces,
		.msg_iovlen = n,
	};
	b->slots[o->messages++] = n;
	o->pieces += n;
	return n;
}

/* Gathers frames up to the first bad one; returns their slots. */
static uint32_t gather(struct outgoing *o, uint64_t first, uint32_t count,
		       uint32_t *bad)
{
	uint32_t taken = 0;

	o->messages = o->pieces = 0;
	*bad = 0;
	while (taken < count && o->messages < NIC_BATCH) {
		bool good;
		uint32_t n = add_frame(o, first + taken, count - taken, &good);

		if (n == 0)
			break;
		if (!good) {
			*bad = n;
			break;
		}
		taken += n;
	}
	return taken;
}

/* One frame of one slot is sent as libpcap does, by the call it makes. */
static int send_messages(const struct outgoing *o, uint32_t from)
{
	const struct nic *nic = o->port->nic;
	struct nic_batch *b = nic->batch;
	uint32_t n = o->messages - from;
	int r;

	if (nic->kernel)
		return kernel_send(o->port, o->ring, &b->message[from], n);
	if (n == 1 && b->slots[from] == 1) {
		struct iovec *piece = b->message[from].msg_hdr.msg_iov;

		r = send(nic->socket.fd, piece->iov_base, piece->iov_len,
			 MSG_DONTWAIT) < 0
			    ? -1
			    : 1;
	} else {
		r = sendmmsg(nic->socket.fd, &b->message[from], n,
			     MSG_DONTWAIT);
	}
	return r < 0 ? -errno : r;
}

/* Adds up what messages from to end sent. */
static uint32_t count_sent(const struct outgoing *o, uint32_t from,
			   uint32_t end)
{
	const struct nic_batch *b = o->port->nic->batch;
	uint64_t bytes = 0;
	uint32_t slots = 0;

	for (; from < end; from++) {
		const struct msghdr *m = &b->message[from].msg_hdr;

		slots += b->slots[from];
		for (size_t i = 0; i < m->msg_iovlen; i++)
			bytes += m->msg_iov[i].iov_len;
	}
	counter_add(&o->port->area->tx[o->ring].sent_bytes, bytes);
	return slots;
}

static void refuse(const struct outgoing *o, uint32_t slots, int code)
{
	counter_add(&o->port->area->tx[o->ring].sent_bad, slots);
	if (!o->port->nic->tx_error)
		o->port->nic->tx_error = code;
}

static bool is_full(int code)
{
	return code == -EAGAIN || code == -ENOBUFS || code == -EINTR ||
	       code == -ENOMEM;
}

/* Sends what was gathered; *full: the interface takes no more now. */
static uint32_t send_gathered(struct outgoing *o, bool *full)
{
	const struct nic_batch *b = o->port->nic->batch;
	uint32_t from = 0, slots = 0;

	while (from < o->messages && !*full) {
		int n = send_messages(o, from);

		if (n > 0) {
			slots += count_sent(o, from, from + (uint32_t)n);
			from += (uint32_t)n;
		} else if (is_full(n)) {
			*full = true;
		} else {
			refuse(o, b->slots[from], n);
			slots += b->slots[from++];
		}
	}
	return slots;
}

static uint32_t send_slots(struct nmd_port *port, uint32_t r, uint64_t first,
			   uint32_t count)
{
	struct outgoing o = {.port = port, .ring = r};
	uint32_t done = 0, bad;
	bool full = false;

	while (done < count && !full) {
		uint32_t taken = gather(&o, first + done, count - done, &bad);
		uint32_t sent = send_gathered(&o, &full);

		done += sent;
		if (sent == taken && bad) {
			counter_add(&port->area->tx[r].sent_bad, bad);
			done += bad;
		}
	}
	if (port->nic->kernel && kernel_send_end(port) < 0)
		port->nic->tx_error = -EIO;
	return done;
}

uint32_t nic_under_way(struct nmd_port *port, uint32_t r, uint64_t sent)
{
	if (port->nic->kernel)
		return kernel_under_way(port, r, sent);
	return port->nic->xdp && !nic_is_host_ring(port->nic, r)
		       ? xdp_under_way(port, r, sent)
		       : 0;
}

void nic_push(struct nmd_port *port, uint32_t r)
{
	if (port->nic->kernel)
		kernel_push(port, r);
}

static uint32_t send_now(struct nmd_port *port, uint32_t r, uint64_t first,
			 uint32_t count)
{
	if (nic_is_host_ring(port->nic, r))
		return host_send(port, r, first, count);
	return port->nic->xdp ? xdp_send(port, r, first, count)
			      : send_slots(port, r, first, count);
}

struct sending {
	struct nmd_port *port;
	uint64_t first;
	uint32_t r, count, done;
};

static void run_sending(void *call)
{
	struct sending *s = call;

	s->done = send_now(s->port, s->r, s->first, s->count);
}

uint32_t nic_send(struct nmd_port *port, uint32_t r, uint64_t first,
		  uint32_t count)
{
	struct sending s = {port, first, r, count, 0};

	port->nic->tx_error = 0;
	if (!errand_needed())
		return send_now(port, r, first, count);
	if (errand_call(run_sending, &s))
		return s.done;
	counter_add(&port->area->tx[r].sent_bad, count);
	port->nic->tx_error = -EPERM;
	return count;
}
