// SPDX-License-Identifier: BSD-2-Clause
/*
 * A child can close what it got from its parent, name interfaces and bind
 * sockets, whatever another thread of the parent did in the moment of the fork.
 */
#include <pthread.h>

#include "packet_testing.h"

#define FORKS 200

static int fd;
static atomic_bool done;

/* Naming it opens the port, which is what takes long with the lock held. */
static void *open_and_close(void *unused)
{
	(void)unused;
	while (!atomic_load(&done)) {
		int other = packet_socket(SOCK_RAW);

		to_interface(other, "eth2");
		close(other);
	}
	return NULL;
}

static void close_and_bind(void *unused)
{
	int other;

	(void)unused;
	alarm(PATIENCE_MS / 1000);
	close(fd);
	close(bound_socket(SOCK_RAW, "lo"));
	other = socket(AF_INET, SOCK_DGRAM, 0);
	to_interface(other, "eth3");
	_exit(0);
}

int main(void)
{
	pthread_t thread;

	begin();
	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer's own locks are not renewed in a child");
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1,eth2=vale0:2,eth3=vale0:3", 1);
	fd = bound_socket(SOCK_RAW, "eth1");
	CHECK_EQ(pthread_create(&thread, NULL, open_and_close, NULL), 0);
	for (int i = 0; i < FORKS; i++)
		join(spawn(close_and_bind, NULL));
	atomic_store(&done, true);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	close(fd);
	finish();
	return 0;
}
