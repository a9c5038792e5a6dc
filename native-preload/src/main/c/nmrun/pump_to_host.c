/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <unistd.h>

#include "pump_state.h"

/* False: the interface is gone. What it does not take is lost. */
static bool write_frame(struct pump *p, const struct iovec *parts, int count)
{
	if (writev(p->fd, parts, count) >= 0)
		p->received++;
	else if (is_gone())
		return false;
	else
		p->lost++;
	return true;
}

static uint32_t following(const struct pump *p, uint32_t slot)
{
	return slot + 1 == p->region.rx_slots ? 0 : slot + 1;
}

/*
 * Takes the frame at p->next, up to tail. Other users of the switch can write
 * into the ring: a slot that names no buffer of it, or more bytes than one has,
 * gives an empty part.
 */
static int take_frame(struct pump *p, const struct netmap_ring *ring,
		      uint32_t tail, struct iovec *parts)
{
	uint32_t most = LONGEST / p->region.buf_size + 1;
	bool more = true;
	int count = 0;

	while (more && p->next != tail && (uint32_t)count < most &&
	       count < BATCH) {
		struct netmap_slot slot = *(const volatile struct netmap_slot
						    *)&ring->slot[p->next];
		bool good = slot.buf_idx < p->region.buffers &&
			    slot.len <= p->region.buf_size;

		parts[count].iov_base =
			nmd_buffers(p->port) +
			(good ? (size_t)slot.buf_idx * p->region.buf_size : 0);
		parts[count++].iov_len = good ? slot.len : 0;
		more = slot.flags & NETMAP_SLOT_MOREFRAG;
		p->next = following(p, p->next);
	}
	return count;
}

static void give_back(struct pump *p, struct netmap_ring *ring)
{
	ring->head = p->next;
	ring->cur = p->next;
	if (nmd_rxsync(p->port) == -EINVAL) {
		uint32_t head = *(volatile uint32_t *)&ring->head;

		p->next = head < p->region.rx_slots ? head : 0;
	}
}

/* False: the interface is gone. */
static bool forward_to_host(struct pump *p)
{
	struct netmap_ring *ring = nmd_rx_ring(p->port, 0);
	uint32_t tail = *(volatile uint32_t *)&ring->tail;
	struct iovec parts[BATCH];
	bool there = true;

	if (tail >= p->region.rx_slots)
		tail = p->next;
	while (there && p->next != tail) {
		int count = take_frame(p, ring, tail, parts);

		there = write_frame(p, parts, count);
	}
	give_back(p, ring);
	return there;
}

void *pump_to_host(void *pump)
{
	struct pump *p = pump;

	pump_begin(p);
	while (!atomic_load(&p->ending)) {
		int events = nmd_wait(p->port, POLLIN, -1);

		if (events < 0 && events != -EINTR)
			pause_briefly();
		if (!forward_to_host(p))
			break;
	}
	return NULL;
}
