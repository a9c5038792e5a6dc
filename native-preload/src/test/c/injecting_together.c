// SPDX-License-Identifier: BSD-2-Clause
/*
 * One handle, several that inject on it at once: threads, and the processes on
 * both sides of a fork. Each frame arrives once, and those of each sender in
 * their order; a sender that is killed stops nobody.
 */
#include <pthread.h>

#include "pcap_testing.h"

#define SENDERS 3
#define EACH 10000
#define SLOTS 65536

static pcap_t *handle;

static void inject_numbered(uint8_t sender, int count)
{
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	frame[14] = sender;
	for (int i = 0; i < count; i++) {
		memcpy(frame + 16, &i, sizeof(i));
		CHECK_EQ(pcap_inject(handle, frame, sizeof(frame)),
			 sizeof(frame));
	}
}

static void *in_thread(void *unused)
{
	(void)unused;
	inject_numbered(1, EACH);
	return NULL;
}

static void in_child(void *unused)
{
	(void)unused;
	inject_numbered(2, EACH);
}

static void check_arrived(const struct opened *peer)
{
	uint32_t slot = peer->rx->head;
	int next[SENDERS] = {0};

	CHECK_EQ(readable(peer), SENDERS * EACH);
	for (int i = 0; i < SENDERS * EACH; i++) {
		const uint8_t *frame = buffer_of(peer->rx, slot);
		int number;

		CHECK(frame[14] < SENDERS);
		memcpy(&number, frame + 16, sizeof(number));
		CHECK_EQ(number, next[frame[14]]++);
		slot = next_slot(peer->rx, slot);
	}
}

static void forever(void *unused)
{
	(void)unused;
	for (;;)
		inject_numbered(0, EACH);
}

static void check_killed(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t child = spawn(forever, NULL);

		inject_numbered(0, 1000);
		kill_and_reap(child);
		inject_numbered(0, 10);
	}
}

int main(void)
{
	struct opened peer;
	pthread_t thread;
	pid_t child;

	begin();
	/* A ring of this size takes more than TSan's areas hold. */
	if (UNDER_TSAN)
		SKIP("needs rings larger than under ThreadSanitizer");
	peer = open_with("vale0:2", (struct nmd_options){.mode = NMD_CAPTURE,
							 .rx_slots = SLOTS});
	handle = nonblocking("vale0:1");
	child = spawn(in_child, NULL);
	CHECK_EQ(pthread_create(&thread, NULL, in_thread, NULL), 0);
	inject_numbered(0, EACH);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	join(child);
	check_arrived(&peer);
	nmd_close(peer.port);
	check_killed();
	pcap_close(handle);
	finish();
	return 0;
}
