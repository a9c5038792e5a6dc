// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends the same frame through a packet socket for a fixed time, as fast as
 * the kernel takes it: many frames per system call, past the queueing layer.
 * -U 1 makes it UDP to port 53, any other number UDP to another port. By -S it
 * sleeps while none is due.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include "bench.h"

#define MOST 1024
#define NAP_NS 200000

static int open_socket(const char *interface)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int yes = 1;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(interface),
		.sll_protocol = 0, /* sends only */
	};

	if (fd < 0)
		bench_fail("packet socket: %m");
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes));
	if (!to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		bench_fail("%s: %m", interface);
	return fd;
}

static uint64_t send_frames(int fd, const struct bench_options *o,
			    double *seconds)
{
	static uint8_t frame[BENCH_STRIDE];
	struct iovec data = {frame, o->size};
	struct mmsghdr batch[MOST] = {0};
	uint64_t start = bench_now(), now = start, sent = 0;
	uint64_t end = start + (uint64_t)(o->seconds * 1e9);
	struct bench_pace pace;

	if (o->udp)
		bench_udp_frame(frame, o->size, 1, 0xff,
				o->udp == 1 ? 53 : 1053);
	else
		bench_frame(frame, o->size, 1, 0xff);
	for (unsigned int i = 0; i < MOST; i++)
		batch[i].msg_hdr = (struct msghdr){.msg_iov = &data,
						   .msg_iovlen = 1};
	bench_pace_begin(&pace, o);
	for (; now < end; now = bench_now()) {
		const struct timespec nap = {0, NAP_NS};
		uint32_t due = bench_pace_due(&pace, o->batch);
		int n = sendmmsg(fd, batch, due, 0);

		if (due == 0 && o->sleeping)
			nanosleep(&nap, NULL);
		if (n > 0)
			sent += (uint64_t)n;
		else if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
			bench_fail("%s: %m", o->port);
	}
	*seconds = (double)(now - start) / 1e9;
	return sent;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "lo",
				  .size = 60,
				  .batch = 256,
				  .seconds = 1,
				  .cpu = -1};
	uint64_t sent;
	double seconds;

	bench_parse(&o, argc, argv);
	if (o.batch > MOST)
		bench_fail("%u frames at once: %d at most", o.batch, MOST);
	bench_pin(o.cpu);
	sent = send_frames(open_socket(o.port), &o, &seconds);
	printf("{\"packets\":%" PRIu64 ",\"seconds\":%.6f,"
	       "\"packetsPerSecond\":%.0f}\n",
	       sent, seconds, (double)sent / seconds);
	return 0;
}
