// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends the same frame through libpcap, one call of pcap_inject for each, for
 * a fixed time. A call that fails for want of room is made again.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "bench_pcap.h"

/* Calls between two looks at the clock. */
#define STRETCH 64

static void send_one(pcap_t *p, const uint8_t *frame, uint32_t size)
{
	while (pcap_inject(p, frame, size) < 0)
		if (errno != ENOBUFS && errno != EAGAIN)
			bench_fail("%s", pcap_geterr(p));
}

int main(int argc, char **argv)
{
	struct bench_options o = {
		.size = 60, .batch = STRETCH, .seconds = 1, .cpu = -1};
	uint8_t frame[BENCH_STRIDE];
	struct bench_pace pace;
	uint64_t start, now, end, sent = 0;
	pcap_t *p;

	bench_parse(&o, argc, argv);
	if (!o.port)
		bench_fail("-p: which interface?");
	bench_pin(o.cpu);
	p = bench_pcap_open(o.port, &o);
	bench_frame(frame, o.size, 1, 0xff);
	start = now = bench_now();
	end = start + (uint64_t)(o.seconds * 1e9);
	bench_pace_begin(&pace, &o);
	for (; now < end; now = bench_now()) {
		uint32_t due = bench_pace_due(&pace, o.batch);

		for (uint32_t i = 0; i < due; i++)
			send_one(p, frame, o.size);
		sent += due;
	}
	printf("{\"packets\":%" PRIu64 ",\"seconds\":%.6f,"
	       "\"packetsPerSecond\":%.0f}\n",
	       sent, (double)(now - start) / 1e9,
	       (double)sent / ((double)(now - start) / 1e9));
	pcap_close(p);
	return 0;
}
