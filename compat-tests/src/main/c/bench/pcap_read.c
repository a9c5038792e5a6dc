// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads an interface through libpcap with a callback that does nothing but
 * count, by pcap_loop or (-N) by pcap_next_ex. Prints "listening" when it does;
 * ends by SIGTERM.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench_pcap.h"

static volatile uint64_t frames;

static void count(u_char *user, const struct pcap_pkthdr *header,
		  const u_char *bytes)
{
	(void)user;
	(void)header;
	(void)bytes;
	frames++;
}

static void read_one_by_one(pcap_t *p)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int status = 0;

	while (!bench_pcap_over() && status >= 0) {
		status = pcap_next_ex(p, &header, &bytes);
		if (status > 0)
			frames++;
	}
	if (status == PCAP_ERROR)
		bench_fail("%s", pcap_geterr(p));
}

static void read_all(pcap_t *p)
{
	int status = pcap_loop(p, -1, count, NULL);

	if (status == PCAP_ERROR)
		bench_fail("%s", pcap_geterr(p));
}

int main(int argc, char **argv)
{
	struct bench_options o = {.batch = 1, .seconds = 1, .cpu = -1};
	struct bench_aside window = {.counter = &frames};
	pcap_t *p;

	bench_parse(&o, argc, argv);
	if (!o.port)
		bench_fail("-p: which interface?");
	bench_pin(o.cpu);
	p = bench_pcap_open(o.port, &o);
	bench_pcap_end_by_signal(p);
	bench_aside_start(&window, &o);
	puts("listening");
	fflush(stdout);
	if (o.one_by_one)
		read_one_by_one(p);
	else
		read_all(p);
	printf("{%s,\"total\":%" PRIu64 ",%s}\n", bench_aside_figures(&window),
	       frames, bench_pcap_figures(p));
	pcap_close(p);
	return 0;
}
