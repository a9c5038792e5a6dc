/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host keeps its connections over an interface that is captured from:
 * through opening, closing and killing, in both directions, and what the
 * capture shows of them adds up.
 */
#include "conversation.h"

#define ROUNDS 6

struct tally {
	_Atomic uint64_t in_frames, out_frames, several, broken;
};

/* Reads for ever; each frame's slots must add up to its length. */
static void captures(void *argument)
{
	struct tally *tally = argument;
	struct opened o = open_capture(NEAR);
	uint64_t len = 0, wire = 0;
	uint32_t slots = 0;

	for (;;) {
		CHECK(nmd_wait(o.port, POLLIN, -1) >= 0);
		for (; o.rx->head != o.rx->tail;
		     o.rx->head = next_slot(o.rx, o.rx->head)) {
			uint32_t at = o.rx->head;

			len += o.rx->slot[at].len;
			wire += o.arrivals[at].wire_len;
			slots++;
			if (o.rx->slot[at].flags & NETMAP_SLOT_MOREFRAG)
				continue;
			tally->broken += len != wire;
			tally->several += slots > 1;
			if (o.arrivals[at].direction == NMD_OUT)
				tally->out_frames++;
			else
				tally->in_frames++;
			len = wire = slots = 0;
		}
		o.rx->cur = o.rx->head;
	}
}

static void wait_until_seen(const struct tally *tally, int fd)
{
	for (int i = 0; i < PATIENCE_MS; i++) {
		if (tally->in_frames > 0 && tally->out_frames > 0)
			return;
		keystroke(fd);
		usleep(1000);
	}
	CHECK(!"the capture sees both directions");
}

/* Before, while and after captures come, go and are killed. */
static void connections_live_through_captures(void)
{
	struct tally *tally = shared_memory(sizeof(*tally));
	struct event ready = event_new();
	pid_t server = spawn(echoes, &ready), reader;
	int fd;

	event_wait(ready);
	fd = connect_far();
	transfer(fd, 10);
	for (int i = 0; i < ROUNDS; i++) {
		struct opened idle = open_capture(NEAR);

		keystroke(fd);
		memset(tally, 0, sizeof(*tally));
		reader = spawn(captures, tally);
		transfer(fd, 50);
		for (int k = 0; k < 20; k++)
			keystroke(fd);
		wait_until_seen(tally, fd);
		nmd_close(idle.port);
		transfer(fd, 50);
		kill_and_reap(reader);
		keystroke(fd);
		CHECK_EQ(tally->broken, 0);
	}
	transfer(fd, 50);
	close(fd);
	join(server);
	CHECK_EQ(listed(), 0);
}

/* Bytes and single characters, both ways. */
static void goes_on(int fd)
{
	transfer(fd, 5);
	keystroke(fd);
}

/*
 * Two captures that are opened before and after the connection, and closed in
 * either order or left open until it has ended.
 */
static void captures_come_and_go_in_any_order(void)
{
	for (int order = 0; order < 8; order++) {
		bool before = order & 1, first = order & 2,
		     outlives = order & 4;
		struct event ready = event_new();
		pid_t server = spawn(echoes, &ready);
		struct opened a, b;
		int fd;

		event_wait(ready);
		if (before) {
			a = open_capture(NEAR);
			fd = connect_far();
		} else {
			fd = connect_far();
			goes_on(fd);
			a = open_capture(NEAR);
		}
		goes_on(fd);
		b = open_capture(NEAR);
		goes_on(fd);
		nmd_close(first ? a.port : b.port);
		goes_on(fd);
		if (!outlives)
			nmd_close(first ? b.port : a.port);
		goes_on(fd);
		close(fd);
		join(server);
		if (outlives)
			nmd_close(first ? b.port : a.port);
		close(ready.fd);
		CHECK_EQ(listed(), 0);
	}
}

/* Frames that offloads have merged are longer than any slot. */
static void merged_frames_are_whole(void)
{
	struct tally *tally = shared_memory(sizeof(*tally));
	struct event ready = event_new();
	pid_t server = spawn(echoes, &ready);
	pid_t reader = spawn(captures, tally);
	int fd;

	event_wait(ready);
	fd = connect_far();
	wait_until_seen(tally, fd);
	for (int i = 0; i < 1000 && tally->several == 0; i++)
		transfer(fd, 10);
	CHECK(tally->several > 0);
	CHECK_EQ(tally->broken, 0);
	close(fd);
	join(server);
	kill_and_reap(reader);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	veth_begin();
	connections_live_through_captures();
	captures_come_and_go_in_any_order();
	merged_frames_are_whole();
	veth_end();
	return 0;
}
