// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nothing stays behind in a ring: a frame is with its receiver when the inject
 * returns, whatever the program does next: sleep for ever, in a callback too,
 * end without a close, or be killed. libpcap's own netmap module leaves the
 * last ones in the ring.
 */
#include "pcap_testing.h"

#define FRAMES 5

struct act {
	const char *name;
	void (*then)(void);
	bool in_callback;
};

static struct event ready;

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

static void end_at_once(void)
{
	_exit(0);
}

static void end(void)
{
	exit(0);
}

static void be_killed(void)
{
	kill(getpid(), SIGKILL);
}

static const struct act acts[] = {
	{"sleeps for ever", sleep_for_ever, false},
	{"sleeps for ever in a callback", sleep_for_ever, true},
	{"ends without a close", end, false},
	{"ends at once", end_at_once, false},
	{"ends at once in a callback", end_at_once, true},
	{"is killed", be_killed, false},
	{"is killed in a callback", be_killed, true},
};

static void inject_some(pcap_t *p)
{
	uint8_t frame[60];

	for (int i = 0; i < FRAMES; i++) {
		make_frame(frame, 255, 1, sizeof(frame), 0);
		frame[14] = (uint8_t)i;
		CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
	}
}

static pcap_t *injecting;
static const struct act *acting;

/* Each of the first packets is answered; with the last one it acts. */
static void reply(unsigned char *user, const struct abi_pkthdr *header,
		  const unsigned char *bytes)
{
	int *seen = (int *)user;

	(void)header;
	(void)bytes;
	if (++*seen < FRAMES)
		return;
	inject_some(injecting);
	acting->then();
}

static void inject_and_act(void *act)
{
	int seen = 0;

	acting = act;
	runtime_dir[0] = '\0'; /* what begin() does at exit is not for here */
	injecting = activated("vale0:1");
	event_set(ready);
	if (acting->in_callback) {
		pcap_loop(injecting, -1, reply, (unsigned char *)&seen);
	} else {
		inject_some(injecting);
		acting->then();
	}
}

/* The frames come while the child sleeps, or after it has ended. */
static void check_act(const struct act *act)
{
	struct opened peer = open_raw("vale0:2");
	pid_t child = spawn(inject_and_act, (void *)(uintptr_t)act);

	event_wait(ready);
	feed(&peer, 0, FRAMES);
	for (int i = 0; i < FRAMES; i++) {
		if (nmd_wait(peer.port, POLLIN, PATIENCE_MS * 1000000ll) !=
		    POLLIN) {
			printf("%s: only %d frames came\n", act->name, i);
			exit(1);
		}
		CHECK_EQ(buffer_of(peer.rx, peer.rx->head)[14], i);
		give_back(&peer, 1);
	}
	kill(child, SIGKILL);
	ending_of(child);
	nmd_close(peer.port);
}

int main(void)
{
	struct nmd_error why;

	begin();
	ready = event_new();
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		check_act(&acts[i]);
		/* Cleans up after those who did not close. */
		CHECK_EQ(nmd_list(NULL, 0, &why), 0);
	}
	finish();
	return 0;
}
