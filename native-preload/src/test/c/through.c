// SPDX-License-Identifier: BSD-2-Clause
/*
 * Calls that are not intercepted, on handles of ours: libpcap answers as it
 * does for an interface. And the handle of a savefile is libpcap's alone.
 */
#include "pcap_testing.h"

static void check_live(pcap_t *p)
{
	FILE *(*file)(pcap_t *) = LIBPCAP(FILE * (*)(pcap_t *), "pcap_file");
	struct timeval *(*timeout)(pcap_t *) =
		LIBPCAP(struct timeval * (*)(pcap_t *),
			"pcap_get_required_select_timeout");
	int (*types)(pcap_t *, int **) = LIBPCAP(int (*)(pcap_t *, int **),
						 "pcap_list_tstamp_types");
	int *list;

	CHECK(!file(p));
	CHECK(!timeout(p));
	CHECK_EQ(types(p, &list), 1);
	CHECK_EQ(list[0], ABI_TSTAMP_HOST);
	LIBPCAP(void (*)(int *), "pcap_free_tstamp_types")(list);
	CHECK_TEXT(error_of(p), "");
}

/* pcap_perror prints what pcap_geterr returns. */
static void check_perror(pcap_t *p)
{
	char line[2 * ABI_ERRBUF_SIZE] = "";
	int saved = dup(STDERR_FILENO), ends[2];

	CHECK_EQ(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	CHECK_EQ(pcap_setdirection(p, 7), ABI_ERROR);
	LIBPCAP(void (*)(pcap_t *, const char *), "pcap_perror")(p, "said");
	dup2(saved, STDERR_FILENO);
	CHECK(read(ends[0], line, sizeof(line) - 1) > 0);
	CHECK_TEXT(line, "said: Invalid direction\n");
	close(ends[0]);
	close(ends[1]);
	close(saved);
}

/* pcap_dump, and what asks a dumper: with a header from a port. */
static void check_dumper(pcap_t *p, const struct opened *peer, char *path)
{
	void (*write)(unsigned char *, const struct abi_pkthdr *,
		      const unsigned char *) =
		LIBPCAP(void (*)(unsigned char *, const struct abi_pkthdr *,
				 const unsigned char *),
			"pcap_dump");
	pcap_dumper_t *dumper = pcap_dump_open(p, path);
	struct seen seen = {0};

	CHECK(dumper);
	feed(peer, 7, 1);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	feed(peer, 7, 1);
	CHECK_EQ(pcap_dispatch(p, 1, write, (unsigned char *)dumper), 1);
	CHECK_EQ(LIBPCAP(int (*)(pcap_dumper_t *), "pcap_dump_flush")(dumper),
		 0);
	CHECK_EQ(LIBPCAP(long (*)(pcap_dumper_t *), "pcap_dump_ftell")(dumper),
		 24 + 16 + 60);
	CHECK_EQ(LIBPCAP(int64_t(*)(pcap_dumper_t *),
			 "pcap_dump_ftell64")(dumper),
		 24 + 16 + 60);
	CHECK_EQ(ftell(LIBPCAP(FILE * (*)(pcap_dumper_t *),
			       "pcap_dump_file")(dumper)),
		 24 + 16 + 60);
	LIBPCAP(void (*)(pcap_dumper_t *), "pcap_dump_close")(dumper);
}

/* Read with our calls in front, each of which lets the handle pass. */
static void check_savefile(const char *path)
{
	pcap_t *(*open_offline)(const char *, char *) = LIBPCAP(
		pcap_t * (*)(const char *, char *), "pcap_open_offline");
	char errbuf[ABI_ERRBUF_SIZE];
	pcap_t *p = open_offline(path, errbuf);
	struct seen seen = {0};

	CHECK(p);
	CHECK(LIBPCAP(FILE * (*)(pcap_t *), "pcap_file")(p));
	CHECK_EQ(pcap_datalink(p), ABI_DLT_EN10MB);
	CHECK_EQ(pcap_major_version(p), 2);
	filter(p, "len == 60");
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(seen.last, 7);
	CHECK_EQ(pcap_inject(p, "x", 1), ABI_ERROR);
	pcap_close(p);
}

int main(void)
{
	struct opened peer;
	char path[128];
	pcap_t *p;

	begin();
	peer = open_raw("vale0:2");
	p = activated("vale0:1");
	snprintf(path, sizeof(path), "/tmp/through-%d.pcap", (int)getpid());
	check_live(p);
	check_perror(p);
	check_dumper(p, &peer, path);
	check_savefile(path);
	unlink(path);
	pcap_close(p);
	nmd_close(peer.port);
	finish();
	return 0;
}
