// SPDX-License-Identifier: BSD-2-Clause
#include "bench_pcap.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

/* Bytes that the kernel takes for a frame at most. */
#define SLOT_BYTES BENCH_STRIDE
#define TIMEOUT_MS 100
#define LOOK_US 5000

static pcap_t *looping;
static volatile sig_atomic_t over;
static struct bench_aside *watched;

static void set_filter(pcap_t *p)
{
	struct bpf_program program;

	if (pcap_compile(p, &program, "udp port 53", 1, PCAP_NETMASK_UNKNOWN) <
		    0 ||
	    pcap_setfilter(p, &program) < 0)
		bench_fail("filter: %s", pcap_geterr(p));
	pcap_freecode(&program);
}

/* By their number where that can be, else by the bytes they take. */
static void ask_for_slots(pcap_t *p, uint32_t slots)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", slots);
	setenv("PCAP_NETMAP_SLOTS", number, 1);
	pcap_set_buffer_size(p, (int)slots * SLOT_BYTES);
}

pcap_t *bench_pcap_open(const char *interface, const struct bench_options *o)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_create(interface, why);

	if (!p)
		bench_fail("%s", why);
	pcap_set_snaplen(p, 65535);
	pcap_set_promisc(p, 1);
	pcap_set_timeout(p, TIMEOUT_MS);
	pcap_set_immediate_mode(p, o->immediate);
	if (o->slots)
		ask_for_slots(p, o->slots);
	if (pcap_activate(p) < 0)
		bench_fail("%s: %s", interface, pcap_geterr(p));
	if (o->filter)
		set_filter(p);
	return p;
}

pcap_t *bench_pcap_open_nonblock(const char *interface,
				 const struct bench_options *o)
{
	pcap_t *p = bench_pcap_open(interface, o);
	char why[PCAP_ERRBUF_SIZE];

	if (pcap_setnonblock(p, 1, why) < 0)
		bench_fail("%s: %s", interface, why);
	return p;
}

static void end(int signal)
{
	(void)signal;
	over = 1;
	pcap_breakloop(looping);
}

void bench_pcap_end_by_signal(pcap_t *p)
{
	struct sigaction action = {.sa_handler = end};

	looping = p;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

bool bench_pcap_over(void)
{
	return over;
}

const char *bench_pcap_figures(pcap_t *p)
{
	static char text[128];
	struct pcap_stat stats;

	if (pcap_stats(p, &stats) < 0)
		bench_fail("statistics: %s", pcap_geterr(p));
	snprintf(text, sizeof(text), "\"received\":%u,\"dropped\":%u",
		 stats.ps_recv, stats.ps_drop);
	return text;
}

static void look(int signal)
{
	static const struct itimerval never;
	struct bench_aside *a = watched;
	uint64_t now = bench_now();

	(void)signal;
	if (!a->first_ns) {
		a->first_ns = *a->counter ? now : 0;
	} else if (!a->start_ns) {
		a->start_ns = now - a->first_ns >= a->warm_up_ns ? now : 0;
		a->packets = *a->counter;
	} else if (now - a->start_ns >= a->length_ns) {
		a->packets = *a->counter - a->packets;
		a->ns = now - a->start_ns;
		setitimer(ITIMER_REAL, &never, NULL);
	}
}

void bench_aside_start(struct bench_aside *a, const struct bench_options *o)
{
	const struct itimerval often = {{0, LOOK_US}, {0, LOOK_US}};
	struct sigaction action = {.sa_handler = look, .sa_flags = SA_RESTART};

	a->warm_up_ns = (uint64_t)(o->warm_up * 1e9);
	a->length_ns = (uint64_t)(o->seconds * 1e9);
	watched = a;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

const char *bench_aside_figures(const struct bench_aside *a)
{
	static const struct itimerval never;
	static char text[128];
	double seconds = (double)a->ns / 1e9;

	/* Where nothing came it goes on, and what it looks at is soon gone. */
	setitimer(ITIMER_REAL, &never, NULL);
	snprintf(text, sizeof(text),
		 "\"packets\":%" PRIu64 ",\"seconds\":%.6f,"
		 "\"packetsPerSecond\":%.0f",
		 a->ns ? a->packets : 0, seconds,
		 a->ns ? (double)a->packets / seconds : 0);
	return text;
}
