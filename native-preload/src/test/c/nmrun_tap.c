// SPDX-License-Identifier: BSD-2-Clause
/*
 * nmrun --tap: an interface of this host that is a port of a switch, for as
 * long as the program lives. In a network namespace of the test's own.
 *
 * The program is this test again, with what it is to do as its argument.
 */
#include <arpa/inet.h>
#include <grp.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>

#include "nmrun_testing.h"

#define NOBODY 65534
#define FRAMES 300 /* that fit into each ring and socket on the way */
#define PIPE_FRAMES 3000
#define UDP_PORT 9999
#define UDP_AT (14 + 20 + 8) /* where the payload is */
#define TAP "t1=vale0:1,10.1.2.3/24,fd01::3/64"

static const char *self;

static bool is_there(const char *name)
{
	return if_nametoindex(name) != 0;
}

static bool has_address(int family, const char *expected, const char *mask)
{
	struct ifaddrs *all, *a;
	bool found = false;

	CHECK_EQ(getifaddrs(&all), 0);
	for (a = all; a; a = a->ifa_next) {
		char text[2][INET6_ADDRSTRLEN];
		size_t at = family == AF_INET ? 4 : 8;

		if (strcmp(a->ifa_name, "t1") != 0 || !a->ifa_addr ||
		    a->ifa_addr->sa_family != family)
			continue;
		inet_ntop(family, (char *)a->ifa_addr + at, text[0],
			  sizeof(text[0]));
		inet_ntop(family, (char *)a->ifa_netmask + at, text[1],
			  sizeof(text[1]));
		found |= !strcmp(text[0], expected) && !strcmp(text[1], mask);
	}
	freeifaddrs(all);
	return found;
}

/* Room for all that comes while nobody reads. */
static int receiving_socket(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET,
				  .sin_port = htons(UDP_PORT)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int bytes = 4 * 1024 * 1024;

	CHECK(fd >= 0);
	CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
			    sizeof(bytes)),
		 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	return fd;
}

/* To everybody, so that no address must be looked up. */
static void send_numbered(int count)
{
	struct sockaddr_in all = {.sin_family = AF_INET,
				  .sin_port = htons(UDP_PORT)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), yes = 1;

	CHECK_EQ(inet_pton(AF_INET, "10.1.2.255", &all.sin_addr), 1);
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes));
	for (int i = 0; i < count; i++)
		CHECK_EQ(sendto(fd, &i, sizeof(i), 0, (struct sockaddr *)&all,
				sizeof(all)),
			 sizeof(i));
	close(fd);
}

static void receive_numbered(int fd, int count)
{
	for (int expected = 0; expected < count; expected++) {
		struct pollfd p = {fd, POLLIN, 0};
		int number = -1;

		CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
		CHECK_EQ(recv(fd, &number, sizeof(number), 0), sizeof(number));
		CHECK_EQ(number, expected);
	}
}

/* Reads own frames, as an interface shows them, by the mapped name. */
static void capture_numbered(pcap_t *p, int count)
{
	struct abi_pkthdr *header;
	const unsigned char *bytes;

	for (int expected = 0; expected < count; expected++) {
		int number;

		CHECK_EQ(pcap_next_ex(p, &header, &bytes), 1);
		memcpy(&number, bytes + UDP_AT, sizeof(number));
		CHECK_EQ(number, expected);
	}
}

/* The program: sends FRAMES datagrams, captures them, receives FRAMES. */
static int exchange(const char *arrived_fd)
{
	struct event arrived = {atoi(arrived_fd)};
	pcap_t *p = activated("t1");
	int fd;

	CHECK(is_there("t1"));
	CHECK(has_address(AF_INET, "10.1.2.3", "255.255.255.0"));
	CHECK(has_address(AF_INET6, "fd01::3", "ffff:ffff:ffff:ffff::"));
	filter(p, "udp port 9999 and src host 10.1.2.3");
	CHECK_EQ(pcap_setdirection(p, ABI_D_OUT), 0);
	send_numbered(FRAMES);
	capture_numbered(p, FRAMES);
	/* Not before: broadcasts come back to this host's sockets. */
	fd = receiving_socket();
	event_set(arrived);
	receive_numbered(fd, FRAMES);
	pcap_close(p);
	return 7;
}

/* The next datagram from the host among all that hosts say. */
static int next_number(const struct opened *peer)
{
	for (;;) {
		const uint8_t *frame;
		int number = -1;

		if (slots_in(peer->rx) == 0) {
			CHECK_EQ(nmd_wait(peer->port, POLLIN,
					  PATIENCE_MS * 1000000LL),
				 POLLIN);
			continue;
		}
		frame = buffer_of(peer->rx, peer->rx->head);
		if (frame[12] == 8 && frame[13] == 0 && frame[23] == 17 &&
		    frame[36] == UDP_PORT >> 8 && frame[37] == (UDP_PORT & 255))
			memcpy(&number, frame + UDP_AT, sizeof(number));
		give_back(peer, 1);
		if (number >= 0)
			return number;
	}
}

static uint16_t checksum(const uint8_t *header)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* A datagram to everybody, from 10.1.2.4; UDP may go without a checksum. */
static void send_datagram(const struct opened *peer, int number)
{
	uint8_t frame[60] = {0};
	const uint8_t ip[] = {0x45, 0, 0,  32, 0, 0, 0,  0, 64, 17,
			      0,    0, 10, 1,  2, 4, 10, 1, 2,  255};
	const uint8_t udp[] = {4, 0, UDP_PORT >> 8, UDP_PORT & 255, 0, 12};

	make_frame(frame, 255, 9, sizeof(frame), 0);
	frame[12] = 8;
	frame[13] = 0;
	memset(frame + 14, 0, sizeof(frame) - 14);
	memcpy(frame + 14, ip, sizeof(ip));
	frame[14 + 10] = (uint8_t)(checksum(ip) >> 8);
	frame[14 + 11] = (uint8_t)checksum(ip);
	memcpy(frame + 34, udp, sizeof(udp));
	memcpy(frame + UDP_AT, &number, sizeof(number));
	send_one(peer, frame, sizeof(frame));
}

/* Both ways, without loss; the exit status; gone in the end. */
static void check_exchange(const struct opened *peer)
{
	struct event arrived = event_new();
	char number[16];
	const char *const arguments[] = {"--tap",    TAP,    "--stats", self,
					 "exchange", number, NULL};
	pid_t pid;

	snprintf(number, sizeof(number), "%d", arrived.fd);
	pid = start(arguments);
	for (int i = 0; i < FRAMES; i++)
		CHECK_EQ(next_number(peer), i);
	event_wait(arrived);
	for (int i = 0; i < FRAMES; i++)
		send_datagram(peer, i);
	CHECK_EQ(ending_of(pid), 7);
	CHECK(!is_there("t1"));
	CHECK_EQ(listed(), 1);
}

/* The host side of a pipe: datagrams that find no room yet. */
static int send_many(const char *sent_fd)
{
	struct event sent = {atoi(sent_fd)};

	send_numbered(PIPE_FRAMES);
	event_set(sent);
	return 0;
}

/* A pipe that is full makes the interface wait: all arrive, in order. */
static void check_pipe(void)
{
	struct opened end = open_raw("vale0:p}a");
	struct event sent = event_new();
	char number[16];
	const char *const arguments[] = {"--tap", "t1=vale0:p{a,10.1.2.3/24",
					 self,    "send",
					 number,  NULL};
	pid_t pid;

	CHECK(end.rx->num_slots < PIPE_FRAMES);
	snprintf(number, sizeof(number), "%d", sent.fd);
	pid = start(arguments);
	event_wait(sent);
	for (int i = 0; i < PIPE_FRAMES; i++)
		CHECK_EQ(next_number(&end), i);
	CHECK_EQ(ending_of(pid), 0);
	nmd_close(end.port);
}

/* Tells its process number, and stays. */
static int stay(const char *pipe_fd)
{
	pid_t pid = getpid();

	CHECK_EQ(write(atoi(pipe_fd), &pid, sizeof(pid)), sizeof(pid));
	for (;;)
		pause();
}

static pid_t start_staying(pid_t *program)
{
	char number[16];
	const char *const arguments[] = {"--tap", "t1=vale0:1", self,
					 "stay",  number,       NULL};
	int ends[2];
	pid_t pid;

	CHECK_EQ(pipe(ends), 0);
	snprintf(number, sizeof(number), "%d", ends[1]);
	pid = start(arguments);
	CHECK_EQ(read(ends[0], program, sizeof(*program)), sizeof(*program));
	CHECK(is_there("t1"));
	close(ends[0]);
	close(ends[1]);
	return pid;
}

/* Neither's death leaves anything behind. */
static void check_killed(void)
{
	pid_t program, pid = start_staying(&program);

	CHECK_EQ(kill(program, SIGKILL), 0);
	CHECK_EQ(ending_of(pid), -SIGKILL);
	CHECK(!is_there("t1"));
	pid = start_staying(&program);
	CHECK_EQ(kill(pid, SIGTERM), 0);
	CHECK_EQ(ending_of(pid), -SIGTERM);
	CHECK(!is_there("t1"));
	pid = start_staying(&program);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(ending_of(pid), -SIGKILL);
	CHECK(!is_there("t1"));
	CHECK_EQ(kill(program, SIGKILL), 0);
	CHECK_EQ(listed(), 1);
}

/* Left in the background by a program that has ended. */
static int linger(const char *started_fd, const char *go_fd)
{
	struct event started = {atoi(started_fd)}, go = {atoi(go_fd)};

	CHECK(is_there("t1"));
	event_set(started);
	event_wait(go);
	CHECK(is_there("t1"));
	return 0;
}

static void check_daemon(void)
{
	struct event started = event_new(), go = event_new();
	char script[512];
	const char *const arguments[] = {"--tap", "t1=vale0:1", "sh",
					 "-c",    script,       NULL};
	pid_t pid;

	snprintf(script, sizeof(script), "%s linger %d %d & exit 4", self,
		 started.fd, go.fd);
	pid = start(arguments);
	event_wait(started);
	CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
	event_set(go);
	CHECK_EQ(ending_of(pid), 4);
	CHECK(!is_there("t1"));
	/* A signal to nmrun ends it all the same. */
	pid = start(arguments);
	event_wait(started);
	while (waitpid(pid, NULL, WNOHANG) == 0 && is_there("t1"))
		kill(pid, SIGTERM);
	event_set(go);
}

static void check_errors(void)
{
	CHECK_EQ(run("--tap lo=vale0:1 true"), 125);
	expect_text("nmrun: --tap lo=vale0:1: cannot make it: ");
	expect_text("there is an interface of this name: choose another name, "
		    "or use --map\n");
	CHECK_EQ(run("--tap t1 true"), 125);
	CHECK_EQ(run("--tap t1=lo true"), 125);
	CHECK_EQ(run("--tap t1=vale0:1/r true"), 125);
	CHECK_EQ(run("--tap a-name-too-long-for-one=vale0:1 true"), 125);
	CHECK_EQ(run("--tap t1=vale0:1, true"), 125);
	CHECK_EQ(run("--tap t1=vale0:1,10.0.0.1 true"), 125);
	expect_text("needs the length of its network's prefix");
	CHECK_EQ(run("--tap t1=vale0:1,10.0.0.1/33 true"), 125);
	CHECK_EQ(run("--tap t1=vale0:1,10.0.0.x/24 true"), 125);
	/* The port is the user's mistake, too; and nothing is left. */
	setenv("NETMAP_RUNTIME_DIR", "/proc", 1);
	CHECK_EQ(run("--tap t1=vale0:1 true"), 125);
	setenv("NETMAP_RUNTIME_DIR", runtime_dir, 1);
	expect_text("nmrun: --tap t1: ");
	CHECK(!is_there("t1"));
}

static void as_nobody(void *unused)
{
	(void)unused;
	CHECK_EQ(setgroups(0, NULL), 0);
	CHECK_EQ(setgid(NOBODY), 0);
	CHECK_EQ(setuid(NOBODY), 0);
	CHECK_EQ(run("--tap t1=vale0:1 true"), 125);
	expect_text("needs root or CAP_NET_ADMIN\n");
}

int main(int argc, char **argv)
{
	struct opened peer;

	self = argv[0];
	if (argc == 3 && !strcmp(argv[1], "exchange"))
		return exchange(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "send"))
		return send_many(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "stay"))
		return stay(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "linger"))
		return linger(argv[2], argv[3]);
	find_nmrun_alone();
	if (unshare(CLONE_NEWNET) < 0)
		SKIP("no network namespace may be made: needs root");
	if (access("/dev/net/tun", R_OK | W_OK) < 0)
		SKIP("there is no /dev/net/tun to make interfaces with");
	begin();
	peer = open_raw("vale0:2");
	check_exchange(&peer);
	check_pipe();
	check_killed();
	check_daemon();
	check_errors();
	if (access(nmrun, X_OK) == 0)
		join(spawn(as_nobody, NULL));
	nmd_close(peer.port);
	finish();
	return 0;
}
