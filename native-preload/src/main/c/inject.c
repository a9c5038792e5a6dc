/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that send. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "calls.h"

#define ETHERNET_HEADER 14

/* Tries to sync a ring that somebody else syncs, without and with a pause. */
#define YIELDS 100
#define PAUSES 4000
#define PAUSE_NS 500000

/* What stock libpcap refuses, too, in its words. */
static int send_error(struct handle *h, int code)
{
	handle_error(h, "send: %s", strerror(code));
	errno = code;
	return ABI_ERROR;
}

static uint32_t free_slots(const struct handle *h)
{
	uint32_t slots = h->region.tx_slots;
	uint32_t tail = *(const volatile uint32_t *)&h->tx->tail;

	return tail < slots ? (tail + slots - h->tx_head) % slots : 0;
}

/* Others on the switch may have written there: said anew before each sync. */
static void say_head(struct handle *h)
{
	h->tx->head = h->tx_head;
	h->tx->cur = h->tx_head;
}

/*
 * Another thread that syncs this ring is done in a moment; who holds it for
 * longer is waited for two seconds. False: not any more.
 */
static bool wait_a_moment(uint32_t *times)
{
	const struct timespec pause = {0, PAUSE_NS};

	if (++*times < YIELDS)
		sched_yield();
	else
		nanosleep(&pause, NULL);
	return *times < YIELDS + PAUSES;
}

static int sync_ring(struct handle *h)
{
	uint32_t times = 0;
	int result;

	do {
		say_head(h);
		result = nmd_txsync(h->port);
	} while (result == -EBUSY && wait_a_moment(&times));
	return result;
}

/*
 * Waits until so many slots are free; only a pipe makes us wait for long, since
 * it takes no more than its reader has room for. cur beyond head: wake us when
 * more is free than now.
 */
static int wait_for_room(struct handle *h, uint32_t slots)
{
	uint32_t times = 0;

	while (free_slots(h) < slots) {
		uint32_t had = free_slots(h);
		int events;

		say_head(h);
		if (had > 0)
			h->tx->cur = *(const volatile uint32_t *)&h->tx->tail;
		events = nmd_wait(h->port, POLLOUT, -1);
		if (events < 0 && events != -EINTR && events != -EBUSY)
			return events;
		if (free_slots(h) > had)
			times = 0;
		else if (!wait_a_moment(&times))
			return -EBUSY;
	}
	return 0;
}

static uint32_t following(const struct handle *h, uint32_t slot)
{
	return slot + 1 == h->region.tx_slots ? 0 : slot + 1;
}

/* Makes slots up to and with last ones that the device passes over. */
static void spoil_slots(struct handle *h, uint32_t last)
{
	uint32_t end = following(h, last);

	while (h->tx_head != end) {
		struct netmap_slot *s = &h->tx->slot[h->tx_head];

		s->len = 0;
		s->flags = 0;
		h->tx_head = following(h, h->tx_head);
	}
}

/*
 * A slot whose buffer is none, since somebody else on the switch has written
 * there, is passed over, lest every later frame meets it too: -EIO.
 */
static int fill_slots(struct handle *h, const unsigned char *frame,
		      uint32_t length)
{
	const struct nmd_region *region = &h->region;
	uint32_t slot = h->tx_head;

	while (length) {
		uint32_t part = length < region->buf_size ? length
							  : region->buf_size;
		struct netmap_slot *s = &h->tx->slot[slot];
		uint32_t index = *(const volatile uint32_t *)&s->buf_idx;

		if (index >= region->buffers) {
			spoil_slots(h, slot);
			return -EIO;
		}
		memcpy(h->tx_buffers + (size_t)index * region->buf_size, frame,
		       part);
		s->len = (uint16_t)part;
		frame += part;
		length -= part;
		s->flags = length ? NETMAP_SLOT_MOREFRAG : 0;
		slot = following(h, slot);
	}
	h->tx_head = slot;
	return 0;
}

/*
 * A frame that a full pipe has not taken: waited for, since the program may
 * close next and nothing is to be lost in silence; a nonblocking handle takes
 * it back.
 */
static int see_it_off(struct handle *h, uint32_t before)
{
	if (free_slots(h) == h->region.tx_slots - 1)
		return 0;
	if (!h->nonblock)
		return wait_for_room(h, h->region.tx_slots - 1);
	h->tx_head = before;
	say_head(h);
	return -EAGAIN;
}

/* The ring's lock is held. */
static int send_locked(struct handle *h, const unsigned char *frame,
		       uint32_t length)
{
	uint32_t slots = (length + h->region.buf_size - 1) / h->region.buf_size;
	uint32_t before = h->tx_head;
	int result, filled;

	if (h->nonblock && free_slots(h) < slots && sync_ring(h) >= 0 &&
	    free_slots(h) < slots)
		return -EAGAIN;
	result = wait_for_room(h, slots);
	if (result < 0)
		return result;
	filled = fill_slots(h, frame, length);
	result = sync_ring(h);
	if (result >= 0)
		result = see_it_off(h, before);
	return filled < 0 ? filled : result;
}

static int send_frame(struct handle *h, const unsigned char *frame,
		      uint32_t length)
{
	int result;

	while (atomic_flag_test_and_set_explicit(&h->tx_lock,
						 memory_order_acquire))
		sched_yield();
	result = send_locked(h, frame, length);
	atomic_flag_clear_explicit(&h->tx_lock, memory_order_release);
	/* The device calls a ring invalid that others have written to. */
	return result == -EINVAL ? -EIO : result;
}

/* Frames shorter than an Ethernet header are what the kernel refuses, too. */
static int inject(struct handle *h, const void *frame, size_t length)
{
	int result;

	if (!h->port)
		return handle_not_activated(h);
	if (!h->tx)
		return handle_device_error(h, "send", -ENOBUFS);
	if (length < ETHERNET_HEADER)
		return send_error(h, EINVAL);
	if (length > h->max_frame)
		return send_error(h, EMSGSIZE);
	result = send_frame(h, frame, (uint32_t)length);
	return result < 0 ? handle_device_error(h, "send", result)
			  : (int)length;
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
