// SPDX-License-Identifier: BSD-2-Clause
/*
 * A plain libpcap program for the contract suite: signals whose handler calls
 * pcap_breakloop come at any point of reads that are busy with packets. It runs
 * on stock libpcap and on ours.
 *
 *	contract-signals <dispatch|loop|next_ex> <device>
 *
 * It says "ready" when frames may be sent, of which many are wanted, and
 * "enough" when no more are; then it wants a line, reads what is left and tells
 * what was read and what is missing of what was counted. A read that does not
 * end, or a packet that is not as it was sent or comes twice, is an error.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "plain_pcap.h"

#define ROUNDS 500
#define LONGEST_US 1500 /* until a round's signal */
#define LENGTH 60
#define SEQUENCE_AT 16 /* four bytes, the first first; then each its number */
#define DRAIN_TRIES 100
#define DRAIN_PAUSE_US 10000
#define ERROR_BREAK (-2)

static pcap_t *handle;
static unsigned int seen;
static uint32_t last;

static void fail(const char *what, int result)
{
	printf("%s: %d (%s)\n", what, result, pcap_geterr(handle));
	exit(1);
}

static void check(unsigned char *user, const struct pcap_pkthdr *header,
		  const unsigned char *bytes)
{
	uint32_t sequence;

	(void)user;
	if (header->caplen != LENGTH || header->len != LENGTH)
		fail("length", (int)header->caplen);
	for (int i = SEQUENCE_AT + 4; i < LENGTH; i++)
		if (bytes[i] != i)
			fail("byte", i);
	memcpy(&sequence, bytes + SEQUENCE_AT, sizeof(sequence));
	sequence = ntohl(sequence);
	if (sequence <= last)
		fail("comes again", (int)sequence);
	last = sequence;
	seen++;
}

static int by_dispatch(void)
{
	return pcap_dispatch(handle, -1, check, NULL);
}

static int by_loop(void)
{
	return pcap_loop(handle, -1, check, NULL);
}

static int by_next_ex(void)
{
	struct pcap_pkthdr *header;
	const unsigned char *bytes;
	int result = pcap_next_ex(handle, &header, &bytes);

	if (result == 1)
		check(NULL, header, bytes);
	return result;
}

static void on_alarm(int number)
{
	(void)number;
	pcap_breakloop(handle);
}

/* Reads until the one signal of this round. */
static void round_of(int (*read_some)(void), int flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	struct itimerval once = {{0, 0}, {0, 1 + rand() % LONGEST_US}};
	int result;

	if (sigaction(SIGALRM, &action, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &once, NULL) != 0)
		fail("timer", 0);
	do {
		result = read_some();
	} while (result > 0);
	if (result != ERROR_BREAK)
		fail("read", result);
}

static unsigned int counted(void)
{
	struct pcap_stat stats;

	if (pcap_stats(handle, &stats) != 0)
		fail("stats", -1);
	return stats.ps_recv - stats.ps_drop;
}

/* A break that came late is no packet's loss. */
static void drain(void)
{
	char errbuf[256];

	pcap_setnonblock(handle, 1, errbuf);
	for (int i = 0; i < DRAIN_TRIES && counted() != seen; i++) {
		int result;

		do {
			result = by_dispatch();
		} while (result > 0);
		if (result < 0)
			fail("drain", result);
		usleep(DRAIN_PAUSE_US);
	}
}

static void open_handle(const char *device)
{
	char errbuf[256] = "";
	int status;

	handle = pcap_create(device, errbuf);
	if (!handle) {
		puts(errbuf);
		exit(1);
	}
	pcap_set_immediate_mode(handle, 1);
	pcap_set_timeout(handle, 1000);
	status = pcap_activate(handle);
	if (status != 0)
		fail("activate", status);
}

int main(int argc, char **argv)
{
	const char *by = argc == 3 ? argv[1] : "";
	int (*read_some)(void) = !strcmp(by, "dispatch")  ? by_dispatch
				 : !strcmp(by, "loop")    ? by_loop
				 : !strcmp(by, "next_ex") ? by_next_ex
							  : NULL;

	if (!read_some) {
		fputs("contract-signals: which read, which device?\n", stderr);
		return 2;
	}
	srand((unsigned int)getpid());
	open_handle(argv[2]);
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < ROUNDS; i++)
		round_of(read_some, i % 2 ? SA_RESTART : 0);
	puts("enough");
	fflush(stdout);
	getchar();
	drain();
	printf("seen %u, missing %u\n", seen, counted() - seen);
	pcap_close(handle);
	return 0;
}
