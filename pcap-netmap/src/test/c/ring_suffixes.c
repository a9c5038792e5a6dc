/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Openings of some of a port's rings: one of each direction (-<k>), only the
 * receive or only the transmit rings (/R, /T), alone (/x) or shared; and
 * captures and monitors of one ring.
 */
#include "testing.h"

#define TWO_RINGS                                                            \
	(struct nmd_options)                                                 \
	{                                                                    \
		.tx_rings = 2, .rx_rings = 2, .rx_slots = 64, .tx_slots = 64 \
	}

static int try_open(const char *spec, uint32_t mode)
{
	struct nmd_options options = {.size = sizeof(options), .mode = mode};
	struct nmd_port *port = NULL;
	struct nmd_error why = {0};
	int r = nmd_open(spec, &options, &port, &why);

	if (r < 0)
		CHECK(strncmp(why.text, spec, strlen(spec)) == 0);
	nmd_close(port);
	return r;
}

/* A broadcast frame into the i'th TX ring that the opening has. */
static void send_by(const struct opened *o, uint32_t i)
{
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), (uint8_t)i);
	queue_slot(nmd_tx_ring(o->port, i), frame, sizeof(frame), 0);
	CHECK(nmd_txsync(o->port) >= 0);
}

static void a_region_names_its_rings(void)
{
	struct opened all = open_with("vale0:a", TWO_RINGS);
	struct opened one = open_raw("vale0:a-1");
	struct netmap_ring *expected = ring_of(&one, 1, 1);

	CHECK_EQ(all.region.tx_rings, 2);
	CHECK_EQ(one.region.tx_rings, 1);
	CHECK_EQ(one.region.rx_rings, 1);
	CHECK_EQ(one.region.first_tx_ring, 1);
	CHECK_EQ(one.region.first_rx_ring, 1);
	CHECK_EQ(one.region.port_tx_rings, 2);
	CHECK_EQ(one.region.port_rx_rings, 2);
	CHECK(one.rx == expected);
	CHECK_EQ(one.rx->ringid, 1);
	CHECK(nmd_tx_ring(one.port, 1) == NULL);
	CHECK(nmd_rx_ring(one.port, 1) == NULL);
	nmd_close(one.port);
	nmd_close(all.port);
}

static void rings_that_do_not_exist(void)
{
	struct opened a;

	CHECK_EQ(try_open("vale0:a-1", NMD_RAW), -EINVAL);
	CHECK_EQ(try_open("vale0:a-1", NMD_CAPTURE), -EINVAL);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(try_open("vale0:a-0", NMD_RAW), 0);
	a = open_with("vale0:a",
		      (struct nmd_options){.tx_rings = 3, .rx_rings = 2});
	CHECK_EQ(try_open("vale0:a-3", NMD_RAW), -EINVAL);
	CHECK_EQ(try_open("vale0:a-3", NMD_CAPTURE), -EINVAL);
	CHECK_EQ(try_open("vale0:a-3/r", NMD_RAW), -EINVAL);
	nmd_close(a.port);
}

/* A direction that has fewer rings gives its first. */
static void the_first_of_fewer(void)
{
	struct opened all = open_with(
		"vale0:a", (struct nmd_options){.tx_rings = 3, .rx_rings = 2});
	struct opened two = open_raw("vale0:a-2");

	CHECK_EQ(two.region.first_tx_ring, 2);
	CHECK_EQ(two.region.first_rx_ring, 0);
	CHECK_EQ(two.rx->ringid, 0);
	nmd_close(two.port);
	nmd_close(all.port);
}

/* Two openings of one ring each, a sender with as many rings. */
static void each_ring_has_its_own_frames(void)
{
	struct opened zero = open_with("vale0:a-0", TWO_RINGS);
	struct opened one = open_raw("vale0:a-1");
	struct opened from = open_with("vale0:b", TWO_RINGS);

	send_by(&from, 0);
	CHECK_EQ(readable(&zero), 1);
	CHECK_EQ(readable(&one), 0);
	send_by(&from, 1);
	send_by(&from, 1);
	CHECK_EQ(discard(&zero), 1);
	CHECK_EQ(discard(&one), 2);
	/* And out: TX ring k goes to RX ring k. */
	send_by(&one, 0);
	CHECK_EQ(slots_in(ring_of(&from, 1, 0)), 0);
	CHECK_EQ(readable(&from), 1);
	CHECK_EQ(slots_in(ring_of(&from, 1, 1)), 1);
	discard(&from);
	nmd_close(from.port);
	nmd_close(zero.port);
	nmd_close(one.port);
}

/* What nobody has open is offered nothing, and so drops nothing. */
static void a_ring_that_nobody_has(void)
{
	struct opened one = open_with("vale0:a-1", TWO_RINGS);
	struct opened from = open_with("vale0:b", TWO_RINGS);
	struct opened later;

	for (int i = 0; i < 100; i++)
		send_by(&from, 0);
	CHECK_EQ(stats_of(&from).offered, 0);
	CHECK_EQ(stats_of(&one).dropped, 0);
	later = open_raw("vale0:a-0");
	CHECK_EQ(readable(&later), 0);
	send_by(&from, 0);
	CHECK_EQ(discard(&later), 1);
	nmd_close(later.port);
	send_by(&from, 0);
	CHECK_EQ(stats_of(&from).offered, 1);
	nmd_close(from.port);
	nmd_close(one.port);
}

static int wait_now(const struct opened *o, int events)
{
	return nmd_wait(o->port, events, 0);
}

static void receive_rings_only(void)
{
	struct opened r = open_raw("vale0:a/R"), from = open_raw("vale0:b");

	CHECK_EQ(r.region.tx_rings, 0);
	CHECK(r.tx == NULL);
	CHECK_EQ(nmd_txsync(r.port), 0);
	CHECK_EQ(wait_now(&r, POLLOUT), 0);
	send_to(&from, 255, 1);
	CHECK_EQ(wait_now(&r, POLLIN | POLLOUT), POLLIN);
	CHECK_EQ(discard(&r), 1);
	/* Even with something in the rings that it has not. */
	queue_slot(ring_of(&r, 0, 0), NULL, 60, 0);
	CHECK_EQ(nmd_txsync(r.port), 0);
	CHECK_EQ(readable(&from), 0);
	nmd_close(from.port);
	nmd_close(r.port);
}

static void transmit_rings_only(void)
{
	struct opened t = open_raw("vale0:a/T"), other = open_raw("vale0:b");
	struct pollfd p = {nmd_fd(t.port), POLLIN, 0};

	CHECK_EQ(t.region.rx_rings, 0);
	CHECK(t.rx == NULL);
	CHECK_EQ(t.region.arrivals_offset, 0);
	CHECK_EQ(nmd_arm(t.port), 0);
	send_to(&other, 255, 2);
	CHECK_EQ(nmd_rxsync(t.port), 0);
	CHECK_EQ(wait_now(&t, POLLIN | POLLOUT), POLLOUT);
	CHECK_EQ(poll(&p, 1, 0), 0);
	CHECK_EQ(stats_of(&other).offered, 0);
	send_to(&t, 255, 1);
	CHECK_EQ(discard(&other), 1);
	nmd_close(other.port);
	nmd_close(t.port);
}

static void exclusive_is_by_rings(void)
{
	struct opened x = open_with("vale0:a-0/x", TWO_RINGS), y;

	CHECK_EQ(try_open("vale0:a", NMD_RAW), -EBUSY);
	CHECK_EQ(try_open("vale0:a-0", NMD_RAW), -EBUSY);
	CHECK_EQ(try_open("vale0:a-0/T", NMD_RAW), -EBUSY);
	y = open_raw("vale0:a-1/x");
	nmd_close(x.port);
	CHECK_EQ(try_open("vale0:a-0", NMD_RAW), 0);
	CHECK_EQ(try_open("vale0:a/R", NMD_RAW), -EBUSY);
	nmd_close(y.port);
	x = open_raw("vale0:a/xT");
	CHECK_EQ(try_open("vale0:a/xR", NMD_RAW), 0);
	CHECK_EQ(try_open("vale0:a/T", NMD_RAW), -EBUSY);
	nmd_close(x.port);
}

/* Who polls one ring is not woken for another, and stays armed. */
static void each_ring_wakes_its_own(void)
{
	struct opened zero = open_with("vale0:a-0", TWO_RINGS);
	struct opened one = open_raw("vale0:a-1"), all = open_raw("vale0:a");
	struct opened from = open_with("vale0:b", TWO_RINGS);
	struct pollfd p[3] = {{nmd_fd(zero.port), POLLIN, 0},
			      {nmd_fd(one.port), POLLIN, 0},
			      {nmd_fd(all.port), POLLIN, 0}};

	CHECK_EQ(nmd_arm(zero.port), 0);
	CHECK_EQ(nmd_arm(one.port), 0);
	CHECK_EQ(nmd_arm(all.port), 0);
	send_by(&from, 1);
	CHECK_EQ(poll(p, 3, 0), 2);
	CHECK_EQ(p[0].revents, 0);
	CHECK_EQ(discard(&one), 1);
	CHECK_EQ(nmd_arm(one.port), 0);
	CHECK_EQ(nmd_arm(all.port), 0);
	CHECK_EQ(poll(p, 3, 0), 0);
	send_by(&from, 0);
	CHECK_EQ(poll(p, 3, 0), 2);
	CHECK_EQ(p[1].revents, 0);
	nmd_close(from.port);
	nmd_close(all.port);
	nmd_close(one.port);
	nmd_close(zero.port);
}

/* A copy of what one ring of the port receives and sends. */
static void captures_of_one_ring(void)
{
	struct opened port = open_with("vale0:a", TWO_RINGS);
	struct opened one = open_capture("vale0:a-1");
	struct opened sends = open_raw("vale0:a-1/t");
	struct opened gets = open_raw("vale0:a-0/r");
	struct opened from = open_with("vale0:b", TWO_RINGS);

	send_by(&from, 0);
	CHECK_EQ(readable(&one), 0);
	CHECK_EQ(discard(&gets), 1);
	send_by(&from, 1);
	CHECK_EQ(discard(&one), 1);
	CHECK_EQ(readable(&gets) + readable(&sends), 0);
	send_by(&port, 1);
	CHECK_EQ(discard(&one), 1);
	CHECK_EQ(discard(&sends), 1);
	send_by(&port, 0);
	CHECK_EQ(readable(&one) + readable(&sends) + readable(&gets), 0);
	nmd_close(from.port);
	nmd_close(gets.port);
	nmd_close(sends.port);
	nmd_close(one.port);
	nmd_close(port.port);
}

static void captures_of_one_direction(void)
{
	struct opened r = open_capture("vale0:a/R");
	struct opened t = open_capture("vale0:a/T"), other;

	other = open_raw("vale0:b");
	CHECK_EQ(r.region.tx_rings, 0);
	CHECK_EQ(t.region.rx_rings, 0);
	send_to(&t, 255, 1);
	CHECK_EQ(discard(&other), 1);
	CHECK_EQ(discard(&r), 1); /* the port's other opening sent it */
	send_to(&other, 255, 2);
	CHECK_EQ(discard(&r), 1);
	CHECK_EQ(nmd_rxsync(t.port), 0);
	CHECK_EQ(stats_of(&other).offered, 1);
	nmd_close(other.port);
	nmd_close(t.port);
	nmd_close(r.port);
}

/* An end of a pipe takes the same suffixes; its rings fill and push back. */
static void ends_of_pipes(void)
{
	struct opened t = open_raw("vale0:a{1-0/T");
	struct opened r = open_raw("vale0:a}1/R");

	CHECK_EQ(t.region.rx_rings, 0);
	CHECK_EQ(r.region.tx_rings, 0);
	send_to(&t, 255, 1);
	CHECK_EQ(discard(&r), 1);
	CHECK_EQ(wait_now(&r, POLLOUT), 0);
	CHECK_EQ(wait_now(&t, POLLOUT), POLLOUT);
	nmd_close(t.port);
	nmd_close(r.port);
}

static void list_shows_them(void)
{
	static const char *const specs[] = {"vale0:a-0", "vale0:a/R",
					    "vale0:a-0/T", "vale0:a-0/rt"};
	struct opened o[4];
	struct nmd_info info[4];

	for (int i = 0; i < 4; i++)
		o[i] = open_raw(specs[i]);
	CHECK_EQ(nmd_list(info, 4, NULL), 4);
	for (int i = 0; i < 4; i++)
		CHECK(strcmp(info[i].port_name, specs[i] + 6) == 0);
	CHECK_EQ(info[1].tx_rings, 0);
	CHECK_EQ(info[1].rx_rings, 1);
	for (int i = 0; i < 4; i++)
		nmd_close(o[i].port);
}

int main(void)
{
	begin();
	a_region_names_its_rings();
	rings_that_do_not_exist();
	the_first_of_fewer();
	each_ring_has_its_own_frames();
	a_ring_that_nobody_has();
	receive_rings_only();
	transmit_rings_only();
	exclusive_is_by_rings();
	each_ring_wakes_its_own();
	captures_of_one_ring();
	captures_of_one_direction();
	ends_of_pipes();
	list_shows_them();
	finish();
	return 0;
}
