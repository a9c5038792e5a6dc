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

/* One of this process, or of one that is killed. */
struct capture {
	struct opened o;
	pid_t process; /* 0: this one */
};

static void captures_until_killed(void *ready)
{
	struct opened o = open_capture(NEAR);

	event_set(*(struct event *)ready);
	for (;;) {
		CHECK(nmd_wait(o.port, POLLIN, -1) >= 0);
		o.rx->head = o.rx->cur = o.rx->tail;
	}
}

static struct capture begin_capture(bool killed)
{
	struct capture c = {.process = 0};
	struct event ready;

	if (!killed) {
		c.o = open_capture(NEAR);
		return c;
	}
	ready = event_new();
	c.process = spawn(captures_until_killed, &ready);
	event_wait(ready);
	close(ready.fd);
	return c;
}

static void end_capture(const struct capture *c)
{
	if (c->process)
		kill_and_reap(c->process);
	else
		nmd_close(c->o.port);
}

/* How a connection and two captures come and go. */
struct order {
	bool before;   /* the first is there before the connection */
	bool first;    /* it ends first */
	bool outlives; /* the last ends after the connection */
	bool killed;   /* they end so */
	bool from_far; /* who connects */
};

static void go_through(struct order n)
{
	struct event ready = event_new();
	pid_t server = spawn(n.from_far ? echoes_near : echoes, &ready);
	struct capture a, b;
	int fd;

	event_wait(ready);
	if (n.before)
		a = begin_capture(n.killed);
	fd = n.from_far ? connect_near() : connect_far();
	goes_on(fd);
	if (!n.before)
		a = begin_capture(n.killed);
	goes_on(fd);
	b = begin_capture(n.killed);
	goes_on(fd);
	end_capture(n.first ? &a : &b);
	goes_on(fd);
	if (!n.outlives)
		end_capture(n.first ? &b : &a);
	goes_on(fd);
	shutdown(fd, SHUT_RDWR); /* processes that capture have it, too */
	close(fd);
	join(server);
	if (n.outlives)
		end_capture(n.first ? &b : &a);
	close(ready.fd);
	CHECK_EQ(listed(), 0);
}

static void captures_come_and_go_in_any_order(void)
{
	for (int n = 0; n < 32; n++)
		go_through((struct order){.before = n & 1,
					  .first = n & 2,
					  .outlives = n & 4,
					  .killed = n & 8,
					  .from_far = n & 16});
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
