/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A port whose rings the program finds in the memory of another
 * (netmap_lender.h): slot by slot what the port's own rings have, but with
 * buffers of the other's. What passes is copied from one to the other, before
 * a sync and after it.
 *
 *	program                                    device
 *	TX place: slot i, lender's buffer  --->  TX ring: slot i, own buffer
 *	RX place: slot i, lender's buffer  <---  RX ring: slot i, own buffer
 *
 * Likewise the rings of a port whose slots have offsets, in memory of its own,
 * and those of a port in memory that the program has brought
 * (netmap_external.h).
 */
#ifndef NETMAP_GUEST_H
#define NETMAP_GUEST_H

#include "netmap_file.h"
#include "netmap_lender.h"

struct netmap_guest;

/*
 * Makes the rings of a port that was opened. The lender was taken, and stays
 * so until the guest is closed. 0, or the module's errno with nothing changed.
 */
int guest_open(struct netmap_file *lender, const struct nmd_port *port,
	       struct netmap_guest **out);
void guest_close(struct netmap_guest *g); /* or NULL */

/*
 * The same in memory of the port's own, which is shown behind its view: for a
 * program that wants its slots otherwise than others do. 0 or ENOMEM.
 */
int guest_open_own(const struct nmd_port *port, struct netmap_guest **out);

/*
 * The same in memory that the program has brought, which is the guest's
 * afterwards. 0 or ENOMEM.
 */
struct external_memory;
int guest_open_external(struct external_memory *memory,
			const struct nmd_port *port, struct netmap_guest **out);
struct external_memory *guest_external(const struct netmap_guest *g);

/* A list of at most n buffers from its netmap_if on; how many. */
uint32_t guest_take_extra(struct netmap_guest *g, uint32_t n);

/*
 * These bits of each slot's ptr say where its frame begins in the buffer, most
 * bytes behind its beginning; at first it is initial.
 */
void guest_set_offsets(struct netmap_guest *g, uint64_t mask, uint64_t most,
		       uint64_t initial);

/* Whose memory it is; NULL: its own, which is that, with that memory id. */
struct netmap_file *guest_lender(const struct netmap_guest *g);
struct netmap_view_tail guest_own_memory(const struct netmap_guest *g);
uint16_t guest_memory_id(const struct netmap_guest *g);

/* Where in that memory its netmap_if lies. */
uint64_t guest_if(const struct netmap_guest *g);

/* The rings that the program is shown, counted from its first. */
struct netmap_ring *guest_ring(const struct netmap_guest *g, bool receives,
			       uint32_t i);

/* What the program has sent and given back, and what the device shows. */
void guest_before_sync(struct netmap_guest *g);
void guest_after_sync(struct netmap_guest *g);

#endif
