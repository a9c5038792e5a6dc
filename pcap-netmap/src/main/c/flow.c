/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#define TAGS 2     /* VLAN tags that are looked behind */
#define HEADERS 8  /* of IPv6, before the transport's */
#define ANY_PORT 0 /* of frames without ports */

/* What is left of a frame, read on from the front. */
struct rest {
	const uint8_t *at;
	uint32_t len;
};

static bool skip(struct rest *r, uint32_t bytes)
{
	if (bytes > r->len)
		return false;
	r->at += bytes;
	r->len -= bytes;
	return true;
}

static uint32_t word16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
	return x ^ x >> 32;
}

/* One of the two who talk. */
static uint64_t end_of(const uint8_t *address, uint32_t bytes, uint32_t port)
{
	uint64_t sum = port + 1;

	for (uint32_t i = 0; i < bytes; i += 4) {
		uint32_t word = 0;

		memcpy(&word, address + i, bytes - i < 4 ? bytes - i : 4);
		sum = mix(sum ^ word);
	}
	return sum;
}

/* The sum is the same whoever of the two sends. */
static uint32_t hash_of(const uint8_t *from, const uint8_t *to, uint32_t bytes,
			uint32_t protocol, uint32_t ports)
{
	uint64_t sum = end_of(from, bytes, ports >> 16) +
		       end_of(to, bytes, ports & 0xffff);

	return (uint32_t)(mix(sum ^ protocol) >> 32);
}

static uint32_t ports_of(const struct rest *r, uint32_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return r->len < 4 ? ANY_PORT
				  : word16(r->at) << 16 | word16(r->at + 2);
	default:
		return ANY_PORT;
	}
}

static bool hash_ipv4(struct rest r, uint32_t *hash)
{
	const uint8_t *ip = r.at;
	bool fragment;

	if (r.len < 20 || ip[0] >> 4 != 4)
		return false;
	fragment = word16(ip + 6) & 0x3fff; /* MF, or not the first */
	if (!skip(&r, 4u * (ip[0] & 15)))
		r.len = 0;
	*hash = hash_of(ip + 12, ip + 16, 4, ip[9],
			fragment ? ANY_PORT : ports_of(&r, ip[9]));
	return true;
}

/* Goes behind the extension headers; *fragment: one of them says so. */
static uint32_t transport_of(struct rest *r, uint32_t next, bool *fragment)
{
	for (int i = 0; i < HEADERS && r->len >= 8; i++) {
		uint32_t length = 8 + 8u * r->at[1];

		if (next == IPPROTO_FRAGMENT) {
			*fragment = true;
			length = 8;
		} else if (next == IPPROTO_AH) {
			length = 8 + 4u * r->at[1];
		} else if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
			   next != IPPROTO_DSTOPTS) {
			break;
		}
		next = r->at[0];
		if (!skip(r, length))
			r->len = 0;
	}
	return next;
}

static bool hash_ipv6(struct rest r, uint32_t *hash)
{
	const uint8_t *ip = r.at;
	bool fragment = false;
	uint32_t protocol;

	if (r.len < 40 || ip[0] >> 4 != 6)
		return false;
	skip(&r, 40);
	protocol = transport_of(&r, ip[6], &fragment);
	*hash = hash_of(ip + 8, ip + 24, 16, protocol,
			fragment ? ANY_PORT : ports_of(&r, protocol));
	return true;
}

uint32_t flow_hash(const uint8_t *frame, uint32_t len)
{
	struct rest r = {frame, len};
	uint32_t type, hash;

	skip(&r, 12);
	type = word16(r.at);
	for (int i = 0; i < TAGS && r.len >= 6 &&
			(type == ETH_P_8021Q || type == ETH_P_8021AD);
	     i++) {
		skip(&r, 4);
		type = word16(r.at);
	}
	skip(&r, 2);
	if (type == ETH_P_IP && hash_ipv4(r, &hash))
		return hash;
	if (type == ETH_P_IPV6 && hash_ipv6(r, &hash))
		return hash;
	return hash_of(frame, frame + 6, 6, type, ANY_PORT);
}
