/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_loop.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "netmap_csb.h"
#include "netmap_loop_wait.h"

#define LONGEST_SLEEP_US 1000000u
#define STOP_LOOK_NS 1000000
#define STOP_PATIENCE 100 /* looks; then whether the loop's thread lives */

/* A ring that the loop syncs. */
struct looped {
	struct csb_ring r;
	uint32_t head, cur, tail; /* as of the last sync */
	int irq;                  /* the eventfd, or -1 */
	bool direct;              /* the program is told of everything */
	bool moved;               /* tail has, since it was told */
};

struct loop {
	struct netmap_file *file;
	struct nmd_port *port;
	struct netmap_csb *csb;
	struct looped *rings;
	uint32_t count;
	uint32_t sleep_us;
	uint32_t thread; /* ours */
	bool by_kicks;   /* sleeps until it is told to look */
	struct loop_wait wait;
};

static uint32_t distance(const struct looped *l, uint32_t from, uint32_t to)
{
	return (to + l->r.slots - from) % l->r.slots;
}

/* The program writes cur before head. */
static uint32_t read_head(const struct looped *l, uint32_t *cur)
{
	uint32_t head = index_load(&l->r.from->head);

	*cur = index_load(&l->r.from->cur);
	return head;
}

/*
 * Takes over how far the program is. Indices that make no sense are left: the
 * ring stays where it was. Whether there is something to sync.
 */
static bool take_head(struct looped *l)
{
	uint32_t cur, head = read_head(l, &cur), slots = l->r.slots;
	bool news = false;

	if (head < slots && cur < slots &&
	    distance(l, l->head, head) <= distance(l, l->head, l->tail) &&
	    distance(l, head, cur) <= distance(l, head, l->tail)) {
		news = head != l->head;
		l->head = head;
		l->cur = cur;
	}
	index_store(&l->r.ring->cur, l->cur);
	index_store(&l->r.ring->head, l->head);
	return news;
}

static void write_back(struct looped *l)
{
	uint32_t tail = csb_hwtail(&l->r);

	l->moved |= tail != l->tail;
	l->tail = tail;
	index_store(&l->r.to->hwcur, csb_hwcur(&l->r));
	index_store(&l->r.to->hwtail, tail);
}

static void tell_program(struct looped *l)
{
	if (!l->moved)
		return;
	if (l->irq >= 0 && (l->direct || index_load(&l->r.from->wants_irq)))
		loop_ring_eventfd(l->irq);
	l->moved = false;
}

/* Both directions; whether anything has moved. */
static bool sync_all(struct loop *loop)
{
	bool news = false;

	for (uint32_t i = 0; i < loop->count; i++)
		news |= take_head(&loop->rings[i]);
	if (loop->file->sends)
		netmap_txsync(loop->file, loop->port);
	if (loop->file->receives)
		netmap_rxsync(loop->file, loop->port);
	for (uint32_t i = 0; i < loop->count; i++) {
		write_back(&loop->rings[i]);
		news |= loop->rings[i].moved;
		tell_program(&loop->rings[i]);
	}
	return news;
}

static void want_kicks(const struct loop *loop, uint32_t wanted)
{
	for (uint32_t i = 0; i < loop->count; i++)
		if (wanted || !loop->rings[i].direct)
			index_store(&loop->rings[i].r.to->wants_kick, wanted);
}

/* What a program that was not asked for kicks yet has done meanwhile. */
static bool heads_moved(const struct loop *loop)
{
	uint32_t cur;

	for (uint32_t i = 0; i < loop->count; i++)
		if (read_head(&loop->rings[i], &cur) != loop->rings[i].head)
			return true;
	return false;
}

/*
 * Whether the port tells of frames that come: to a program that has seen all
 * there were. Where it has not, they have to be looked for.
 */
static bool has_seen_all(const struct loop *loop)
{
	for (uint32_t i = 0; i < loop->count; i++)
		if (loop->rings[i].r.receives &&
		    loop->rings[i].cur != loop->rings[i].tail)
			return false;
	return true;
}

/* Whether slots of a TX ring are still with the device. */
static bool awaits_room(const struct loop *loop)
{
	for (uint32_t i = 0; i < loop->count; i++)
		if (!loop->rings[i].r.receives &&
		    csb_hwcur(&loop->rings[i].r) != loop->rings[i].head)
			return true;
	return false;
}

static void sleep_until_kicked(struct loop *loop)
{
	bool told = has_seen_all(loop);

	want_kicks(loop, 1);
	full_fence();
	if (!heads_moved(loop))
		loop_wait(&loop->wait,
			  told && loop->file->receives ? loop->port : NULL,
			  !told || awaits_room(loop));
	want_kicks(loop, 0);
}

static void sleep_for(uint32_t us)
{
	struct timespec t = {.tv_sec = us / 1000000,
			     .tv_nsec = us % 1000000 * 1000};

	if (us > 0)
		nanosleep(&t, NULL);
	else
		sched_yield();
}

/*
 * Also where the program has closed all its descriptors of the port, and where
 * somebody who cannot see this thread took it for dead.
 */
static bool is_to_stop(const struct loop *loop)
{
	return atomic_load(&loop->csb->loop) != loop->thread ||
	       descriptor_number(&loop->file->descriptor) < 0;
}

static void run(struct loop *loop)
{
	want_kicks(loop, 0);
	while (!is_to_stop(loop)) {
		bool news = sync_all(loop);

		if (!loop->by_kicks)
			sleep_for(loop->sleep_us);
		else if (!news)
			sleep_until_kicked(loop);
	}
}

static bool is_direct(const struct looped *l, const struct loop_options *o)
{
	uint32_t mode = o->mode ? o->mode->mode : 0;

	return mode & (l->r.receives ? LOOP_DIRECT_RX : LOOP_DIRECT_TX);
}

static int take_rings(struct loop *loop, const struct loop_options *o)
{
	loop->rings = calloc(loop->count + 1, sizeof(*loop->rings));
	if (!loop->rings)
		return ENOMEM;
	for (uint32_t i = 0; i < loop->count; i++) {
		struct looped *l = &loop->rings[i];

		l->r = csb_ring(loop->file, loop->port, i);
		l->head = l->cur = csb_hwcur(&l->r);
		l->tail = csb_hwtail(&l->r);
		l->irq = o->eventfds ? o->eventfds->ring[i].irq : -1;
		l->direct = is_direct(l, o);
	}
	return 0;
}

/* The mode's errors, and which of the options are not of so many rings. */
static int check_options(struct loop *loop, const struct loop_options *o)
{
	const uint32_t known = LOOP_DIRECT_TX | LOOP_DIRECT_RX;
	size_t size = sizeof(*o->eventfds) +
		      loop->count * sizeof(struct loop_eventfds);

	if (o->mode && o->mode->mode & ~known)
		return (int)(o->mode->head.status = EINVAL);
	if (!o->eventfds)
		return 0;
	if (o->eventfds->head.size != size)
		return (int)(o->eventfds->head.status = EINVAL);
	loop->by_kicks = true;
	for (uint32_t i = 0; i < loop->count; i++)
		loop->by_kicks &= o->eventfds->ring[i].kick >= 0;
	if (!loop->by_kicks && o->mode && o->mode->mode)
		return (int)(o->eventfds->head.status = EINVAL);
	return 0;
}

static int prepare(struct loop *loop, const struct loop_options *o)
{
	int error = check_options(loop, o);

	if (error == 0)
		error = take_rings(loop, o);
	if (error == 0 && o->eventfds)
		error = loop_wait_open(&loop->wait, o->eventfds->ring,
				       loop->count, loop->by_kicks);
	return error;
}

static int run_loop(struct loop *loop, const struct loop_options *o)
{
	int error, before;

	/* As a call of the kernel that nothing ends but its stop. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	error = prepare(loop, o);
	if (error == 0)
		run(loop);
	loop_wait_close(&loop->wait);
	free(loop->rings);
	pthread_setcancelstate(before, NULL);
	return error;
}

/* Also in place of one that was killed; false: another one runs. */
static bool begin(struct loop *loop)
{
	uint32_t now = atomic_load(&loop->csb->loop);

	loop->thread = (uint32_t)syscall(SYS_gettid);
	do {
		if (csb_loop_lives(now))
			return false;
	} while (!atomic_compare_exchange_weak(
		&loop->csb->loop, &now, (now & LOOP_STOPS) | loop->thread));
	return true;
}

/* Nothing runs that this thread had begun. */
static void end(struct netmap_csb *csb, uint32_t thread)
{
	uint32_t now = atomic_load(&csb->loop);

	while (LOOP_THREAD(now) == thread &&
	       !atomic_compare_exchange_weak(&csb->loop, &now, 0))
		;
}

int loop_run(struct netmap_file *f, uint32_t sleep_us,
	     const struct loop_options *o)
{
	struct loop loop = {
		.file = f,
		.port = atomic_load(&f->port),
		.sleep_us = sleep_us,
		.wait = LOOP_WAIT_NONE,
	};
	int error;

	if (sleep_us > LONGEST_SLEEP_US)
		return EINVAL;
	if (!loop.port)
		return ENXIO;
	if (!csb_is_on(f))
		return EINVAL;
	loop.csb = csb_of(f);
	loop.count = csb_rings(loop.port);
	if (!begin(&loop))
		return EBUSY;
	error = run_loop(&loop, o);
	end(loop.csb, loop.thread);
	return error;
}

int loop_stop(struct netmap_file *f)
{
	const struct timespec look = {0, STOP_LOOK_NS};
	struct netmap_csb *csb;
	uint32_t now;

	if (!atomic_load(&f->port))
		return ENXIO;
	csb = csb_of(f);
	if (!csb)
		return ENOMEM;
	atomic_fetch_or(&csb->loop, LOOP_STOPS);
	for (uint32_t i = 1; (now = LOOP_THREAD(atomic_load(&csb->loop)));
	     i++) {
		if (i % STOP_PATIENCE == 0 && !csb_loop_lives(now))
			end(csb, now);
		nanosleep(&look, NULL);
	}
	return 0;
}
