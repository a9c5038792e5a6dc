/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large TCP frames are cut into frames of the interface's length: put together
 * again they are what was sent, each with its own numbers, flags and
 * checksums. Whatever else comes, cut short or scribbled over, is left alone or
 * cut within its bounds.
 */
#include "kernel_segments.h"
#include "testing.h"

#define LONGEST (200u << 10)
#define BUFFER 2048
#define ROUNDS 3000
#define FIN_PSH 0x09
#define CWR 0x80

static uint32_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static void put(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static uint32_t sum(const uint8_t *p, uint32_t length, uint32_t before)
{
	for (uint32_t i = 0; i < length; i++)
		before += (uint32_t)p[i] << (i % 2 ? 0 : 8);
	while (before >> 16)
		before = (before & 0xffff) + (before >> 16);
	return before;
}

/* A frame and what it is made of. */
struct made {
	uint8_t *frame;
	bool v6, summed; /* its checksum is not left to the hardware */
	uint32_t ip, tcp, payload, end, length;
};

static void make_ip(const struct made *m)
{
	uint8_t *ip = m->frame + m->ip;
	uint32_t whole = m->end - m->ip;

	ip[0] = m->v6 ? 0x60 : (uint8_t)(0x40 | (m->tcp - m->ip) / 4);
	if (m->v6) {
		put(ip + 4, whole - 40 > 0xffff ? 0 : whole - 40);
		ip[6] = 6;
		return;
	}
	put(ip + 2, whole > 0xffff ? 0 : whole);
	put(ip + 6, 0x4000);
	ip[9] = 6;
}

static uint32_t pseudo_sum(const struct made *m, const uint8_t *frame,
			   uint32_t length)
{
	const uint8_t *ip = frame + m->ip;

	return m->v6 ? sum(ip + 8, 32, 6 + length)
		     : sum(ip + 12, 8, 6 + length);
}

static void make_checksum(const struct made *m)
{
	uint32_t length = m->end - m->tcp;
	uint32_t pseudo = pseudo_sum(m, m->frame, length);
	uint8_t *tcp = m->frame + m->tcp;

	put(tcp + 16, m->summed ? 0 : pseudo);
	for (uint32_t i = 0; m->summed && i < length; i += 1000)
		pseudo = sum(tcp + i, length - i < 1000 ? length - i : 1000,
			     pseudo);
	if (m->summed)
		put(tcp + 16, ~pseudo);
}

/* With up to two tags, IP's and TCP's options, and padding behind it. */
static struct made make(uint8_t *frame, uint32_t payload)
{
	struct made m = {.frame = frame, .v6 = below(2), .summed = below(2)};
	uint32_t tags = below(3), options = below(11);

	m.ip = 14 + 4 * tags;
	m.tcp = m.ip + (m.v6 ? 40 : 20 + 4 * below(11));
	m.payload = m.tcp + 20 + 4 * options;
	m.end = m.payload + payload;
	m.length = m.end + (m.end - m.ip > 0xffff ? 0 : below(7));
	for (uint32_t i = 0; i < m.length; i++)
		frame[i] = (uint8_t)below(256);
	for (uint32_t i = 0; i < tags; i++)
		put(frame + 12 + 4 * i, i + 1 < tags ? 0x88a8 : 0x8100);
	put(frame + m.ip - 2, m.v6 ? 0x86dd : 0x0800);
	make_ip(&m);
	frame[m.tcp + 12] = (uint8_t)((5 + options) << 4);
	make_checksum(&m);
	return m;
}

static void checksums_are_right(const struct made *m, const uint8_t *part,
				uint32_t length)
{
	const uint8_t *ip = part + m->ip;
	uint32_t transport = length - m->tcp;

	CHECK_EQ(sum(part + m->tcp, transport, pseudo_sum(m, part, transport)),
		 0xffff);
	if (m->v6) {
		CHECK_EQ(word(ip + 4), length - m->ip - 40);
		return;
	}
	CHECK_EQ(word(ip + 2), length - m->ip);
	CHECK_EQ(sum(ip, m->tcp - m->ip, 0), 0xffff);
}

/* What differs from part to part is checked, and made as it was. */
static void numbers_are_right(const struct made *m, uint8_t *part, uint32_t n,
			      uint32_t before, bool last)
{
	const uint8_t *tcp = m->frame + m->tcp;
	uint8_t *t = part + m->tcp, flags = tcp[13];

	CHECK_EQ(word(t + 4) << 16 | word(t + 6),
		 (word(tcp + 4) << 16 | word(tcp + 6)) + before);
	if (!m->v6)
		CHECK_EQ(word(part + m->ip + 4),
			 (word(m->frame + m->ip + 4) + n) & 0xffff);
	CHECK_EQ(t[13], flags & ~(n ? CWR : 0) & ~(last ? 0 : FIN_PSH));
	memcpy(t + 4, tcp + 4, 4);
	memcpy(t + 16, tcp + 16, 2);
	t[13] = flags;
	if (m->v6) {
		memcpy(part + m->ip + 4, m->frame + m->ip + 4, 2);
		return;
	}
	memcpy(part + m->ip + 2, m->frame + m->ip + 2, 4);
	memcpy(part + m->ip + 10, m->frame + m->ip + 10, 2);
}

static void is_put_together_again(const struct made *m, uint32_t mtu)
{
	uint8_t part[BUFFER];
	struct kernel_segments s;
	uint32_t n = 0, at = m->payload, length;

	CHECK_EQ(kernel_segments_begin(&s, m->frame, m->length, mtu, BUFFER),
		 m->end - m->ip > mtu);
	if (m->end - m->ip <= mtu)
		return;
	for (; (length = kernel_segments_next(&s, part)) > 0; n++) {
		bool last = n + 1 == s.count;
		uint32_t have = length - m->payload;

		CHECK(length > m->payload);
		CHECK(last || length == m->ip + mtu);
		CHECK(length <= m->ip + mtu);
		checksums_are_right(m, part, length);
		numbers_are_right(m, part, n, at - m->payload, last);
		CHECK_EQ(memcmp(part, m->frame, m->payload), 0);
		CHECK_EQ(memcmp(part + m->payload, m->frame + at, have), 0);
		at += have;
	}
	CHECK_EQ(n, s.count);
	CHECK_EQ(at, m->end);
}

/* The whole of it, in memory that ends with it: for the sanitizer, too. */
static void nothing_is_read_or_written_behind(const uint8_t *frame,
					      uint32_t length)
{
	uint32_t mtu = below(3000), most = 64 + below(BUFFER - 64), n;
	uint8_t *exact = malloc(length ? length : 1), *part = malloc(most);
	struct kernel_segments s;

	CHECK(exact && part);
	memcpy(exact, frame, length);
	if (kernel_segments_begin(&s, exact, length, mtu, most))
		while ((n = kernel_segments_next(&s, part)) > 0)
			CHECK(n <= most);
	free(part);
	free(exact);
}

static void scribbled_frames_stay_within_bounds(const struct made *m)
{
	for (uint32_t n = 1 + below(6); n > 0; n--)
		m->frame[12 + below(m->payload - 12)] = (uint8_t)below(256);
	nothing_is_read_or_written_behind(m->frame, m->length);
	nothing_is_read_or_written_behind(m->frame, below(m->length));
	nothing_is_read_or_written_behind(m->frame, below(m->payload + 1));
}

static void is_left(const struct made *m, uint32_t at, uint8_t value)
{
	struct kernel_segments s;
	uint8_t before = m->frame[at];

	m->frame[at] = value;
	CHECK(!kernel_segments_begin(&s, m->frame, m->length, 1500, BUFFER));
	m->frame[at] = before;
}

/* UDP, fragments, other protocols, damage, lengths that are not true. */
static void others_are_left_alone(uint8_t *frame)
{
	struct made m = make(frame, 20000);

	is_left(&m, m.ip + (m.v6 ? 6 : 9), 17);
	is_left(&m, m.ip - 1, 0x06);
	is_left(&m, m.ip, 0x50);
	is_left(&m, m.tcp + 12, 0x40);
	is_left(&m, m.tcp + 17, m.frame[m.tcp + 17] ^ 1);
	is_left(&m, m.ip + 13, m.frame[m.ip + 13] ^ 1);
	if (m.summed)
		is_left(&m, m.end - 1, m.frame[m.end - 1] ^ 1);
	is_left(&m, m.ip + (m.v6 ? 4 : 2), 0xff);
	if (m.v6)
		return;
	is_left(&m, m.ip + 6, 0x20);
	is_left(&m, m.ip + 7, 0x01);
}

int main(void)
{
	uint8_t *frame = malloc(LONGEST);

	begin();
	CHECK(frame != NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t most = i % 100 ? i % 10 ? 5000 : 60000 : 190000;
		struct made m = make(frame, 1 + below(most));

		is_put_together_again(&m, 576 + below(1400));
		scribbled_frames_stay_within_bounds(&m);
	}
	for (uint32_t i = 0; i < 100; i++)
		others_are_left_alone(frame);
	free(frame);
	finish();
	return 0;
}
