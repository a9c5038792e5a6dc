/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Openings that share an interface's frames: each frame goes to exactly one,
 * both directions of a flow to the same, and when a member dies the others get
 * its part of what comes after.
 */
#include "flows.h"
#include "veth.h"

#define MEMBERS 3

static int far_end;

static void flow_sends(uint32_t flow, bool back)
{
	uint8_t frame[SHORT];

	make_flow(frame, flow, back);
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

static void open_all(struct opened *member, const char *spec)
{
	for (uint32_t m = 0; m < MEMBERS; m++)
		member[m] = open_capture(spec);
}

static void close_all(struct opened *member)
{
	for (uint32_t m = 0; m < MEMBERS; m++)
		nmd_close(member[m].port);
}

static void flows_stay_together(void)
{
	struct opened member[MEMBERS];
	uint32_t by_member[MEMBERS] = {0};
	int owner[FLOWS];

	memset(owner, -1, sizeof(owner));
	open_all(member, NEAR "@group:7");
	for (uint32_t i = 0; i < 10 * FLOWS; i++)
		flow_sends(i % FLOWS, i / FLOWS % 2);
	read_all(member, MEMBERS, 10 * FLOWS, owner, by_member);
	for (uint32_t m = 0; m < MEMBERS; m++)
		CHECK(by_member[m] > 0);
	close_all(member);
}

static void turns_are_taken(void)
{
	struct opened member[MEMBERS];
	uint32_t by_member[MEMBERS] = {0};

	open_all(member, NEAR "@robin:7");
	for (uint32_t i = 0; i < 10 * FLOWS; i++)
		flow_sends(i % FLOWS, false);
	read_all(member, MEMBERS, 10 * FLOWS, NULL, by_member);
	for (uint32_t m = 0; m < MEMBERS; m++)
		CHECK_EQ(by_member[m], 10 * FLOWS / MEMBERS);
	close_all(member);
}

static void is_killed(void *ready)
{
	struct opened o = open_capture(NEAR "@group:8");

	event_set(*(struct event *)ready);
	for (;;)
		nmd_wait(o.port, POLLIN, -1);
}

/* What lay unread with the killed is lost, nothing that comes after. */
static void the_living_get_the_dead_ones_part(void)
{
	struct event ready = event_new();
	pid_t child = spawn(is_killed, &ready);
	struct opened member[2];
	uint32_t by_member[2] = {0};
	int owner[FLOWS];

	event_wait(ready);
	member[0] = open_capture(NEAR "@group:8");
	member[1] = open_capture(NEAR "@group:8");
	kill_and_reap(child);
	memset(owner, -1, sizeof(owner));
	for (uint32_t i = 0; i < 10 * FLOWS; i++)
		flow_sends(i % FLOWS, i / FLOWS % 2);
	read_all(member, 2, 10 * FLOWS, owner, by_member);
	nmd_close(member[0].port);
	nmd_close(member[1].port);
	CHECK_EQ(listed(), 0);
	close(ready.fd);
}

static void strangers_are_refused(void)
{
	struct opened o = open_capture(NEAR "@group:9");
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open(NEAR "@robin:9", NULL, &port, &why), -EINVAL);
	CHECK(strstr(why.text, "cannot join the group"));
	CHECK_EQ(nmd_open(NEAR "@group:65536", NULL, &port, &why), -EINVAL);
	CHECK_EQ(nmd_open(NEAR "@club:1", NULL, &port, &why), -EINVAL);
	CHECK_EQ(nmd_open(NEAR "@group:1/x", NULL, &port, &why), -EINVAL);
	CHECK(strstr(why.text, "vale9:*@group"));
	nmd_close(o.port);
}

int main(void)
{
	veth_begin();
	far_end = far_socket();
	flows_stay_together();
	turns_are_taken();
	the_living_get_the_dead_ones_part();
	strangers_are_refused();
	veth_end();
	return 0;
}
