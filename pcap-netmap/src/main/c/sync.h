/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock that keeps two syncs of one ring apart. */
#ifndef SYNC_H
#define SYNC_H

#include "lock.h"
#include "netmap_abi.h"

struct nmd_port;

/* 0, or -EBUSY. Release with lock_release and port_identity. */
int sync_lock_take(struct nmd_port *port, sw_lock *lock,
		   struct lock_memory *memory);

/* Slots the program has moved head by; num_slots: head is nonsense. */
uint32_t sync_advance(const struct netmap_ring *ring, uint64_t from,
		      uint32_t num_slots);

/* Puts a ring that the program has spoiled back; returns -EINVAL. */
int sync_reinit(const struct nmd_port *port, struct netmap_ring *ring,
		uint64_t head, uint64_t tail, uint32_t num_slots);

/* Sends what nmd_hold holds; any thread may. */
void sync_send_held(struct nmd_port *port);

/*
 * Takes what an interface has queued into the ring, for a look at the counters.
 * Shows nothing to the program. Returns how many frames had no room.
 */
uint64_t sync_look(struct nmd_port *port);

#endif
