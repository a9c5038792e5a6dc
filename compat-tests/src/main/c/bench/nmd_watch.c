// SPDX-License-Identifier: BSD-2-Clause
/*
 * How many frames a program reads from a port, seen from outside: the device's
 * own counters at the beginning and the end of a window. For programs that do
 * not tell their rate, or need longer than others to warm up.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "nmd.h"

#define PATIENCE_NS 15000000000ull
#define MOST 254

static void pause_for(double seconds)
{
	struct timespec t = {.tv_sec = (time_t)seconds};

	t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
	nanosleep(&t, NULL);
}

/* Counters of the first opening of the port; all zero while there is none. */
static struct nmd_stats counters(const char *port)
{
	static struct nmd_info list[MOST];
	struct nmd_error why;
	int n = nmd_list(list, MOST, &why);

	if (n < 0)
		bench_fail("%s", why.text);
	for (int i = 0; i < n && i < MOST; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.15s:%.31s", list[i].switch_name,
			 list[i].port_name);
		if (!strcmp(name, port))
			return list[i].stats;
	}
	return (struct nmd_stats){0};
}

static void await_first_frames(const char *port)
{
	uint64_t start = bench_now();

	while (counters(port).consumed == 0) {
		if (bench_now() - start > PATIENCE_NS)
			bench_fail("%s: nobody reads", port);
		pause_for(0.005);
	}
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:b", .batch = 1, .seconds = 1};
	struct nmd_stats before, after;
	uint64_t start, frames;
	double seconds;

	bench_parse(&o, argc, argv);
	await_first_frames(o.port);
	pause_for(o.warm_up);
	before = counters(o.port);
	start = bench_now();
	pause_for(o.seconds);
	after = counters(o.port);
	seconds = (double)(bench_now() - start) / 1e9;
	frames = after.consumed - before.consumed;
	printf("{\"packets\":%" PRIu64 ",\"seconds\":%.6f,"
	       "\"packetsPerSecond\":%.0f,\"dropped\":%" PRIu64 "}\n",
	       frames, seconds, (double)frames / seconds,
	       after.dropped - before.dropped);
	return 0;
}
