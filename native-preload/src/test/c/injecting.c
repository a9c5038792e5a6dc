// SPDX-License-Identifier: BSD-2-Clause
/* pcap_inject and pcap_sendpacket: lengths, errors, who sees the frame. */
#include "pcap_testing.h"

static void check_lengths(pcap_t *p)
{
	static uint8_t frame[70000];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	CHECK_EQ(pcap_inject(p, frame, 60), 60);
	CHECK_EQ(pcap_inject(p, frame, 14), 14);
	CHECK_EQ(pcap_sendpacket(p, frame, 60), 0);
	CHECK_EQ(pcap_inject(p, frame, 10), ABI_ERROR);
	CHECK_TEXT(error_of(p), "send: Invalid argument");
	CHECK_EQ(pcap_sendpacket(p, frame, 10), ABI_ERROR);
	CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), ABI_ERROR);
	CHECK_TEXT(error_of(p), "send: Message too long");
	CHECK_EQ(pcap_inject(p, frame, 0), ABI_ERROR);
	CHECK(strstr(error_of(p), "must not be zero"));
	CHECK_EQ(pcap_sendpacket(p, frame, 0), ABI_ERROR);
	CHECK_EQ(pcap_sendpacket(p, frame, -1), ABI_ERROR);
	CHECK(strstr(error_of(p), "must be positive"));
}

/* Not on the sending handle, but on another of the same port, as outgoing. */
static void check_who_sees(const struct opened *peer)
{
	struct seen own = {0}, second = {0};
	uint8_t frame[60];
	pcap_t *sender = nonblocking("vale0:1");
	pcap_t *beside = nonblocking("vale0:1");

	make_frame(frame, 255, 1, sizeof(frame), 0);
	discard(peer);
	CHECK_EQ(pcap_inject(sender, frame, sizeof(frame)), sizeof(frame));
	CHECK_EQ(dispatch(sender, -1, &own), 0);
	CHECK_EQ(dispatch(beside, -1, &second), 1);
	CHECK_EQ(discard(peer), 1);
	CHECK_EQ(pcap_setdirection(beside, ABI_D_IN), 0);
	CHECK_EQ(pcap_inject(sender, frame, sizeof(frame)), sizeof(frame));
	CHECK_EQ(dispatch(beside, -1, &second), 0);
	CHECK_EQ(discard(peer), 1);
	pcap_close(beside);
	pcap_close(sender);
}

/* More than the transmit ring holds, each at once and whole. */
static void check_many(const struct opened *peer)
{
	uint8_t frame[60];
	pcap_t *p = nonblocking("vale0:1");

	for (int i = 0; i < 5000; i++) {
		make_frame(frame, 255, 1, sizeof(frame), (uint8_t)i);
		CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
		CHECK_EQ(readable(peer), 1);
		CHECK_EQ(memcmp(buffer_of(peer->rx, peer->rx->head), frame,
				sizeof(frame)),
			 0);
		give_back(peer, 1);
	}
	pcap_close(p);
}

struct whole {
	const uint8_t *frame;
	uint32_t length;
};

static void compare(unsigned char *user, const struct abi_pkthdr *header,
		    const unsigned char *bytes)
{
	const struct whole *whole = (const struct whole *)user;

	CHECK_EQ(header->caplen, whole->length);
	CHECK_EQ(memcmp(bytes, whole->frame, whole->length), 0);
}

/* Longer than a buffer: several slots on the way, one packet at the end. */
static void check_long(void)
{
	static uint8_t frame[65535];
	struct whole whole = {frame, sizeof(frame)};
	pcap_t *from = nonblocking("vale1:1"), *to = nonblocking("vale1:2");

	make_frame(frame, 255, 1, sizeof(frame), 0);
	CHECK_EQ(pcap_inject(from, frame, sizeof(frame)), sizeof(frame));
	CHECK_EQ(pcap_dispatch(to, -1, compare, (unsigned char *)&whole), 1);
	pcap_close(from);
	pcap_close(to);
}

int main(void)
{
	struct opened peer;
	pcap_t *p;

	begin();
	peer = open_raw("vale0:2");
	p = nonblocking("vale0:1");
	check_lengths(p);
	pcap_close(p);
	check_who_sees(&peer);
	check_many(&peer);
	check_long();
	nmd_close(peer.port);
	finish();
	return 0;
}
