// SPDX-License-Identifier: BSD-2-Clause
/*
 * An activate that fails after the port was opened leaves nothing open, and the
 * next one succeeds. A neighbour makes it fail, who holds the locks of all the
 * memory that the port could get.
 */
#include <pthread.h>

#include "pcap_testing.h"
#include "port.h"

#define AREAS 8
/* The neighbour may be off its processor just when the lock is free. */
#define TRIES 20

struct holder {
	const struct opened *neighbour;
	_Atomic bool enough;
};

static void *hold_locks(void *argument)
{
	struct holder *holder = argument;
	struct nmd_port *port = holder->neighbour->port;

	while (!atomic_load(&holder->enough))
		for (uint32_t i = 0; i < AREAS; i++)
			if (i != port->area_index)
				atomic_store(&vale_area(port->vale, i)
						      ->rx[0]
						      .sync_lock,
					     port_identity(port));
	return NULL;
}

/* Activates p while the locks are held; what it said. */
static int activate_in_vain(pcap_t *p, const struct opened *neighbour)
{
	struct holder holder = {.neighbour = neighbour};
	pthread_t thread;
	int status;

	CHECK_EQ(pthread_create(&thread, NULL, hold_locks, &holder), 0);
	status = pcap_activate(p);
	atomic_store(&holder.enough, true);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	return status;
}

int main(void)
{
	struct opened neighbour;
	struct seen seen = {0};
	char errbuf[ABI_ERRBUF_SIZE];
	int status = 0;
	pcap_t *p = NULL;

	begin();
	neighbour = open_raw("vale0:2");
	for (int i = 0; i < TRIES && status >= 0; i++) {
		if (p)
			pcap_close(p);
		p = create("vale0:1");
		status = activate_in_vain(p, &neighbour);
	}
	CHECK_EQ(status, ABI_ERROR);
	CHECK(strstr(error_of(p), "vale0:1: cannot set the snap length: "
				  "another thread or process is using"));
	CHECK(strstr(error_of(p), "; try again after it"));
	CHECK_EQ(listed(), 1);
	CHECK_EQ(pcap_fileno(p), -1);
	CHECK_EQ(pcap_setnonblock(p, 1, errbuf), 0);
	CHECK_EQ(pcap_activate(p), 0);
	feed(&neighbour, 5, 1);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(seen.last, 5);
	pcap_close(p);
	nmd_close(neighbour.port);
	finish();
	return 0;
}
