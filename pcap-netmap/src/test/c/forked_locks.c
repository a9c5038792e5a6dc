/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child that one thread forks while another holds the lock of the switch
 * inherits the lock's descriptor, but keeps nobody from the switch.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "testing.h"

#define CHILDREN 40

static atomic_bool enough;

static void *open_and_close(void *argument)
{
	(void)argument;
	while (!atomic_load(&enough))
		nmd_close(open_raw("vale0:busy").port);
	return NULL;
}

static void wait_to_be_killed(void *argument)
{
	(void)argument;
	for (;;)
		pause();
}

int main(void)
{
	struct opened first;
	pthread_t thread;
	pid_t child[CHILDREN];

	begin();
	first = open_raw("vale0:first");
	CHECK_EQ(pthread_create(&thread, NULL, open_and_close, NULL), 0);
	for (int i = 0; i < CHILDREN; i++) {
		child[i] = spawn(wait_to_be_killed, NULL);
		poll(NULL, 0, 1);
	}
	atomic_store(&enough, true);
	pthread_join(thread, NULL);
	nmd_close(open_raw("vale0:last").port);
	for (int i = 0; i < CHILDREN; i++)
		kill_and_reap(child[i]);
	nmd_close(first.port);
	finish();
	return 0;
}
