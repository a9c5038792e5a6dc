/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Openings of a port of a switch that share its frames: each frame goes to
 * exactly one, both directions of a flow to the same, whoever sends them, and
 * when a member closes or is killed the others get its part.
 */
#include "flows.h"

#include <time.h>

#define MEMBERS 3

/* The two who talk: a sends one direction of each flow, b the other. */
static struct opened a, b;

static void flow_sends(uint32_t flow, bool back)
{
	uint8_t frame[SHORT];

	make_flow(frame, flow, back);
	send_one(back ? &b : &a, frame, sizeof(frame));
}

static void send_flows(uint32_t rounds)
{
	for (uint32_t i = 0; i < rounds * FLOWS; i++)
		flow_sends(i % FLOWS, i / FLOWS % 2);
}

static void open_all(struct opened *member, const char *spec, uint32_t mode)
{
	for (uint32_t m = 0; m < MEMBERS; m++)
		member[m] = open_with(spec, (struct nmd_options){.mode = mode});
}

static void close_all(struct opened *member, uint32_t from)
{
	for (uint32_t m = from; m < MEMBERS; m++)
		nmd_close(member[m].port);
}

static uint64_t offered_by(const struct opened *o)
{
	return stats_of(o).offered;
}

/* The same for captures and raw openings, of a port and of the switch. */
static void flows_stay_together(const char *spec, uint32_t mode)
{
	struct opened member[MEMBERS];
	uint32_t by_member[MEMBERS] = {0};
	int owner[FLOWS];

	memset(owner, -1, sizeof(owner));
	open_all(member, spec, mode);
	send_flows(10);
	read_all(member, MEMBERS, 10 * FLOWS, owner, by_member);
	for (uint32_t m = 0; m < MEMBERS; m++)
		CHECK(by_member[m] > 0);
	nmd_close(member[0].port);
	memset(owner, -1, sizeof(owner));
	send_flows(4);
	read_all(member + 1, MEMBERS - 1, 4 * FLOWS, owner, by_member + 1);
	for (uint32_t m = 1; m < MEMBERS; m++)
		checked_stats(&member[m]);
	close_all(member, 1);
}

/* Of what another opening of its own port sends, too; not of its own. */
static void sees_its_port_send(void)
{
	struct opened member[MEMBERS], other = open_raw("vale0:x");
	uint32_t by_member[MEMBERS] = {0};
	uint8_t frame[SHORT];

	open_all(member, "vale0:x@group:65535", NMD_CAPTURE);
	for (uint32_t flow = 0; flow < FLOWS; flow++) {
		make_flow(frame, flow, false);
		send_one(&other, frame, sizeof(frame));
		CHECK_EQ(discard(&a), 1);
		CHECK_EQ(discard(&b), 1);
	}
	read_all(member, MEMBERS, FLOWS, NULL, by_member);
	send_one(&member[0], frame, sizeof(frame));
	for (uint32_t m = 0; m < MEMBERS; m++)
		CHECK_EQ(readable(&member[m]), 0);
	CHECK_EQ(discard(&a), 1);
	CHECK_EQ(discard(&b), 1);
	close_all(member, 0);
	nmd_close(other.port);
}

/* Also of one batch, and of frames that do not all go to the port. */
static void turns_are_taken(void)
{
	struct opened member[MEMBERS];
	uint32_t by_member[MEMBERS] = {0};
	uint8_t frame[SHORT];

	open_all(member, "vale0:x@robin:0", NMD_CAPTURE);
	send_to(&b, 255, 9); /* so that frames to 9 go there only */
	for (uint32_t m = 0; m < MEMBERS; m++)
		discard(&member[m]);
	for (uint32_t flow = 0; flow < FLOWS; flow++) {
		make_flow(frame, flow, false);
		queue_slot(a.tx, frame, sizeof(frame), 0);
		make_frame(frame, 9, 7, sizeof(frame), 0);
		queue_slot(a.tx, frame, sizeof(frame), 0);
	}
	CHECK(nmd_txsync(a.port) >= 0);
	read_all(member, MEMBERS, FLOWS, NULL, by_member);
	for (uint32_t m = 0; m < MEMBERS; m++)
		CHECK_EQ(by_member[m], FLOWS / MEMBERS);
	close_all(member, 0);
	discard(&a);
	discard(&b);
}

static void is_killed(void *ready)
{
	open_capture("vale0:x@group:8");
	event_set(*(struct event *)ready);
	for (;;)
		pause();
}

/*
 * Nobody joins, lists or closes after the kill: the senders find out. What
 * came to the killed before that is lost.
 */
static void the_living_get_the_dead_ones_part(void)
{
	struct timespec pause = {0, 250000000};
	struct event ready = event_new();
	pid_t child = spawn(is_killed, &ready);
	struct opened member[2];
	uint32_t by_member[2] = {0};
	int owner[FLOWS];

	event_wait(ready);
	member[0] = open_capture("vale0:x@group:8");
	member[1] = open_capture("vale0:x@group:8");
	send_flows(2);
	discard(&member[0]);
	discard(&member[1]);
	kill_and_reap(child);
	nanosleep(&pause, NULL); /* longer than senders go without a look */
	memset(owner, -1, sizeof(owner));
	send_flows(10);
	read_all(member, 2, 10 * FLOWS, owner, by_member);
	nmd_close(member[0].port);
	nmd_close(member[1].port);
	close(ready.fd);
}

/* Others who look on see all frames all the same, and once. */
static void others_see_all(void)
{
	struct opened member[MEMBERS], alone = open_capture("vale0:x");
	uint32_t by_member[MEMBERS] = {0};
	uint64_t before = offered_by(&a);

	open_all(member, "vale0:x@group:1", NMD_CAPTURE);
	for (uint32_t flow = 0; flow < FLOWS; flow++)
		flow_sends(flow, false);
	read_all(member, MEMBERS, FLOWS, NULL, by_member);
	CHECK_EQ(discard(&alone), FLOWS);
	/* Port b, the lone capture, one of the group. */
	CHECK_EQ(offered_by(&a) - before, 3 * FLOWS);
	close_all(member, 0);
	nmd_close(alone.port);
	discard(&b);
}

static void is_refused(const char *spec, uint32_t mode, const char *reason)
{
	struct nmd_options options = {.size = sizeof(options), .mode = mode};
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open(spec, &options, &port, &why), -EINVAL);
	CHECK(strstr(why.text, reason));
}

static void strangers_are_refused(void)
{
	struct opened o = open_capture("vale0:x@group:9");
	struct nmd_info info[3];
	bool named = false;

	is_refused("vale0:x@robin:9", NMD_CAPTURE, "cannot join the group");
	is_refused("vale0:x@group:9", NMD_RAW, "cannot join the group");
	is_refused("vale0:x@group:9/x", NMD_RAW, "drop the /x");
	is_refused("vale0:x-0@group:9", NMD_RAW, "drop the ring");
	is_refused("vale0:x{1@group:9", NMD_RAW, "an end of a pipe");
	is_refused("vale0:x@group:9@group:8", NMD_RAW, "not understood");
	CHECK_EQ(nmd_list(info, 3, NULL), 3);
	for (int i = 0; i < 3; i++)
		named |= strcmp(info[i].port_name, "x@group:9") == 0;
	CHECK(named);
	nmd_close(o.port);
	o = open_raw("vale0:y@group:9"); /* of another port: another group */
	nmd_close(o.port);
}

int main(void)
{
	begin();
	a = open_raw("vale0:a");
	b = open_raw("vale0:b");
	flows_stay_together("vale0:x@group:7", NMD_CAPTURE);
	flows_stay_together("vale0:x@group:7", NMD_RAW);
	flows_stay_together("vale0:*@group:7", NMD_CAPTURE);
	discard(&a);
	discard(&b);
	sees_its_port_send();
	turns_are_taken();
	others_see_all();
	the_living_get_the_dead_ones_part();
	strangers_are_refused();
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
