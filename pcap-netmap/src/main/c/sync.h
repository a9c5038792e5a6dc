/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock that keeps two syncs of one ring apart. */
#ifndef SYNC_H
#define SYNC_H

#include "lock.h"

struct nmd_port;

/* 0, or -EBUSY. Release with lock_release and port_identity. */
int sync_lock_take(struct nmd_port *port, sw_lock *lock,
		   struct lock_memory *memory);

#endif
