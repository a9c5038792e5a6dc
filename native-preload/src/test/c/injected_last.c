// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nothing stays behind in a ring: a frame comes once the inject has returned,
 * whatever the program does next: sleep for ever, in a callback too, end
 * without a close, or be killed; and whether its receiver sleeps meanwhile, or
 * is awake and takes it from there itself. libpcap's own netmap module leaves
 * the last ones in the ring.
 */
#include "pcap_testing.h"

#define FRAMES 5

struct act {
	const char *name;
	void (*then)(void);
	bool in_callback;
	bool then_stays;
};

static struct event ready, go_on;

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
	{"sleeps for ever", sleep_for_ever, false, true},
	{"sleeps for ever in a callback", sleep_for_ever, true, true},
	{"ends without a close", end, false, false},
	{"ends at once", end_at_once, false, false},
	{"ends at once in a callback", end_at_once, true, false},
	{"is killed", be_killed, false, false},
	{"is killed in a callback", be_killed, true, false},
};

static void inject_numbered(pcap_t *p, int from, int to)
{
	uint8_t frame[60];

	for (int i = from; i < to; i++) {
		make_frame(frame, 255, 1, sizeof(frame), 0);
		frame[14] = (uint8_t)i;
		CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
	}
}

static void inject_some(pcap_t *p)
{
	inject_numbered(p, 1, 1 + FRAMES);
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
	inject_numbered(injecting, 0, 1);
	event_set(ready);
	event_wait(go_on);
	if (acting->in_callback) {
		pcap_loop(injecting, -1, reply, (unsigned char *)&seen);
	} else {
		inject_some(injecting);
		acting->then();
	}
}

/*
 * The frames come while the child sleeps, or after it has ended. Who has read
 * something and has not waited since is awake.
 */
static void check_act(const struct act *act, bool awake)
{
	struct opened peer = open_raw("vale0:2");
	pid_t child = spawn(inject_and_act, (void *)(uintptr_t)act);

	event_wait(ready);
	if (awake) {
		CHECK_EQ(readable(&peer), 1);
		give_back(&peer, 1);
	}
	event_set(go_on);
	feed(&peer, 0, FRAMES);
	if (awake && !act->then_stays)
		ending_of(child);
	for (int i = awake; i <= FRAMES; i++) {
		if (nmd_wait(peer.port, POLLIN, PATIENCE_MS * 1000000ll) !=
		    POLLIN) {
			printf("%s: only %d frames came\n", act->name, i);
			exit(1);
		}
		CHECK_EQ(buffer_of(peer.rx, peer.rx->head)[14], i);
		give_back(&peer, 1);
	}
	if (!awake || act->then_stays) {
		kill(child, SIGKILL);
		ending_of(child);
	}
	nmd_close(peer.port);
}

int main(void)
{
	struct nmd_error why;

	begin();
	ready = event_new();
	go_on = event_new();
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		check_act(&acts[i], false);
		CHECK_EQ(nmd_list(NULL, 0, &why), 0);
		check_act(&acts[i], true);
		/* Cleans up after those who did not close. */
		CHECK_EQ(nmd_list(NULL, 0, &why), 0);
	}
	finish();
	return 0;
}
