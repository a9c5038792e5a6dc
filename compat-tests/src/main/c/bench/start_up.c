// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a preloaded library (-p) costs a program that has no use for it: the
 * time from the start of a process to its end, in turn with the library and
 * without.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PROGRAM "/bin/true"

static uint64_t run_once(char *const environment[])
{
	char *const argv[] = {(char[]){PROGRAM}, NULL};
	uint64_t start = bench_now();
	pid_t child;
	int status;

	if (posix_spawn(&child, PROGRAM, NULL, NULL, argv, environment) != 0 ||
	    waitpid(child, &status, 0) != child || status != 0)
		bench_fail("%s: cannot run it: %m", PROGRAM);
	return bench_now() - start;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t median(uint64_t *values, uint32_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

int main(int argc, char **argv)
{
	struct bench_options o = {.batch = 1, .count = 500, .cpu = -1};
	char preload[4096];
	char *const bare[] = {NULL};
	char *const loaded[] = {preload, NULL};
	uint64_t *with, *without, a, b;

	bench_parse(&o, argc, argv);
	if (!o.port || access(o.port, R_OK) < 0)
		bench_fail("-p: which library?");
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", o.port);
	bench_pin(o.cpu);
	with = calloc(o.count, sizeof(*with));
	without = calloc(o.count, sizeof(*without));
	if (!with || !without)
		bench_fail("no memory");
	for (uint32_t i = 0; i < o.count; i++) {
		without[i] = run_once(bare);
		with[i] = run_once(loaded);
	}
	a = median(without, o.count);
	b = median(with, o.count);
	printf("{\"packets\":%u,\"withoutNs\":%" PRIu64 ",\"withNs\":%" PRIu64
	       ",\"costNs\":%" PRIu64 "}\n",
	       o.count, a, b, b > a ? b - a : 1);
	free(with);
	free(without);
	return 0;
}
