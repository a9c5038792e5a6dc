// SPDX-License-Identifier: BSD-2-Clause
/* What waiting costs: the processor time of a receiver that nobody feeds. */
#include <poll.h>
#include <stdio.h>

#include "nmd_rings.h"

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "vale0:idle",
				  .slots = 1024,
				  .batch = 1,
				  .seconds = 2,
				  .cpu = -1};
	struct nmd_rings r;
	uint64_t start;
	double cpu;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	nmd_rings_open(&r, &o);
	cpu = bench_cpu_seconds();
	start = bench_now();
	if (nmd_wait(r.port, POLLIN, (int64_t)(o.seconds * 1e9)) != 0)
		bench_fail("%s: woken, but nobody should send here", o.port);
	printf("{\"seconds\":%.6f,\"cpuSeconds\":%.6f,%s}\n",
	       (double)(bench_now() - start) / 1e9, bench_cpu_seconds() - cpu,
	       nmd_rings_figures(&r));
	nmd_close(r.port);
	return 0;
}
