/* SPDX-License-Identifier: BSD-2-Clause */
/* Which frames belong to one flow. */
#include "testing.h"

#include "flow.h"

#define LONGEST 128

/* Both directions of a flow, as frames grow. */
struct pair {
	uint8_t there[LONGEST], back[LONGEST];
	uint32_t len;
};

static void add(struct pair *p, const void *there, const void *back,
		uint32_t len)
{
	memcpy(p->there + p->len, there, len);
	memcpy(p->back + p->len, back, len);
	p->len += len;
}

static void add_same(struct pair *p, const void *bytes, uint32_t len)
{
	add(p, bytes, bytes, len);
}

/* Two things whose order tells the direction. */
static void add_swapped(struct pair *p, const void *one, const void *other,
			uint32_t len)
{
	add(p, one, other, len);
	add(p, other, one, len);
}

static struct pair ethernet(uint16_t type, int tags)
{
	static const uint8_t tag[4] = {0x81, 0, 0, 5};
	const uint8_t last[2] = {(uint8_t)(type >> 8), (uint8_t)type};
	uint8_t one[6], other[6];
	struct pair p = {.len = 0};

	address(one, 1);
	address(other, 2);
	add_swapped(&p, one, other, 6);
	while (tags-- > 0)
		add_same(&p, tag, 4);
	add_same(&p, last, 2);
	return p;
}

static void add_ipv4(struct pair *p, uint8_t protocol, uint16_t fragment)
{
	const uint8_t head[12] = {0x46,
				  0,
				  0,
				  60,
				  0,
				  0,
				  (uint8_t)(fragment >> 8),
				  (uint8_t)fragment,
				  64,
				  protocol,
				  0,
				  0};

	add_same(p, head, 12);
	add_swapped(p, "\12\1\0\1", "\12\1\0\2", 4);
	add_same(p, "\1\1\1\1", 4); /* an option */
}

static void add_ports(struct pair *p, uint16_t one, uint16_t other)
{
	const uint8_t a[2] = {(uint8_t)(one >> 8), (uint8_t)one};
	const uint8_t b[2] = {(uint8_t)(other >> 8), (uint8_t)other};

	add_swapped(p, a, b, 2);
}

/* With a header for the routers in between, and perhaps that of a fragment. */
static void add_ipv6(struct pair *p, bool fragment)
{
	const uint8_t head[8] = {0x60, 1, 2, 3, 0, 20, 0, 64};
	uint8_t hops[8] = {17}, part[8] = {17, 0, 0, 1, 0, 0, 0, 9};

	if (fragment)
		hops[0] = 44;
	add_same(p, head, 8);
	add_swapped(p, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1",
		    "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16);
	add_same(p, hops, 8);
	if (fragment)
		add_same(p, part, 8);
}

/* The flow's number, which must not tell the direction. */
static uint32_t hash_of(const struct pair *p)
{
	uint32_t hash = flow_hash(p->there, p->len);

	CHECK_EQ(flow_hash(p->back, p->len), hash);
	return hash;
}

static uint32_t ipv4(int tags, uint16_t fragment, uint16_t port)
{
	struct pair p = ethernet(0x0800, tags);

	add_ipv4(&p, 6, fragment);
	add_ports(&p, port, 80);
	return hash_of(&p);
}

static uint32_t ipv6(int tags, bool fragment, uint16_t port)
{
	struct pair p = ethernet(0x86dd, tags);

	add_ipv6(&p, fragment);
	add_ports(&p, port, 53);
	return hash_of(&p);
}

static void ports_tell_flows(void)
{
	CHECK(ipv4(0, 0, 1000) != ipv4(0, 0, 1001));
	CHECK_EQ(ipv4(0, 0, 1000), ipv4(2, 0, 1000));
	CHECK(ipv6(0, false, 1000) != ipv6(0, false, 1001));
	CHECK_EQ(ipv6(1, false, 1000), ipv6(0, false, 1000));
}

/* The first fragment has ports, the others data in their place. */
static void fragments_have_none(void)
{
	CHECK_EQ(ipv4(0, 0x2000, 1000), ipv4(0, 0x0064, 1001));
	CHECK_EQ(ipv6(0, true, 1000), ipv6(0, true, 1001));
}

static void others_go_by_stations(void)
{
	struct pair p = ethernet(0x88b5, 0), q = ethernet(0x88b5, 1);

	hash_of(&q);
	add_same(&p, "\0\0\0\0\0\0\0\0", 8);
	CHECK_EQ(hash_of(&p), flow_hash(p.there, 14));
}

/* However short, nothing behind its end is looked at. */
static void cut_frames(void)
{
	struct pair p = ethernet(0x86dd, 2);

	add_ipv6(&p, true);
	for (uint32_t len = 14; len <= p.len; len++) {
		uint8_t *exact = malloc(len);

		CHECK(exact != NULL);
		memcpy(exact, p.there, len);
		flow_hash(exact, len);
		free(exact);
	}
}

int main(void)
{
	ports_tell_flows();
	fragments_have_none();
	others_go_by_stations();
	cut_frames();
	return 0;
}
