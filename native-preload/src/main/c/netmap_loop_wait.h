/* SPDX-License-Identifier: BSD-2-Clause */
/* How a sync loop (netmap_loop.h) sleeps, and wakes its program. */
#ifndef NETMAP_LOOP_WAIT_H
#define NETMAP_LOOP_WAIT_H

#include "netmap_file.h"

struct loop_wait {
	int kicks; /* an epoll set of the program's eventfds, or -1 */
};

#define LOOP_WAIT_NONE ((struct loop_wait){-1})

/*
 * For the eventfds of as many rings; by_kicks: they are what is waited for.
 * EBADF, EINVAL: one is none.
 */
int loop_wait_open(struct loop_wait *w, const struct loop_eventfds *rings,
		   uint32_t count, bool by_kicks);
void loop_wait_close(struct loop_wait *w);

/*
 * Until a kick comes, or frames to the port (or NULL), but only for a while:
 * others stop the loop in memory; brief: a millisecond.
 */
void loop_wait(const struct loop_wait *w, struct nmd_port *port, bool brief);

void loop_ring_eventfd(int fd);

#endif
