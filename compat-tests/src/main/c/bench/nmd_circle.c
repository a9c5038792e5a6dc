// SPDX-License-Identifier: BSD-2-Clause
/*
 * Both ends of somebody else's forwarder in one process, so that it has the
 * other core to itself: frames go out of one port (-p), come back on another
 * (-P), and never more are under way than a ring (-n) holds, so that none need
 * be lost. What is missing for a second is lost.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "nmd_rings.h"

#define LOST_NS 1000000000ull
/*
 * Frames under way at most: half of the smallest ring on the way, since a
 * reader may give back what it has read a quarter of its ring at a time.
 */
#define UNDER_WAY(slots) ((slots) / 2)
/* A look takes a line from who fills the ring: a microsecond apart or so. */
#define RELAXED 48

struct circle {
	struct nmd_rings out, back;
	const struct bench_options *o;
	uint64_t sent, returned;
	uint64_t news_ns; /* when anything last came back, or all was back */
	bool lost;
};

static void send_some(struct circle *c, uint32_t frames)
{
	struct netmap_ring *ring = c->out.tx;
	uint32_t at = ring->head;

	for (uint32_t i = 0; i < frames; i++) {
		ring->slot[at].len = (uint16_t)c->o->size;
		ring->slot[at].flags = 0;
		at = nmd_next(ring, at);
	}
	ring->head = ring->cur = at;
	if (nmd_txsync(c->out.port) < 0)
		bench_fail("%s: sync failed", nmd_name(c->out.port));
	c->sent += frames;
}

static uint32_t take_back(struct circle *c)
{
	struct netmap_ring *ring = c->back.rx;
	uint32_t n;

	if (nmd_rxsync(c->back.port) < 0)
		bench_fail("%s: sync failed", nmd_name(c->back.port));
	n = nmd_slots(ring);
	ring->head = ring->cur = ring->tail;
	c->returned += n;
	return n;
}

static uint32_t due(const struct circle *c)
{
	uint64_t under_way = c->sent - c->returned;
	uint32_t most = UNDER_WAY(c->o->slots);
	uint32_t room = nmd_slots(c->out.tx);
	uint32_t n = under_way < most ? most - (uint32_t)under_way : 0;

	n = n < c->o->batch ? n : c->o->batch;
	return n < room ? n : room;
}

static void turn(struct circle *c, struct bench_window *w, bool sending)
{
	uint32_t n = sending ? due(c) : 0;

	/* A forwarder is fed in whole batches, as a wire would feed it. */
	if (n == c->o->batch)
		send_some(c, n);
	for (int i = 0; i < RELAXED; i++)
		bench_relax();
	n = take_back(c);
	if (n > 0 || c->sent == c->returned) {
		c->news_ns = bench_now();
		bench_window_add(w, n);
	} else if (bench_now() - c->news_ns > LOST_NS) {
		c->lost = true;
	}
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:a",
				  .peer_port = "vale1:b",
				  .size = 60,
				  .slots = 4096,
				  .batch = 256,
				  .seconds = 1,
				  .cpu = -1};
	struct circle c = {.o = &o};
	struct bench_options other;
	struct bench_window w;

	bench_parse(&o, argc, argv);
	other = o;
	other.port = o.peer_port;
	bench_pin(o.cpu);
	nmd_rings_open(&c.out, &o);
	nmd_rings_open(&c.back, &other);
	for (uint32_t i = 0; i < c.out.tx->num_slots; i++)
		bench_frame(nmd_buffer(c.out.tx, i), o.size, 1, 0xff);
	c.news_ns = bench_now();
	bench_window_open(&w, &o);
	while (!bench_window_over(&w) && !c.lost)
		turn(&c, &w, true);
	while (c.sent != c.returned && !c.lost)
		turn(&c, &w, false);
	printf("{%s,\"lost\":%" PRIu64 ",%s}\n", bench_window_figures(&w),
	       c.sent - c.returned, nmd_rings_figures(&c.out));
	nmd_close(c.out.port);
	nmd_close(c.back.port);
	return 0;
}
