// SPDX-License-Identifier: BSD-2-Clause
/*
 * A generator on netmap's interface, in pkt-gen's way: poll for room, fill at
 * most a batch of slots, poll again, which sends them. Frames go from
 * 02:00:00:00:00:01 to 02:00:00:00:00:02 or (-B) to everyone, as nmd-send's;
 * each slot's buffer is written once. It sends for a time, or (-c) so many.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "bench_fill.h"
#include "netmap_port.h"

#define PATIENCE_MS 2000

static void prepare(struct netmap_ring *ring, const struct bench_options *o)
{
	for (uint32_t i = 0; i < ring->num_slots; i++)
		bench_frame(netmap_buffer(ring, i), o->size, 1,
			    o->broadcast ? 0xff : 2);
}

static uint32_t fill(struct netmap_ring *ring, const struct bench_options *o,
		     uint64_t sent)
{
	uint32_t n = netmap_slots(ring);

	if (n > o->batch)
		n = o->batch;
	if (o->count && n > o->count - sent)
		n = (uint32_t)(o->count - sent);
	bench_fill(ring, n, o->size);
	return n;
}

/* A pipe's rest goes as the reader makes room, who may be gone. */
static void send_rest(struct netmap_port *p)
{
	netmap_port_txsync(p);
	while (netmap_slots(p->tx) < p->tx->num_slots - 1) {
		p->tx->cur = p->tx->tail;
		if (!netmap_port_poll(p, POLLOUT, PATIENCE_MS))
			return;
	}
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:a",
				  .size = 60,
				  .slots = 1024,
				  .batch = 512,
				  .seconds = 1,
				  .cpu = -1};
	uint64_t start, now, sent = 0;
	struct netmap_port p;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	netmap_port_open(&p, o.port, &o);
	prepare(p.tx, &o);
	start = now = bench_now();
	while (o.count ? sent < o.count
		       : now - start < (uint64_t)(o.seconds * 1e9)) {
		if (netmap_port_poll(&p, POLLOUT, PATIENCE_MS))
			sent += fill(p.tx, &o, sent);
		now = bench_now();
	}
	send_rest(&p);
	printf("{\"packets\":%" PRIu64 ",\"packetsPerSecond\":%.0f}\n", sent,
	       (double)sent * 1e9 / (double)(now - start));
	netmap_port_close(&p);
	return 0;
}
