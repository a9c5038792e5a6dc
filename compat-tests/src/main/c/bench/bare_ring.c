// SPDX-License-Identifier: BSD-2-Clause
/*
 * The limit: two processes, one ring in shared memory, and nothing else.
 *
 * No switch, no look-up, no API, no accounting: the sender copies prepared
 * frames out of an array of buffers into the ring's buffers, the reader looks
 * at each frame. Slots and buffers are netmap's, so caches and TLBs see the
 * same footprint as they do under the device; a full ring makes the sender
 * wait, so that every copy counts.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "bench_copy.h"

/* Slots ahead whose buffers are fetched while this one is copied. */
#define AHEAD 16

struct slot {
	uint32_t buf_idx;
	uint16_t len;
	uint16_t flags;
	uint64_t ptr;
};

/* Each index on cache lines of its own: each has one writer. */
struct shared {
	_Alignas(128) _Atomic uint64_t produced;
	_Alignas(128) _Atomic uint64_t consumed;
	_Alignas(128) _Atomic bool stop;
	_Alignas(128) struct slot slot[];
};

struct ring {
	struct slot *slot;
	uint8_t *buf;
	uint32_t mask;
};

static uint8_t *buffer(const struct ring *r, uint64_t i)
{
	return r->buf + (size_t)r->slot[i & r->mask].buf_idx * BENCH_STRIDE;
}

static void number_buffers(struct ring *r)
{
	for (uint32_t i = 0; i <= r->mask; i++) {
		r->slot[i].buf_idx = i;
		r->buf[(size_t)i * BENCH_STRIDE] = 0;
	}
}

static struct shared *make_ring(const struct bench_options *o, struct ring *r)
{
	size_t head = sizeof(struct shared) + o->slots * sizeof(struct slot);
	struct shared *s;

	head = (head + 4095) & ~(size_t)4095;
	s = bench_share(head + (size_t)o->slots * BENCH_STRIDE, o->huge);
	*r = (struct ring){s->slot, (uint8_t *)s + head, o->slots - 1};
	number_buffers(r);
	return s;
}

/* What the sender's TX ring would be: as many buffers, one frame in each. */
static void make_source(const struct bench_options *o, struct ring *r)
{
	make_ring(o, r);
	for (uint32_t i = 0; i < o->slots; i++) {
		bench_frame(buffer(r, i), o->size, 1, 2);
		r->slot[i].len = (uint16_t)o->size;
	}
}

static void copy_batch(const struct ring *from, const struct ring *to,
		       uint64_t at, uint32_t n)
{
	for (uint64_t i = at; i < at + n; i++) {
		const struct slot *in = &from->slot[i & from->mask];
		struct slot *out = &to->slot[i & to->mask];

		__builtin_prefetch(buffer(from, i + AHEAD), 0);
		__builtin_prefetch(buffer(to, i + AHEAD), 1);
		bench_copy(buffer(to, i), buffer(from, i), in->len);
		out->len = in->len;
		out->flags = in->flags;
	}
}

static void send_frames(const struct bench_options *o, struct shared *s,
			const struct ring *to)
{
	uint64_t produced = 0, consumed = 0;
	struct ring from;

	make_source(o, &from);
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		uint32_t n = o->slots - (uint32_t)(produced - consumed);

		if (n < o->batch) {
			consumed = atomic_load_explicit(&s->consumed,
							memory_order_acquire);
			n = o->slots - (uint32_t)(produced - consumed);
			if (!n) {
				bench_relax();
				continue;
			}
		}
		if (n > o->batch)
			n = o->batch;
		copy_batch(&from, to, produced, n);
		bench_copied();
		produced += n;
		atomic_store_explicit(&s->produced, produced,
				      memory_order_release);
	}
}

static uint64_t look(const struct ring *r, uint64_t from, uint64_t to)
{
	uint64_t sum = 0;

	for (uint64_t i = from; i < to; i++) {
		/* Not beyond: that would take lines from under the sender. */
		if (i + AHEAD < to)
			__builtin_prefetch(buffer(r, i + AHEAD), 0);
		sum += r->slot[i & r->mask].len;
		sum += *(const uint64_t *)buffer(r, i);
	}
	return sum;
}

/* Frames that came in a window of time that opens after the warm-up. */
static void receive(const struct bench_options *o, struct shared *s,
		    const struct ring *r, struct bench_window *w)
{
	uint64_t consumed = 0;

	while (!bench_window_over(w)) {
		uint64_t produced = atomic_load_explicit(&s->produced,
							 memory_order_acquire);

		if (produced == consumed) {
			bench_relax();
			continue;
		}
		if (produced - consumed > o->batch)
			produced = consumed + o->batch;
		w->looked += look(r, consumed, produced);
		bench_window_add(w, produced - consumed);
		consumed = produced;
		atomic_store_explicit(&s->consumed, consumed,
				      memory_order_release);
	}
}

int main(int argc, char **argv)
{
	struct bench_options o = {.size = 60,
				  .slots = 1024,
				  .batch = 256,
				  .seconds = 1,
				  .cpu = 0,
				  .peer_cpu = 1};
	struct shared *s;
	struct bench_window w;
	struct ring ring;
	pid_t sender;

	bench_parse(&o, argc, argv);
	if (o.slots & (o.slots - 1))
		bench_fail("%u slots: take a power of two", o.slots);
	s = make_ring(&o, &ring);
	sender = fork();
	if (sender < 0)
		bench_fail("fork: %m");
	if (!sender) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(o.cpu);
		send_frames(&o, s, &ring);
		_exit(0);
	}
	bench_pin(o.peer_cpu);
	bench_window_open(&w, &o);
	receive(&o, s, &ring, &w);
	atomic_store(&s->stop, true);
	waitpid(sender, NULL, 0);
	printf("{%s,\"published\":%" PRIu64 "}\n", bench_window_figures(&w),
	       atomic_load(&s->produced));
	return 0;
}
