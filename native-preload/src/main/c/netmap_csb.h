/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors whose program says in memory of its own how far it is in its
 * rings (the CSB), instead of in the rings, and has them synced by a loop
 * (netmap_loop.h) instead of by calls.
 */
#ifndef NETMAP_CSB_H
#define NETMAP_CSB_H

#include "netmap_file.h"

/* Shared with forked processes. */
struct netmap_csb {
	/*
	 * The thread that runs the loop, which may be another process's, and
	 * may be killed in it; 0: none does. LOOP_STOPS: it is to end.
	 */
	atomic_uint loop;
	/* NULL: not enabled. */
	_Atomic(struct csb_to_device *) to_device;
	_Atomic(struct csb_to_program *) to_program;
};

#define LOOP_STOPS 0x80000000u
#define LOOP_THREAD(loop) ((loop) & ~LOOP_STOPS)

/* Whether a loop's thread is one that is there. */
bool csb_loop_lives(uint32_t loop);

/* The file's, made if there is none yet; NULL: no memory. */
struct netmap_csb *csb_of(struct netmap_file *f);

/*
 * Takes the program's memory, which says from now on where the rings stand. 0
 * or the module's errno, which is the option's status, too: EINVAL: its entries
 * are not aligned, or the port is not the program's alone; EFAULT: they are not
 * there; EBUSY: a loop runs.
 */
int csb_enable(struct netmap_file *f, struct nmd_port *port,
	       struct csb_option *o);
void csb_forget(struct netmap_file *f);

static inline bool csb_is_on(struct netmap_file *f)
{
	struct netmap_csb *csb = atomic_load_explicit(&f->csb,
						      memory_order_acquire);

	return csb &&
	       atomic_load_explicit(&csb->to_device, memory_order_acquire);
}

/* One of a file's rings. */
struct csb_ring {
	struct nmd_port *port;
	struct netmap_ring *ring; /* as the program is shown it */
	struct csb_to_device *from;
	struct csb_to_program *to;
	uint32_t number; /* among all of the port's */
	uint32_t slots;
	bool receives;
};

/* Ring i of those that have entries. */
struct csb_ring csb_ring(const struct netmap_file *f, struct nmd_port *port,
			 uint32_t i);

static inline uint32_t csb_rings(const struct nmd_port *port)
{
	return port->rings.tx + port->rings.rx;
}

/*
 * Up to where the device has taken slots, and up to where they are the
 * program's: not as the ring says, whose indices a program in CSB mode may use
 * for anything.
 */
uint32_t csb_hwcur(const struct csb_ring *r);
uint32_t csb_hwtail(const struct csb_ring *r);

#endif
