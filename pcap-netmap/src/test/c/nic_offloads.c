/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums that offloads leave open: frames are shown as they came, as with
 * stock libpcap, shared and alone. What offloads have merged is there to its
 * last byte, in one frame or in those that it goes apart into.
 */
#include <netinet/in.h>
#include <netinet/udp.h>

#include "offloads.h"

#define PORT 7

static uint32_t sum_of(const uint8_t *bytes, uint32_t len)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return len % 2 ? sum + ((uint32_t)bytes[len - 1] << 8) : sum;
}

/* Of UDP over IPv4 without options, over addresses, protocol and length. */
static bool checksum_holds(const uint8_t *ip)
{
	uint32_t len = (uint32_t)ip[24] << 8 | ip[25];
	uint32_t sum = sum_of(ip + 12, 8) + IPPROTO_UDP + len +
		       sum_of(ip + 20, len);

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* A datagram from the far host to the near one, without a question before. */
static void far_host_says_something(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(PORT)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, NEAR_ADDRESS, &to.sin_addr);
	CHECK_EQ(sendto(fd, "something", 9, 0, (struct sockaddr *)&to,
			sizeof(to)),
		 9);
	close(fd);
}

static void speaks_far(void *unused)
{
	(void)unused;
	go_far();
	far_host_says_something();
}

static bool next_datagram_is_whole(const struct opened *o)
{
	for (;;) {
		uint32_t at = wait_slot(o);
		const uint8_t *frame = buffer_of(o->rx, at);
		bool found = frame[12] == 8 && frame[13] == 0 &&
			     frame[23] == IPPROTO_UDP && frame[37] == PORT;
		bool whole = found && checksum_holds(frame + 14);

		give_back(o, 1);
		if (found)
			return whole;
	}
}

static void shows_checksums_as_they_came(const char *spec)
{
	struct opened o = open_capture(spec);

	far_finishes_checksums(false);
	join(spawn(speaks_far, NULL));
	CHECK(!next_datagram_is_whole(&o));
	far_finishes_checksums(true);
	join(spawn(speaks_far, NULL));
	CHECK(next_datagram_is_whole(&o));
	nmd_close(o.port);
}

/* Alone, nobody answers the far host's question who has the address. */
static void far_knows_near(void)
{
	struct ifreq ask = {.ifr_name = "near"};
	const uint8_t *mac = (const uint8_t *)ask.ifr_hwaddr.sa_data;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK_EQ(ioctl(fd, SIOCGIFHWADDR, &ask), 0);
	close(fd);
	run_far("ip neigh replace " NEAR_ADDRESS
		" lladdr %02x:%02x:%02x:%02x:%02x:%02x dev far",
		mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

#define MERGED 20000
#define SEGMENT 1000
#define HEADERS 42

/* Many datagrams of one call, which the network card is to take apart. */
static void says_much_at_once(void *unused)
{
	static const uint8_t bytes[MERGED];
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(PORT)};
	int segment = SEGMENT, fd;

	(void)unused;
	go_far();
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	inet_pton(AF_INET, NEAR_ADDRESS, &to.sin_addr);
	CHECK_EQ(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment,
			    sizeof(segment)),
		 0);
	CHECK_EQ(sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to,
			sizeof(to)),
		 sizeof(bytes));
	close(fd);
}

/* Bytes that the next frame carries; 0: it is another. */
static uint32_t next_payload(const struct opened *o)
{
	uint32_t at = wait_slot(o), len = 0;
	const uint8_t *frame = buffer_of(o->rx, at);
	bool ours = frame[12] == 8 && frame[13] == 0 &&
		    frame[23] == IPPROTO_UDP && frame[37] == PORT;
	bool more = true;

	while (more) {
		at = o->rx->head;
		CHECK(at != o->rx->tail); /* a frame comes whole */
		len += o->rx->slot[at].len;
		more = o->rx->slot[at].flags & NETMAP_SLOT_MOREFRAG;
		o->rx->head = o->rx->cur = next_slot(o->rx, at);
	}
	return ours ? len - HEADERS : 0;
}

static void merged_frames_are_whole(const char *spec)
{
	struct opened o = open_capture(spec);
	uint32_t sum = 0;

	join(spawn(says_much_at_once, NULL));
	while (sum < MERGED) {
		uint32_t n = next_payload(&o);

		CHECK(n % SEGMENT == 0);
		sum += n;
	}
	CHECK_EQ(sum, MERGED);
	CHECK_EQ(checked_stats(&o).dropped, 0);
	nmd_close(o.port);
}

int main(void)
{
	veth_begin();
	far_knows_near();
	shows_checksums_as_they_came(NEAR);
	shows_checksums_as_they_came(NEAR "/x");
	merged_frames_are_whole(NEAR);
	merged_frames_are_whole(NEAR "/x");
	veth_end();
	return 0;
}
