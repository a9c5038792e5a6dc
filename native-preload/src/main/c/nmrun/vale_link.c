/* SPDX-License-Identifier: BSD-2-Clause */
#include "vale_link.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 4096
/* Bytes of an interface's buffer that the kernel keeps before the frame. */
#define HEADROOM 256
#define LONGEST_WAIT_NS 1000000000
#define ROOM_WAIT_NS 1000000
/* After an error that may pass. */
#define PAUSE_NS 10000000
#define JOIN_NS 10000000

/* A ring of one end, as its region says: what it says itself is checked. */
struct ring {
	volatile struct netmap_ring *at;
	uint8_t *buffers;
	uint32_t slots, buffer_count, buf_size;
	uint32_t longest; /* bytes of a slot that are passed on */
};

static struct ring ring_of(const struct nmd_port *port, bool receives,
			   uint32_t i, uint32_t longest)
{
	struct nmd_region region;

	nmd_region(port, &region);
	return (struct ring){
		.at = receives ? nmd_rx_ring(port, i) : nmd_tx_ring(port, i),
		.buffers = nmd_buffers(port),
		.slots = receives ? region.rx_slots : region.tx_slots,
		.buffer_count = region.buffers,
		.buf_size = region.buf_size,
		.longest = longest,
	};
}

static uint32_t checked(const struct ring *r, uint32_t index)
{
	return index < r->slots ? index : 0;
}

static uint32_t after(const struct ring *r, uint32_t slot)
{
	return slot + 1 == r->slots ? 0 : slot + 1;
}

static uint32_t distance(const struct ring *r, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + r->slots - from;
}

/* Slots of the frame at a slot, of those up to tail. */
static uint32_t frame_slots(const struct ring *r, uint32_t at, uint32_t tail)
{
	uint32_t n = 0;
	bool more = true;

	for (; more && at != tail; at = after(r, at), n++)
		more = r->at->slot[at].flags & NETMAP_SLOT_MOREFRAG;
	return n;
}

/* A slot that makes no sense is passed on as one of no bytes, which is none. */
static void copy_slot(const struct ring *from, uint32_t at,
		      const struct ring *to, uint32_t there, bool more)
{
	uint32_t source = from->at->slot[at].buf_idx;
	uint32_t target = to->at->slot[there].buf_idx;
	uint32_t len = from->at->slot[at].len;

	if (source >= from->buffer_count || target >= to->buffer_count ||
	    len > from->longest)
		len = 0;
	else
		memcpy(to->buffers + (size_t)target * to->buf_size,
		       from->buffers + (size_t)source * from->buf_size, len);
	to->at->slot[there].len = (uint16_t)len;
	to->at->slot[there].flags = more ? NETMAP_SLOT_MOREFRAG : 0;
}

static void nap(int64_t ns)
{
	const struct timespec pause = {0, ns};

	nanosleep(&pause, NULL);
}

/* The interface is gone (-ENXIO: so its socket says), or the opening. */
static bool is_over(int code)
{
	return code == -ENODEV || code == -ENXIO || code == -EBADF;
}

static uint32_t room(const struct ring *r)
{
	return distance(r, checked(r, r->at->head), checked(r, r->at->tail));
}

/*
 * Waits until a ring takes so many slots: meanwhile frames wait in the other
 * port's, which drops what it has no room for. False: it is over.
 */
static bool make_room(const struct vale_way *w, const struct ring *r,
		      uint32_t n)
{
	for (bool again = false; room(r) < n; again = true) {
		if (atomic_load(&w->link->ending))
			return false;
		if (again)
			nap(ROOM_WAIT_NS);
		if (is_over(nmd_txsync(w->to)))
			return false;
	}
	return true;
}

/* All frames of a ring; the slots are given back by the next sync. */
static void pass(const struct vale_way *w, const struct ring *from,
		 const struct ring *to)
{
	uint32_t at = checked(from, from->at->head);
	uint32_t tail = checked(from, from->at->tail);

	while (at != tail) {
		uint32_t n = frame_slots(from, at, tail);
		bool fits = n < to->slots;
		uint32_t there;

		if (fits && !make_room(w, to, n))
			break;
		there = checked(to, to->at->head);
		for (uint32_t i = 0; i < n; i++, at = after(from, at)) {
			if (!fits)
				continue;
			copy_slot(from, at, to, there, i + 1 < n);
			there = after(to, there);
		}
		if (fits)
			to->at->head = to->at->cur = there;
	}
	from->at->head = from->at->cur = at;
}

/*
 * What the sync says of the other end, which counts the frames that it refuses.
 */
static int pass_all(const struct vale_way *w)
{
	struct nmd_region in, out;

	nmd_region(w->from, &in);
	nmd_region(w->to, &out);
	for (uint32_t i = 0; i < in.rx_rings; i++) {
		struct ring from = ring_of(w->from, true, i, w->link->longest);
		struct ring to = ring_of(w->to, false, i % out.tx_rings,
					 w->link->longest);

		pass(w, &from, &to);
	}
	return nmd_txsync(w->to);
}

static void tell(const struct vale_link *l)
{
	const uint64_t one = 1;
	ssize_t n = write(l->gone, &one, sizeof(one));

	(void)n; /* it is full, which is as good */
}

static void *carry(void *way)
{
	struct vale_way *w = way;

	while (!atomic_load(&w->link->ending)) {
		bool polls = atomic_load_explicit(&w->polls,
						  memory_order_relaxed);
		int r = nmd_wait(w->from, POLLIN, polls ? 0 : LONGEST_WAIT_NS);

		if (r < 0 && r != -EINTR && !is_over(r))
			nap(PAUSE_NS);
		if (r > 0)
			r = pass_all(w);
		if (is_over(r)) {
			tell(w->link);
			break;
		}
	}
	return NULL;
}

static int open_port(struct vale_link *l, const char *port)
{
	struct nmd_options options = {
		.size = sizeof(options),
		.flags = NMD_USER_DEVICE,
		.tx_slots = SLOTS,
		.rx_slots = SLOTS,
		.buf_size = l->longest,
	};

	return nmd_open(port, &options, &l->port, NULL);
}

int vale_link_open(struct vale_link *l, const char *nic, const char *port,
		   int gone)
{
	struct nmd_options options = {
		.size = sizeof(options),
		.flags = NMD_USER_DEVICE | NMD_PROMISC,
	};
	struct nmd_region region;
	int r = nmd_open(nic, &options, &l->nic, NULL);

	if (r < 0)
		return -r;
	nmd_region(l->nic, &region);
	l->gone = gone;
	l->longest = region.buf_size - HEADROOM;
	r = open_port(l, port);
	if (r == 0)
		return 0;
	nmd_close(l->nic);
	return -r;
}

static int begin(struct vale_way *w, struct vale_link *l, struct nmd_port *from,
		 struct nmd_port *to)
{
	int error;

	w->link = l;
	w->from = from;
	w->to = to;
	error = pthread_create(&w->thread, NULL, carry, w);
	w->runs = error == 0;
	return error;
}

int vale_link_start(struct vale_link *l)
{
	int error = begin(&l->up, l, l->nic, l->port);

	return error ? error : begin(&l->down, l, l->port, l->nic);
}

void vale_link_poll(struct vale_link *l, uint32_t first, uint32_t count)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	if (count == 0) /* where the process may run */
		sched_getaffinity(0, sizeof(cpus), &cpus);
	for (uint32_t i = first; i - first < count && i < CPU_SETSIZE; i++)
		CPU_SET(i, &cpus);
	pthread_setaffinity_np(l->up.thread, sizeof(cpus), &cpus);
	atomic_store(&l->up.polls, count > 0);
	nmd_interrupt(l->nic); /* it may be waiting */
}

/* An interrupt may end another thread's wait. */
static void end(const struct vale_way *w)
{
	struct timespec until;

	if (!w->runs)
		return;
	do {
		nmd_interrupt(w->from);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += JOIN_NS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
	} while (pthread_timedjoin_np(w->thread, NULL, &until) != 0);
}

void vale_link_close(struct vale_link *l)
{
	atomic_store(&l->ending, true);
	end(&l->up);
	end(&l->down);
	nmd_close(l->nic);
	nmd_close(l->port);
}
