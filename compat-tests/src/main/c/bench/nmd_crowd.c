// SPDX-License-Identifier: BSD-2-Clause
/* Openings that do nothing: what do they cost the busy ones beside them? */
#include <signal.h>
#include <stdio.h>

#include "nmd_rings.h"

#define MOST 250

int main(int argc, char **argv)
{
	struct bench_options o = {
		.port = "vale0:idle", .slots = 64, .batch = 1, .idle = 1};
	struct nmd_rings crowd[MOST];
	const char *prefix;
	sigset_t ends;
	char port[64];
	int sig;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	bench_parse(&o, argc, argv);
	prefix = o.port;
	for (uint32_t i = 0; i < o.idle; i++) {
		snprintf(port, sizeof(port), "%s%u", prefix, i);
		o.port = port;
		nmd_rings_open(&crowd[i], &o);
	}
	printf("%u openings wait\n", o.idle);
	fflush(stdout);
	sigwait(&ends, &sig);
	for (uint32_t i = 0; i < o.idle; i++)
		nmd_close(crowd[i].port);
	return 0;
}
