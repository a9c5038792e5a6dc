// SPDX-License-Identifier: BSD-2-Clause
/*
 * The socket options that injectors set: on a socket of a mapped name each is
 * taken with the value that it has on a real interface, before and after the
 * bind, and what is sent then still goes to the port.
 */
#include <linux/filter.h>
#include <sys/time.h>

#include "packet_testing.h"

static const int one = 1, big = 1 << 20, priority = 6;
static const struct timeval second = {1, 0};
static struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
static const struct sock_fprog reject = {.len = 1, .filter = &nothing};

struct option {
	int level, name;
	const void *value;
	socklen_t length;
	bool read_back;
};

#define INT(level, name, value)                            \
	{                                                  \
		level, name, &(value), sizeof(value), true \
	}

static const struct option options[] = {
	INT(SOL_SOCKET, SO_BROADCAST, one),
	INT(SOL_SOCKET, SO_PRIORITY, priority),
	INT(SOL_SOCKET, SO_REUSEADDR, one),
	INT(SOL_SOCKET, SO_TIMESTAMP, one),
	INT(SOL_PACKET, PACKET_QDISC_BYPASS, one),
	INT(SOL_PACKET, PACKET_LOSS, one),
	INT(SOL_PACKET, PACKET_AUXDATA, one),
	INT(SOL_PACKET, PACKET_TIMESTAMP, one),
	{SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second), true},
	/* The kernel doubles and limits them. */
	{SOL_SOCKET, SO_SNDBUF, &big, sizeof(big), false},
	{SOL_SOCKET, SO_RCVBUF, &big, sizeof(big), false},
	{SOL_SOCKET, SO_ATTACH_FILTER, &reject, sizeof(reject), false},
};

#define OPTIONS (sizeof(options) / sizeof(*options))

static struct opened peer;
static uint8_t frame[60];

static void set(int fd, const struct option *o)
{
	uint8_t value[32] = {0};
	socklen_t length = sizeof(value);

	CHECK_EQ(setsockopt(fd, o->level, o->name, o->value, o->length), 0);
	if (!o->read_back)
		return;
	CHECK_EQ(getsockopt(fd, o->level, o->name, value, &length), 0);
	CHECK_EQ(length, o->length);
	CHECK_EQ(memcmp(value, o->value, length), 0);
}

static void check_sends(int fd)
{
	CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	check_got(&peer, frame, sizeof(frame));
}

/* All of them on one socket, with a frame behind each. */
static void after_the_bind(const char *name)
{
	int fd = bound_socket(SOCK_RAW, name);

	for (size_t i = 0; i < OPTIONS; i++) {
		set(fd, &options[i]);
		check_sends(fd);
	}
	close(fd);
}

static void before_the_bind(void)
{
	int fd = packet_socket(SOCK_RAW);
	struct sockaddr_ll to = to_interface(fd, "eth1");

	for (size_t i = 0; i < OPTIONS; i++)
		set(fd, &options[i]);
	CHECK_EQ(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	check_sends(fd);
	close(fd);
}

/* Of an interface that is only a name, too; of none it is an error. */
static void promiscuous_mode(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1");
	struct packet_mreq all = {
		.mr_ifindex = to_interface(fd, "eth1").sll_ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};

	CHECK_EQ(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
			    sizeof(all)),
		 0);
	check_sends(fd);
	CHECK_EQ(setsockopt(fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &all,
			    sizeof(all)),
		 0);
	check_sends(fd);
	all.mr_ifindex = 54321;
	CHECK_EQ(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
			    sizeof(all)),
		 -1);
	CHECK_EQ(errno, ENODEV);
	close(fd);
}

/* What the kernel refuses it refuses here. */
static void errors_are_the_kernels(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1");

	CHECK_EQ(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, 1), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(setsockopt(fd, SOL_PACKET, 9999, &one, sizeof(one)), -1);
	CHECK_EQ(errno, ENOPROTOOPT);
	check_sends(fd);
	close(fd);
}

int main(void)
{
	begin();
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1,lo=vale0:4", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	peer = open_raw("vale0:2");
	after_the_bind("eth1");
	after_the_bind("lo");
	before_the_bind();
	promiscuous_mode();
	errors_are_the_kernels();
	CHECK_EQ(listed(), 1);
	nmd_close(peer.port);
	finish();
	return 0;
}
