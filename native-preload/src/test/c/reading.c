// SPDX-License-Identifier: BSD-2-Clause
/* Loop, dispatch, next and next_ex: counts, contents, time stamps, batches. */
#include <time.h>

#include "pcap_testing.h"

static void check_counts(const struct opened *peer)
{
	struct seen seen = {0};
	pcap_t *p = nonblocking("vale0:1");

	CHECK_EQ(dispatch(p, -1, &seen), 0);
	feed(peer, 0, 10);
	CHECK_EQ(dispatch(p, 3, &seen), 3);
	CHECK_EQ(seen.last, 2);
	CHECK_EQ(dispatch(p, 0, &seen), 7);
	CHECK_EQ(seen.last, 9);
	CHECK_EQ(dispatch(p, 1, &seen), 0);
	feed(peer, 0, 8);
	CHECK_EQ(pcap_loop(p, 5, see, (unsigned char *)&seen), 0);
	CHECK_EQ(seen.packets, 15);
	CHECK_EQ(seen.last, 4);
	pcap_close(p);
}

static void check_next_ex(const struct opened *peer)
{
	const unsigned char *bytes[2];
	struct abi_pkthdr *header[2], own;
	pcap_t *p = nonblocking("vale0:1");

	CHECK_EQ(pcap_next_ex(p, &header[0], &bytes[0]), 0);
	CHECK(!pcap_next(p, &own));
	feed(peer, 1, 3);
	CHECK_EQ(pcap_next_ex(p, &header[0], &bytes[0]), 1);
	CHECK_EQ(header[0]->caplen, 60);
	CHECK_EQ(header[0]->len, 60);
	CHECK_EQ(bytes[0][14], 1);
	/* More arrives, and what was handed out stays. */
	feed(peer, 100, 20);
	CHECK_EQ(bytes[0][14], 1);
	CHECK_EQ(pcap_next_ex(p, &header[1], &bytes[1]), 1);
	CHECK(header[0] == header[1] && bytes[0] == bytes[1]);
	CHECK_EQ(bytes[1][14], 2);
	CHECK(pcap_next(p, &own) == bytes[0]);
	CHECK_EQ(own.caplen, 60);
	CHECK_EQ(bytes[0][14], 3);
	pcap_close(p);
}

static uint64_t realtime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void check_time(const struct opened *peer, int precision)
{
	uint64_t unit = precision == ABI_PRECISION_NANO ? 1 : 1000, before, at;
	struct seen seen = {0};
	pcap_t *p = create("vale0:1");

	CHECK_EQ(pcap_set_tstamp_precision(p, precision), 0);
	CHECK_EQ(pcap_activate(p), 0);
	before = realtime_ns();
	feed(peer, 0, 1);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	at = (uint64_t)seen.header.ts.tv_sec * 1000000000 +
	     (uint64_t)seen.header.ts.tv_usec * unit;
	CHECK(at >= before / unit * unit && at <= realtime_ns());
	pcap_close(p);
}

/* Many times the ring's slots, in order, none lost. */
static void check_many(const struct opened *peer)
{
	struct seen seen = {0};
	struct abi_stat stats;
	pcap_t *p = create("vale0:1");
	int total = 0;

	CHECK_EQ(pcap_set_buffer_size(p, 1), 0); /* 256 slots */
	CHECK_EQ(pcap_activate(p), 0);
	for (int round = 0; round < 100; round++) {
		feed(peer, (uint8_t)(round * 100), 100);
		for (int got = 0; got < 100;) {
			int n = dispatch(p, 7, &seen);

			CHECK(n > 0);
			got += n;
			total += n;
			CHECK_EQ(seen.last, (uint8_t)(round * 100 + got - 1));
		}
	}
	CHECK_EQ(total, 10000);
	CHECK_EQ(pcap_stats(p, &stats), 0);
	CHECK_EQ(stats.ps_recv, 10000);
	CHECK_EQ(stats.ps_drop, 0);
	pcap_close(p);
}

/*
 * More than the ring holds: received = read + dropped. netmap keeps one slot
 * free.
 */
static void check_overflow(const struct opened *peer, int bytes, int room)
{
	struct seen seen = {0};
	struct abi_stat stats;
	pcap_t *p = create("vale0:1");
	int got;

	CHECK_EQ(pcap_set_buffer_size(p, bytes), 0);
	CHECK_EQ(pcap_activate(p), 0);
	feed(peer, 0, room + 100);
	got = dispatch(p, -1, &seen);
	CHECK_EQ(pcap_stats(p, &stats), 0);
	CHECK_EQ(stats.ps_recv, room + 100);
	CHECK_EQ(got, room);
	CHECK_EQ(stats.ps_drop, 100);
	CHECK_EQ(stats.ps_ifdrop, 0);
	pcap_close(p);
}

/* Of 2 MiB stock libpcap makes room for 13,100 packets of 60 bytes. */
static void check_rooms(const struct opened *peer)
{
	check_overflow(peer, 1, 255);
	check_overflow(peer, 1 << 19, 3448);
	if (tmpfs_has_plenty())
		check_overflow(peer, 2 << 20, 13796);
	setenv("PCAP_NETMAP_SLOTS", "1024", 1);
	check_overflow(peer, 2 << 20, 1023);
	unsetenv("PCAP_NETMAP_SLOTS");
}

static void check_snaplen(const struct opened *peer)
{
	struct seen seen = {0};
	uint8_t frame[1500];
	pcap_t *p = create("vale0:1");

	CHECK_EQ(pcap_set_snaplen(p, 70), 0);
	CHECK_EQ(pcap_activate(p), 0);
	make_frame(frame, 255, 2, sizeof(frame), 9);
	send_one(peer, frame, sizeof(frame));
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.header.caplen, 70);
	CHECK_EQ(seen.header.len, sizeof(frame));
	CHECK_EQ(memcmp(seen.bytes, frame, 70), 0);
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

	CHECK_EQ(header->len, whole->length);
	CHECK_EQ(header->caplen, whole->length);
	CHECK_EQ(memcmp(bytes, whole->frame, whole->length), 0);
}

/* A frame of several slots is handed out in one piece. */
static void check_long_frame(const struct opened *peer)
{
	static uint8_t frame[9000];
	struct whole whole = {frame, sizeof(frame)};
	uint32_t part = peer->region.buf_size;
	pcap_t *p = activated("vale0:1");

	make_frame(frame, 255, 2, sizeof(frame), 3);
	for (uint32_t at = 0; at < sizeof(frame); at += part) {
		uint32_t left = (uint32_t)sizeof(frame) - at;

		queue_slot(peer->tx, frame + at, left < part ? left : part,
			   left > part ? NETMAP_SLOT_MOREFRAG : 0);
	}
	CHECK(nmd_txsync(peer->port) >= 0);
	CHECK_EQ(pcap_dispatch(p, 1, compare, (unsigned char *)&whole), 1);
	pcap_close(p);
}

int main(void)
{
	struct opened peer;

	begin();
	peer = open_raw("vale0:2");
	check_counts(&peer);
	check_next_ex(&peer);
	check_time(&peer, ABI_PRECISION_MICRO);
	check_time(&peer, ABI_PRECISION_NANO);
	check_many(&peer);
	check_rooms(&peer);
	check_snaplen(&peer);
	check_long_frame(&peer);
	nmd_close(peer.port);
	finish();
	if (!tmpfs_has_plenty())
		SKIP_FULL_ROOMS();
	return 0;
}
