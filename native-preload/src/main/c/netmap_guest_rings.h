/* SPDX-License-Identifier: BSD-2-Clause */
/* What netmap_guest.c builds and netmap_guest_sync.c fills and empties. */
#ifndef NETMAP_GUEST_RINGS_H
#define NETMAP_GUEST_RINGS_H

#include "netmap_guest.h"

/* Either ring of a pair: the program's, and the device's. */
struct pair {
	struct netmap_ring *shown, *own;
	uint32_t slots;
	uint32_t tail; /* as the program was shown it */
};

struct netmap_guest {
	struct netmap_file *lender; /* whose memory it is, or NULL */
	int place;
	struct external_memory *external; /* the program's, or NULL */
	uint8_t *memory; /* a mapping of the lender's, the external, its own */
	size_t memory_size;
	uint64_t places;    /* from there to the first place */
	uint16_t memory_id; /* of its own */
	struct netmap_if *nif;
	uint8_t *buffers; /* the lender's, where frames begin */
	uint32_t buffer_size, buffer_count, buffer_room;
	bool pipe; /* ptr goes with the frame */
	/* The bits of a slot's ptr that say where a frame begins, if any. */
	uint64_t offset_mask, offset_most;
	uint8_t *own_buffers; /* the port's */
	uint32_t own_size, own_count, own_room;
	uint32_t tx_count, rx_count;
	atomic_bool busy;
	struct pair tx[SW_MAX_RINGS], rx[SW_MAX_RINGS];
};

/* netmap_guest.c: parts of what opens one, in whatever memory. */
struct netmap_guest *guest_new(const struct nmd_port *port);
size_t guest_if_size(const struct geometry *geometry);
size_t guest_ring_size(uint32_t slots);

/* Numbers the port's rings; bytes that they take with their netmap_if. */
size_t guest_count_rings(struct netmap_guest *g, const struct nmd_port *port);

/* Of all rings. */
uint32_t guest_slots(const struct netmap_guest *g);

/*
 * Fills the netmap_if and the rings, which have their places; each of them gets
 * as many of the buffers as it has slots.
 */
void guest_build(struct netmap_guest *g, const struct nmd_port *port,
		 const uint32_t *buffers);

/* netmap_guest_external.c: gives back what it has there, and the memory. */
void guest_leave_external(struct netmap_guest *g);

#endif
