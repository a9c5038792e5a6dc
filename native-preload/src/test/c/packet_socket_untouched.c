// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is not ours stays the kernel's: interfaces that nobody mapped, sockets
 * with rings of their own, everything with PCAP_NETMAP=off; and requests about
 * interfaces that nobody has.
 */
#include "packet_testing.h"

static uint8_t frame[60];

static void check_arrives_on_lo(int fd)
{
	int receiver = bound_socket(SOCK_RAW, "lo");
	struct pollfd there = {receiver, POLLIN, 0};
	uint8_t got[100];

	CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	CHECK_EQ(poll(&there, 1, PATIENCE_MS), 1);
	CHECK_EQ(recv(receiver, got, sizeof(got), 0), sizeof(frame));
	CHECK_EQ(memcmp(got, frame, sizeof(frame)), 0);
	close(receiver);
	close(fd);
}

static void check_other_interface(void)
{
	check_arrives_on_lo(bound_socket(SOCK_RAW, "lo"));
	CHECK_EQ(listed(), 0);
}

/* What such a socket sends, the kernel takes from its ring. */
static void check_own_ring(void)
{
	struct tpacket_req ring = {
		.tp_block_size = 4096,
		.tp_block_nr = 1,
		.tp_frame_size = 2048,
		.tp_frame_nr = 2,
	};
	int fd;

	setenv("PCAP_NETMAP_MAP", "lo=vale0:1", 1);
	fd = packet_socket(SOCK_RAW);
	CHECK_EQ(
		setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring)),
		0);
	struct sockaddr_ll to = to_interface(fd, "lo");

	CHECK_EQ(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	/* Its ring is empty, and so it sends nothing; ours would send this. */
	CHECK_EQ(send(fd, frame, sizeof(frame), MSG_DONTWAIT), 0);
	close(fd);
	unsetenv("PCAP_NETMAP_MAP");
}

static void check_off(void)
{
	setenv("PCAP_NETMAP_MAP", "lo=vale0:1", 1);
	setenv("PCAP_NETMAP", "off", 1);
	check_arrives_on_lo(bound_socket(SOCK_RAW, "lo"));
	CHECK_EQ(listed(), 0);
	unsetenv("PCAP_NETMAP");
	unsetenv("PCAP_NETMAP_MAP");
}

static void check_nobodys_name(void)
{
	static const unsigned long requests[] = {SIOCGIFINDEX, SIOCGIFHWADDR,
						 SIOCGIFMTU, SIOCGIFFLAGS};
	struct ifreq request = {.ifr_name = "eth1"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		CHECK_EQ(ioctl(fd, requests[i], &request), -1);
		CHECK_EQ(errno, ENODEV);
	}
	request.ifr_ifindex = 0x70000000;
	CHECK_EQ(ioctl(fd, SIOCGIFNAME, &request), -1);
	CHECK_EQ(errno, ENODEV);
	close(fd);
}

/* A mapped name without an interface looks like one on every socket. */
static void check_made_up(void)
{
	struct ifreq request = {.ifr_name = "eth1"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), index;

	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1", 1);
	CHECK_EQ(ioctl(fd, SIOCGIFINDEX, &request), 0);
	index = request.ifr_ifindex;
	CHECK(index > 0);
	memset(&request, 0, sizeof(request));
	request.ifr_ifindex = index;
	CHECK_EQ(ioctl(fd, SIOCGIFNAME, &request), 0);
	CHECK_TEXT(request.ifr_name, "eth1");
	CHECK_EQ(ioctl(fd, SIOCGIFMTU, &request), 0);
	CHECK_EQ(request.ifr_mtu, 1500);
	CHECK_EQ(ioctl(fd, SIOCGIFFLAGS, &request), 0);
	CHECK(request.ifr_flags & IFF_UP);
	CHECK_EQ(ioctl(fd, SIOCGIFADDR, &request), -1);
	unsetenv("PCAP_NETMAP_MAP");
	close(fd);
	/* Nobody sends: nothing is opened. */
	CHECK_EQ(listed(), 0);
}

/* Nothing comes from other interfaces to one that only we know. */
static void check_made_up_is_silent(void)
{
	uint8_t got[100];
	int fd;

	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1", 1);
	fd = bound_socket(SOCK_RAW, "eth1");
	check_arrives_on_lo(bound_socket(SOCK_RAW, "lo"));
	CHECK_EQ(recv(fd, got, sizeof(got), MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	close(fd);
	unsetenv("PCAP_NETMAP_MAP");
}

int main(void)
{
	begin();
	own_network();
	make_frame(frame, 255, 1, sizeof(frame), 0);
	check_other_interface();
	check_nobodys_name();
	check_made_up();
	check_made_up_is_silent();
	check_own_ring();
	check_off();
	finish();
	return 0;
}
