/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts the packets that a filter lets pass, until so many have come:
 *
 *	count_packets <interface> <filter> <count>
 *
 * Nothing here knows of netmap. It runs on a port of a switch in two ways:
 *
 *	cc -o count_packets count_packets.c -lpcap
 *	nmrun ./count_packets vale0:1 udp 10
 *
 *	cc -o count_packets count_packets.c $(pkg-config --libs pcap-netmap)
 *	./count_packets vale0:1 udp 10
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

struct count {
	unsigned long packets, bytes;
};

static void add(unsigned char *user, const struct pcap_pkthdr *header,
		const unsigned char *bytes)
{
	struct count *count = (struct count *)user;

	(void)bytes;
	count->packets++;
	count->bytes += header->len;
}

static void fail(pcap_t *p, const char *what)
{
	fprintf(stderr, "%s: %s\n", what, pcap_geterr(p));
	exit(1);
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	struct bpf_program filter;
	struct pcap_stat stats;
	struct count count = {0, 0};
	pcap_t *p;

	if (argc != 4) {
		fprintf(stderr, "usage: %s interface filter count\n", argv[0]);
		return 2;
	}
	p = pcap_open_live(argv[1], 65535, 1, 100, why);
	if (!p) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	if (pcap_compile(p, &filter, argv[2], 1, PCAP_NETMASK_UNKNOWN) < 0 ||
	    pcap_setfilter(p, &filter) < 0)
		fail(p, argv[2]);
	pcap_freecode(&filter);
	fprintf(stderr, "counting on %s, with %s\n", argv[1],
		pcap_lib_version());
	if (pcap_loop(p, atoi(argv[3]), add, (unsigned char *)&count) < 0)
		fail(p, argv[1]);
	if (pcap_stats(p, &stats) < 0)
		fail(p, argv[1]);
	printf("%lu packets, %lu bytes, %u dropped\n", count.packets,
	       count.bytes, stats.ps_drop);
	pcap_close(p);
	return 0;
}
