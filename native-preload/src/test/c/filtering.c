// SPDX-License-Identifier: BSD-2-Clause
/* Filters, direction, protocol: what arrives, how much of it, what counts. */
#include "pcap_testing.h"

/* Frames of type ethertype; byte 14 is their number. */
static void feed_type(const struct opened *peer, uint16_t ethertype, int count)
{
	uint8_t frame[60];

	for (int i = 0; i < count; i++) {
		make_frame(frame, 255, 2, sizeof(frame), 0);
		frame[12] = (uint8_t)(ethertype >> 8);
		frame[13] = (uint8_t)ethertype;
		frame[14] = (uint8_t)i;
		send_one(peer, frame, sizeof(frame));
	}
}

static void check_accepts(const struct opened *peer)
{
	struct seen seen = {0};
	struct abi_stat stats;
	pcap_t *p = nonblocking("vale0:1");

	filter(p, "ether proto 0x88b6 and ether[14] < 5");
	feed_type(peer, 0x88b5, 10);
	feed_type(peer, 0x88b6, 10);
	CHECK_EQ(dispatch(p, -1, &seen), 5);
	CHECK_EQ(seen.last, 4);
	CHECK_EQ(pcap_stats(p, &stats), 0);
	CHECK_EQ(stats.ps_recv, 5);
	CHECK_EQ(stats.ps_drop, 0);
	pcap_close(p);
}

/* Of what was queued the new filter drops what it rejects; all is counted. */
static void check_flush(const struct opened *peer)
{
	struct seen seen = {0};
	struct abi_stat stats;
	pcap_t *p = nonblocking("vale0:1");

	feed_type(peer, 0x88b5, 20);
	feed_type(peer, 0x88b6, 3);
	CHECK_EQ(dispatch(p, 5, &seen), 5);
	filter(p, "ether proto 0x88b6");
	CHECK_EQ(dispatch(p, -1, &seen), 3);
	feed_type(peer, 0x88b5, 3);
	feed_type(peer, 0x88b6, 4);
	CHECK_EQ(dispatch(p, -1, &seen), 4);
	CHECK_EQ(pcap_stats(p, &stats), 0);
	CHECK_EQ(stats.ps_recv, 27);
	pcap_close(p);
}

/* Longer than the device takes: kind 7, told after many instructions. */
static void set_long(pcap_t *p, uint32_t keep)
{
	enum {
		LENGTH = 6000
	};
	static struct abi_insn code[LENGTH];
	struct abi_program program = {LENGTH, code};

	for (int i = 0; i < LENGTH - 4; i++)
		code[i] = (struct abi_insn){0x04, 0, 0, 1};   /* add #1 */
	code[LENGTH - 4] = (struct abi_insn){0x30, 0, 0, 14}; /* ldb [14] */
	code[LENGTH - 3] = (struct abi_insn){0x15, 0, 1, 7};  /* jeq #7 */
	code[LENGTH - 2] = (struct abi_insn){0x06, 0, 0, keep};
	code[LENGTH - 1] = (struct abi_insn){0x06, 0, 0, 0};
	CHECK_EQ(pcap_setfilter(p, &program), 0);
}

static void check_long(const struct opened *peer)
{
	struct seen seen = {0};
	pcap_t *p = nonblocking("vale0:1");

	feed_type(peer, 0x88b5, 20);
	CHECK_EQ(dispatch(p, 3, &seen), 3);
	set_long(p, 30);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(seen.last, 7);
	CHECK_EQ(seen.header.caplen, 60);
	CHECK_EQ(seen.header.len, 60);
	for (int i = 0; i < 3; i++)
		feed_type(peer, 0x88b5, 20);
	CHECK_EQ(dispatch(p, 2, &seen), 2);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(dispatch(p, -1, &seen), 0);
	filter(p, "ether proto 0x88b5");
	feed_type(peer, 0x88b5, 20);
	CHECK_EQ(dispatch(p, -1, &seen), 20);
	CHECK_EQ(seen.header.caplen, 60);
	pcap_close(p);
}

/* A filter that is set in a callback holds from the next packet on. */
static void set_filter(unsigned char *user, const struct abi_pkthdr *header,
		       const unsigned char *bytes)
{
	(void)header;
	(void)bytes;
	filter((pcap_t *)user, "ether proto 0x88b6");
}

static void check_flush_in_callback(const struct opened *peer)
{
	struct seen seen = {0};
	pcap_t *p = nonblocking("vale0:1");

	feed_type(peer, 0x88b5, 20);
	CHECK_EQ(pcap_dispatch(p, -1, set_filter, (unsigned char *)p), 1);
	feed_type(peer, 0x88b6, 2);
	CHECK_EQ(dispatch(p, -1, &seen), 2);
	pcap_close(p);
}

/* caplen is the least of the program's answer, the snap length, the frame. */
static void check_answer(const struct opened *peer, uint32_t k, uint32_t caplen)
{
	struct abi_insn accept = {0x06, 0, 0, k};
	struct abi_program program = {1, &accept};
	struct seen seen = {0};
	pcap_t *p = create("vale0:1");

	CHECK_EQ(pcap_set_snaplen(p, 50), 0);
	CHECK_EQ(pcap_activate(p), 0);
	CHECK_EQ(pcap_setfilter(p, &program), 0);
	feed(peer, 0, 1);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.header.caplen, caplen);
	CHECK_EQ(seen.header.len, 60);
	pcap_close(p);
}

static void check_bad_programs(void)
{
	struct abi_insn no_return = {0x28, 0, 0, 12};
	struct abi_program empty = {0, NULL}, bad = {1, &no_return}, program;
	pcap_t *p = nonblocking("vale0:1");

	CHECK_EQ(pcap_setfilter(p, NULL), ABI_ERROR);
	CHECK_TEXT(error_of(p), "setfilter: No filter specified");
	CHECK_EQ(pcap_setfilter(p, &empty), ABI_ERROR);
	CHECK_TEXT(error_of(p), "BPF program is not valid");
	CHECK_EQ(pcap_setfilter(p, &bad), ABI_ERROR);
	CHECK_TEXT(error_of(p), "BPF program is not valid");
	CHECK_EQ(pcap_compile(p, &program, "no such thing", 1, 0), ABI_ERROR);
	CHECK(strstr(error_of(p), "can't parse filter expression"));
	pcap_close(p);
}

/* An IPv6 packet with a chain of so many headers before its UDP header. */
static void feed_chain(const struct opened *peer, uint32_t headers)
{
	uint8_t frame[14 + 40 + 8 * 40 + 8];
	uint32_t length = 14 + 40 + 8 * headers + 8;
	uint8_t *header = frame + 14 + 40;

	make_frame(frame, 255, 2, sizeof(frame), 0);
	memset(frame + 14, 0, sizeof(frame) - 14);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	frame[14] = 0x60;
	frame[20] = headers ? 60 : 17; /* destination options, UDP */
	for (uint32_t i = 0; i < headers; i++, header += 8)
		header[0] = i + 1 < headers ? 60 : 17;
	send_one(peer, frame, length);
}

/* Its program jumps backwards, which stock's kernel leaves to libpcap. */
static void check_protochain(const struct opened *peer)
{
	struct seen seen = {0};
	pcap_t *p = nonblocking("vale0:1");

	filter(p, "ip6 protochain 17");
	feed_chain(peer, 0);
	feed_chain(peer, 1);
	feed_chain(peer, 40);
	feed_type(peer, 0x86dd, 3);
	CHECK_EQ(dispatch(p, -1, &seen), 3);
	filter(p, "ip6 protochain 6");
	feed_chain(peer, 40);
	CHECK_EQ(dispatch(p, -1, &seen), 0);
	pcap_close(p);
}

static void check_direction(const struct opened *peer)
{
	struct opened same = open_raw("vale0:1");
	struct seen seen = {0};
	pcap_t *p = nonblocking("vale0:1");

	feed(peer, 0, 1);
	feed(&same, 0, 2);
	CHECK_EQ(dispatch(p, -1, &seen), 3);
	CHECK_EQ(pcap_setdirection(p, ABI_D_IN), 0);
	feed(peer, 0, 1);
	feed(&same, 0, 2);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(pcap_setdirection(p, ABI_D_OUT), 0);
	feed(peer, 0, 1);
	feed(&same, 0, 2);
	CHECK_EQ(dispatch(p, -1, &seen), 2);
	CHECK_EQ(pcap_setdirection(p, 7), ABI_ERROR);
	CHECK_TEXT(error_of(p), "Invalid direction");
	pcap_close(p);
	nmd_close(same.port);
}

/* A handle for one protocol gets no other, with a filter or without. */
static void check_protocol(const struct opened *peer)
{
	struct seen seen = {0};
	pcap_t *p = create("vale0:1");
	char errbuf[ABI_ERRBUF_SIZE];

	CHECK_EQ(pcap_set_protocol_linux(p, 0x88b6), 0);
	CHECK_EQ(pcap_setnonblock(p, 1, errbuf), 0);
	CHECK_EQ(pcap_activate(p), 0);
	feed_type(peer, 0x88b5, 3);
	feed_type(peer, 0x88b6, 4);
	CHECK_EQ(dispatch(p, -1, &seen), 4);
	filter(p, "ether[14] = 1");
	feed_type(peer, 0x88b5, 3);
	feed_type(peer, 0x88b6, 4);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(seen.last, 1);
	pcap_close(p);
}

int main(void)
{
	struct opened peer;

	begin();
	peer = open_raw("vale0:2");
	check_accepts(&peer);
	check_flush(&peer);
	check_long(&peer);
	check_flush_in_callback(&peer);
	check_answer(&peer, 262144, 50);
	check_answer(&peer, 20, 20);
	check_bad_programs();
	check_protochain(&peer);
	check_direction(&peer);
	check_protocol(&peer);
	nmd_close(peer.port);
	finish();
	return 0;
}
