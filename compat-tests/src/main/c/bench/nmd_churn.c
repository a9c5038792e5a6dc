// SPDX-License-Identifier: BSD-2-Clause
/* Opens and closes a port, again and again: how often a second? */
#include <inttypes.h>
#include <stdio.h>

#include "nmd_rings.h"

int main(int argc, char **argv)
{
	struct bench_options o = {
		.port = "vale0:churn", .batch = 1, .seconds = 1, .cpu = -1};
	uint64_t warm, start = 0, now = bench_now(), cycles = 0;
	struct nmd_rings r;
	double cpu = 0;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	warm = now + (uint64_t)(o.warm_up * 1e9);
	while (!start || now - start < (uint64_t)(o.seconds * 1e9)) {
		nmd_rings_open(&r, &o);
		nmd_close(r.port);
		now = bench_now();
		if (start) {
			cycles++;
		} else if (now >= warm) {
			start = now;
			cpu = bench_cpu_seconds();
		}
	}
	cpu = bench_cpu_seconds() - cpu;
	printf("{\"cycles\":%" PRIu64
	       ",\"cyclesPerSecond\":%.1f,\"cyclesPerCpuSecond\":%.1f}\n",
	       cycles, (double)cycles * 1e9 / (double)(now - start),
	       (double)cycles / cpu);
	return 0;
}
