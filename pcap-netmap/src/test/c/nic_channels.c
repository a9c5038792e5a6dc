/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces with more queues of one direction than of the other, or more than
 * rings; and openings of one direction only.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "two_queues.h"

#define MANY 300

static void set_channels(char *name, uint32_t rx, uint32_t tx)
{
	struct ethtool_channels channels = {
		.cmd = ETHTOOL_SCHANNELS,
		.rx_count = rx,
		.tx_count = tx,
	};
	struct ifreq ask = {.ifr_data = (void *)&channels};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	strcpy(ask.ifr_name, name);
	CHECK_EQ(ioctl(fd, SIOCETHTOOL, &ask), 0);
	close(fd);
}

static void is_not_for(const char *spec, int code, const char *text)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open(spec, NULL, &port, &why), code);
	CHECK(strstr(why.text, text));
}

/* A queue without its other half has no ring there. */
static void directions_have_queues_of_their_own(void)
{
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened far1 = open_raw("netmap:twin-1/x");
	struct opened a, b;

	set_channels((char[]){"two"}, 2, 1);
	is_not_for("netmap:two-1/x", -EINVAL, "netmap:two-1/xR");
	is_not_for("netmap:two-1/xT", -EINVAL, "only receives");
	a = open_raw("netmap:two-0/x");
	b = open_with("netmap:two-1/xR", (struct nmd_options){0});
	passes(&far1, &b, 1);
	passes(&far0, &a, 2);
	passes(&a, &far0, 3);
	nmd_close(b.port);
	nmd_close(a.port);
	a = open_raw("netmap:two/x");
	CHECK_EQ(a.region.tx_rings, 1);
	CHECK_EQ(a.region.rx_rings, 2);
	b = a;
	b.rx = nmd_rx_ring(a.port, 1);
	passes(&far1, &b, 4);
	passes(&far0, &a, 5);
	for (uint32_t i = 0; i < 2 * a.region.tx_slots; i++)
		passes(&a, &far0, (uint8_t)i);
	nmd_close(a.port);
	set_channels((char[]){"two"}, 2, 2);
	nmd_close(far0.port);
	nmd_close(far1.port);
}

static void more_queues_than_rings_are_refused(void)
{
	/* For the small areas of builds with sanitizers. */
	struct nmd_options few = {.tx_slots = 64, .rx_slots = 64};
	struct opened a, far;

	run("ip link add wide numrxqueues 17 numtxqueues 17 type veth peer "
	    "name wider numrxqueues 17 numtxqueues 17");
	run("ip link set wide up && ip link set wider up");
	is_not_for("netmap:wide/x", -E2BIG, "ethtool -L wide rx 16");
	is_not_for("netmap:wide/x", -E2BIG, "17 receive queues");
	a = open_with("netmap:wide-15/x", few);
	far = open_with("netmap:wider-15/x", few);
	passes(&far, &a, 1);
	passes(&a, &far, 2);
	nmd_close(a.port);
	nmd_close(far.port);
	run("ip link del wide");
}

/* Who only sends leaves what is received to the host, and counts none of it. */
static void senders_receive_nothing(const char *spec)
{
	struct opened far0 = open_raw("netmap:twin-0/x"), a;
	int host = packet_socket("two");
	struct nmd_stats s;

	set_channels((char[]){"two"}, 2, 1); /* to send by the first */
	a = open_raw(spec);
	for (int i = 0; i < MANY; i++) {
		send_number(&far0, (uint8_t)i);
		host_gets(host, (uint8_t)i);
	}
	s = stats_of(&a);
	CHECK_EQ(s.published + s.accepted + s.dropped + s.filtered, 0);
	passes(&a, &far0, 1);
	close(host);
	nmd_close(a.port);
	nmd_close(far0.port);
}

int main(void)
{
	veth_begin_alone();
	make_pair();
	directions_have_queues_of_their_own();
	more_queues_than_rings_are_refused();
	senders_receive_nothing("netmap:two/T");
	senders_receive_nothing("netmap:two-0/xT");
	veth_end();
	return 0;
}
