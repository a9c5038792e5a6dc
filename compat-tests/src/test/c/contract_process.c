// SPDX-License-Identifier: BSD-2-Clause
/*
 * A plain libpcap program for the contract suite: what is done to a handle by
 * the process that holds it. It runs on stock libpcap and on ours.
 *
 *	contract-process <scenario> <device>
 *
 * It says "ready" when frames may be sent.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plain_pcap.h"

#define NOBODY 65534
#define NUMBER_AT 14
#define PACKETS 3

static pcap_t *handle;
static volatile sig_atomic_t signals;

static void say(const char *text)
{
	puts(text);
	fflush(stdout);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void open_handle(const char *device)
{
	char errbuf[256] = "";

	handle = pcap_open_live(device, 200, 1, 10, errbuf);
	if (!handle) {
		fprintf(stderr, "%s\n", errbuf);
		exit(1);
	}
}

static void count(unsigned char *user, const struct pcap_pkthdr *header,
		  const unsigned char *bytes)
{
	int *seen = (int *)user;

	seen[0]++;
	seen[1] = header->caplen > NUMBER_AT ? bytes[NUMBER_AT] : -1;
}

/* Reads what the test sends, and tells what was seen and counted. */
static void read_all(void)
{
	struct pcap_stat stats;
	int seen[2] = {0};

	if (pcap_loop(handle, PACKETS, count, (unsigned char *)seen) != 0 ||
	    pcap_stats(handle, &stats) != 0) {
		pcap_perror(handle, "read");
		exit(1);
	}
	printf("read %d, the last %d, received %u, dropped %u\n", seen[0],
	       seen[1], stats.ps_recv, stats.ps_drop);
	pcap_close(handle);
}

static int in_child(const char *device)
{
	int status;
	pid_t child;

	open_handle(device);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		say("ready");
		read_all();
		return 0;
	}
	if (waitpid(child, &status, 0) != child)
		fail("waitpid");
	return status != 0;
}

static int without_privileges(const char *device)
{
	open_handle(device);
	if (chroot("/var/empty") != 0 && chroot("/run/sshd") != 0 &&
	    chroot("/mnt") != 0)
		fail("chroot");
	if (chdir("/") != 0 || setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 ||
	    setuid(NOBODY) != 0)
		fail("privileges");
	say("ready");
	read_all();
	return 0;
}

static int after_closing_all(const char *device)
{
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	open_handle(device);
	say("ready");
	read_all();
	return 0;
}

/* The first signal only interrupts: the read goes on. */
static void on_alarm(int number)
{
	(void)number;
	if (++signals == 2)
		pcap_breakloop(handle);
}

static int broken_by_signal(const char *device, int flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	struct itimerval timer = {{0, 50000}, {0, 50000}};
	int seen[2] = {0}, result;

	open_handle(device);
	say("ready");
	if (sigaction(SIGALRM, &action, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &timer, NULL) != 0)
		fail("timer");
	result = pcap_loop(handle, -1, count, (unsigned char *)seen);
	printf("interrupted %s\n", signals >= 2 ? "twice" : "once");
	printf("loop returned %d\n", result);
	return 0;
}

static int complaining(const char *device)
{
	open_handle(device);
	say("ready");
	pcap_setdirection(handle, 7);
	pcap_perror(handle, "prefix");
	return 0;
}

int main(int argc, char **argv)
{
	const char *scenario = argc == 3 ? argv[1] : "";

	if (!strcmp(scenario, "fork"))
		return in_child(argv[2]);
	if (!strcmp(scenario, "privileges"))
		return without_privileges(argv[2]);
	if (!strcmp(scenario, "closed"))
		return after_closing_all(argv[2]);
	if (!strcmp(scenario, "signal"))
		return broken_by_signal(argv[2], 0);
	if (!strcmp(scenario, "restart"))
		return broken_by_signal(argv[2], SA_RESTART);
	if (!strcmp(scenario, "perror"))
		return complaining(argv[2]);
	fputs("contract-process: which scenario, which device?\n", stderr);
	return 2;
}
