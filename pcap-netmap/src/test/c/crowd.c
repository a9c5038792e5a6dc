/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All 254 openings of a switch at once: a broadcast reaches every one, each
 * pair counts it, the 255th open says that the switch is full, and a place
 * that is given up can be taken again; 127 pipes with both ends as well. Rings of 16 and of 262,144 slots hold
 * one frame less than that, on the same switch.
 */
#include "testing.h"

#define CROWD 254
#define PAIRS (CROWD * CROWD)

static struct opened crowd[CROWD];

/* Every fourth is a capture of the port before it. */
static struct opened join_crowd(int i)
{
	struct nmd_options small = {.tx_slots = 16,
				    .rx_slots = 16,
				    .buf_size = 64,
				    .mode = i % 4 == 3 ? NMD_CAPTURE : NMD_RAW};
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:p%d", i % 4 == 3 ? i - 1 : i);
	return open_with(spec, small);
}

static void check_full(void)
{
	struct nmd_port *port = NULL;
	struct nmd_error why = {0};

	CHECK_EQ(nmd_open("vale0:one-more", NULL, &port, &why), -ENOSPC);
	CHECK_EQ(strcmp(why.text, "vale0:one-more: switch vale0 is full (254 "
				  "openings); close one or use another switch"),
		 0);
	/* One more of a port that is there is one too many as well. */
	CHECK_EQ(nmd_open("vale0:p0", NULL, &port, &why), -ENOSPC);
	CHECK(port == NULL);
}

static void everybody_hears(void)
{
	struct nmd_pair *pairs = calloc(PAIRS, sizeof(*pairs));

	CHECK(pairs);
	send_to(&crowd[0], 255, 1);
	for (int i = 1; i < CROWD; i++)
		CHECK_EQ(discard(&crowd[i]), 1);
	CHECK_EQ(readable(&crowd[0]), 0);
	CHECK_EQ(nmd_pairs(pairs, PAIRS, NULL), CROWD - 1);
	for (int i = 0; i < CROWD - 1; i++) {
		CHECK_EQ(pairs[i].sender, 0);
		CHECK_EQ(pairs[i].offered, 1);
		CHECK_EQ(pairs[i].accepted, 1);
	}
	/* Back to the one, whose address is known, and to a port's capture. */
	send_to(&crowd[250], 1, 2);
	for (int i = 0; i < CROWD; i++)
		CHECK_EQ(discard(&crowd[i]), i == 0 || i == 251);
	free(pairs);
}

static void all_at_once(void)
{
	for (int i = 0; i < CROWD; i++)
		crowd[i] = join_crowd(i);
	CHECK_EQ(listed(), CROWD);
	CHECK_EQ(nmd_peers(crowd[0].port), CROWD - 1);
	check_full();
	everybody_hears();
	nmd_close(crowd[100].port);
	crowd[100] = join_crowd(100);
	check_full();
	send_to(&crowd[100], 255, 3);
	for (int i = 0; i < CROWD; i++)
		CHECK_EQ(discard(&crowd[i]), i == 100 ? 0 : 1);
	/* In another order than they came. */
	for (int i = 0; i < CROWD; i++)
		nmd_close(crowd[i * 101 % CROWD].port);
	CHECK_EQ(listed(), 0);
}

/* The two ends of a pipe are two openings; the rings of both are made first. */
static void pipes_with_both_ends(void)
{
	struct nmd_options small = {
		.tx_slots = 16, .rx_slots = 16, .buf_size = 64};
	char spec[32];

	for (int i = 0; i < CROWD; i++) {
		snprintf(spec, sizeof(spec), "vale0:p%c%d", i % 2 ? '}' : '{',
			 i / 2);
		crowd[i] = open_with(spec, small);
	}
	CHECK_EQ(listed(), CROWD);
	check_full();
	for (int i = 0; i < CROWD; i++)
		send_to(&crowd[i], 255, (uint8_t)(i + 1));
	for (int i = 0; i < CROWD; i++) {
		CHECK_EQ(readable(&crowd[i]), 1);
		CHECK_EQ(buffer_of(crowd[i].rx, 0)[11], (uint8_t)((i ^ 1) + 1));
	}
	for (int i = 0; i < CROWD; i++)
		nmd_close(crowd[i * 101 % CROWD].port);
	CHECK_EQ(listed(), 0);
}

/* Fills a ring of so many slots from one of the other size. */
static void fill(const struct opened *from, const struct opened *to,
		 uint32_t slots)
{
	uint8_t frame[60];
	struct nmd_stats s;

	CHECK_EQ(to->region.rx_slots, slots);
	make_frame(frame, 2, 1, sizeof(frame), 0);
	for (uint32_t sent = 0; sent < slots + 5;) {
		while (slots_in(from->tx) > 0 && sent < slots + 5) {
			queue_slot(from->tx, frame, sizeof(frame), 0);
			sent++;
		}
		CHECK(nmd_txsync(from->port) >= 0);
	}
	CHECK_EQ(readable(to), slots - 1);
	s = checked_stats(to);
	CHECK_EQ(s.accepted, slots - 1);
	CHECK_EQ(s.dropped, 6);
	CHECK_EQ(discard(to), slots - 1);
}

static void smallest_and_largest(void)
{
	struct opened large = open_with("vale0:large",
					(struct nmd_options){.tx_slots = 262144,
							     .rx_slots = 262144,
							     .buf_size = 64});
	struct opened small =
		open_with("vale0:small",
			  (struct nmd_options){.tx_slots = 16, .rx_slots = 16});

	fill(&small, &large, 262144);
	fill(&large, &small, 16);
	nmd_close(large.port);
	nmd_close(small.port);
}

int main(void)
{
	begin();
	all_at_once();
	pipes_with_both_ends();
	smallest_and_largest();
	finish();
	return 0;
}
