/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_segments.h"

#include <string.h>

#include "checksum.h"

#define ETHERNET 14
#define VLAN_TAG 4
#define VLAN_TAGS 2
#define IPV4 0x0800u
#define IPV6 0x86ddu
#define TCP 6
#define TCP_CHECKSUM 16
/* Flags that only the last or the first segment has. */
#define FIN_PSH 0x09
#define CWR 0x80
#define SUM_STEP (32 << 10) /* bytes that are summed at once */

static void put_word(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* Where the link's header ends; the type of what follows. */
static uint32_t link_end(const uint8_t *frame, uint32_t length, uint32_t *type)
{
	uint32_t at = ETHERNET;

	*type = length < at ? 0 : word_at(frame + at - 2);
	for (int i = 0; i < VLAN_TAGS && (*type == 0x8100 || *type == 0x88a8) &&
			length >= at + VLAN_TAG;
	     i++) {
		at += VLAN_TAG;
		*type = word_at(frame + at - 2);
	}
	return at;
}

/*
 * IP's headers and length. What is longer than a length can say has none, and
 * ends with the frame.
 */
static bool look_at_ip(struct kernel_segments *s, uint32_t type)
{
	const uint8_t *ip = s->frame + s->ip;
	uint32_t left = s->length - s->ip, whole;

	if (type == IPV4 && left >= 20 && ip[0] >> 4 == 4 && ip[9] == TCP &&
	    !(word_at(ip + 6) & 0x3fff)) {
		s->tcp = s->ip + (ip[0] & 15u) * 4;
		whole = word_at(ip + 2);
		if (s->tcp < s->ip + 20)
			return false;
	} else if (type == IPV6 && left >= 40 && ip[0] >> 4 == 6 &&
		   ip[6] == TCP) {
		s->tcp = s->ip + 40;
		s->ipv6 = true;
		whole = word_at(ip + 4) ? 40 + word_at(ip + 4) : 0;
	} else {
		return false;
	}
	if (whole > left)
		return false;
	s->length = s->ip + (whole ? whole : left);
	return true;
}

static bool look_at_tcp(struct kernel_segments *s)
{
	if (s->length < s->tcp || s->length - s->tcp < 20)
		return false;
	s->payload = s->tcp + (uint32_t)(s->frame[s->tcp + 12] >> 4) * 4;
	return s->payload >= s->tcp + 20 && s->payload < s->length;
}

/* Of TCP's pseudo-header; length: from TCP's header on. */
static uint16_t pseudo_sum(const struct kernel_segments *s, const uint8_t *ip,
			   uint32_t length)
{
	return s->ipv6 ? checksum_sum(ip + 8, 32, TCP + length)
		       : checksum_sum(ip + 12, 8, TCP + length);
}

/*
 * Right, or left to the hardware, which is to begin with the sum of the
 * pseudo-header. Others are of damaged frames, which new ones would hide.
 */
static bool has_checksum(const struct kernel_segments *s)
{
	const uint8_t *at = s->frame + s->tcp, *end = s->frame + s->length;
	uint16_t sum = pseudo_sum(s, s->frame + s->ip, s->length - s->tcp);

	if (word_at(at + TCP_CHECKSUM) == sum)
		return true;
	for (; end - at > SUM_STEP; at += SUM_STEP)
		sum = checksum_sum(at, SUM_STEP, sum);
	return checksum_sum(at, (uint32_t)(end - at), sum) == 0xffff;
}

bool kernel_segments_begin(struct kernel_segments *s, const uint8_t *frame,
			   uint32_t length, uint32_t mtu, uint32_t most)
{
	uint32_t type, longest;

	*s = (struct kernel_segments){.frame = frame, .length = length};
	s->ip = link_end(frame, length, &type);
	longest = mtu < most && s->ip < most - mtu ? s->ip + mtu : most;
	if (length <= longest || !look_at_ip(s, type) || !look_at_tcp(s) ||
	    s->length <= longest || s->payload >= longest || !has_checksum(s))
		return false;
	s->part = longest - s->payload;
	s->count = (s->length - s->payload + s->part - 1) / s->part;
	return true;
}

static void write_ip(const struct kernel_segments *s, uint8_t *ip,
		     uint32_t length)
{
	if (s->ipv6) {
		put_word(ip + 4, length - 40);
		return;
	}
	put_word(ip + 2, length);
	put_word(ip + 4, word_at(ip + 4) + s->done);
	put_word(ip + 10, 0);
	put_word(ip + 10, ~checksum_sum(ip, s->tcp - s->ip, 0));
}

static void write_sequence(const struct kernel_segments *s, uint8_t *tcp)
{
	uint32_t sequence = word_at(tcp + 4) << 16 | word_at(tcp + 6);

	sequence += s->done * s->part;
	put_word(tcp + 4, sequence >> 16);
	put_word(tcp + 6, sequence);
}

/* length: from TCP's header on. */
static void write_checksum(const struct kernel_segments *s, uint8_t *to,
			   uint32_t length)
{
	const uint8_t *ip = to + s->ip;
	uint8_t *tcp = to + s->tcp;

	put_word(tcp + TCP_CHECKSUM, 0);
	put_word(tcp + TCP_CHECKSUM,
		 ~checksum_sum(tcp, length, pseudo_sum(s, ip, length)));
}

uint32_t kernel_segments_next(struct kernel_segments *s, uint8_t *to)
{
	uint32_t from = s->payload + s->done * s->part;
	uint32_t n = s->part, end;
	uint8_t *tcp = to + s->tcp;

	if (s->done == s->count)
		return 0;
	if (s->done + 1 == s->count)
		n = s->length - from;
	end = s->payload + n;
	memcpy(to, s->frame, s->payload);
	memcpy(to + s->payload, s->frame + from, n);
	write_ip(s, to + s->ip, end - s->ip);
	write_sequence(s, tcp);
	if (s->done > 0)
		tcp[13] &= (uint8_t)~CWR;
	if (s->done + 1 < s->count)
		tcp[13] &= (uint8_t)~FIN_PSH;
	write_checksum(s, to, end - s->tcp);
	s->done++;
	return end;
}
