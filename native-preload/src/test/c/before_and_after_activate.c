// SPDX-License-Identifier: BSD-2-Clause
/* What calls answer on a handle that is not activated, and on one that is. */
#include "pcap_testing.h"

#define EARLY(call)                                                  \
	do {                                                         \
		CHECK_EQ(call, ABI_ERROR_NOT_ACTIVATED);             \
		CHECK_TEXT(error_of(p),                              \
			   "This handle hasn't been activated yet"); \
	} while (0)

#define LATE(call)                                                  \
	do {                                                        \
		CHECK_EQ(call, ABI_ERROR_ACTIVATED);                \
		CHECK_TEXT(error_of(p),                             \
			   "can't perform  operation on activated " \
			   "capture");                              \
	} while (0)

static void check_early_reads(pcap_t *p)
{
	char errbuf[ABI_ERRBUF_SIZE] = "";
	const unsigned char *bytes;
	struct abi_pkthdr *header, own;
	struct abi_program program = {0, NULL};
	struct abi_stat stats;

	CHECK_EQ(pcap_fileno(p), -1);
	CHECK_EQ(pcap_get_selectable_fd(p), -1);
	EARLY(pcap_getnonblock(p, errbuf));
	EARLY(pcap_dispatch(p, 1, see, NULL));
	EARLY(pcap_loop(p, 1, see, NULL));
	EARLY(pcap_next_ex(p, &header, &bytes));
	CHECK(!pcap_next(p, &own));
	EARLY(pcap_stats(p, &stats));
	EARLY(pcap_inject(p, "", 60));
	EARLY(pcap_setfilter(p, &program));
	EARLY(pcap_setdirection(p, ABI_D_IN));
	CHECK_EQ(pcap_datalink(p), ABI_ERROR_NOT_ACTIVATED);
	CHECK_EQ(pcap_snapshot(p), ABI_ERROR_NOT_ACTIVATED);
	CHECK_EQ(pcap_is_swapped(p), ABI_ERROR_NOT_ACTIVATED);
	CHECK_EQ(pcap_bufsize(p), ABI_ERROR_NOT_ACTIVATED);
	CHECK_EQ(pcap_sendpacket(p, (const unsigned char *)"", 60), 0);
	CHECK_EQ(pcap_compile(p, &program, "udp", 1, 0), ABI_ERROR);
	CHECK_TEXT(error_of(p), "not-yet-activated pcap_t passed to "
				"pcap_compile");
	CHECK(!pcap_dump_open(p, "/dev/null"));
	CHECK_TEXT(error_of(p), "/dev/null: not-yet-activated pcap_t passed "
				"to pcap_dump_open");
}

static void check_setting(pcap_t *p)
{
	CHECK_EQ(pcap_set_tstamp_type(p, 3), ABI_WARNING_TSTAMP_TYPE_NOTSUP);
	CHECK_EQ(pcap_set_tstamp_type(p, ABI_TSTAMP_HOST), 0);
	CHECK_EQ(pcap_set_tstamp_precision(p, 7),
		 ABI_ERROR_TSTAMP_PRECISION_NOTSUP);
	CHECK_EQ(pcap_set_tstamp_precision(p, ABI_PRECISION_NANO), 0);
	CHECK_EQ(pcap_get_tstamp_precision(p), ABI_PRECISION_NANO);
	CHECK_EQ(pcap_set_snaplen(p, 0), 0);
	CHECK_EQ(pcap_set_promisc(p, 1), 0);
	CHECK_EQ(pcap_set_immediate_mode(p, 1), 0);
	CHECK_EQ(pcap_set_buffer_size(p, 1 << 20), 0);
	CHECK_EQ(pcap_set_protocol_linux(p, 0), 0);
	CHECK_EQ(pcap_can_set_rfmon(p), 0);
}

static void check_late(pcap_t *p)
{
	LATE(pcap_activate(p));
	LATE(pcap_set_snaplen(p, 100));
	LATE(pcap_set_promisc(p, 0));
	LATE(pcap_set_timeout(p, 1));
	LATE(pcap_set_immediate_mode(p, 1));
	LATE(pcap_set_buffer_size(p, 1));
	LATE(pcap_set_rfmon(p, 0));
	LATE(pcap_set_tstamp_type(p, 0));
	LATE(pcap_set_tstamp_precision(p, 7));
	LATE(pcap_set_protocol_linux(p, 0));
}

static void check_datalinks(pcap_t *p)
{
	int *list;

	CHECK_EQ(pcap_datalink(p), ABI_DLT_EN10MB);
	CHECK_EQ(pcap_list_datalinks(p, &list), 2);
	CHECK_EQ(list[0], ABI_DLT_EN10MB);
	CHECK_EQ(list[1], ABI_DLT_DOCSIS);
	LIBPCAP(void (*)(int *), "pcap_free_datalinks")(list);
	CHECK_EQ(pcap_set_datalink(p, 12), ABI_ERROR);
	CHECK_TEXT(error_of(p), "RAW is not one of the DLTs supported by this "
				"device");
	CHECK_EQ(pcap_set_datalink(p, ABI_DLT_DOCSIS), 0);
	CHECK_EQ(pcap_datalink(p), ABI_DLT_DOCSIS);
	CHECK_EQ(pcap_set_datalink(p, ABI_DLT_EN10MB), 0);
}

static void check_open_errors(void)
{
	char errbuf[ABI_ERRBUF_SIZE] = "";
	pcap_t *p = create("vale0:1/nonsense");

	CHECK_EQ(pcap_activate(p), ABI_ERROR);
	CHECK(strstr(error_of(p), "vale0:1/nonsense: "));
	pcap_close(p);
	CHECK(!pcap_open_live("vale0:1/nonsense", 100, 1, 10, errbuf));
	CHECK(strstr(errbuf, "vale0:1/nonsense: ") == errbuf);
	CHECK(!strstr(errbuf + 1, "vale0:1/nonsense"));
	p = create("vale0:1");
	CHECK_EQ(pcap_set_rfmon(p, 1), 0);
	CHECK_EQ(pcap_activate(p), ABI_ERROR_RFMON_NOTSUP);
	pcap_close(p);
}

int main(void)
{
	char errbuf[ABI_ERRBUF_SIZE];
	pcap_t *p;

	begin();
	p = create("vale0:1");
	check_early_reads(p);
	check_setting(p);
	CHECK_EQ(pcap_setnonblock(p, 1, errbuf), 0);
	CHECK_EQ(pcap_activate(p), 0);
	CHECK_EQ(pcap_getnonblock(p, errbuf), 1);
	CHECK_EQ(pcap_snapshot(p), 262144);
	check_late(p);
	check_datalinks(p);
	pcap_close(p);
	check_open_errors();
	finish();
	return 0;
}
