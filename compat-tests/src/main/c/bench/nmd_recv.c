// SPDX-License-Identifier: BSD-2-Clause
/*
 * Receives from a port and looks at each frame: the slot's length and the
 * frame's first eight bytes, as bare-ring's reader does.
 *
 * Says at the start, by one broadcast frame, that 02:00:00:00:00:02 lives
 * here. Ends when nothing is left to read and the senders have closed, so that
 * everything sent is accounted for; the rate is that of the window after the
 * warm-up.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "bench_filter.h"
#include "nmd_rings.h"

/* Slots ahead whose buffers are fetched while this one is looked at. */
#define AHEAD 16
#define FIRST_FRAME_NS 15000000000ull
#define LOOK_AROUND_NS 20000000ll

static void announce(struct nmd_rings *r)
{
	struct netmap_ring *ring = r->tx;
	struct netmap_slot *slot = &ring->slot[ring->head];

	bench_frame(nmd_buffer(ring, ring->head), 60, 2, 0xff);
	slot->len = 60;
	slot->flags = 0;
	ring->head = ring->cur = nmd_next(ring, ring->head);
	if (nmd_txsync(r->port) < 0)
		bench_fail("%s: sync failed", nmd_name(r->port));
}

static void install_filter(struct nmd_rings *r)
{
	if (nmd_set_filter(r->port, udp_port_53,
			   sizeof(udp_port_53) / sizeof(*udp_port_53)) < 0)
		bench_fail("%s: cannot set the filter", nmd_name(r->port));
}

static uint32_t later(const struct netmap_ring *ring, uint32_t at, uint32_t by)
{
	return at + by < ring->num_slots ? at + by : at + by - ring->num_slots;
}

static uint64_t look(struct netmap_ring *ring, uint32_t frames)
{
	uint32_t at = ring->head;
	uint64_t sum = 0;

	for (; frames; frames--) {
		/* Not beyond: that would take lines from under the sender. */
		if (frames > AHEAD)
			__builtin_prefetch(
				nmd_buffer(ring, later(ring, at, AHEAD)), 0);
		sum += ring->slot[at].len;
		sum += *(const uint64_t *)nmd_buffer(ring, at);
		at = nmd_next(ring, at);
	}
	ring->head = ring->cur = at;
	return sum;
}

/*
 * Whether anything has been sent to us; what a filter has rejected is not
 * seen, only counted.
 */
static bool has_begun(struct nmd_rings *r, const struct bench_options *o,
		      const struct bench_window *w)
{
	struct nmd_stats s = {.size = sizeof(s)};

	if (w->first_ns || !o->filter)
		return w->first_ns;
	nmd_stats(r->port, &s);
	return s.filtered > 0;
}

/* Sleeps until there is something to read; false: there will be nothing. */
static bool await_frames(struct nmd_rings *r, const struct bench_options *o,
			 const struct bench_window *w, uint64_t begun)
{
	while (!nmd_wait(r->port, POLLIN, LOOK_AROUND_NS)) {
		bool first = has_begun(r, o, w);
		bool left = first && nmd_peers(r->port) <= (int)o->idle;

		if (left && nmd_rxsync(r->port) == 0)
			return false;
		if (!first && bench_now() - begun > FIRST_FRAME_NS)
			bench_fail("%s: no frame came", nmd_name(r->port));
	}
	return true;
}

static void receive(struct nmd_rings *r, const struct bench_options *o,
		    struct bench_window *w)
{
	uint64_t begun = bench_now();

	for (;;) {
		uint32_t n;

		if (nmd_rxsync(r->port) < 0)
			bench_fail("%s: sync failed", nmd_name(r->port));
		n = nmd_slots(r->rx);
		if (!n) {
			if (!await_frames(r, o, w, begun))
				return;
			continue;
		}
		if (n > o->batch)
			n = o->batch;
		w->looked += look(r->rx, n);
		bench_window_add(w, n);
	}
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:b",
				  .size = 60,
				  .slots = 1024,
				  .batch = 256,
				  .seconds = 1,
				  .cpu = -1};
	struct bench_window w;
	struct nmd_rings r;
	double cpu;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	nmd_rings_open(&r, &o);
	if (o.filter)
		install_filter(&r);
	announce(&r);
	cpu = bench_cpu_seconds();
	bench_window_open(&w, &o);
	receive(&r, &o, &w);
	printf("{%s,\"cpuSeconds\":%.6f,%s}\n", bench_window_figures(&w),
	       bench_cpu_seconds() - cpu, nmd_rings_figures(&r));
	nmd_close(r.port);
	return 0;
}
