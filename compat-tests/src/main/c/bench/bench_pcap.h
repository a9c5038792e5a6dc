/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the workers written against plain libpcap share. They know nothing of
 * netmap: nmrun or nothing in front decides what they are measured on.
 */
#ifndef BENCH_PCAP_H
#define BENCH_PCAP_H

#include <pcap/pcap.h>

#include "bench.h"

/*
 * An activated handle on an interface; o->slots > 0 asks for a buffer that
 * holds so many frames, o->filter for UDP port 53 only. Ends the process if
 * there can be none.
 */
pcap_t *bench_pcap_open(const char *interface, const struct bench_options *o);

/* The same, and a read that finds nothing returns at once. */
pcap_t *bench_pcap_open_nonblock(const char *interface,
				 const struct bench_options *o);

/* SIGTERM and SIGINT end the loop that runs on p. */
void bench_pcap_end_by_signal(pcap_t *p);

/* Whether such a signal has come. */
bool bench_pcap_over(void);

/* pcap_stats as members of a JSON object; valid until the next call. */
const char *bench_pcap_figures(pcap_t *p);

/*
 * A window on a counter of a program that sits in a loop of libpcap's: a timer
 * looks at it 200 times a second, until the window has closed.
 */
struct bench_aside {
	const volatile uint64_t *counter;
	uint64_t warm_up_ns, length_ns;
	uint64_t first_ns, start_ns; /* 0: not yet */
	uint64_t packets;            /* in the window, once it is over */
	uint64_t ns;                 /* how long it was; 0: it is not over */
};

/* One in a process; takes SIGALRM. The counter is set before. */
void bench_aside_start(struct bench_aside *a, const struct bench_options *o);

/* As members of a JSON object; valid until the next call. */
const char *bench_aside_figures(const struct bench_aside *a);

#endif
