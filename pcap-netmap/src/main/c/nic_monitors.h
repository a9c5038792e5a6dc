/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Monitors of an interface that is had alone, as its owner sees them: openings
 * on the same switch as the owner's, in whatever process, whose rings the
 * owner's syncs copy frames into. A queue's frames come from the opening that
 * has the queue.
 *
 *   wire --> RX ring --> program        what a sync brings, /r
 *                |
 *                +-----> monitors' rings
 *                |
 *   wire <-- TX ring <-- program        what a sync hands to the kernel, /t
 *
 * Zero-copy monitors (/z) see a received frame when a sync gives its slots back
 * to the kernel, as the program leaves it, and a sent one when a sync finds
 * that the kernel is done with its buffers; each of them sees all. A frame
 * whose slots are not all there waits for the rest.
 *
 * Where nobody looks on a sync pays a few loads for it.
 */
#ifndef NIC_MONITORS_H
#define NIC_MONITORS_H

#include "nic.h"
#include "port.h"

/* Of what passes, and of what is released: zero-copy ones. */
#define NIC_MONITORS_PASSED 1u
#define NIC_MONITORS_RELEASED 2u

struct nic_monitors {
	/* Of the tables, when they were looked at last; 0: not yet. */
	_Atomic uint64_t epoch;
	_Atomic uint32_t some; /* which there were then */
	struct jit *jit;       /* of the owner's own filter */
};

/* NULL: no memory. */
struct nic_monitors *nic_monitors_new(void);
void nic_monitors_free(struct nic_monitors *m);

/* Whether there are such monitors, or may be. */
static inline bool nic_monitors_look(const struct nmd_port *port, uint32_t such)
{
	const struct nic_monitors *m = port->nic->monitors;

	return load_relaxed(&m->some) & such ||
	       load_relaxed(&m->epoch) !=
		       load_relaxed(&vale_header(port->vale)->epoch);
}

/* The slots [from, to) of RX ring r have come; under the RX sync lock. */
void nic_monitors_received(struct nmd_port *port, uint32_t r, uint64_t from,
			   uint64_t to);

/*
 * Descriptors [from, to) of queue r's TX ring were handed to the kernel; under
 * the TX sync lock, before the slots that they free are the program's.
 */
void nic_monitors_sent(struct nmd_port *port, uint32_t r, uint32_t from,
		       uint32_t to);

/*
 * The program has released the slots [from, to) of RX ring r: before their
 * buffers are the kernel's, under the RX sync lock. Returns up to where whole
 * frames were shown; what is left is to be released with the rest of it.
 */
uint64_t nic_monitors_released(struct nmd_port *port, uint32_t r, uint64_t from,
			       uint64_t to);

/*
 * The same for the buffers that the kernel has released, by their numbers in
 * queue r's completion ring: under the TX sync lock, before they are the
 * program's.
 */
uint32_t nic_monitors_taken_back(struct nmd_port *port, uint32_t r,
				 uint32_t from, uint32_t to);

#endif
