// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends prepared frames through a port for a fixed time, a batch per sync.
 *
 * Frames go from 02:00:00:00:00:01 to 02:00:00:00:00:02, where nmd-recv says
 * it is, or (-B) to everyone; -U makes them UDP. Each slot's buffer is written
 * once; per frame the sender only sets the slot, as a generator on netmap does
 * (-W writes anew).
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "bench_fill.h"
#include "nmd_rings.h"

static void make_frame(struct nmd_rings *r, const struct bench_options *o,
		       uint32_t i)
{
	uint8_t to = o->broadcast ? 0xff : 2;
	uint8_t *buffer = nmd_buffer(r->tx, i);

	if (o->udp)
		bench_udp_frame(buffer, o->size, 1, to,
				i % o->udp == o->udp - 1 ? 53 : 1053);
	else
		bench_frame(buffer, o->size, 1, to);
}

static void prepare(struct nmd_rings *r, const struct bench_options *o)
{
	for (uint32_t i = 0; i < r->tx->num_slots; i++)
		make_frame(r, o, i);
}

/* In a crowd a frame to an unknown address would go to all of it. */
static bool has_announced(void)
{
	struct nmd_info info[256];
	int n = nmd_list(info, 256, NULL);
	bool any = false;

	for (int i = 0; i < n && i < 256; i++)
		any |= info[i].stats.sent > 0;
	return any;
}

static void await_peer(struct nmd_rings *r, const struct bench_options *o)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	uint64_t start = bench_now();

	while (nmd_peers(r->port) < 1 + (int)o->idle ||
	       (o->idle && !has_announced())) {
		if (bench_now() - start > 10000000000ull)
			bench_fail("%s: nobody else came within 10 seconds",
				   nmd_name(r->port));
		nanosleep(&pause, NULL);
	}
}

static void fill(struct nmd_rings *r, const struct bench_options *o,
		 uint32_t frames)
{
	uint32_t at = r->tx->head;

	for (uint32_t i = 0; o->rewrite && i < frames; i++) {
		make_frame(r, o, at);
		at = nmd_next(r->tx, at);
	}
	bench_fill(r->tx, frames, o->size);
}

/* Returns the seconds it took. */
static double send_frames(struct nmd_rings *r, const struct bench_options *o,
			  uint64_t *filled)
{
	uint64_t start = bench_now(), now = start;
	uint64_t end = start + (uint64_t)(o->seconds * 1e9);
	struct bench_pace pace;

	bench_pace_begin(&pace, o);
	for (; now < end; now = bench_now()) {
		uint32_t room = nmd_slots(r->tx);
		uint32_t n;

		if (!room) {
			nmd_wait(r->port, POLLOUT, 1000000);
			continue;
		}
		n = bench_pace_due(&pace, room < o->batch ? room : o->batch);
		if (!n) {
			bench_relax();
			continue;
		}
		fill(r, o, n);
		*filled += n;
		if (nmd_txsync(r->port) < 0)
			bench_fail("%s: sync failed", nmd_name(r->port));
	}
	return (double)(now - start) / 1e9;
}

/*
 * What a pipe had no room for yet goes as the reader makes some; a reader that
 * is gone leaves it there. cur beyond head: wake us when more is free.
 */
static void send_rest(struct nmd_rings *r)
{
	struct netmap_ring *ring = r->tx;

	while (nmd_slots(ring) < ring->num_slots - 1 &&
	       nmd_peers(r->port) > 0) {
		ring->cur = ring->tail;
		nmd_wait(r->port, POLLOUT, 20000000);
	}
	ring->cur = ring->head;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:a",
				  .size = 60,
				  .slots = 1024,
				  .batch = 512,
				  .seconds = 1,
				  .cpu = -1};
	struct nmd_rings r;
	uint64_t filled = 0;
	double seconds;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	nmd_rings_open(&r, &o);
	prepare(&r, &o);
	await_peer(&r, &o);
	seconds = send_frames(&r, &o, &filled);
	send_rest(&r);
	printf("{\"packets\":%" PRIu64 ",\"seconds\":%.6f,"
	       "\"packetsPerSecond\":%.0f,%s}\n",
	       filled, seconds, (double)filled / seconds,
	       nmd_rings_figures(&r));
	nmd_close(r.port);
	return 0;
}
