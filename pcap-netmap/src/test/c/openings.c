/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several openings of one port: raw ones share its rings, /x is alone,
 * captures have a copy of what comes and goes, each with its own direction
 * and snap length; a switch-wide tap has a copy of everything.
 */
#include "testing.h"

static int try_open(const char *spec, uint32_t mode)
{
	struct nmd_options options = {.size = sizeof(options), .mode = mode};
	struct nmd_port *port = NULL;
	struct nmd_error why = {0};
	int r = nmd_open(spec, &options, &port, &why);

	if (r < 0) {
		CHECK_EQ(why.code, r);
		CHECK(strncmp(why.text, spec, strlen(spec)) == 0);
		CHECK(strchr(why.text, ';') && !strchr(why.text, '\n'));
	}
	nmd_close(port);
	return r;
}

static void raw_openings_share_rings(void)
{
	struct opened one = open_raw("vale0:a"), other = open_raw("vale0:b");
	struct opened two = open_with("vale0:a",
				      (struct nmd_options){.rx_slots = 64});

	CHECK_EQ(two.region.rx_slots, one.region.rx_slots);
	send_to(&other, 255, 9);
	CHECK_EQ(readable(&one), 1);
	CHECK_EQ(readable(&two), 1);
	CHECK_EQ(one.rx->tail, two.rx->tail);
	give_back(&two, 1);
	CHECK_EQ(readable(&one), 0);
	/* The port's own frames do not come back to either. */
	send_to(&one, 255, 1);
	send_to(&two, 255, 1);
	CHECK_EQ(readable(&one), 0);
	CHECK_EQ(discard(&other), 2);
	CHECK_EQ(stats_of(&one).sent, 2);
	nmd_close(one.port);
	send_to(&other, 1, 9); /* learned, and still there */
	CHECK_EQ(discard(&two), 1);
	nmd_close(two.port);
	nmd_close(other.port);
}

static void exclusive_means_alone(void)
{
	struct opened a = open_raw("vale0:a"), x;

	CHECK_EQ(try_open("vale0:a/x", NMD_RAW), -EBUSY);
	CHECK_EQ(try_open("vale0:b/x", NMD_CAPTURE), -EINVAL);
	CHECK_EQ(try_open("vale0:a", NMD_RAW), 0);
	nmd_close(a.port);
	x = open_raw("vale0:a/x");
	CHECK_EQ(try_open("vale0:a", NMD_RAW), -EBUSY);
	CHECK_EQ(try_open("vale0:a/x", NMD_RAW), -EBUSY);
	CHECK_EQ(try_open("vale0:b/x", NMD_RAW), 0);
	CHECK_EQ(try_open("vale0:a", NMD_CAPTURE), 0); /* looks, not uses */
	nmd_close(x.port);
	x = open_with("vale0:a", (struct nmd_options){.flags = NMD_EXCLUSIVE});
	CHECK_EQ(try_open("vale0:a", NMD_RAW), -EBUSY);
	nmd_close(x.port);
	CHECK_EQ(try_open("vale0:a", NMD_RAW), 0);
}

/* Direction of the only unread slot, which is given back. */
static int direction_of_one(const struct opened *o)
{
	int direction;

	CHECK_EQ(readable(o), 1);
	direction = o->arrivals[o->rx->head].direction;
	give_back(o, 1);
	return direction;
}

static void a_capture_sees_both_ways(void)
{
	struct opened raw = open_raw("vale0:a"), other = open_raw("vale0:b");
	struct opened capture = open_capture("vale0:a");

	send_to(&other, 255, 9);
	CHECK_EQ(direction_of_one(&capture), NMD_IN);
	CHECK_EQ(discard(&raw), 1);
	send_to(&raw, 9, 1); /* to the other's address only */
	CHECK_EQ(direction_of_one(&capture), NMD_OUT);
	CHECK_EQ(discard(&other), 1);
	send_to(&other, 1, 9); /* learned through the raw opening */
	CHECK_EQ(direction_of_one(&capture), NMD_IN);
	CHECK_EQ(discard(&raw), 1);
	send_to(&raw, 1, 1); /* to itself: goes nowhere but is seen */
	CHECK_EQ(direction_of_one(&capture), NMD_OUT);
	CHECK_EQ(discard(&raw) + discard(&other), 0);
	nmd_close(raw.port);
	nmd_close(other.port);
	nmd_close(capture.port);
}

/* What libpcap users inject is seen by the port's other captures only. */
static void captures_see_each_other(void)
{
	struct opened one = open_capture("vale0:a");
	struct opened two = open_capture("vale0:a");
	struct opened other = open_raw("vale0:b");

	send_to(&one, 255, 1);
	CHECK_EQ(readable(&one), 0);
	CHECK_EQ(direction_of_one(&two), NMD_OUT);
	CHECK_EQ(discard(&other), 1);
	send_to(&other, 1, 9);
	CHECK_EQ(direction_of_one(&one), NMD_IN);
	CHECK_EQ(direction_of_one(&two), NMD_IN);
	CHECK_EQ(nmd_peers(other.port), 2);
	nmd_close(one.port);
	nmd_close(two.port);
	nmd_close(other.port);
}

/* Pipes of no switch know nothing of each other. */
static void pipes_of_no_switch_count_their_own(void)
{
	struct opened left = open_raw("netmap:a{1"), right, other;

	other = open_raw("netmap:b{1");
	CHECK_EQ(nmd_peers(left.port), 0);
	right = open_raw("netmap:a}1");
	CHECK_EQ(nmd_peers(left.port), 1);
	CHECK_EQ(nmd_peers(other.port), 0);
	nmd_close(other.port);
	nmd_close(right.port);
	nmd_close(left.port);
}

/* A switch may have the name under which those are kept. */
static void a_switch_of_their_name_counts_its_own(void)
{
	struct opened one = open_raw("valepipe:1"), two;
	struct opened left = open_raw("netmap:a{1");

	CHECK_EQ(nmd_peers(left.port), 0);
	CHECK_EQ(nmd_peers(one.port), 0);
	two = open_capture("valepipe:2");
	CHECK_EQ(nmd_peers(one.port), 1);
	CHECK_EQ(nmd_peers(two.port), 1);
	CHECK_EQ(nmd_peers(left.port), 0);
	nmd_close(left.port);
	nmd_close(two.port);
	nmd_close(one.port);
}

static void direction_is_chosen(void)
{
	struct opened raw = open_raw("vale0:a"), other = open_raw("vale0:b");
	struct opened capture = open_capture("vale0:a");

	CHECK_EQ(nmd_set_direction(capture.port, NMD_OUT), 0);
	send_to(&other, 255, 9);
	CHECK_EQ(readable(&capture), 0);
	send_to(&raw, 255, 1);
	CHECK_EQ(direction_of_one(&capture), NMD_OUT);
	CHECK_EQ(nmd_set_direction(capture.port, NMD_IN), 0);
	send_to(&raw, 255, 1);
	CHECK_EQ(readable(&capture), 0);
	send_to(&other, 255, 9);
	CHECK_EQ(direction_of_one(&capture), NMD_IN);
	CHECK_EQ(checked_stats(&capture).filtered, 2);
	CHECK_EQ(nmd_set_direction(capture.port, (enum nmd_direction)3),
		 -EINVAL);
	CHECK_EQ(nmd_set_direction(capture.port, NMD_INOUT), 0);
	send_to(&raw, 255, 1);
	CHECK_EQ(direction_of_one(&capture), NMD_OUT);
	nmd_close(raw.port);
	nmd_close(other.port);
	nmd_close(capture.port);
}

/* A length of bytes is kept of a frame that is longer. */
static void snap(const struct opened *from, const struct opened *capture,
		 uint32_t snaplen, uint32_t len)
{
	uint32_t kept = snaplen && snaplen < len ? snaplen : len;
	uint32_t at = capture->rx->head;
	uint8_t frame[2112];

	make_frame(frame, 255, 1, len, (uint8_t)len);
	CHECK_EQ(nmd_set_snaplen(capture->port, snaplen), 0);
	send_one(from, frame, len);
	CHECK_EQ(readable(capture), 1);
	CHECK_EQ(capture->rx->slot[at].len, kept);
	CHECK_EQ(capture->arrivals[at].wire_len, len);
	CHECK_EQ(memcmp(buffer_of(capture->rx, at), frame, kept), 0);
	give_back(capture, 1);
}

static void snaplen_cuts(void)
{
	struct opened from = open_raw("vale0:a"), capture;
	uint64_t bytes = 0;

	capture = open_capture("vale0:b");
	for (uint32_t snaplen = 0; snaplen < 200; snaplen += 13) {
		snap(&from, &capture, snaplen, 60);
		snap(&from, &capture, snaplen, 64);
		snap(&from, &capture, snaplen, 1514);
		bytes += 60 + 64 + 1514;
	}
	/* Counted is what was on the wire. */
	CHECK_EQ(checked_stats(&capture).published_bytes, bytes);
	nmd_close(from.port);
	nmd_close(capture.port);
}

static void a_tap_sees_the_whole_switch(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct opened tap = open_capture("vale0:*");
	struct opened tap2 = open_capture("vale0:*");

	CHECK_EQ(try_open("vale0:*", NMD_RAW), -EINVAL);
	send_to(&a, 255, 1);
	send_to(&b, 1, 2);
	send_to(&a, 2, 1); /* unicast, between the two */
	send_to(&a, 1, 1); /* to itself */
	CHECK_EQ(readable(&tap), 4);
	for (uint32_t i = 0; i < 4; i++)
		CHECK_EQ(tap.arrivals[i].direction, NMD_IN);
	discard(&tap);
	CHECK_EQ(discard(&tap2), 4);
	CHECK_EQ(discard(&a), 1);
	CHECK_EQ(discard(&b), 2);
	/* What a tap sends goes where it belongs, and teaches nothing. */
	send_to(&tap, 2, 77);
	CHECK_EQ(discard(&a), 0);
	CHECK_EQ(discard(&b), 1);
	CHECK_EQ(discard(&tap), 0);
	CHECK_EQ(discard(&tap2), 1);
	send_to(&a, 77, 1);
	CHECK_EQ(discard(&b), 1);
	CHECK_EQ(discard(&tap) + discard(&tap2), 2);
	nmd_close(tap2.port);
	nmd_close(tap.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

static void list_tells_them_apart(void)
{
	struct opened raw = open_raw("vale0:a"), x = open_raw("vale7:b/x");
	struct opened capture = open_capture("vale0:a");
	struct nmd_info info[8];
	int captures = 0;

	CHECK_EQ(nmd_list(info, 2, NULL), 3); /* more than asked for */
	CHECK_EQ(nmd_list(info, 8, NULL), 3);
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(info[i].pid, getpid());
		CHECK_EQ(info[i].uid, geteuid());
		CHECK(strcmp(info[i].program, "openings") == 0);
		captures += info[i].mode == NMD_CAPTURE;
		if (info[i].mode == NMD_CAPTURE)
			CHECK_EQ(info[i].rx_slots, 4096);
		CHECK_EQ(strcmp(info[i].port_name, "b") == 0,
			 strcmp(info[i].switch_name, "vale7") == 0);
	}
	CHECK_EQ(captures, 1);
	CHECK_EQ(strcmp(nmd_name(raw.port), "vale0:a"), 0);
	nmd_close(raw.port);
	nmd_close(x.port);
	nmd_close(capture.port);
	CHECK_EQ(nmd_list(info, 8, NULL), 0);
}

static void arrivals_are_kept_where_asked_for(void)
{
	struct opened plain = open_raw("vale0:a"), capture;
	struct opened timed = open_with(
		"vale0:b", (struct nmd_options){.flags = NMD_ARRIVALS});

	capture = open_capture("vale0:a");
	CHECK(plain.arrivals == NULL);
	CHECK(timed.arrivals != NULL && capture.arrivals != NULL);
	send_to(&timed, 255, 2);
	send_to(&plain, 255, 1);
	CHECK_EQ(readable(&plain), 1);
	CHECK_EQ(readable(&timed), 1);
	CHECK_EQ(readable(&capture), 2);
	CHECK(timed.arrivals[0].time_ns != 0);
	CHECK_EQ(timed.arrivals[0].direction, NMD_IN);
	/* The ring's own time is there for all. */
	CHECK(plain.rx->ts.tv_sec != 0);
	CHECK_EQ(timed.arrivals[0].time_ns / 1000000000, timed.rx->ts.tv_sec);
	nmd_close(plain.port);
	nmd_close(timed.port);
	nmd_close(capture.port);
}

int main(void)
{
	begin();
	raw_openings_share_rings();
	exclusive_means_alone();
	a_capture_sees_both_ways();
	captures_see_each_other();
	pipes_of_no_switch_count_their_own();
	a_switch_of_their_name_counts_its_own();
	direction_is_chosen();
	snaplen_cuts();
	a_tap_sees_the_whole_switch();
	list_tells_them_apart();
	arrivals_are_kept_where_asked_for();
	finish();
	return 0;
}
