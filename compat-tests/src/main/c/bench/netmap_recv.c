// SPDX-License-Identifier: BSD-2-Clause
/*
 * A receiver on netmap's interface, in pkt-gen's way: poll for frames, read at
 * most a batch, poll again, which gives the slots back. It looks at each frame
 * as nmd-recv does, and says when it is there: by a broadcast frame, and by
 * "listening". Ends when nothing comes any more, or (-c) after so many.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "netmap_port.h"

#define AHEAD 16 /* slots whose buffers are fetched ahead */
#define FIRST_MS 15000
#define QUIET_MS 300

static void announce(struct netmap_port *p)
{
	struct netmap_ring *ring = p->tx;

	bench_frame(netmap_buffer(ring, ring->head), 60, 2, 0xff);
	ring->slot[ring->head].len = 60;
	ring->slot[ring->head].flags = 0;
	ring->head = ring->cur = netmap_next(ring, ring->head);
	netmap_port_txsync(p);
	puts("listening");
	fflush(stdout);
}

static uint32_t later(const struct netmap_ring *ring, uint32_t at)
{
	at += AHEAD;
	return at < ring->num_slots ? at : at - ring->num_slots;
}

static uint32_t look(struct netmap_ring *ring, uint32_t most, uint64_t *sum)
{
	uint32_t n = netmap_slots(ring), at = ring->head;

	if (n > most)
		n = most;
	for (uint32_t left = n; left; left--) {
		if (left > AHEAD)
			__builtin_prefetch(netmap_buffer(ring, later(ring, at)),
					   0);
		*sum += ring->slot[at].len;
		*sum += *(const uint64_t *)netmap_buffer(ring, at);
		at = netmap_next(ring, at);
	}
	ring->head = ring->cur = at;
	return n;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:b",
				  .size = 60,
				  .slots = 1024,
				  .batch = 512,
				  .seconds = 1,
				  .cpu = -1};
	struct bench_window w;
	struct netmap_port p;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	netmap_port_open(&p, o.port, &o);
	bench_window_open(&w, &o);
	announce(&p);
	while ((!o.count || w.total < o.count) &&
	       netmap_port_poll(&p, POLLIN,
				w.first_ns && !o.count ? QUIET_MS : FIRST_MS))
		bench_window_add(&w, look(p.rx, o.batch, &w.looked));
	if (!w.first_ns)
		bench_fail("%s: no frame came", o.port);
	printf("{%s}\n", bench_window_figures(&w));
	netmap_port_close(&p);
	return 0;
}
