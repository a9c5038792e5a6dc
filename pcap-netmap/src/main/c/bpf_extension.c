/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf_extension.h"

#include <linux/if_packet.h>
#include <string.h>

#define ETHERNET_HEADER 14
#define ETHERNET_TYPE_AT 12
#define SMALLEST_TYPE 0x600 /* below: the length of an 802.3 frame */
#define TYPE_802_3 0x0001
#define TYPE_802_2 0x0004
#define HARDWARE_ETHERNET 1

static struct bpf_place place(enum bpf_source source, uint32_t at)
{
	return (struct bpf_place){source, at};
}

static struct bpf_place extension(uint32_t what, uint32_t ifindex)
{
	switch (what) {
	case SKF_AD_PROTOCOL:
	case SKF_AD_PKTTYPE:
		return place(BPF_COMPUTED, what);
	case SKF_AD_IFINDEX:
		return place(BPF_CONSTANT, ifindex);
	case SKF_AD_HATYPE:
		return place(BPF_CONSTANT, HARDWARE_ETHERNET);
	case SKF_AD_MARK:
	case SKF_AD_QUEUE:
	case SKF_AD_RXHASH:
	case SKF_AD_VLAN_TAG:
	case SKF_AD_VLAN_TAG_PRESENT:
	case SKF_AD_VLAN_TPID:
		return place(BPF_CONSTANT, 0);
	case SKF_AD_ALU_XOR_X:
		return place(BPF_XOR_X, 0);
	default:
		return place(BPF_NOWHERE, 0);
	}
}

struct bpf_place bpf_place_of(uint32_t offset, uint32_t ifindex)
{
	if (offset < (uint32_t)SKF_LL_OFF)
		return place(BPF_IN_FRAME, offset);
	if (offset < (uint32_t)SKF_NET_OFF)
		return place(BPF_IN_FRAME, offset - (uint32_t)SKF_LL_OFF);
	if (offset < (uint32_t)SKF_AD_OFF)
		return place(BPF_IN_FRAME,
			     offset - (uint32_t)SKF_NET_OFF + ETHERNET_HEADER);
	return extension(offset - (uint32_t)SKF_AD_OFF, ifindex);
}

static uint32_t packet_type(const uint8_t *frame, uint32_t have,
			    uint32_t direction)
{
	static const uint8_t broadcast[6] = {0xff, 0xff, 0xff,
					     0xff, 0xff, 0xff};

	if (direction == NMD_OUT)
		return PACKET_OUTGOING;
	if (have < sizeof(broadcast) || !(frame[0] & 1))
		return PACKET_HOST;
	return memcmp(frame, broadcast, sizeof(broadcast)) ? PACKET_MULTICAST
							   : PACKET_BROADCAST;
}

/* 16 bits at an offset; 0 beyond the data. */
static uint32_t half_at(const uint8_t *frame, uint32_t have, uint32_t at)
{
	return at + 2 <= have ? (uint32_t)frame[at] << 8 | frame[at + 1] : 0;
}

static uint32_t protocol(const uint8_t *frame, uint32_t have)
{
	uint32_t type = half_at(frame, have, ETHERNET_TYPE_AT);

	if (type >= SMALLEST_TYPE)
		return type;
	/* Novell's IPX begins with ones in place of an 802.2 header. */
	return half_at(frame, have, ETHERNET_HEADER) == 0xffff ? TYPE_802_3
							       : TYPE_802_2;
}

uint32_t bpf_compute(const uint8_t *frame, uint32_t have, uint32_t what,
		     uint32_t direction)
{
	return what == SKF_AD_PKTTYPE ? packet_type(frame, have, direction)
				      : protocol(frame, have);
}
