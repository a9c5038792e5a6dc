/* SPDX-License-Identifier: BSD-2-Clause */
/* From the opening's rings into the kernel's. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "errand.h"
#include "kernel.h"
#include "kernel_slots.h"
#include "nic.h"
#include "port.h"
#include "sync.h"

#define ETHERNET_HEADER 14
#define VLAN_TAG 4

static uint32_t bytes_of(const struct msghdr *frame)
{
	size_t bytes = 0;

	for (size_t i = 0; i < frame->msg_iovlen; i++)
		bytes += frame->msg_iov[i].iov_len;
	return (uint32_t)bytes;
}

/* Reads on through the pieces of a frame. */
struct pieces {
	const struct iovec *at;
	size_t used; /* bytes of the piece at hand */
};

static void copy(uint8_t *to, struct pieces *from, uint32_t len)
{
	while (len > 0) {
		size_t n = from->at->iov_len - from->used;

		n = n < len ? n : len;
		memcpy(to, (const uint8_t *)from->at->iov_base + from->used, n);
		to += n;
		len -= (uint32_t)n;
		from->used += n;
		if (from->used == from->at->iov_len) {
			from->at++;
			from->used = 0;
		}
	}
}

/*
 * Without this the interface's driver would lose it in silence. A tag may come
 * on top of the MTU.
 */
static bool is_too_long(const struct kernel *k, const struct msghdr *frame)
{
	const struct iovec *first = frame->msg_iov;
	const uint8_t *at = first->iov_base;
	uint32_t most = k->mtu + ETHERNET_HEADER;

	if (first->iov_len >= ETHERNET_HEADER && at[12] == 0x81 && at[13] == 0)
		most += VLAN_TAG;
	return k->mtu > 0 && bytes_of(frame) > most;
}

/* Interfaces have no frames of several slots. */
static bool fits_ever(const struct kernel *k, const struct kernel_ring *ring,
		      const struct msghdr *frame, uint32_t slots)
{
	return slots < ring->slots && (slots == 1 || k->switched) &&
	       !is_too_long(k, frame);
}

/* 1: taken, -EAGAIN, -EMSGSIZE, -EFAULT: somebody spoiled the ring. */
static int put(const struct kernel *k, const struct kernel_ring *ring,
	       const struct msghdr *frame)
{
	uint32_t left = bytes_of(frame), size = ring->buffer_size;
	uint32_t slots = (left + size - 1) / size, at, tail;
	struct pieces from = {frame->msg_iov, 0};

	if (!fits_ever(k, ring, frame, slots))
		return -EMSGSIZE;
	if (!kernel_ring_span(ring, &at, &tail))
		return -EFAULT;
	if (kernel_distance(ring, at, tail) < slots)
		return -EAGAIN;
	while (left > 0) {
		struct kernel_slot s = kernel_slot_read(ring, at);
		volatile struct netmap_slot *slot = kernel_slot_at(ring, at);
		uint32_t n = left < size ? left : size;

		if (!s.bytes)
			return -EFAULT;
		copy(s.bytes, &from, n);
		left -= n;
		slot->len = (uint16_t)n;
		slot->flags = left ? NETMAP_SLOT_MOREFRAG : 0;
		at = kernel_wrap(ring, at + 1);
	}
	kernel_ring_advance(ring, at);
	return 1;
}

/* The ring that the opening sends by as its ring r; NULL: none. */
static const struct kernel_ring *ring_of(const struct kernel *k, uint32_t r)
{
	const struct kernel_device *d = k->sender;
	const struct kernel_ring *first = NULL;

	for (uint32_t i = 0; d && i < d->count[k->tx]; i++) {
		const struct kernel_ring *ring = &d->rings[k->tx][i];

		if (!ring->ring)
			continue;
		if (i == r)
			return ring;
		first = first ? first : ring;
	}
	/* One stands for all. */
	return k->merged || k->shared ? first : NULL;
}

/* The kernel may have taken what was there before. */
static int put_patiently(const struct kernel *k, const struct kernel_ring *ring,
			 const struct msghdr *frame)
{
	int r = put(k, ring, frame);

	if (r != -EAGAIN)
		return r;
	r = kernel_device_txsync(k->sender);
	return r < 0 ? r : put(k, ring, frame);
}

static int put_all(const struct kernel *k, const struct kernel_ring *ring,
		   const struct mmsghdr *frames, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		int r = put_patiently(k, ring, &frames[i].msg_hdr);

		if (r < 0)
			return i > 0 ? (int)i : r;
	}
	return (int)count;
}

int kernel_send(struct nmd_port *port, uint32_t r, const struct mmsghdr *frames,
		uint32_t count)
{
	struct kernel *k = port->nic->kernel;
	const struct kernel_ring *ring = ring_of(k, r);
	sw_lock *lock = port_rx_lock(port);
	int n;

	if (!ring)
		return -EOPNOTSUPP;
	/* What the host sends goes out by the same ring, in the reader's sync. */
	if (k->shared && sync_lock_take(port, lock, &k->rx_memory) < 0)
		return -EAGAIN;
	n = put_all(k, ring, frames, count);
	if (k->shared)
		lock_release(lock, port_identity(port));
	return n;
}

/* Slots of the kernel's ring that have not gone out. */
static uint32_t pending(const struct kernel_ring *ring)
{
	uint32_t at, tail;

	if (!ring || !kernel_ring_span(ring, &at, &tail))
		return 0;
	return ring->slots - 1 - kernel_distance(ring, at, tail);
}

void kernel_push(struct nmd_port *port, uint32_t r)
{
	const struct kernel *k = port->nic->kernel;

	/* It would be a system call; it goes with the next send. */
	if (errand_needed())
		return;
	if (k->sender && pending(ring_of(k, r)))
		kernel_device_txsync(k->sender);
}

/*
 * The opening's slots are copied and could be free at once, but programs wait
 * for free slots to know that all has gone. What they have been shown as free
 * stays free.
 */
uint32_t kernel_under_way(struct nmd_port *port, uint32_t r, uint64_t sent)
{
	const uint32_t slots = port->geometry.tx_slots;
	const struct netmap_ring *ring = geometry_tx_ring(port->area,
							  &port->geometry, r);
	uint32_t tail = index_load(&ring->tail) % slots;
	uint32_t shown = (geometry_slot(sent, slots) + 2 * slots - 1 - tail) %
			 slots;
	uint32_t waiting = pending(ring_of(port->nic->kernel, r));

	return waiting < shown ? waiting : shown;
}

int kernel_send_end(struct nmd_port *port)
{
	const struct kernel *k = port->nic->kernel;

	return k->sender ? kernel_device_txsync(k->sender) : 0;
}
