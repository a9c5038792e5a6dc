/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A registration with /dev/netmap, and the memory that it shows.
 *
 * What the answer and the memory say of rings and buffers is checked once, when
 * it is mapped, and kept here: other programs may write into that memory.
 */
#ifndef KERNEL_DEVICE_H
#define KERNEL_DEVICE_H

#include "kernel_request.h"
#include "nic_fd.h"

#define KERNEL_RINGS_MOST 256 /* of one direction of a port */

struct kernel_ring {
	struct netmap_ring *ring;
	uint8_t *buffers; /* buffer 0 */
	uint32_t slots, buffer_size, buffer_count;
};

/* A port's rings, in the order in which the netmap_if counts them. */
enum kernel_side {
	KERNEL_TX = 0,
	KERNEL_HOST_TX = 1,
	KERNEL_RX = 2,
	KERNEL_HOST_RX = 3,
	KERNEL_SIDES = 4
};

struct kernel_device {
	struct nic_fd fd;
	uint8_t *map;
	size_t size;
	uint32_t count[KERNEL_SIDES];
	/* Rings that the registration does not have are NULL. */
	struct kernel_ring *rings[KERNEL_SIDES];
	struct kernel_ring *memory; /* of them all */
	enum nmd_direction shows;   /* where its received frames went */
};

/*
 * Opens the device and registers, one ring or KERNEL_ALL_RINGS; 0, or -errno
 * with err filled.
 */
int kernel_device_open(struct kernel_device *d, const struct opening_plan *plan,
		       enum kernel_part part, uint32_t ring,
		       struct nmd_error *err);
void kernel_device_close(struct kernel_device *d);

/*
 * Finds the rings in memory of size bytes that begin at map, with the netmap_if
 * at offset. 0, -ENOMEM, or -EPROTO: it makes no sense.
 */
int kernel_device_look(struct kernel_device *d,
		       const struct kernel_request *request);

/* The two syncs; 0 or a negative errno. */
int kernel_device_txsync(const struct kernel_device *d);
int kernel_device_rxsync(const struct kernel_device *d);

#endif
