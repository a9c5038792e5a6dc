/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pair of Ethernet interfaces for tests, in network namespaces that go with
 * the test: "near" in the test's own, "far" in that of a child.
 *
 * NIC_TESTS_PATH=PATH has a test take those that are in its namespace under
 * these names, of cards that are connected with each other, and expect that
 * PATH, as in "xdp driver zero-copy", leads to near when it is had alone.
 */
#ifndef VETH_H
#define VETH_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "testing.h"

#define NEAR "netmap:near"
#define NEAR_ADDRESS "10.77.0.1"
#define FAR_ADDRESS "10.77.0.2"

/* The process that keeps the far namespace. */
static pid_t far_keeper;

static inline void run(const char *format, ...)
{
	char command[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	if (system(command) != 0) {
		printf("failed: %s\n", command);
		exit(1);
	}
}

/* Runs a command in the far namespace. */
#define run_far(format, ...) \
	run("nsenter -t %d -n " format, (int)far_keeper, ##__VA_ARGS__)

/* How near is reached when it is had alone. */
static inline const char *alone_path(void)
{
	const char *path = getenv("NIC_TESTS_PATH");

	return path ? path : "xdp driver copy";
}

/* Whether the near end's host answers a ping from the far one. */
static inline bool host_answers(void)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "nsenter -t %d -n ping -c 1 -W 1 " NEAR_ADDRESS
		 " >/dev/null 2>&1",
		 (int)far_keeper);
	return system(command) == 0;
}

static inline void keep_far(void *ready)
{
	CHECK_EQ(unshare(CLONE_NEWNET), 0);
	event_set(*(struct event *)ready);
	for (;;)
		pause();
}

/*
 * To the far end's host: or it would ask for near's address again some time
 * after it pinged it, in the middle of a test.
 */
static inline void near_is_known(void)
{
	struct ifreq ask = {.ifr_name = "near"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint8_t a[6];

	CHECK(fd >= 0);
	CHECK_EQ(ioctl(fd, SIOCGIFHWADDR, &ask), 0);
	close(fd);
	memcpy(a, ask.ifr_hwaddr.sa_data, sizeof(a));
	run_far("ip neigh replace " NEAR_ADDRESS " dev far lladdr "
		"%02x:%02x:%02x:%02x:%02x:%02x nud permanent",
		a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Without IPv6, whose own frames would be counted. */
static inline void veth_begin(void)
{
	const bool cards = getenv("NIC_TESTS_PATH");
	struct event ready;

	if (geteuid() != 0)
		SKIP("network namespaces need root");
	if (system("ip -V >/dev/null 2>&1") != 0)
		SKIP("ip (iproute2) is not installed");
	begin();
	if (!cards && unshare(CLONE_NEWNET) < 0)
		SKIP("no network namespaces: %s", strerror(errno));
	ready = event_new();
	far_keeper = spawn(keep_far, &ready);
	event_wait(ready);
	run("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 2>&-; true");
	run_far("sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' "
		"2>&-; true");
	run(cards ? "ip link set far netns %d"
		  : "ip link add near type veth peer name far netns %d",
	    (int)far_keeper);
	run("ip addr flush dev near");
	run("ip addr add " NEAR_ADDRESS "/24 dev near");
	run_far("ip addr add " FAR_ADDRESS "/24 dev far");
	run("ip link set lo up && ip link set near up");
	run_far("ip link set far up");
	near_is_known();
}

/* The same for tests that have an interface alone. */
static inline void veth_begin_alone(void)
{
	struct nmd_port *port = NULL;

	veth_begin();
	if (nmd_open(NEAR "/x", NULL, &port, NULL) == -EPROTONOSUPPORT) {
		kill_and_reap(far_keeper);
		SKIP("the kernel has no AF_XDP sockets");
	}
	nmd_close(port);
}

static inline void veth_end(void)
{
	kill_and_reap(far_keeper);
	finish();
}

/* In a process of its own: the rest of its life is in the far namespace. */
static inline void go_far(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)far_keeper);
	f = fopen(path, "r");
	CHECK(f != NULL);
	CHECK_EQ(setns(fileno(f), CLONE_NEWNET), 0);
	fclose(f);
}

/* A packet socket on an interface of the namespace that the process is in. */
static inline int packet_socket(const char *interface)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	CHECK(fd >= 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* A packet socket in the far namespace. */
static inline int far_socket(void)
{
	char near_path[] = "/proc/self/ns/net";
	FILE *back = fopen(near_path, "r");
	int fd;

	CHECK(back != NULL);
	go_far();
	fd = packet_socket("far");
	CHECK_EQ(setns(fileno(back), CLONE_NEWNET), 0);
	fclose(back);
	return fd;
}

/* Whether the kernel is of this version or a later one. */
static inline bool kernel_has(int major, int minor)
{
	struct utsname name;
	int is_major, is_minor;

	CHECK_EQ(uname(&name), 0);
	CHECK_EQ(sscanf(name.release, "%d.%d", &is_major, &is_minor), 2);
	return is_major > major || (is_major == major && is_minor >= minor);
}

/* Waits until there is a slot to read; its number. */
static inline uint32_t wait_slot(const struct opened *o)
{
	CHECK_EQ(nmd_wait(o->port, POLLIN, PATIENCE_MS * 1000000ll), POLLIN);
	return o->rx->head;
}

/* 0, or what the sync says to a frame of so many bytes. */
static inline int send_result(const struct opened *o, uint32_t bytes)
{
	uint8_t frame[2048];
	int r;

	make_frame(frame, 255, 7, bytes, 1);
	CHECK_EQ(nmd_wait(o->port, POLLOUT, PATIENCE_MS * 1000000ll), POLLOUT);
	queue_slot(o->tx, frame, bytes, 0);
	r = nmd_txsync(o->port);
	return r < 0 ? r : 0;
}

#endif
