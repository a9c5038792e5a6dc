/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the packet sockets share: a network of the test's own, in
 * which only "lo" exists, and sockets bound to an interface by its name.
 */
#ifndef PACKET_TESTING_H
#define PACKET_TESTING_H

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "pcap_testing.h"

#define TEST_TYPE 0x88b5 /* of make_frame's frames */

static inline void set_up_lo(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK(fd >= 0);
	CHECK_EQ(ioctl(fd, SIOCGIFFLAGS, &request), 0);
	request.ifr_flags |= IFF_UP;
	CHECK_EQ(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

static inline void own_network(void)
{
	int flags = CLONE_NEWNET | (geteuid() ? CLONE_NEWUSER : 0);

	if (unshare(flags) < 0)
		SKIP("no network namespace: %s", strerror(errno));
	set_up_lo();
}

static inline int packet_socket(int type)
{
	int fd = socket(AF_PACKET, type, htons(TEST_TYPE));

	if (fd < 0)
		SKIP("no packet sockets: %s", strerror(errno));
	return fd;
}

static inline struct sockaddr_ll to_interface(int fd, const char *name)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(TEST_TYPE),
	};
	struct ifreq request = {0};

	snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
	CHECK_EQ(ioctl(fd, SIOCGIFINDEX, &request), 0);
	to.sll_ifindex = request.ifr_ifindex;
	return to;
}

static inline int bound_socket(int type, const char *name)
{
	int fd = packet_socket(type);
	struct sockaddr_ll to = to_interface(fd, name);

	CHECK_EQ(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* Whether exactly this frame is there to read, and no other. */
static inline void check_got(const struct opened *peer, const void *frame,
			     uint32_t length)
{
	CHECK_EQ(readable(peer), 1);
	CHECK_EQ(peer->rx->slot[peer->rx->head].len, length);
	CHECK_EQ(memcmp(buffer_of(peer->rx, peer->rx->head), frame, length), 0);
	give_back(peer, 1);
}

static inline void check_nothing(const struct opened *peer)
{
	CHECK_EQ(readable(peer), 0);
}

#endif
