/* SPDX-License-Identifier: BSD-2-Clause */
#include "transmitter.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "errand.h"
#include "process.h"
#include "signals.h"
#include "threads.h"

/* Tries to sync a ring that somebody else syncs, without and with a pause. */
#define YIELDS 100
#define PAUSES 4000
#define PAUSE_NS 500000

/* The device takes no longer frames. */
#define MAX_FRAME 65535

struct transmitter_place {
	_Atomic pid_t owner; /* who sends just now; 0: nobody */
	uint32_t head;       /* first free slot; ring->head may lie */
	_Atomic bool waits;  /* the owner does, for room */
};

/* Asked for once, since it is a system call; a child asks again. */
static _Atomic pid_t own_pid;

static void note_pid(void)
{
	atomic_store_explicit(&own_pid, getpid(), memory_order_relaxed);
}

static void note_pid_and_children(void)
{
	note_pid();
	pthread_atfork(NULL, NULL, note_pid);
}

static void read_ring(struct transmitter *t)
{
	struct nmd_region region;
	uint32_t head;

	nmd_region(t->port, &region);
	t->ring = nmd_tx_ring(t->port, 0);
	t->buffers = nmd_buffers(t->port);
	t->slots = region.tx_slots;
	t->buf_size = region.buf_size;
	t->buffer_count = region.buffers;
	/* One slot of a ring is never free. */
	t->max_frame = (t->slots - 1) * t->buf_size;
	if (t->max_frame > MAX_FRAME)
		t->max_frame = MAX_FRAME;
	head = t->ring ? *(volatile uint32_t *)&t->ring->head : 0;
	t->place->head = head < t->slots ? head : 0;
}

int transmitter_start(struct transmitter *t, struct nmd_port *port)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, note_pid_and_children);
	t->port = port;
	t->place = mmap(NULL, sizeof(*t->place), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t->place == MAP_FAILED) {
		t->place = NULL;
		return -ENOMEM;
	}
	read_ring(t);
	return 0;
}

void transmitter_stop(struct transmitter *t)
{
	if (t->place)
		munmap(t->place, sizeof(*t->place));
	t->place = NULL;
	t->ring = NULL;
}

static uint32_t free_slots(const struct transmitter *t)
{
	uint32_t tail = *(const volatile uint32_t *)&t->ring->tail;
	uint32_t free = tail + t->slots - t->place->head;

	if (tail >= t->slots)
		return 0;
	return free >= t->slots ? free - t->slots : free;
}

/* Others on the switch may have written there: said anew before each sync. */
static void say_head(struct transmitter *t)
{
	t->ring->cur = t->place->head;
	__atomic_store_n(&t->ring->head, t->place->head, __ATOMIC_RELEASE);
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

static int sync_ring(struct transmitter *t)
{
	uint32_t times = 0;
	int result;

	do {
		say_head(t);
		result = nmd_txsync(t->port);
	} while (result == -EBUSY && wait_a_moment(&times));
	return result;
}

/* What a send is, while it may be interrupted or its thread cancelled. */
struct sending {
	struct transmitter *t;
	uint32_t before; /* place->head of the first frame */
	bool alone;      /* one frame: it can be put back */
	int cancelling;  /* the thread's own state; -1: it is as it was */
};

static void put_back(const struct sending *s)
{
	if (s->alone)
		s->t->place->head = s->before;
	say_head(s->t);
}

static void unlock(struct transmitter_place *place)
{
	atomic_store_explicit(&place->waits, false, memory_order_relaxed);
	atomic_store_explicit(&place->owner, 0, memory_order_release);
}

static void give_up(void *sending)
{
	const struct sending *s = sending;

	put_back(s);
	unlock(s->t->place);
}

/* As in send(), a thread can be cancelled here; it leaves the place to others. */
static int wait_cancellable(struct sending *s)
{
	int result;

	pthread_cleanup_push(give_up, s);
	if (s->cancelling >= 0)
		pthread_setcancelstate(s->cancelling, NULL);
	result = nmd_wait(s->t->port, POLLOUT, -1);
	if (s->cancelling >= 0)
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cleanup_pop(0);
	return result;
}

/*
 * Waits until so many slots are free; only a pipe makes us wait for long, since
 * it takes no more than its reader has room for. cur beyond head: wake us when
 * more is free than now.
 */
static int wait_for_slots(struct sending *s, uint32_t slots)
{
	struct transmitter *t = s->t;
	uint32_t times = 0;

	while (free_slots(t) < slots) {
		uint32_t had = free_slots(t);
		int events;

		say_head(t);
		if (had > 0)
			t->ring->cur =
				*(const volatile uint32_t *)&t->ring->tail;
		events = wait_cancellable(s);
		if (events < 0 && events != -EINTR && events != -EBUSY)
			return events;
		if (free_slots(t) > had)
			times = 0;
		else if (events == -EINTR && s->alone && !signals_restart())
			return -EINTR;
		else if (events == -EINTR)
			continue;
		else if (!wait_a_moment(&times))
			return -EBUSY;
	}
	return 0;
}

static int wait_for_room(struct sending *s, uint32_t slots)
{
	_Atomic bool *waits = &s->t->place->waits;
	int result;

	atomic_store_explicit(waits, true, memory_order_relaxed);
	result = wait_for_slots(s, slots);
	atomic_store_explicit(waits, false, memory_order_relaxed);
	if (result == -EINTR)
		put_back(s);
	return result;
}

static uint32_t following(const struct transmitter *t, uint32_t slot)
{
	return slot + 1 == t->slots ? 0 : slot + 1;
}

/* Makes slots up to and with last ones that the device passes over. */
static void spoil_slots(struct transmitter *t, uint32_t last)
{
	uint32_t end = following(t, last);

	while (t->place->head != end) {
		struct netmap_slot *s = &t->ring->slot[t->place->head];

		s->len = 0;
		s->flags = 0;
		t->place->head = following(t, t->place->head);
	}
}

/* Where the next byte of a frame is taken from. */
struct cursor {
	const struct frame *frame;
	const struct iovec *part;
	size_t offset; /* in it */
};

static void take_parts(struct cursor *from, unsigned char *to, size_t length)
{
	while (length) {
		size_t left = from->part->iov_len - from->offset;
		size_t part = length < left ? length : left;

		if (part)
			memcpy(to, (char *)from->part->iov_base + from->offset,
			       part);
		to += part;
		length -= part;
		from->offset += part;
		if (from->offset == from->part->iov_len) {
			from->part++;
			from->offset = 0;
		}
	}
}

/* The header is whole in the first slot. */
static void take(struct cursor *from, unsigned char *to, uint32_t length)
{
	uint32_t header = from->frame ? from->frame->header_length : 0;

	if (header)
		memcpy(to, from->frame->header, header);
	from->frame = NULL;
	take_parts(from, to + header, length - header);
}

/*
 * A slot whose buffer is none, since somebody else on the switch has written
 * there, is passed over, lest every later frame meets it too: -EIO.
 */
static int fill_slots(struct transmitter *t, const struct frame *frame)
{
	struct cursor from = {frame, frame->parts, 0};
	uint32_t length = frame->length;
	uint32_t slot = t->place->head;

	while (length) {
		uint32_t part = length < t->buf_size ? length : t->buf_size;
		struct netmap_slot *s = &t->ring->slot[slot];
		uint32_t index = *(const volatile uint32_t *)&s->buf_idx;

		if (index >= t->buffer_count) {
			spoil_slots(t, slot);
			return -EIO;
		}
		take(&from, t->buffers + (size_t)index * t->buf_size, part);
		s->len = (uint16_t)part;
		length -= part;
		s->flags = length ? NETMAP_SLOT_MOREFRAG : 0;
		slot = following(t, slot);
	}
	t->place->head = slot;
	return 0;
}

/*
 * A frame that a full pipe has not taken: waited for, since the program may
 * close next and nothing is to be lost in silence; who does not want to wait
 * takes it back.
 */
static int see_it_off(struct sending *s, bool nonblock)
{
	struct transmitter *t = s->t;

	if (free_slots(t) == t->slots - 1)
		return 0;
	if (!nonblock)
		return wait_for_room(s, t->slots - 1);
	put_back(s);
	return -EAGAIN;
}

/* Room for a frame, which those before it may have to be sent for. */
static int make_room(struct sending *s, uint32_t length, bool nonblock)
{
	struct transmitter *t = s->t;
	uint32_t slots = length <= t->buf_size
				 ? 1
				 : (length + t->buf_size - 1) / t->buf_size;
	int result;

	if (free_slots(t) >= slots)
		return 0;
	result = sync_ring(t);
	if (result < 0 || free_slots(t) >= slots)
		return result < 0 ? result : 0;
	return nonblock ? -EAGAIN : wait_for_room(s, slots);
}

/* Whether a receiver that is awake takes the frame itself. */
static bool is_held(struct transmitter *t, const struct frame *frame)
{
	if (frame->length > t->buf_size)
		return false;
	say_head(t);
	return nmd_hold(t->port, frame->length);
}

/*
 * The place is ours, and no thread is cancelled but in wait_cancellable.
 * Several frames cannot be put back, since the first ones may be gone.
 */
static int send_locked(struct sending *s, const struct frame *frames,
		       unsigned int count, bool nonblock)
{
	struct transmitter *t = s->t;
	int result, spoilt = 0;

	s->before = t->place->head;
	s->alone = count == 1;
	nonblock = nonblock && s->alone;
	for (unsigned int i = 0; i < count; i++) {
		result = make_room(s, frames[i].length, nonblock);
		if (result < 0)
			return result;
		result = fill_slots(t, &frames[i]);
		if (result < 0)
			spoilt = result;
	}
	if (s->alone && spoilt == 0 && is_held(t, frames))
		return 0;
	result = sync_ring(t);
	if (result >= 0)
		result = see_it_off(s, nonblock);
	return spoilt < 0 ? spoilt : result;
}

static bool try_lock(struct transmitter_place *place, pid_t from)
{
	pid_t self = atomic_load_explicit(&own_pid, memory_order_relaxed);

	return atomic_compare_exchange_strong_explicit(
		&place->owner, &from, self, memory_order_acquire,
		memory_order_relaxed);
}

/* Also one that is killed and that nobody has waited for yet. */
static bool is_dead(pid_t owner)
{
	bool dead;
	int before;

	if (owner == atomic_load_explicit(&own_pid, memory_order_relaxed) ||
	    errands_only()) /* it takes a system call to know */
		return false;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	dead = process_life((uint32_t)owner) == LOCK_HOLDER_DEAD;
	pthread_setcancelstate(before, NULL);
	return dead;
}

/* -EAGAIN: who does not want to wait would have to, for who waits for room. */
static int pause_locking(struct transmitter_place *place, uint32_t times,
			 bool nonblock)
{
	const struct timespec pause = {0, PAUSE_NS};

	if (nonblock && (atomic_load(&place->waits) || times > YIELDS + PAUSES))
		return -EAGAIN;
	if (nanosleep(&pause, NULL) < 0 && !nonblock && !signals_restart())
		return -EINTR;
	return 0;
}

/* A process that was killed while it sent holds the place for nobody. */
static int lock(struct transmitter_place *place, bool nonblock)
{
	uint32_t times = 0;
	int result = 0;

	while (result == 0 && !try_lock(place, 0)) {
		pid_t owner = atomic_load(&place->owner);

		if (++times < YIELDS) {
			sched_yield();
			continue;
		}
		if (owner && is_dead(owner) && try_lock(place, owner))
			return 0;
		result = pause_locking(place, times, nonblock);
	}
	return result;
}

/* Who is alone is not cancelled: two locked instructions less. */
static int send_uncancelled(struct transmitter *t, const struct frame *frames,
			    unsigned int count, bool nonblock)
{
	struct sending s = {.t = t, .cancelling = -1};
	int result;

	if (!thread_is_alone())
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &s.cancelling);
	result = send_locked(&s, frames, count, nonblock);
	unlock(t->place);
	if (s.cancelling >= 0)
		pthread_setcancelstate(s.cancelling, NULL);
	return result;
}

/* A signal handler must not wait for the thread that it interrupts. */
static _Thread_local volatile sig_atomic_t sending
	__attribute__((tls_model("initial-exec")));

int transmitter_send(struct transmitter *t, const struct frame *frames,
		     unsigned int count, bool nonblock)
{
	int error = errno, result;

	if (!t->ring)
		return -EOPNOTSUPP;
	if (sending)
		return -ENOBUFS;
	sending = 1;
	result = lock(t->place, nonblock);
	if (result == 0)
		result = send_uncancelled(t, frames, count, nonblock);
	sending = 0;
	errno = error;
	/* The device calls a ring invalid that others have written to. */
	return result == -EINVAL ? -EIO : result;
}
