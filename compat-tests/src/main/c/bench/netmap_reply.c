// SPDX-License-Identifier: BSD-2-Clause
/*
 * How long a question takes to its answer, both on netmap's interface, as
 * pkt-gen's ping and pong do it: fill a slot, NIOCTXSYNC, poll for frames.
 * Half of it is this process (-p), half its child (-P).
 */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netmap_port.h"

#define PATIENCE_MS 10000
#define NUMBER_AT 16

static void send_number(struct netmap_port *p, uint8_t from, uint32_t number)
{
	struct netmap_ring *ring = p->tx;
	uint8_t *frame = netmap_buffer(ring, ring->head);

	bench_frame(frame, 60, from, 0xff);
	memcpy(frame + NUMBER_AT, &number, sizeof(number));
	ring->slot[ring->head].len = 60;
	ring->slot[ring->head].flags = 0;
	ring->head = ring->cur = netmap_next(ring, ring->head);
	netmap_port_txsync(p);
}

static uint32_t await_number(struct netmap_port *p)
{
	struct netmap_ring *ring = p->rx;
	uint32_t number;

	while (netmap_slots(ring) == 0)
		if (!netmap_port_poll(p, POLLIN, PATIENCE_MS))
			bench_fail("no frame came");
	memcpy(&number, netmap_buffer(ring, ring->head) + NUMBER_AT,
	       sizeof(number));
	ring->head = ring->cur = netmap_next(ring, ring->head);
	return number;
}

static void answer(const struct bench_options *o, atomic_uint *ready)
{
	struct netmap_port p;

	netmap_port_open(&p, o->peer_port, o);
	atomic_store(ready, 1);
	for (uint32_t i = 0; i < o->count; i++)
		send_number(&p, 2, await_number(&p));
	netmap_port_close(&p);
}

static void ask(const struct bench_options *o, const atomic_uint *ready,
		uint64_t *took)
{
	const struct timespec pause = {.tv_nsec = o->pause_us * 1000l};
	struct netmap_port p;

	netmap_port_open(&p, o->port, o);
	while (!atomic_load(ready))
		nanosleep(&pause, NULL);
	for (uint32_t i = 0; i < o->count; i++) {
		uint64_t start;

		if (o->sleeping)
			nanosleep(&pause, NULL);
		start = bench_now();
		send_number(&p, 1, i);
		if (await_number(&p) != i)
			bench_fail("%s: an answer to another question",
				   o->port);
		took[i] = bench_now() - start;
	}
	netmap_port_close(&p);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:a",
				  .peer_port = "vale0:b",
				  .slots = 1024,
				  .batch = 1,
				  .count = 5000,
				  .pause_us = 200,
				  .cpu = -1,
				  .peer_cpu = -1};
	atomic_uint *ready;
	uint64_t *took;
	pid_t child;

	bench_parse(&o, argc, argv);
	ready = bench_share(sizeof(*ready), false);
	took = calloc(o.count, sizeof(*took));
	child = fork();
	if (!took || child < 0)
		bench_fail("fork: %m");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(o.peer_cpu);
		answer(&o, ready);
		_exit(0);
	}
	bench_pin(o.cpu);
	ask(&o, ready, took);
	waitpid(child, NULL, 0);
	qsort(took, o.count, sizeof(*took), compare);
	printf("{\"packets\":%u,\"medianNs\":%" PRIu64 ",\"p90Ns\":%" PRIu64
	       ",\"p99Ns\":%" PRIu64 ",\"minNs\":%" PRIu64 "}\n",
	       o.count, took[o.count / 2], took[o.count * 9ull / 10],
	       took[o.count * 99ull / 100], took[0]);
	free(took);
	return 0;
}
