/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that send. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <string.h>

#include "calls.h"

#define ETHERNET_HEADER 14

static int send_error(struct handle *h, int code)
{
	handle_error(h, "send: %s", strerror(code));
	errno = code;
	return ABI_ERROR;
}

static uint32_t free_slots(const struct handle *h)
{
	const struct netmap_ring *ring = h->tx;
	uint32_t slots = h->region.tx_slots;
	uint32_t tail = *(const volatile uint32_t *)&ring->tail;

	return tail < slots ? (tail + slots - ring->head) % slots : 0;
}

/* Another thread that syncs this ring is done in a moment. */
static int sync_ring(struct handle *h)
{
	int result;

	while ((result = nmd_txsync(h->port)) == -EBUSY)
		sched_yield();
	return result;
}

/* Waits until the ring has room for a frame: nothing is lost in silence. */
static int wait_for_room(struct handle *h, uint32_t slots)
{
	while (free_slots(h) < slots) {
		int events = nmd_wait(h->port, POLLOUT, -1);

		if (events < 0 && events != -EINTR && events != -EBUSY)
			return events;
	}
	return 0;
}

static void fill_slots(struct handle *h, const unsigned char *frame,
		       uint32_t length)
{
	struct netmap_ring *ring = h->tx;
	uint32_t slot = ring->head;

	while (length) {
		uint32_t part = length < h->region.buf_size
					? length
					: h->region.buf_size;
		struct netmap_slot *s = &ring->slot[slot];

		memcpy((char *)ring + ring->buf_ofs +
			       (size_t)s->buf_idx * h->region.buf_size,
		       frame, part);
		s->len = (uint16_t)part;
		frame += part;
		length -= part;
		s->flags = length ? NETMAP_SLOT_MOREFRAG : 0;
		slot = slot + 1 == h->region.tx_slots ? 0 : slot + 1;
	}
	ring->head = slot;
	ring->cur = slot;
}

static int send_frame(struct handle *h, const unsigned char *frame,
		      uint32_t length)
{
	uint32_t slots = (length + h->region.buf_size - 1) / h->region.buf_size;
	int result;

	while (atomic_flag_test_and_set_explicit(&h->tx_lock,
						 memory_order_acquire))
		sched_yield();
	result = wait_for_room(h, slots);
	if (result >= 0) {
		fill_slots(h, frame, length);
		result = sync_ring(h);
	}
	atomic_flag_clear_explicit(&h->tx_lock, memory_order_release);
	return result;
}

/* Frames shorter than an Ethernet header are what the kernel refuses, too. */
static int inject(struct handle *h, const void *frame, size_t length)
{
	int result;

	if (!h->port)
		return handle_not_activated(h);
	if (length < ETHERNET_HEADER || !h->tx)
		return send_error(h, h->tx ? EINVAL : ENOBUFS);
	if (length > h->max_frame)
		return send_error(h, EMSGSIZE);
	result = send_frame(h, frame, (uint32_t)length);
	return result < 0 ? send_error(h, -result) : (int)length;
}

int ours_pcap_inject(struct handle *h, const void *frame, size_t length)
{
	if (!length)
		return handle_error(h,
				    "The number of bytes to be injected "
				    "must not be zero: %s",
				    strerror(errno));
	return inject(h, frame, length);
}

/* Before activate libpcap answers 0, since it looks only for -1. */
int ours_pcap_sendpacket(struct handle *h, const unsigned char *frame,
			 int length)
{
	if (length <= 0)
		return handle_error(h,
				    "The number of bytes to be sent must be "
				    "positive: %s",
				    strerror(errno));
	return inject(h, frame, (size_t)length) == ABI_ERROR ? ABI_ERROR : 0;
}
