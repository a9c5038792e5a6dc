/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sync loop: the thread that asks for it syncs a descriptor's rings until
 * another one stops it, as the program's CSB (netmap_csb.h) says. One whose
 * process was killed runs no more: it is neither waited for nor in the way.
 */
#ifndef NETMAP_LOOP_H
#define NETMAP_LOOP_H

#include "netmap_file.h"

/* Or NULL each. */
struct loop_options {
	struct loop_mode_option *mode;
	struct loop_eventfds_option *eventfds;
};

/*
 * Returns when the loop was stopped, or at once with the module's errno: ENXIO:
 * no port. EINVAL: no CSB, longer sleeps than a second, or options that make no
 * sense. EBUSY: another loop runs. Without eventfds for all kicks it sleeps as
 * long between its looks.
 */
int loop_run(struct netmap_file *f, uint32_t sleep_us,
	     const struct loop_options *o);

/* Returns when no loop runs any more; one that comes after ends at once. */
int loop_stop(struct netmap_file *f);

#endif
