// SPDX-License-Identifier: BSD-2-Clause
/*
 * Packet sockets bound to an interface whose name is one of ours send on the
 * port, by every call that sends; errors are the kernel's.
 */
#include "packet_testing.h"

static struct opened peer;
static uint8_t frame[70000];

static void check_bytes(int fd)
{
	struct iovec parts[] = {{frame, 14}, {frame + 14, 0}, {frame + 14, 46}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

	CHECK_EQ(send(fd, frame, 60, 0), 60);
	check_got(&peer, frame, 60);
	CHECK_EQ(sendto(fd, frame, 61, 0, NULL, 0), 61);
	check_got(&peer, frame, 61);
	CHECK_EQ(write(fd, frame, 14), 14);
	check_got(&peer, frame, 14);
	CHECK_EQ(writev(fd, parts, 3), 60);
	check_got(&peer, frame, 60);
	CHECK_EQ(sendmsg(fd, &message, 0), 60);
	check_got(&peer, frame, 60);
}

/* More than a batch, each of a length of its own. */
static void check_many(int fd)
{
	enum {
		MESSAGES = 100
	};
	struct mmsghdr messages[MESSAGES] = {0};
	struct iovec parts[MESSAGES];

	for (int i = 0; i < MESSAGES; i++) {
		parts[i] = (struct iovec){frame, 60 + (size_t)i};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	CHECK_EQ(sendmmsg(fd, messages, MESSAGES, 0), MESSAGES);
	CHECK_EQ(readable(&peer), MESSAGES);
	for (uint32_t i = 0; i < MESSAGES; i++) {
		uint32_t at = (peer.rx->head + i) % peer.rx->num_slots;

		CHECK_EQ(messages[i].msg_len, 60 + i);
		CHECK_EQ(peer.rx->slot[at].len, 60 + i);
	}
	discard(&peer);
	/* The first that is wrong ends it, and is told when it is first. */
	parts[3].iov_len = 10;
	CHECK_EQ(sendmmsg(fd, messages, MESSAGES, 0), 3);
	CHECK_EQ(discard(&peer), 3);
	CHECK_EQ(sendmmsg(fd, messages + 3, 1, 0), -1);
	CHECK_EQ(errno, EINVAL);
}

static void check_errors(int fd)
{
	CHECK_EQ(send(fd, frame, 13, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(send(fd, frame, 0, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(send(fd, frame, sizeof(frame), 0), -1);
	CHECK_EQ(errno, EMSGSIZE);
	check_nothing(&peer);
}

/* Not bound: each message says where to; nowhere is an error. */
static void check_addresses(void)
{
	int fd = packet_socket(SOCK_RAW);
	struct sockaddr_ll to = to_interface(fd, "eth1");
	struct sockaddr *address = (struct sockaddr *)&to;

	CHECK_EQ(sendto(fd, frame, 60, 0, address, sizeof(to)), 60);
	check_got(&peer, frame, 60);
	CHECK_EQ(send(fd, frame, 60, 0), -1);
	CHECK_EQ(errno, ENXIO);
	CHECK_EQ(sendto(fd, frame, 60, 0, address, 4), -1);
	CHECK_EQ(errno, EINVAL);
	check_nothing(&peer);
	close(fd);
}

/* SOCK_DGRAM: the header is made from the address. */
static void check_cooked(void)
{
	int fd = packet_socket(SOCK_DGRAM);
	struct sockaddr_ll to = to_interface(fd, "eth1");
	struct ifreq request = {.ifr_name = "eth1"};

	CHECK_EQ(ioctl(fd, SIOCGIFHWADDR, &request), 0);
	memcpy(frame + 6, request.ifr_hwaddr.sa_data, 6);
	memcpy(to.sll_addr, frame, 6);
	to.sll_halen = 6;
	CHECK_EQ(sendto(fd, frame + 14, 46, 0, (struct sockaddr *)&to,
			sizeof(to)),
		 46);
	check_got(&peer, frame, 60);
	CHECK_EQ(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	CHECK_EQ(send(fd, frame + 14, 46, 0), -1);
	CHECK_EQ(errno, EINVAL);
	check_nothing(&peer);
	close(fd);
}

/* Other openings of the port see it as outgoing, as on an interface. */
static void check_seen(int fd)
{
	pcap_t *p = nonblocking("eth1");
	struct seen seen = {0};

	CHECK_EQ(send(fd, frame, 60, 0), 60);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(pcap_setdirection(p, ABI_D_IN), 0);
	CHECK_EQ(send(fd, frame, 60, 0), 60);
	CHECK_EQ(dispatch(p, -1, &seen), 0);
	CHECK_EQ(discard(&peer), 2);
	pcap_close(p);
}

/* A port without a map needs no interface either. */
static void check_port_name(void)
{
	int fd = bound_socket(SOCK_RAW, "vale0:3");

	CHECK_EQ(send(fd, frame, 60, 0), 60);
	check_got(&peer, frame, 60);
	close(fd);
}

/* "lo" exists: its number is the kernel's, but it is mapped. */
static void check_real_interface(void)
{
	int fd = bound_socket(SOCK_RAW, "lo");

	CHECK_EQ(send(fd, frame, 60, 0), 60);
	check_got(&peer, frame, 60);
	close(fd);
}

int main(void)
{
	int fd;

	begin();
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1,lo=vale0:4", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	peer = open_raw("vale0:2");
	fd = bound_socket(SOCK_RAW, "eth1");
	check_bytes(fd);
	check_many(fd);
	check_errors(fd);
	check_seen(fd);
	close(fd);
	check_addresses();
	check_port_name();
	check_real_interface();
	check_cooked();
	CHECK_EQ(listed(), 1);
	nmd_close(peer.port);
	finish();
	return 0;
}
