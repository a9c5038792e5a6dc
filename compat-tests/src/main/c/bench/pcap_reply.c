// SPDX-License-Identifier: BSD-2-Clause
/*
 * How long a question takes to its answer, both through libpcap: inject, read
 * by another process, inject there, read here. Half of it is one process
 * (-p), half its child (-P).
 *
 * Both spin in nonblocking reads, or (-S) sleep in blocking ones: the one who
 * asks pauses (-u) until the other sleeps, and that one thinks until the first
 * does, which is not counted. "slept" and "peerSlept" tell how often they did.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench_pcap.h"

#define QUESTION 1
#define ANSWER 2
#define KIND_AT 14 /* byte that tells one from the other */
#define NUMBER_AT 16
#define THOUGHT_AT 20
/* Longer than any reader spins before it sleeps. */
#define THOUGHT_NS 200000

struct shared {
	_Atomic uint32_t ready;
	_Atomic uint64_t slept; /* by the one who answers */
};

static struct shared *shared;

static uint64_t sleeps_so_far(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_nvcsw;
}

static pcap_t *open_end(const char *interface, const struct bench_options *o)
{
	return o->sleeping ? bench_pcap_open(interface, o)
			   : bench_pcap_open_nonblock(interface, o);
}

static void send_one(pcap_t *p, uint8_t kind, uint32_t number,
		     uint64_t thought_ns)
{
	uint8_t frame[60];

	bench_frame(frame, sizeof(frame), kind, 0xff);
	frame[KIND_AT] = kind;
	memcpy(frame + NUMBER_AT, &number, sizeof(number));
	memcpy(frame + THOUGHT_AT, &thought_ns, sizeof(thought_ns));
	if (pcap_inject(p, frame, sizeof(frame)) < 0)
		bench_fail("%s", pcap_geterr(p));
}

/* Reads on until a frame of that kind has come; returns its number. */
static uint32_t await(pcap_t *p, uint8_t kind, uint64_t *thought_ns)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	uint32_t number;

	for (;;) {
		int status = pcap_next_ex(p, &header, &bytes);

		if (status < 0)
			bench_fail("%s", pcap_geterr(p));
		if (status > 0 && header->caplen >= 60 && bytes[12] == 0x88 &&
		    bytes[KIND_AT] == kind)
			break;
	}
	memcpy(&number, bytes + NUMBER_AT, sizeof(number));
	memcpy(thought_ns, bytes + THOUGHT_AT, sizeof(*thought_ns));
	return number;
}

static uint64_t think(uint64_t ns)
{
	uint64_t start = bench_now(), now = start;

	while (now - start < ns)
		now = bench_now();
	return now - start;
}

static void answer(const struct bench_options *o)
{
	pcap_t *p = open_end(o->peer_port, o);
	uint64_t before = 0, ignored, thought;

	atomic_fetch_add(&shared->ready, 1);
	for (uint32_t i = 0; i < o->count; i++) {
		uint32_t number = await(p, QUESTION, &ignored);

		if (i == 0)
			before = sleeps_so_far();
		atomic_store(&shared->slept, sleeps_so_far() - before);
		thought = o->sleeping ? think(THOUGHT_NS) : 0;
		send_one(p, ANSWER, number, thought);
	}
	pcap_close(p);
}

static void pause_us(uint32_t us)
{
	const struct timespec t = {.tv_sec = us / 1000000,
				   .tv_nsec = us % 1000000 * 1000};

	if (us)
		nanosleep(&t, NULL);
}

/* Returns how often it slept in between. */
static uint64_t ask(const struct bench_options *o, uint64_t *took)
{
	pcap_t *p = open_end(o->port, o);
	uint64_t slept = 0;

	atomic_fetch_add(&shared->ready, 1);
	while (atomic_load(&shared->ready) < 2)
		pause_us(1000);
	for (uint32_t i = 0; i < o->count; i++) {
		uint64_t before, start, thought;

		pause_us(o->sleeping ? o->pause_us : 0);
		before = sleeps_so_far();
		start = bench_now();
		send_one(p, QUESTION, i, 0);
		if (await(p, ANSWER, &thought) != i)
			bench_fail("%s: an answer to another question",
				   o->port);
		took[i] = bench_now() - start - thought;
		slept += sleeps_so_far() > before;
	}
	pcap_close(p);
	return slept;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.batch = 1,
				  .count = 5000,
				  .pause_us = 200,
				  .cpu = -1,
				  .peer_cpu = -1};
	uint64_t *took, slept;
	pid_t child;

	bench_parse(&o, argc, argv);
	if (!o.port || !o.peer_port)
		bench_fail("-p, -P: between which two interfaces?");
	o.immediate = true;
	shared = bench_share(sizeof(*shared), false);
	took = calloc(o.count, sizeof(*took));
	child = fork();
	if (!took || child < 0)
		bench_fail("fork: %m");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(o.peer_cpu);
		answer(&o);
		_exit(0);
	}
	bench_pin(o.cpu);
	slept = ask(&o, took);
	waitpid(child, NULL, 0);
	qsort(took, o.count, sizeof(*took), compare);
	printf("{\"packets\":%u,\"medianNs\":%" PRIu64 ",\"p90Ns\":%" PRIu64
	       ",\"p99Ns\":%" PRIu64 ",\"minNs\":%" PRIu64 ",\"slept\":%" PRIu64
	       ",\"peerSlept\":%" PRIu64 "}\n",
	       o.count, took[o.count / 2], took[o.count * 9ull / 10],
	       took[o.count * 99ull / 100], took[0], slept,
	       atomic_load(&shared->slept));
	free(took);
	return 0;
}
