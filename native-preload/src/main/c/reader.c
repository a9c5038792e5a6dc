/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of every packet: from the ring to the program's callback.
 *
 * Frames are handed out where they lie. Slots are given back in batches, of a
 * quarter of the ring at most, so that the sender's cache lines are touched
 * seldom but room is there in time. Positions live in the handle and not in
 * local variables, since a callback may read or set a filter itself.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "closing.h"
#include "handle.h"

/* Slots whose first bytes are fetched ahead: one other core's copy away. */
#define AHEAD 8

/*
 * Fewer frames than this between two waits: the ring is nearly empty all the
 * time. Then the next look is put off, by a microsecond or so; who sends frame
 * by frame was a fifth faster for it.
 */
#define FEW 64
#define PAUSES 64

static inline uint32_t following(const struct handle *h, uint32_t slot)
{
	return slot + 1 == h->region.rx_slots ? 0 : slot + 1;
}

static void find_ring(struct handle *h, uint32_t index)
{
	const struct nmd_region *region = &h->region;
	struct reader *r = &h->readers[index];
	const char *base = region->base;

	r->ring = nmd_rx_ring(h->port, index);
	r->buffers = nmd_buffers(h->port);
	r->arrivals =
		(const struct nmd_arrival *)(base + region->arrivals_offset +
					     index * region->arrivals_stride);
}

bool reader_start(struct handle *h)
{
	nmd_region(h->port, &h->region);
	if (h->region.rx_rings > MAX_RX_RINGS)
		h->region.rx_rings = MAX_RX_RINGS;
	for (uint32_t i = 0; i < h->region.rx_rings; i++)
		find_ring(h, i);
	h->direction = NMD_INOUT;
	h->turn = 0;
	h->taken = 0;
	h->frames = 0;
	h->frames_before = 0;
	h->time_ns = 0;
	h->readable = false;
	h->passed = 0;
	memset(&h->ts, 0, sizeof(h->ts));
	h->batch = h->region.rx_slots / 4;
	h->packet = malloc((size_t)h->options.snaplen);
	reader_reset(h);
	return h->packet;
}

void reader_stop(struct handle *h)
{
	reader_take_descriptor_back(h);
	free(h->filter);
	h->filter = NULL;
	free(h->packet);
	h->packet = NULL;
}

/* Reads each ring's tail; one that is out of range shows nothing. */
static void take_tails(struct handle *h)
{
	for (uint32_t i = 0; i < h->region.rx_rings; i++) {
		struct reader *r = &h->readers[i];
		uint32_t tail = *(volatile uint32_t *)&r->ring->tail;

		r->tail = tail < h->region.rx_slots ? tail : r->next;
		if (__builtin_expect(h->filter != NULL, 0)) {
			r->older_end = r->tail;
			r->older = r->next != r->tail;
		}
	}
}

void reader_reset(struct handle *h)
{
	for (uint32_t i = 0; i < h->region.rx_rings; i++) {
		struct reader *r = &h->readers[i];
		uint32_t head = *(volatile uint32_t *)&r->ring->head;

		r->next = head < h->region.rx_slots ? head : 0;
		r->older = false;
	}
	take_tails(h);
}

/*
 * The device calls a ring invalid that somebody else on the switch has written
 * to, and puts it back; reading goes on from there.
 */
int reader_sync(struct handle *h)
{
	int shown;

	for (uint32_t i = 0; i < h->region.rx_rings; i++) {
		struct reader *r = &h->readers[i];

		r->ring->head = r->next;
		r->ring->cur = r->next;
	}
	h->taken = 0;
	shown = nmd_rxsync(h->port);
	if (shown == -EINVAL) {
		reader_reset(h);
		return 0;
	}
	take_tails(h);
	/* Busy: another thread does it just now. */
	if (shown < 0 && shown != -EBUSY)
		return handle_device_error(h, "read", shown);
	return 0;
}

void reader_set_direction(struct handle *h, enum nmd_direction direction)
{
	h->direction = direction;
	for (uint32_t i = 0; i < h->region.rx_rings; i++) {
		struct reader *r = &h->readers[i];

		r->older_end = r->tail;
		r->older = (direction != NMD_INOUT || h->filter) &&
			   r->next != r->tail;
	}
}

static void pass_frame(struct handle *h, struct reader *r)
{
	bool more = true;

	while (more && r->next != r->older_end) {
		more = r->ring->slot[r->next].flags & NETMAP_SLOT_MOREFRAG;
		r->next = following(h, r->next);
		h->taken++;
	}
}

static uint32_t gather(struct handle *h, struct reader *r);
static const unsigned char *slot_bytes(const struct handle *h,
				       const struct reader *r,
				       const struct netmap_slot *slot,
				       uint32_t *length);

/* The filter that the reader runs; it cuts nothing, as stock's does not. */
static bool filter_accepts(struct handle *h, struct reader *r)
{
	const struct netmap_slot *slot = &r->ring->slot[r->next];
	uint32_t next = r->next, taken = h->taken, length;
	uint32_t whole = r->arrivals[r->next].wire_len;
	const unsigned char *bytes = slot_bytes(h, r, slot, &length);

	if (slot->flags & NETMAP_SLOT_MOREFRAG) {
		length = gather(h, r);
		bytes = h->packet;
		r->next = next;
		h->taken = taken;
	}
	return real()->bpf_filter(h->filter, bytes,
				  whole > length ? whole : length, length);
}

static bool is_hidden(struct handle *h, struct reader *r)
{
	if (h->direction != NMD_INOUT &&
	    r->arrivals[r->next].direction != h->direction)
		return true;
	if (!h->filter || filter_accepts(h, r))
		return false;
	h->passed++;
	return true;
}

/*
 * Passes over frames that came before the direction that hides them was set,
 * or that the filter rejects.
 */
static void pass_hidden(struct handle *h, struct reader *r)
{
	while (r->next != r->older_end && is_hidden(h, r))
		pass_frame(h, r);
	if (r->next == r->older_end)
		r->older = false;
}

/* A ring with unread slots, beginning with the one read last; or NULL. */
static struct reader *unread(struct handle *h)
{
	for (uint32_t i = 0; i < h->region.rx_rings; i++) {
		struct reader *r = &h->readers[h->turn];

		if (__builtin_expect(r->older, 0))
			pass_hidden(h, r);
		if (r->next != r->tail)
			return r;
		h->turn = h->turn + 1 == h->region.rx_rings ? 0 : h->turn + 1;
	}
	return NULL;
}

bool reader_has_unread(struct handle *h)
{
	return unread(h);
}

static void stamp(struct handle *h, uint64_t time_ns)
{
	uint64_t part = time_ns % 1000000000;

	h->time_ns = time_ns;
	h->ts.tv_sec = (time_t)(time_ns / 1000000000);
	h->ts.tv_usec = (suseconds_t)(h->options.precision == ABI_PRECISION_NANO
					      ? part
					      : part / 1000);
}

/* A slot's bytes, of which there are *length at most; lies are cut short. */
static const unsigned char *slot_bytes(const struct handle *h,
				       const struct reader *r,
				       const struct netmap_slot *slot,
				       uint32_t *length)
{
	const struct nmd_region *region = &h->region;
	uint32_t index = *(const volatile uint32_t *)&slot->buf_idx;
	uint32_t there = *(const volatile uint16_t *)&slot->len;

	if (__builtin_expect(index >= region->buffers, 0)) {
		index = 0;
		there = 0;
	}
	*length = there < region->buf_size ? there : region->buf_size;
	return r->buffers + (size_t)index * region->buf_size;
}

/* Puts a frame of several slots together in h->packet; moves r->next on. */
static uint32_t gather(struct handle *h, struct reader *r)
{
	uint32_t room = (uint32_t)h->options.snaplen, total = 0;
	bool more = true;

	while (more && r->next != r->tail) {
		const struct netmap_slot *slot = &r->ring->slot[r->next];
		uint32_t length;
		const unsigned char *bytes = slot_bytes(h, r, slot, &length);

		if (length > room - total)
			length = room - total;
		memcpy(h->packet + total, bytes, length);
		total += length;
		more = slot->flags & NETMAP_SLOT_MOREFRAG;
		r->next = following(h, r->next);
		h->taken++;
	}
	return total;
}

/* Not beyond the tail: that would take lines from under the sender. */
static inline void fetch_ahead(const struct handle *h, const struct reader *r)
{
	uint32_t slots = h->region.rx_slots, ahead = r->next + AHEAD, length;
	uint32_t left = r->tail - r->next;

	if (r->tail < r->next)
		left += slots;
	if (left <= AHEAD)
		return;
	if (ahead >= slots)
		ahead -= slots;
	__builtin_prefetch(slot_bytes(h, r, &r->ring->slot[ahead], &length));
}

/* Hands out one frame. */
static inline void hand_out(struct handle *h, struct reader *r,
			    abi_handler callback, unsigned char *user)
{
	const struct nmd_arrival *arrival = &r->arrivals[r->next];
	const struct netmap_slot *slot = &r->ring->slot[r->next];
	const unsigned char *bytes;
	struct abi_pkthdr header;

	fetch_ahead(h, r);
	h->frames++;
	if (arrival->time_ns != h->time_ns)
		stamp(h, arrival->time_ns);
	header.ts = h->ts;
	header.len = arrival->wire_len;
	if (__builtin_expect(slot->flags & NETMAP_SLOT_MOREFRAG, 0)) {
		header.caplen = gather(h, r);
		bytes = h->packet;
	} else {
		bytes = slot_bytes(h, r, slot, &header.caplen);
		if (header.caplen > (uint32_t)h->options.snaplen)
			header.caplen = (uint32_t)h->options.snaplen;
		r->next = following(h, r->next);
		h->taken++;
	}
	if (header.len < header.caplen)
		header.len = header.caplen;
	callback(user, &header, bytes);
}

/* Hands out up to max frames of one ring, fewer when a batch is full. */
static int hand_out_batch(struct handle *h, struct reader *r, int max,
			  abi_handler callback, unsigned char *user)
{
	int done = 0;

	do {
		hand_out(h, r, callback, user);
		done++;
	} while (done < max && r->next != r->tail && h->taken < h->batch &&
		 !r->older &&
		 !atomic_load_explicit(&h->broken, memory_order_relaxed));
	return done;
}

static void pause_a_moment(void)
{
#if defined(__x86_64__)
	for (int i = 0; i < PAUSES; i++)
		__builtin_ia32_pause();
#elif defined(__aarch64__)
	for (int i = 0; i < PAUSES; i++)
		__asm__ __volatile__("yield" ::: "memory");
#endif
}

/*
 * Who looks at a ring that a sender fills frame by frame takes a cache line
 * from it with each look.
 */
static void back_off(struct handle *h)
{
	if (h->frames - h->frames_before < FEW)
		pause_a_moment();
	h->frames_before = h->frames;
}

/* Sleeps until something is there; a signal or breakloop ends it too. */
static int wait_for_frames(struct handle *h)
{
	int events;

	back_off(h);
	events = nmd_wait(h->port, POLLIN, -1);

	if (events == -EINVAL) { /* as in reader_sync */
		reader_reset(h);
		return 0;
	}
	if (events == -EBUSY)
		sched_yield();
	take_tails(h);
	if (events < 0 && events != -EINTR && events != -EBUSY)
		return handle_device_error(h, "wait", events);
	return 0;
}

/* Breakloop holds for one call. */
static bool take_break(struct handle *h)
{
	return atomic_load_explicit(&h->broken, memory_order_relaxed) &&
	       atomic_exchange(&h->broken, false);
}

/* The next ring with frames, after a sync where one is due; or NULL. */
static struct reader *next_ring(struct handle *h, int *error)
{
	struct reader *r = unread(h);

	if (r && h->taken < h->batch)
		return r;
	*error = reader_sync(h);
	return *error ? NULL : unread(h);
}

/*
 * A program that has the descriptor and a timeout may have been woken for
 * frames that the filter rejects: then the read ends, as that of stock libpcap
 * does where the kernel does not run the filter.
 */
static bool woken_for_nothing(struct handle *h)
{
	uint64_t before = h->rejected;

	if (!h->polled || h->options.timeout_ms <= 0)
		return false;
	h->rejected = reader_rejected(h);
	return h->rejected != before;
}

/* reader_read without what follows a read. */
static int read_frames(struct handle *h, int max, bool block,
		       abi_handler callback, unsigned char *user)
{
	int done = 0, error = 0;

	while (done < max && !error) {
		struct reader *r;

		if (take_break(h))
			return ABI_ERROR_BREAK;
		r = next_ring(h, &error);
		if (r)
			done += hand_out_batch(h, r, max - done, callback,
					       user);
		else if (done || !block || error || woken_for_nothing(h))
			break;
		else
			error = wait_for_frames(h);
	}
	if (take_break(h))
		return ABI_ERROR_BREAK;
	return error ? error : done;
}

static int read_and_arm(struct handle *h, int max, bool block,
			abi_handler callback, unsigned char *user)
{
	int all = (int)(h->region.rx_slots * h->region.rx_rings);
	int result;

	if (max <= 0) /* without receive rings, by /T, it waits as well */
		max = all ? all : 1;
	result = read_frames(h, max, block, callback, user);

	/* Also after a break: what was read must be given back some day. */
	if (h->taken && (h->taken >= h->batch || !unread(h)))
		reader_sync(h);
	reader_arm(h);
	return result;
}

int reader_read(struct handle *h, int max, bool block, abi_handler callback,
		unsigned char *user)
{
	struct outer_read outer = closing_read_begins(h);
	int result = ABI_ERROR_BREAK;

	if (!closing_has_begun(h))
		result = read_and_arm(h, max, block, callback, user);
	closing_read_ends(h, outer);
	return result;
}
