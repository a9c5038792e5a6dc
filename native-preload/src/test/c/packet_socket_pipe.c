// SPDX-License-Identifier: BSD-2-Clause
/* A packet socket on the end of a pipe: a full one waits, or says EAGAIN. */
#include <fcntl.h>

#include "packet_testing.h"

#define FRAMES 20000

static uint8_t frame[60];

/* Until no more go in; how many did. */
static int fill(int fd, int flags)
{
	int sent = 0;

	while (send(fd, frame, sizeof(frame), flags) >= 0)
		sent++;
	CHECK_EQ(errno, EAGAIN);
	return sent;
}

static void check_nonblocking(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1"), sent, flags;
	struct opened peer = open_raw("vale0:1}a");

	sent = fill(fd, MSG_DONTWAIT);
	CHECK(sent > 0);
	CHECK_EQ(discard(&peer), sent);
	flags = fcntl(fd, F_GETFL);
	CHECK_EQ(fcntl(fd, F_SETFL, flags | O_NONBLOCK), 0);
	sent = fill(fd, 0);
	CHECK(sent > 0);
	CHECK_EQ(discard(&peer), sent);
	close(fd);
	nmd_close(peer.port);
}

/* Numbers in order, none is missing. */
static void read_slowly(void *unused)
{
	struct opened peer = open_raw("vale0:1}a");
	int next = 0;

	(void)unused;
	while (next < FRAMES) {
		uint32_t n;

		CHECK(nmd_wait(peer.port, POLLIN, -1) >= 0);
		n = slots_in(peer.rx);
		for (uint32_t i = 0; i < n; i++) {
			uint32_t at = (peer.rx->head + i) % peer.rx->num_slots;
			int number;

			memcpy(&number, buffer_of(peer.rx, at) + 16,
			       sizeof(number));
			CHECK_EQ(number, next);
			next++;
		}
		usleep(n % 3 ? 0 : 100);
		give_back(&peer, n);
	}
	nmd_close(peer.port);
}

static void check_waits(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1");
	pid_t reader = spawn(read_slowly, NULL);

	for (int i = 0; i < FRAMES; i++) {
		memcpy(frame + 16, &i, sizeof(i));
		CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	}
	join(reader);
	close(fd);
}

int main(void)
{
	begin();
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1{a", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	check_nonblocking();
	check_waits();
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
