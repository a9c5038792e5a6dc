// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that is to make no system call any more sends to everybody on a
 * full switch at once: all who poll are told.
 */
#include "testing.h"

#define CROWD 253

static struct opened crowd[CROWD];

static void join_crowd(void)
{
	struct nmd_options small = {.tx_slots = 16,
				    .rx_slots = 16,
				    .buf_size = 64,
				    .mode = NMD_RAW};
	char spec[32];

	for (int i = 0; i < CROWD; i++) {
		snprintf(spec, sizeof(spec), "vale0:p%d", i);
		crowd[i] = open_with(spec, small);
		CHECK_EQ(nmd_arm(crowd[i].port), 0);
	}
}

static void expect_told(const struct opened *o)
{
	struct pollfd p = {nmd_fd(o->port), POLLIN, 0};

	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
	CHECK_EQ(discard(o), 1);
}

static void send_to_all(void *go)
{
	struct opened o = open_raw("vale0:sender");
	char byte;

	CHECK_EQ(nmd_sandbox(), 0);
	send_to(&o, 255, 1);
	CHECK_EQ(read(*(int *)go, &byte, 1), 1);
	nmd_close(o.port);
}

int main(void)
{
	int go[2];
	pid_t sender;

	begin();
	CHECK_EQ(pipe(go), 0);
	join_crowd();
	sender = spawn(send_to_all, &go[0]);
	for (int i = 0; i < CROWD; i++)
		expect_told(&crowd[i]);
	CHECK_EQ(write(go[1], "", 1), 1);
	join(sender);
	for (int i = 0; i < CROWD; i++)
		nmd_close(crowd[i].port);
	finish();
	return 0;
}
