/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whoever captures from the sender's port, or from the whole switch, has a
 * frame before its receiver has it: a question is seen before its answer.
 */
#include <sched.h>
#include <stdatomic.h>

#include "testing.h"

#define FRAMES 20000u
#define UNDER_WAY 64u /* frames: fewer than the rings hold */

/* Sends while fewer than so many of its frames are under way. */
static void send_all(void *shared)
{
	_Atomic uint32_t *received = shared;
	struct opened from = open_raw("vale0:from");

	for (uint32_t sent = 0; sent < FRAMES; sent++) {
		while (sent - atomic_load(received) >= UNDER_WAY)
			sched_yield();
		send_to(&from, 2, 1);
	}
	nmd_close(from.port);
}

static uint32_t take(const struct opened *o)
{
	uint32_t count = readable(o);

	give_back(o, count);
	return count;
}

static void captures_are_ahead(const struct opened *to,
			       const struct opened *captures,
			       _Atomic uint32_t *received)
{
	uint32_t seen[2] = {0, 0};
	uint32_t count = 0;

	while (count < FRAMES) {
		count += take(to);
		for (int i = 0; i < 2; i++) {
			seen[i] += take(&captures[i]);
			CHECK(seen[i] >= count);
		}
		atomic_store(received, count);
	}
}

int main(void)
{
	_Atomic uint32_t *received = shared_memory(sizeof(*received));
	struct opened to, captures[2];
	pid_t sender;

	begin();
	to = open_raw("vale0:to");
	captures[0] = open_capture("vale0:from");
	captures[1] = open_capture("vale0:*");
	sender = spawn(send_all, (void *)received);
	captures_are_ahead(&to, captures, received);
	join(sender);
	nmd_close(captures[0].port);
	nmd_close(captures[1].port);
	nmd_close(to.port);
	finish();
	return 0;
}
