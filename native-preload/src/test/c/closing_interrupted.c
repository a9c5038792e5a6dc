// SPDX-License-Identifier: BSD-2-Clause
/*
 * Signals whose handler breaks the read come while the handle is closed, as a
 * second Ctrl-C does, and other threads break it then: all is closed in the end
 * as if none had come.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "pcap_testing.h"

#define TIMES 400
#define EVERY_US 30
#define BREAKS 10

static pcap_t *volatile handle;

static void break_read(int signal)
{
	pcap_t *p = handle;

	(void)signal;
	if (p)
		pcap_breakloop(p);
}

static void set_timer(long every_us)
{
	struct itimerval timer = {{0, every_us}, {0, every_us}};

	CHECK_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static pcap_t *open_one(const char *device, const struct opened *peer)
{
	pcap_t *p = create(device);
	struct seen seen = {0};

	CHECK_EQ(pcap_activate(p), 0);
	feed(peer, 0, 10);
	dispatch(p, 10, &seen);
	return p;
}

/*
 * The address is forgotten when pcap_close has returned. Between that and the
 * end of the handle stock libpcap looks at freed memory, too.
 */
static void check_signals(const struct opened *peer)
{
	struct sigaction action = {.sa_handler = break_read};

	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	for (int i = 0; i < TIMES; i++) {
		handle = open_one("vale0:1", peer);
		set_timer(EVERY_US);
		pcap_close(handle);
		handle = NULL;
		set_timer(0);
	}
}

struct breaker {
	pcap_t *handle;
	atomic_bool runs;
};

static void *break_often(void *breaker)
{
	struct breaker *b = breaker;

	atomic_store(&b->runs, true);
	for (int i = 0; i < BREAKS; i++)
		pcap_breakloop(b->handle);
	return NULL;
}

/* They begin a little before the close does, and are over sooner. */
static void check_thread(const struct opened *peer)
{
	pthread_t thread;

	for (int i = 0; i < TIMES; i++) {
		struct breaker b = {.handle = open_one("vale0:1", peer)};

		CHECK_EQ(pthread_create(&thread, NULL, break_often, &b), 0);
		while (!atomic_load(&b.runs))
			sched_yield();
		pcap_close(b.handle);
		CHECK_EQ(pthread_join(thread, NULL), 0);
	}
}

int main(void)
{
	struct opened peer;

	if (UNDER_ASAN + UNDER_TSAN > 0)
		SKIP("a sanitizer sees that a freed handle is looked at, as "
		     "stock's is");
	begin();
	peer = open_raw("vale0:2");
	check_signals(&peer);
	check_thread(&peer);
	nmd_close(peer.port);
	finish();
	return 0;
}
