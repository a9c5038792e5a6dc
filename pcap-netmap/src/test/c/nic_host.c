/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host rings: what the host sends by an interface comes to the program, what
 * the program sends comes to the host as from the interface; joined with the
 * interface that it has alone, they keep the host connected; and with the
 * program's end, whatever it is, all is as before.
 */
#include <sys/ioctl.h>

#include "conversation.h"
#include "offloads.h"

#define HOST NEAR "^"
#define ALONE NEAR "/x"
#define SHORT 60

static bool far_answers(void)
{
	return system("ping -c 1 -W 1 " FAR_ADDRESS " >/dev/null 2>&1") == 0;
}

static bool tap_exists(void)
{
	return if_nametoindex("near-host") != 0;
}

/* Passes all that has come on; leaves what has no room for later. */
static void pass_on(const struct opened *from, const struct opened *to)
{
	bool some = false;

	CHECK(nmd_rxsync(from->port) >= 0);
	while (slots_in(from->rx) > 0 && slots_in(to->tx) > 0) {
		uint32_t at = from->rx->head;

		queue_slot(to->tx, buffer_of(from->rx, at),
			   from->rx->slot[at].len, from->rx->slot[at].flags);
		from->rx->head = from->rx->cur = next_slot(from->rx, at);
		some = true;
	}
	if (some)
		nmd_txsync(to->port);
}

/* As netmap's own bridge, until it is killed. */
static void bridges(void *ready)
{
	struct opened nic = open_raw(ALONE), host = open_raw(HOST);

	event_set(*(struct event *)ready);
	for (;;) {
		struct pollfd p[2] = {
			{.fd = nmd_fd(nic.port), .events = POLLIN},
			{.fd = nmd_fd(host.port), .events = POLLIN},
		};

		nmd_arm(nic.port);
		nmd_arm(host.port);
		CHECK(poll(p, 2, 100) >= 0);
		pass_on(&nic, &host);
		pass_on(&host, &nic);
	}
}

static void a_bridge_keeps_the_host_connected(void)
{
	struct event ready = event_new();
	pid_t server = spawn(echoes, &ready), bridge;
	struct nmd_info info[2];
	int fd;

	event_wait(ready);
	fd = connect_far();
	keystroke(fd);
	for (int i = 0; i < 3; i++) {
		bridge = spawn(bridges, &ready);
		event_wait(ready);
		CHECK_EQ(nmd_list(info, 2, NULL), 2);
		CHECK_EQ(strcmp(info[1].port_name, "near^"), 0);
		CHECK_EQ(strcmp(info[1].path, "host rings"), 0);
		CHECK(far_answers());
		keystroke(fd);
		transfer(fd, 5);
		kill_and_reap(bridge);
		CHECK(!tap_exists());
		keystroke(fd);
		transfer(fd, 5);
		CHECK_EQ(listed(), 0);
	}
	close(fd);
	join(server);
	close(ready.fd);
}

/* A frame that the host sends; the others are its own business. */
static void await_from_host(const struct opened *o, uint8_t protocol)
{
	for (;;) {
		uint32_t at = wait_slot(o);
		const uint8_t *frame = buffer_of(o->rx, at);
		bool found = frame[12] == 8 && frame[13] == 0 &&
			     frame[23] == protocol;

		give_back(o, 1);
		if (found)
			return;
	}
}

/* Nothing of what the host sends reaches the wire, but what is sent does. */
static void the_host_sends_to_the_program(void)
{
	struct opened o = open_raw(HOST);
	struct sockaddr_in to = address_of(FAR_ADDRESS);
	int far_end = far_socket(), fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint8_t got[2048];

	CHECK(!far_answers());
	CHECK_EQ(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	await_from_host(&o, IPPROTO_UDP);
	while (recv(far_end, got, sizeof(got), MSG_DONTWAIT) > 0)
		CHECK(got[12] != 8 || got[13] != 0);
	CHECK_EQ(checked_stats(&o).dropped, 0);
	nmd_close(o.port);
	CHECK(far_answers());
	close(far_end);
	close(fd);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t header_sum(const uint8_t *ip)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16)) & 0xffff;
}

/* UDP from the far address to the near one, as if received. */
static uint32_t make_datagram(uint8_t *frame, uint16_t port, uint32_t payload)
{
	uint8_t *ip = frame + 14, *udp = ip + 20;

	make_frame(frame, 255, 7, 42 + payload, 0);
	put16(frame + 12, 0x0800);
	memset(ip, 0, 28);
	ip[0] = 0x45;
	put16(ip + 2, 28 + payload);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	inet_pton(AF_INET, FAR_ADDRESS, ip + 12);
	inet_pton(AF_INET, NEAR_ADDRESS, ip + 16);
	put16(ip + 10, header_sum(ip));
	put16(udp, 9);
	put16(udp + 2, port);
	put16(udp + 4, 8 + payload);
	return 42 + payload;
}

static int own_address(uint8_t *mac)
{
	struct ifreq ask = {.ifr_name = "near"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9)};

	CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_EQ(ioctl(fd, SIOCGIFHWADDR, &ask), 0);
	memcpy(mac, ask.ifr_hwaddr.sa_data, 6);
	return fd;
}

/* In one slot and in several; also what the host has to look at. */
static void the_program_sends_to_the_host(void)
{
	struct opened o = open_raw(HOST);
	uint8_t mac[6], frame[2048], got[2048];
	int fd = own_address(mac);

	for (uint32_t i = 0; i < 3 * o.region.tx_slots; i++) {
		uint32_t payload = 1 + i % 1400;
		uint32_t len = make_datagram(frame, 9, payload);
		uint32_t part = i % 2 ? len / 3 : 0;

		memcpy(frame, mac, 6);
		if (part)
			queue_slot(o.tx, frame, part, NETMAP_SLOT_MOREFRAG);
		queue_slot(o.tx, frame + part, len - part, 0);
		CHECK(nmd_txsync(o.port) >= 0);
		CHECK_EQ(recv(fd, got, sizeof(got), 0), payload);
		CHECK_EQ(memcmp(got, frame + 42, payload), 0);
	}
	CHECK_EQ(stats_of(&o).sent_bad, 0);
	nmd_close(o.port);
	close(fd);
}

static void filters_hold(void)
{
	const struct nmd_insn only_udp[] = {
		{0x30, 0, 0, 23},
		{0x15, 0, 1, IPPROTO_UDP},
		{0x06, 0, 0, 50},
		{0x06, 0, 0, 0},
	};
	struct opened o = open_capture(HOST);
	struct sockaddr_in to = address_of(FAR_ADDRESS);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char text[100] = "";

	CHECK_EQ(nmd_set_filter(o.port, only_udp, 4), 0);
	CHECK(!far_answers());
	CHECK_EQ(sendto(fd, text, sizeof(text), 0, (struct sockaddr *)&to,
			sizeof(to)),
		 sizeof(text));
	await_from_host(&o, IPPROTO_UDP);
	CHECK(stats_of(&o).filtered > 0);
	CHECK_EQ(stats_of(&o).published, 1);
	CHECK_EQ(stats_of(&o).published_bytes, 42 + sizeof(text));
	nmd_close(o.port);
	close(fd);
}

static void there_is_one_of_them(void)
{
	struct opened o = open_raw(HOST);
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open(HOST, NULL, &port, &why), -EBUSY);
	CHECK(strstr(why.text, "near-host"));
	CHECK_EQ(nmd_open(NEAR "^@group:1", NULL, &port, &why), -EINVAL);
	CHECK_EQ(nmd_open(NEAR "*/x", NULL, &port, &why), -EINVAL);
	CHECK(strstr(why.text, "near^"));
	nmd_close(o.port);
	CHECK(!tap_exists());
	CHECK_EQ(listed(), 0);
}

/* Both sides by one name: shared, and what the host sends is seen, too. */
static void both_sides_are_seen(const char *spec)
{
	struct opened o = open_raw(spec);

	CHECK(far_answers());
	await_from_host(&o, IPPROTO_ICMP); /* the request */
	await_from_host(&o, IPPROTO_ICMP); /* the reply */
	nmd_close(o.port);
}

/* How the interface is, is looked at now and then. */
static void await_answer(const struct opened *o, uint32_t bytes, int answer)
{
	for (int i = 0; send_result(o, bytes) != answer; i++) {
		CHECK(i < PATIENCE_MS);
		usleep(1000);
	}
}

/* What the kernel would drop on the way to the host, and tell nobody. */
static void what_the_host_cannot_get_is_refused(void)
{
	struct opened o = open_raw(HOST);
	uint64_t bad;

	CHECK_EQ(send_result(&o, SHORT), 0);
	CHECK_EQ(send_result(&o, 1518), 0);
	CHECK_EQ(send_result(&o, 1519), -EMSGSIZE);
	run("ip link set near mtu 1700");
	CHECK_EQ(send_result(&o, 1718), 0);
	run("ip link set near mtu 1500");
	await_answer(&o, 1519, -EMSGSIZE);
	run("ip link set near down");
	await_answer(&o, SHORT, -ENETDOWN);
	bad = stats_of(&o).sent_bad;
	for (uint32_t i = 0; i < 2 * o.region.tx_slots; i++)
		CHECK_EQ(send_result(&o, SHORT), -ENETDOWN);
	CHECK_EQ(stats_of(&o).sent_bad, bad + 2 * o.region.tx_slots);
	run("ip link set near up");
	await_answer(&o, SHORT, 0);
	CHECK_EQ(send_result(&o, SHORT), 0);
	nmd_close(o.port);
}

#define FLOOD 500

static void flood(void)
{
	struct sockaddr_in to = address_of(FAR_ADDRESS);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (int i = 0; i < FLOOD; i++)
		CHECK_EQ(sendto(fd, "x", 1, 0, (struct sockaddr *)&to,
				sizeof(to)),
			 1);
	close(fd);
}

/* A reader that is too slow hears of what the TAP had no room for. */
static void lost_frames_are_counted(const char *spec, uint32_t flags)
{
	struct nmd_options options = {.rx_slots = 64, .flags = flags};
	struct opened o;
	struct nmd_stats s;

	run("ip neigh replace " FAR_ADDRESS
	    " lladdr 02:00:00:00:00:09 dev near nud permanent");
	o = open_with(spec, options);
	flood();
	s = stats_of(&o);
	CHECK(s.dropped > 0);
	while (discard(&o) > 0)
		;
	s = stats_of(&o);
	CHECK(s.published > 0 && s.published < FLOOD);
	CHECK_EQ(s.published + s.dropped, FLOOD);
	nmd_close(o.port);
	run("ip neigh del " FAR_ADDRESS " dev near");
}

static void similar_names_are_told_apart(void)
{
	struct opened a, b;

	for (int i = 0; i < 2; i++) {
		run("ip link add enp129s0f0v%d type veth peer name p%d", i, i);
		run("ip link set enp129s0f0v%d up", i);
	}
	a = open_raw("netmap:enp129s0f0v0^");
	b = open_raw("netmap:enp129s0f0v1^");
	nmd_close(a.port);
	nmd_close(b.port);
	for (int i = 0; i < 2; i++)
		run("ip link del enp129s0f0v%d", i);
}

static void an_interface_that_goes_ends_reads(void)
{
	struct opened o;

	run("ip link add doomed type veth peer name doom");
	run("ip link set doomed up && ip link set doom up");
	o = open_raw("netmap:doomed^");
	run("ip link del doomed");
	CHECK_EQ(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll), -ENODEV);
	await_answer(&o, SHORT, -ENODEV);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

/*
 * Where the network stack runs the XDP program, what is sent to the host would
 * come to the program again.
 */
static void generic_mode_is_refused(void)
{
	struct nmd_options both = {.size = sizeof(both), .flags = NMD_HOST_TOO};
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;
	struct opened o;

	if (system("ip link add bridge0 type bridge 2>&-") != 0) {
		printf("no bridges in this kernel: generic XDP not tested\n");
		return;
	}
	run("ip link set bridge0 up");
	CHECK_EQ(nmd_open("netmap:bridge0/x", &both, &port, &why), -EOPNOTSUPP);
	o = open_raw("netmap:bridge0/x");
	CHECK_EQ(nmd_open("netmap:bridge0^", NULL, &port, &why), -EOPNOTSUPP);
	CHECK(strstr(why.text, "has no XDP"));
	nmd_close(o.port);
	o = open_raw("netmap:bridge0^");
	CHECK_EQ(nmd_open("netmap:bridge0/x", NULL, &port, &why), -EOPNOTSUPP);
	CHECK(strstr(why.text, "has no XDP"));
	nmd_close(o.port);
	run("ip link del bridge0");
}

/* The interface's ring, and behind it the host's, which is then taken. */
static void both_are_had_in_one(void)
{
	static const char *const others[] = {NEAR, HOST, "vale0:a", NEAR "/r"};
	struct nmd_options both = {.size = sizeof(both), .flags = NMD_HOST_TOO};
	struct nmd_port *port = NULL, *other = NULL;
	struct nmd_error why = {0};
	struct nmd_region region;

	CHECK_EQ(nmd_open(NEAR "/x", &both, &port, &why), 0);
	nmd_region(port, &region);
	CHECK_EQ(region.rx_rings, 2);
	CHECK(tap_exists());
	CHECK_EQ(nmd_open(HOST, NULL, &other, &why), -EBUSY);
	nmd_close(port);
	CHECK(!tap_exists());
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_EQ(nmd_open(others[i], &both, &port, &why), -EINVAL);
	both.mode = NMD_CAPTURE;
	CHECK_EQ(nmd_open(NEAR "/x", &both, &port, &why), -EINVAL);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	veth_begin();
	if (access("/dev/net/tun", R_OK | W_OK) != 0)
		SKIP("no TAP devices: /dev/net/tun: %s", strerror(errno));
	far_finishes_checksums(true);
	CHECK(far_answers());
	the_host_sends_to_the_program();
	the_program_sends_to_the_host();
	filters_hold();
	there_is_one_of_them();
	both_are_had_in_one();
	both_sides_are_seen(NEAR "*");
	both_sides_are_seen(NEAR "+");
	a_bridge_keeps_the_host_connected();
	generic_mode_is_refused();
	what_the_host_cannot_get_is_refused();
	lost_frames_are_counted(HOST, 0);
	lost_frames_are_counted(ALONE, NMD_HOST_TOO);
	similar_names_are_told_apart();
	an_interface_that_goes_ends_reads();
	veth_end();
	return 0;
}
