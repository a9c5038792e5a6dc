// SPDX-License-Identifier: BSD-2-Clause
/*
 * A savefile that is written through a handle of ours carries its snap length,
 * precision and link type, and stock libpcap reads back what was sent.
 */
#include "pcap_testing.h"

typedef pcap_t *open_offline(const char *, unsigned int, char *);

static void check_written(const struct opened *peer, int precision)
{
	char path[128], errbuf[ABI_ERRBUF_SIZE];
	abi_handler dump = LIBPCAP(abi_handler, "pcap_dump");
	struct seen seen = {0};
	pcap_dumper_t *dumper;
	pcap_t *p = create("vale0:1"), *file;

	CHECK_EQ(pcap_set_snaplen(p, 1234), 0);
	CHECK_EQ(pcap_set_tstamp_precision(p, precision), 0);
	CHECK_EQ(pcap_activate(p), 0);
	snprintf(path, sizeof(path), "%s/file", runtime_dir);
	dumper = pcap_dump_open(p, path);
	CHECK(dumper);
	feed(peer, 10, 7);
	CHECK_EQ(pcap_loop(p, 7, dump, (unsigned char *)dumper), 0);
	LIBPCAP(void (*)(pcap_dumper_t *), "pcap_dump_close")(dumper);
	pcap_close(p);

	file = LIBPCAP(open_offline *,
		       "pcap_open_offline_with_tstamp_precision")(
		path, (unsigned int)precision, errbuf);
	CHECK(file);
	CHECK_EQ(pcap_snapshot(file), 1234);
	CHECK_EQ(pcap_datalink(file), ABI_DLT_EN10MB);
	CHECK_EQ(dispatch(file, -1, &seen), 7);
	CHECK_EQ(seen.last, 16);
	CHECK_EQ(seen.header.caplen, 60);
	pcap_close(file);
	CHECK_EQ(unlink(path), 0);
}

int main(void)
{
	struct opened peer;
	pcap_t *p;

	begin();
	peer = open_raw("vale0:2");
	check_written(&peer, ABI_PRECISION_MICRO);
	check_written(&peer, ABI_PRECISION_NANO);
	p = activated("vale0:1");
	CHECK(!pcap_dump_open(p, "/no/such/folder/file"));
	CHECK(strstr(error_of(p), "/no/such/folder/file: "));
	pcap_close(p);
	nmd_close(peer.port);
	finish();
	return 0;
}
