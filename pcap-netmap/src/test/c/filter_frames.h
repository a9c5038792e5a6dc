/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames of many kinds, put together from headers, for filters to look at. */
#ifndef FILTER_FRAMES_H
#define FILTER_FRAMES_H

#include "testing.h"

#define FRAME_ROOM 512

struct built {
	uint8_t bytes[FRAME_ROOM];
	uint32_t len;
};

static inline void add(struct built *f, const void *bytes, uint32_t n)
{
	CHECK(f->len + n <= FRAME_ROOM);
	memcpy(f->bytes + f->len, bytes, n);
	f->len += n;
}

#define ADD(f, ...)                            \
	add(f, (const uint8_t[]){__VA_ARGS__}, \
	    sizeof((const uint8_t[]){__VA_ARGS__}))

static inline void add_half(struct built *f, uint32_t value)
{
	ADD(f, (uint8_t)(value >> 8), (uint8_t)value);
}

static inline void add_addresses(struct built *f, uint8_t to)
{
	uint8_t both[12];

	address(both, to);
	address(both + 6, 1);
	add(f, both, sizeof(both));
}

static inline void add_zeroes(struct built *f, uint32_t n)
{
	static const uint8_t zeroes[FRAME_ROOM];

	add(f, zeroes, n);
}

/* options: words of them; fragment: flags and offset. */
static inline void add_ipv4(struct built *f, uint8_t protocol, uint8_t host,
			    uint32_t options, uint32_t fragment)
{
	ADD(f, (uint8_t)(0x45 + options), 0);
	add_half(f, 46 + options * 4);
	ADD(f, 0, 1);
	add_half(f, fragment);
	ADD(f, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, host);
	add_zeroes(f, options * 4);
}

static inline void add_ipv6(struct built *f, uint8_t next)
{
	ADD(f, 0x60, 0, 0, 0, 0, 26, next, 64);
	ADD(f, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
	ADD(f, 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
}

static inline void add_udp(struct built *f, uint32_t port)
{
	add_half(f, 12345);
	add_half(f, port);
	add_half(f, 26);
	add_half(f, 0);
	add_zeroes(f, 18);
}

static inline void add_tcp(struct built *f, uint32_t port, uint8_t flags)
{
	add_half(f, port);
	add_half(f, 12345);
	ADD(f, 0, 0, 0, 1, 0, 0, 0, 2, 0x60, flags, 1, 0, 0, 0, 0, 0);
	ADD(f, 2, 4, 5, 0xb4, 'G', 'E', 'T', ' ', '/');
}

/* What follows an Ethernet type: one of these, by number. */
#define PAYLOADS 22

static inline void add_ipv4_kind(struct built *f, uint32_t kind)
{
	static const struct {
		uint8_t protocol, host;
		uint16_t options, fragment;
	} kinds[] = {
		{17, 2, 0, 0},      {17, 2, 2, 0},     {17, 3, 0, 0x2000},
		{17, 3, 0, 0x00b9}, {6, 2, 0, 0x4000}, {6, 14, 5, 0},
		{1, 2, 0, 0},       {2, 1, 1, 0},      {47, 5, 0, 0},
		{132, 2, 0, 0},     {51, 2, 0, 0},
	};

	add_half(f, 0x0800);
	add_ipv4(f, kinds[kind].protocol, kinds[kind].host, kinds[kind].options,
		 kinds[kind].fragment);
	switch (kinds[kind].protocol) {
	case 17:
		add_udp(f, kind % 2 ? 53 : 1053);
		return;
	case 6:
		add_tcp(f, kind % 2 ? 443 : 80, kind % 2 ? 2 : 0x12);
		return;
	case 1:
		ADD(f, 8, 0, 0, 0, 0, 1, 0, 1);
		return;
	default:
		add_zeroes(f, 26);
	}
}

static inline void add_ipv6_kind(struct built *f, uint32_t kind)
{
	add_half(f, 0x86dd);
	switch (kind) {
	case 0:
		add_ipv6(f, 17);
		add_udp(f, 53);
		return;
	case 1:
		add_ipv6(f, 6);
		add_tcp(f, 80, 0x18);
		return;
	case 2:
		add_ipv6(f, 58);
		ADD(f, 128, 0, 0, 0, 0, 1, 0, 1);
		return;
	case 3: /* hop-by-hop options, then destination options, then UDP */
		add_ipv6(f, 0);
		ADD(f, 60, 0, 1, 4, 0, 0, 0, 0);
		ADD(f, 17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
		add_udp(f, 53);
		return;
	case 4: /* a fragment */
		add_ipv6(f, 44);
		ADD(f, 17, 0, 0, 0x59, 0, 0, 0, 1);
		add_zeroes(f, 20);
		return;
	default: /* a routing header */
		add_ipv6(f, 43);
		ADD(f, 6, 0, 0, 0, 0, 0, 0, 0);
		add_tcp(f, 443, 2);
	}
}

static inline void add_payload(struct built *f, uint32_t kind)
{
	if (kind < 11) {
		add_ipv4_kind(f, kind);
		return;
	}
	if (kind < 17) {
		add_ipv6_kind(f, kind - 11);
		return;
	}
	switch (kind) {
	case 17:
		ADD(f, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10,
		    0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2);
		return;
	case 18: /* two MPLS labels, the second the last, IPv4 within */
		ADD(f, 0x88, 0x47, 0, 0x3e, 0x80, 64, 0, 0x3e, 0x91, 64);
		add_ipv4(f, 17, 2, 0, 0);
		add_udp(f, 53);
		return;
	case 19: /* a PPPoE session, IPv4 within */
		ADD(f, 0x88, 0x64, 0x11, 0, 0x12, 0x34, 0, 48, 0, 0x21);
		add_ipv4(f, 17, 2, 0, 0);
		add_udp(f, 53);
		return;
	case 20: /* a spanning tree's 802.3 frame */
		ADD(f, 0, 38, 0x42, 0x42, 3, 0, 0, 0, 0, 0);
		add_zeroes(f, 36);
		return;
	default: /* Geneve over UDP */
		add_half(f, 0x0800);
		add_ipv4(f, 17, 2, 0, 0);
		add_half(f, 12345);
		add_half(f, 6081);
		ADD(f, 0, 60, 0, 0, 0, 0, 0x65, 0x58, 0, 0, 100, 0);
		add_addresses(f, 2);
		add_ipv4_kind(f, 1);
	}
}

/* Tags before the type. */
#define TAGGINGS 5

static inline void add_tags(struct built *f, uint32_t tagging)
{
	switch (tagging) {
	case 1:
		ADD(f, 0x81, 0x00, 0x20, 100);
		return;
	case 2:
		ADD(f, 0x88, 0xa8, 0x00, 100, 0x81, 0x00, 0x00, 200);
		return;
	case 3:
		ADD(f, 0x81, 0x00, 0x0f, 0xff);
		return;
	case 4:
		ADD(f, 0x91, 0x00, 0x00, 100, 0x91, 0x00, 0x00, 200);
		return;
	default:
		return;
	}
}

/* To one, to all, to a group. */
#define RECEIVERS 3

static inline struct built build_frame(uint32_t receiver, uint32_t tagging,
				       uint32_t kind)
{
	struct built f = {.len = 0};

	add_addresses(&f, receiver == 1 ? 255 : 2);
	if (receiver == 2)
		f.bytes[0] |= 1;
	add_tags(&f, tagging);
	add_payload(&f, kind);
	if (f.len < 60)
		add_zeroes(&f, 60 - f.len);
	return f;
}

#endif
