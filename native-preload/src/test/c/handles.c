// SPDX-License-Identifier: BSD-2-Clause
/* Many handles at once, used again after close; handles that are not ours. */
#include <pthread.h>

#include "pcap_testing.h"

#define HANDLES 100

static void check_many(const struct opened *peer)
{
	struct abi_stat stats;
	pcap_t *p[HANDLES];
	char name[32];

	for (int i = 0; i < HANDLES; i++) {
		snprintf(name, sizeof(name), "vale0:m%d", i);
		p[i] = create(name);
		CHECK_EQ(pcap_set_buffer_size(p[i], 1), 0);
		CHECK_EQ(pcap_activate(p[i]), 0);
	}
	feed(peer, 0, 3);
	for (int i = 0; i < HANDLES; i++) {
		CHECK_EQ(pcap_stats(p[i], &stats), 0);
		CHECK_EQ(stats.ps_recv, 3);
		pcap_close(p[i]);
	}
}

static void *open_and_close(void *name)
{
	for (int i = 0; i < 50; i++) {
		pcap_t *p = create(name);

		CHECK_EQ(pcap_set_snaplen(p, 100), 0);
		CHECK_EQ(pcap_snapshot(p), ABI_ERROR_NOT_ACTIVATED);
		pcap_close(p);
	}
	return NULL;
}

static void check_threads(void)
{
	char names[4][16];
	pthread_t threads[4];

	for (int i = 0; i < 4; i++) {
		snprintf(names[i], sizeof(names[i]), "vale0:t%d", i);
		CHECK_EQ(pthread_create(&threads[i], NULL, open_and_close,
					names[i]),
			 0);
	}
	for (int i = 0; i < 4; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

/* A handle of libpcap's own gets libpcap's own answers. */
static void check_foreign(void)
{
	pcap_t *p = LIBPCAP(pcap_t * (*)(int, int), "pcap_open_dead")(12, 77);
	struct abi_program program;
	struct abi_stat stats;

	CHECK(p);
	CHECK_EQ(pcap_datalink(p), 12);
	CHECK_EQ(pcap_snapshot(p), 77);
	CHECK_EQ(pcap_fileno(p), LIBPCAP(int (*)(pcap_t *), "pcap_fileno")(p));
	CHECK_EQ(pcap_compile(p, &program, "udp", 1, 0), 0);
	LIBPCAP(void (*)(struct abi_program *), "pcap_freecode")(&program);
	CHECK_EQ(pcap_stats(p, &stats), ABI_ERROR);
	CHECK_TEXT(error_of(p),
		   "Statistics aren't available from a pcap_open_dead pcap_t");
	pcap_close(p);
}

static void check_names(void)
{
	char errbuf[ABI_ERRBUF_SIZE] = "";
	uint32_t net, mask;
	pcap_t *p;

	CHECK(!pcap_open_live("no-such-if", 100, 0, 10, errbuf));
	CHECK(strstr(errbuf, "no-such-if: "));
	CHECK_EQ(pcap_lookupnet("vale0:1", &net, &mask, errbuf), ABI_ERROR);
	CHECK_TEXT(errbuf, "vale0:1: no IPv4 address assigned");
	setenv("PCAP_NETMAP_MAP", "eth77=vale0:a,eth78=vale0:b", 1);
	p = activated("eth78");
	CHECK_EQ(listed(), 2);
	pcap_close(p);
	setenv("PCAP_NETMAP", "off", 1);
	CHECK(!pcap_open_live("vale0:1", 100, 0, 10, errbuf));
	CHECK(strstr(errbuf, "No such device") || strstr(errbuf, "permission"));
	unsetenv("PCAP_NETMAP");
}

int main(void)
{
	struct opened peer;

	begin();
	peer = open_raw("vale0:peer");
	check_many(&peer);
	check_threads();
	check_foreign();
	check_names();
	nmd_close(peer.port);
	finish();
	return 0;
}
