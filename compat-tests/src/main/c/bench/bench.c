// SPDX-License-Identifier: BSD-2-Clause
#define _GNU_SOURCE
#include "bench.h"

#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ull
/* A sender that lags behind its schedule sends so much faster ... */
#define PACE_CATCH_UP 1.1
/* ... but makes up for no more than this at once. */
#define PACE_LAG_NS 1000000

_Noreturn void bench_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

uint64_t bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void bench_pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		bench_fail("core %d: cannot run on it: %m", cpu);
}

double bench_cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

void bench_frame(uint8_t *buf, uint32_t size, uint8_t from, uint8_t to)
{
	static const uint8_t local[5] = {2, 0, 0, 0, 0};

	memset(buf, 0, size);
	memset(buf, 0xff, 6);
	if (to != 0xff) {
		memcpy(buf, local, sizeof(local));
		buf[5] = to;
	}
	memcpy(buf + 6, local, sizeof(local));
	buf[11] = from;
	/* 88b5: set aside for local experiments, no host acts on it. */
	buf[12] = 0x88;
	buf[13] = 0xb5;
}

void bench_udp_frame(uint8_t *buf, uint32_t size, uint8_t from, uint8_t to,
		     uint16_t port)
{
	static const uint8_t headers[] = {
		0x08, 0x00,       /* IPv4 */
		0x45, 0,    0, 0, /* header of 20 bytes, length */
		0,    0,    0, 0, /* no fragment */
		64,   17,   0, 0, /* UDP */
		10,   0,    0, 1, /* source */
		10,   0,    0, 2, /* destination */
		0x30, 0x39, 0, 0, /* from port 12345 */
		0,    0,    0, 0, /* length, no checksum */
	};
	uint32_t ip = size - 14;

	bench_frame(buf, size, from, to);
	memcpy(buf + 12, headers, sizeof(headers));
	buf[16] = (uint8_t)(ip >> 8);
	buf[17] = (uint8_t)ip;
	buf[36] = (uint8_t)(port >> 8);
	buf[37] = (uint8_t)port;
	buf[38] = (uint8_t)((ip - 20) >> 8);
	buf[39] = (uint8_t)(ip - 20);
}

void *bench_share(size_t bytes, bool huge)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);
	void *at;

	if (fd < 0 || ftruncate(fd, (off_t)bytes) < 0)
		bench_fail("shared memory of %zu bytes: %m", bytes);
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		bench_fail("shared memory of %zu bytes: %m", bytes);
	close(fd);
	if (huge)
		madvise(at, bytes, MADV_HUGEPAGE);
	return at;
}

void bench_pace_begin(struct bench_pace *p, const struct bench_options *o)
{
	uint64_t now = bench_now();

	*p = (struct bench_pace){
		.per_ns = o->rate / 1e9, .start = now, .last = now};
}

uint32_t bench_pace_due(struct bench_pace *p, uint32_t most)
{
	const double fastest = PACE_CATCH_UP * p->per_ns;
	const double longest = 1 + fastest * PACE_LAG_NS;
	uint64_t now;
	double due;

	if (p->per_ns <= 0)
		return most;
	now = bench_now();
	p->allowed += fastest * (double)(now - p->last);
	p->allowed = p->allowed < longest ? p->allowed : longest;
	p->last = now;
	due = (double)(now - p->start) * p->per_ns - (double)p->sent;
	due = due < p->allowed ? due : p->allowed;
	due = due < most ? due : most;
	if (due < 1)
		return 0;
	p->sent += (uint32_t)due;
	p->allowed -= (uint32_t)due;
	return (uint32_t)due;
}

void bench_window_open(struct bench_window *w, const struct bench_options *o)
{
	*w = (struct bench_window){.length_ns = (uint64_t)(o->seconds * 1e9)};
}

void bench_window_add(struct bench_window *w, uint64_t packets)
{
	uint64_t now = bench_now();

	w->total += packets;
	if (!w->first_ns)
		w->first_ns = now;
	if (bench_window_over(w))
		return;
	if (w->start_ns) {
		w->packets += packets;
		w->end_ns = now;
	} else if (now - w->first_ns >= w->warm_up_ns) {
		w->start_ns = now;
	}
}

const char *bench_window_figures(const struct bench_window *w)
{
	static char text[256];
	double seconds = (double)(w->end_ns - w->start_ns) / 1e9;

	snprintf(text, sizeof(text),
		 "\"packets\":%" PRIu64 ",\"seconds\":%.6f,"
		 "\"packetsPerSecond\":%.0f,\"total\":%" PRIu64
		 ",\"looked\":%" PRIu64,
		 w->packets, w->end_ns ? seconds : 0,
		 w->end_ns ? (double)w->packets / seconds : 0, w->total,
		 w->looked);
	return text;
}

static _Noreturn void usage(const char *program)
{
	fprintf(stderr,
		"usage: %s [-p port] [-P peer port] [-l size] [-n slots] [-b batch] "
		"[-c count] [-u pause] [-s seconds] [-w warm-up] [-r rate] [-k core] "
		"[-K peer core] [-I idle openings] [-U every] [-B] [-H] [-W] "
		"[-C] [-F] [-N] [-M] [-S]\n",
		program);
	exit(2);
}

static uint32_t number(const char *text, uint32_t low, uint32_t high)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || value < low || value > high) {
		fprintf(stderr, "%s: not a number of %u to %u\n", text, low,
			high);
		exit(2);
	}
	return (uint32_t)value;
}

/* An option without a value. */
static bool take_flag(struct bench_options *o, int c)
{
	switch (c) {
	case 'B':
		o->broadcast = true;
		return true;
	case 'H':
		o->huge = true;
		return true;
	case 'W':
		o->rewrite = true;
		return true;
	case 'C':
		o->capture = true;
		return true;
	case 'F':
		o->filter = true;
		return true;
	case 'N':
		o->one_by_one = true;
		return true;
	case 'M':
		o->immediate = true;
		return true;
	case 'S':
		o->sleeping = true;
		return true;
	default:
		return false;
	}
}

void bench_parse(struct bench_options *o, int argc, char **argv)
{
	int c;

	o->warm_up = 0.2;
	while ((c = getopt(argc, argv,
			   "p:P:l:n:b:c:u:s:w:r:k:K:U:I:BHWCFNMS")) != -1) {
		switch (c) {
		case 'p':
			o->port = optarg;
			break;
		case 'P':
			o->peer_port = optarg;
			break;
		case 'l':
			o->size = number(optarg, 60, BENCH_STRIDE);
			break;
		case 'n':
			o->slots = number(optarg, 16, 65536);
			break;
		case 'b':
			o->batch = number(optarg, 1, 65536);
			break;
		case 'c':
			o->count = number(optarg, 1, 10000000);
			break;
		case 'u':
			o->pause_us = number(optarg, 0, 1000000);
			break;
		case 's':
			o->seconds = atof(optarg);
			break;
		case 'w':
			o->warm_up = atof(optarg);
			break;
		case 'r':
			o->rate = atof(optarg);
			break;
		case 'k':
			o->cpu = (int)number(optarg, 0, 1023);
			break;
		case 'K':
			o->peer_cpu = (int)number(optarg, 0, 1023);
			break;
		case 'I':
			o->idle = number(optarg, 0, 250);
			break;
		case 'U':
			o->udp = number(optarg, 1, 1000000);
			break;
		default:
			if (!take_flag(o, c))
				usage(argv[0]);
		}
	}
	if (optind != argc || !o->batch || o->seconds < 0 || o->warm_up < 0)
		usage(argv[0]);
}
