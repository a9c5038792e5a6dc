// SPDX-License-Identifier: BSD-2-Clause
/*
 * A signal handler that injects, as old pingers do, while the program injects
 * as well: a call that comes in between fails, nobody waits for himself, and
 * what was sent arrives.
 */
#include <sys/time.h>

#include "pcap_testing.h"

#define INTERRUPTIONS 300

static pcap_t *handle;
static uint8_t frame[60];
static volatile sig_atomic_t interruptions, sent_by_handler;

static void on_alarm(int number)
{
	int error = errno;

	(void)number;
	if (pcap_inject(handle, frame, sizeof(frame)) == sizeof(frame))
		sent_by_handler++;
	interruptions++;
	errno = error;
}

static void interrupt_every(long microseconds)
{
	struct itimerval often = {{0, microseconds}, {0, microseconds}};

	CHECK_EQ(setitimer(ITIMER_REAL, &often, NULL), 0);
}

int main(void)
{
	struct opened peer;
	uint64_t sent = 0;
	struct nmd_stats s;

	begin();
	make_frame(frame, 255, 1, sizeof(frame), 0);
	peer = open_raw("vale0:2");
	handle = nonblocking("vale0:1");
	signal(SIGALRM, on_alarm);
	interrupt_every(500);
	while (interruptions < INTERRUPTIONS) {
		CHECK_EQ(pcap_inject(handle, frame, sizeof(frame)),
			 sizeof(frame));
		sent++;
	}
	interrupt_every(0);
	s = stats_of(&peer);
	CHECK_EQ(s.published + s.dropped, sent + (uint64_t)sent_by_handler);
	pcap_close(handle);
	nmd_close(peer.port);
	finish();
	return 0;
}
