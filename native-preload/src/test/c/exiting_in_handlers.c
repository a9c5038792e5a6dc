// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that ends in a signal's handler, whatever the signal interrupted:
 * opens and closes, reads, injects, lists, and at whatever point of them, in
 * one of our locks too. It ends, with its own status; what it had open is
 * closed, or swept up by the next who looks.
 */
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "pcap_testing.h"

#define STATUS 7
#define TIMES 25

static pcap_t *handle;
static void (*last)(void);

static void by_exit(void)
{
	exit(STATUS);
}

static void by_break_and_exit(void)
{
	pcap_breakloop(handle);
	exit(STATUS);
}

static void at_once(void)
{
	_exit(STATUS);
}

static void end(int signal)
{
	(void)signal;
	last();
}

/* After a while that the clock chooses: up to three milliseconds. */
static void end_soon(void)
{
	struct sigaction action = {.sa_handler = end};
	struct itimerval soon = {{0, 0}, {0, 1}};
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	soon.it_value.tv_usec += now.tv_nsec / 7 % 3000;
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &soon, NULL), 0);
}

static void open_and_close(void)
{
	for (;;) {
		pcap_t *p = create("vale0:3");

		if (pcap_activate(p) == 0)
			pcap_get_selectable_fd(p);
		pcap_close(p);
	}
}

static void read_on(void)
{
	struct seen seen = {0};

	for (;;)
		pcap_loop(handle, -1, see, (unsigned char *)&seen);
}

static void inject(void)
{
	uint8_t frame[60];

	make_frame(frame, 255, 3, sizeof(frame), 0);
	for (;;)
		pcap_inject(handle, frame, sizeof(frame));
}

static void set_filters(void)
{
	for (;;)
		filter(handle, "ether[14] = 200");
}

static void (*const bodies[])(void) = {open_and_close, read_on, inject,
				       set_filters};
static void (*const ends[])(void) = {by_exit, by_break_and_exit, at_once};

static void act(void *body)
{
	handle = activated("vale0:1");
	end_soon();
	((void (*)(void))(uintptr_t)body)();
}

/*
 * In a process of its own, so that those that end have no other port than what
 * the library opened.
 */
static void feed_all_the_time(void *unused)
{
	struct opened peer = open_raw("vale0:2");

	(void)unused;
	for (;;) {
		feed(&peer, 1, 3);
		usleep(200);
	}
}

int main(void)
{
	pid_t feeder;

	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer's own locks are not for handlers");
	libpcap_symbol("pcap_create");
	begin();
	feeder = spawn(feed_all_the_time, NULL);
	for (int i = 0; i < TIMES * 12; i++) {
		last = ends[i / 4 % 3];
		CHECK_EQ(
			ending_of(spawn(act, (void *)(uintptr_t)bodies[i % 4])),
			STATUS);
	}
	CHECK(listed() <= 1);
	kill_and_reap(feeder);
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
