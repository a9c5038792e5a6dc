// SPDX-License-Identifier: BSD-2-Clause
/*
 * pcap_breakloop: from a callback, before a read, from a signal handler (also
 * with SA_RESTART), from another thread; and a blocking read that nothing ends
 * but packets.
 */
#include <pthread.h>
#include <sys/time.h>

#include "pcap_testing.h"

static pcap_t *sleeper;
static volatile sig_atomic_t signals;

static void check_sticky(pcap_t *p, const struct opened *peer)
{
	struct seen seen = {0};
	struct abi_pkthdr header;

	feed(peer, 0, 3);
	pcap_breakloop(p);
	CHECK_EQ(dispatch(p, -1, &seen), ABI_ERROR_BREAK);
	CHECK_EQ(seen.packets, 0);
	CHECK_EQ(dispatch(p, -1, &seen), 3);
	feed(peer, 0, 1);
	pcap_breakloop(p);
	CHECK(!pcap_next(p, &header));
	CHECK(pcap_next(p, &header));
}

/* Also with the count's last packet; what is left comes next. */
static void check_in_callback(pcap_t *p, const struct opened *peer)
{
	struct seen seen = {.stop = p, .stop_at = 2};

	feed(peer, 0, 5);
	CHECK_EQ(dispatch(p, 2, &seen), ABI_ERROR_BREAK);
	CHECK_EQ(seen.packets, 2);
	CHECK_EQ(pcap_loop(p, 3, see, (unsigned char *)&seen), 0);
	CHECK_EQ(seen.packets, 5);
	CHECK_EQ(seen.last, 4);
}

static void on_alarm(int number)
{
	(void)number;
	/* The first one only interrupts: the read goes on. */
	if (++signals == 2)
		pcap_breakloop(sleeper);
}

static void check_in_signal(pcap_t *p, int flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	struct itimerval timer = {{0, 20000}, {0, 20000}}, off = {0};
	struct seen seen = {0};

	sleeper = p;
	signals = 0;
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0);
	CHECK_EQ(pcap_loop(p, -1, see, (unsigned char *)&seen),
		 ABI_ERROR_BREAK);
	CHECK_EQ(setitimer(ITIMER_REAL, &off, NULL), 0);
	CHECK(signals >= 2);
	CHECK_EQ(seen.packets, 0);
}

static void *break_it(void *p)
{
	pcap_breakloop(p);
	return NULL;
}

/* Whether the reader sleeps already or not. */
static void check_in_thread(pcap_t *p)
{
	for (int i = 0; i < 100; i++) {
		struct seen seen = {0};
		pthread_t thread;

		CHECK_EQ(pthread_create(&thread, NULL, break_it, p), 0);
		CHECK_EQ(dispatch(p, -1, &seen), ABI_ERROR_BREAK);
		CHECK_EQ(pthread_join(thread, NULL), 0);
	}
}

int main(void)
{
	struct opened peer;
	pcap_t *p;

	begin();
	peer = open_raw("vale0:2");
	p = activated("vale0:1");
	check_sticky(p, &peer);
	check_in_callback(p, &peer);
	check_in_signal(p, 0);
	check_in_signal(p, SA_RESTART);
	check_in_thread(p);
	pcap_close(p);
	nmd_close(peer.port);
	finish();
	return 0;
}
