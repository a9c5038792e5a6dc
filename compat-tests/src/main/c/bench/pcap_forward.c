// SPDX-License-Identifier: BSD-2-Clause
/*
 * The forwarder of every libpcap tutorial: what pcap_loop reads from one
 * interface (-p) is injected into another (-P), frame by frame. Prints
 * "listening" when it does; ends by SIGTERM.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench_pcap.h"

static volatile uint64_t forwarded;
static uint64_t failed;

static void forward(u_char *user, const struct pcap_pkthdr *header,
		    const u_char *bytes)
{
	pcap_t *to = (pcap_t *)user;

	if (pcap_inject(to, bytes, header->caplen) < 0)
		failed++;
	else
		forwarded++;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.batch = 1, .seconds = 1, .cpu = -1};
	struct bench_aside window = {.counter = &forwarded};
	pcap_t *from, *to;

	bench_parse(&o, argc, argv);
	if (!o.port || !o.peer_port)
		bench_fail("-p, -P: from which interface to which?");
	bench_pin(o.cpu);
	from = bench_pcap_open(o.port, &o);
	to = bench_pcap_open(o.peer_port, &o);
	/* What comes back the other way is not for us. */
	if (pcap_setdirection(from, PCAP_D_IN) < 0)
		bench_fail("%s: %s", o.port, pcap_geterr(from));
	bench_pcap_end_by_signal(from);
	bench_aside_start(&window, &o);
	puts("listening");
	fflush(stdout);
	if (pcap_loop(from, -1, forward, (u_char *)to) == PCAP_ERROR)
		bench_fail("%s", pcap_geterr(from));
	printf("{%s,\"total\":%" PRIu64 ",\"failed\":%" PRIu64 ",%s}\n",
	       bench_aside_figures(&window), forwarded, failed,
	       bench_pcap_figures(from));
	pcap_close(from);
	pcap_close(to);
	return 0;
}
