// SPDX-License-Identifier: BSD-2-Clause
/*
 * Everybody on a switch may write to everybody's rings; a program that reads
 * and injects must neither crash nor hang by it. First one lie after the other,
 * then random words all over the port's memory for a second.
 */
#include <time.h>

#include "pcap_testing.h"
#include "port.h"
#include "seal.h"

#define SCRIBBLE_NS 1000000000
#define ROUNDS 4
#define BURST 200
#define HANGS_AFTER 60 /* seconds */

static struct geometry geometry; /* of the victim's area */

/* The memory of the switch's only capture opening, as a neighbour sees it. */
static struct area *victims_area(const struct opened *neighbour)
{
	struct vale *v = neighbour->port->vale;

	for (uint32_t i = 0; i < SW_MAX; i++) {
		struct sw_opening *opening = vale_opening(v, i);

		if (sw_state_of(atomic_load(&opening->state)) == SW_LIVE &&
		    opening->mode == NMD_CAPTURE) {
			CHECK(seal_geometry(v, opening->area, &geometry));
			return vale_area(v, opening->area);
		}
	}
	printf("no capture opening\n");
	exit(1);
}

static void inject_fails(pcap_t *p, const uint8_t *frame, uint32_t length)
{
	errno = 0;
	CHECK_EQ(pcap_inject(p, frame, length), ABI_ERROR);
	CHECK_EQ(errno, EIO);
	CHECK(strstr(error_of(p), "vale0:1: cannot send: another user of the "
				  "switch has written into the port's rings"));
	CHECK(strstr(error_of(p), "; send the frame again"));
}

/* Nothing of a frame that met a bad slot is sent; later ones are. */
static void check_bad_transmit_slot(pcap_t *p, struct netmap_ring *tx,
				    const struct opened *neighbour)
{
	uint8_t frame[6000];
	uint32_t bad = (tx->head + 1) % 256, buffer = tx->slot[bad].buf_idx;

	make_frame(frame, 255, 1, sizeof(frame), 0);
	tx->slot[bad].buf_idx = UINT32_MAX;
	inject_fails(p, frame, sizeof(frame));
	CHECK_EQ(discard(neighbour), 0);
	CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
	CHECK_EQ(discard(neighbour), 3);
	tx->slot[bad].buf_idx = buffer;
}

static void check_bad_transmit_ring(pcap_t *p, struct netmap_ring *tx,
				    const struct opened *neighbour)
{
	static const uint32_t lies[] = {UINT32_MAX, 256, 7};
	int64_t offset = tx->buf_ofs;
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	tx->buf_ofs = INT64_MAX / 2;
	for (int i = 0; i < 3; i++) {
		tx->head = tx->cur = tx->tail = lies[i];
		CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
		CHECK(discard(neighbour) >= 1);
	}
	tx->buf_ofs = offset;
}

static void check_bad_receive_slot(pcap_t *p, struct netmap_ring *rx,
				   const struct opened *neighbour)
{
	struct seen seen = {0};

	feed(neighbour, 1, 3);
	rx->slot[rx->head].buf_idx = UINT32_MAX;
	rx->slot[rx->head + 1].len = UINT16_MAX;
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.header.caplen, 0);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK(seen.header.caplen <= neighbour->region.buf_size);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.last, 3);
}

/* What was there is lost at worst, what comes after it is read. */
static void check_bad_receive_ring(pcap_t *p, struct netmap_ring *rx,
				   const struct opened *neighbour)
{
	struct seen seen = {0};

	rx->buf_ofs = INT64_MAX / 2;
	rx->head = rx->cur = rx->tail = UINT32_MAX;
	CHECK(dispatch(p, -1, &seen) >= 0);
	feed(neighbour, 9, 1);
	CHECK(dispatch(p, -1, &seen) >= 1);
	CHECK_EQ(seen.last, 9);
}

static void check_lies(void)
{
	struct opened neighbour = open_raw("vale0:2");
	pcap_t *p = nonblocking("vale0:1");
	struct area *area = victims_area(&neighbour);
	struct geometry g = geometry;
	struct netmap_ring *tx = geometry_tx_ring(area, &g, 0);
	struct netmap_ring *rx = geometry_rx_ring(area, &g, 0);

	CHECK_EQ(g.tx_slots, 256);
	check_bad_transmit_slot(p, tx, &neighbour);
	check_bad_transmit_ring(p, tx, &neighbour);
	check_bad_receive_slot(p, rx, &neighbour);
	check_bad_receive_ring(p, rx, &neighbour);
	pcap_close(p);
	nmd_close(neighbour.port);
}

/* Every word of the netmap_if and the rings. */
static void check_nothing_but_lies(void)
{
	struct opened neighbour = open_raw("vale0:2");
	pcap_t *p = nonblocking("vale0:1");
	struct area *area = victims_area(&neighbour);
	struct geometry g = geometry;

	memset((uint8_t *)area + AREA_IF_AT, 0x7f,
	       g.rx_ring_at - AREA_IF_AT + g.rx_ring_stride);
	for (int i = 0; i < 300; i++) {
		struct seen seen = {0};
		uint8_t frame[60] = {0};

		feed(&neighbour, 0, 1);
		CHECK(dispatch(p, -1, &seen) >= 0);
		inject_fails(p, frame, sizeof(frame));
	}
	pcap_close(p);
	nmd_close(neighbour.port);
}

/* Random words for a second. */

struct round {
	uint64_t seed;
	_Atomic bool enough;
	struct event ready, open;
};

static uint64_t state;

static uint64_t random_word(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Anywhere in the range, half of them small: indices that may be believed. */
static void scribble(uint8_t *base, uint64_t from, uint64_t to)
{
	uint64_t at = (from + random_word() % (to - from)) & ~7ull;
	uint64_t value = random_word() >> (random_word() % 2 ? 0 : 50);

	__atomic_store_n((uint64_t *)(void *)(base + at), value,
			 __ATOMIC_RELAXED);
}

static void scribble_somewhere(struct area *area, const struct geometry *g)
{
	uint8_t *base = (uint8_t *)area;

	switch (random_word() % 5) {
	case 0:
		scribble(base, 0, sizeof(struct area));
		break;
	case 1:
		scribble(base, AREA_FILTER_AT, AREA_IF_AT);
		break;
	case 2: /* heads of the rings */
		scribble(base, g->tx_ring_at, g->tx_ring_at + 64);
		scribble(base, g->rx_ring_at, g->rx_ring_at + 64);
		break;
	default: /* rings, slots, arrivals */
		scribble(base, AREA_IF_AT, g->pool_at);
	}
}

static void be_a_neighbour(void *argument)
{
	struct round *round = argument;
	struct opened o = open_raw("vale0:2");
	struct geometry g;
	struct area *area;

	state = round->seed;
	event_set(round->ready);
	event_wait(round->open);
	area = victims_area(&o);
	g = geometry;
	while (!atomic_load(&round->enough)) {
		feed(&o, 0, 20);
		for (int i = 0; i < BURST; i++)
			scribble_somewhere(area, &g);
	}
	/* What a spoiled switch says at its end is not the point here. */
	_exit(0);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Reads every byte it is handed. */
static void touch(unsigned char *user, const struct abi_pkthdr *header,
		  const unsigned char *bytes)
{
	uint64_t *sum = (uint64_t *)(void *)user;

	for (uint32_t i = 0; i < header->caplen; i++)
		*sum += bytes[i];
}

/* Calls may fail and frames may get lost, but nothing else. */
static void be_a_victim(void *argument)
{
	static uint8_t frame[9000];
	struct round *round = argument;
	pcap_t *p = nonblocking("vale0:1");
	uint64_t until = now_ns() + SCRIBBLE_NS / ROUNDS, sum = 0;

	alarm(HANGS_AFTER);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	event_set(round->open);
	while (now_ns() < until) {
		struct abi_pkthdr *header;
		const unsigned char *bytes;

		pcap_dispatch(p, -1, touch, (unsigned char *)&sum);
		pcap_next_ex(p, &header, &bytes);
		pcap_inject(p, frame, 60);
		pcap_inject(p, frame, sizeof(frame));
		pcap_get_selectable_fd(p);
	}
	pcap_close(p);
}

static void play(uint64_t seed)
{
	struct round *round = shared_memory(sizeof(*round));
	pid_t neighbour, victim;
	int ending;

	round->seed = seed * 0x9e3779b97f4a7c15ull + 1;
	round->ready = event_new();
	round->open = event_new();
	neighbour = spawn(be_a_neighbour, round);
	event_wait(round->ready);
	victim = spawn(be_a_victim, round);
	ending = ending_of(victim);
	atomic_store(&round->enough, true);
	join(neighbour);
	if (ending != 0)
		printf("seed %llu: ended by %d\n", (unsigned long long)seed,
		       ending);
	CHECK_EQ(ending, 0);
	close(round->ready.fd);
	close(round->open.fd);
	munmap(round, sizeof(*round));
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;

	begin();
	alarm(4 * HANGS_AFTER);
	libpcap_symbol("pcap_open_dead");
	check_lies();
	check_nothing_but_lies();
	for (uint64_t seed = first; seed < first + ROUNDS; seed++) {
		play(seed);
		remove_runtime_dir();
		CHECK_EQ(mkdir(runtime_dir, 0700), 0);
	}
	finish();
	return 0;
}
