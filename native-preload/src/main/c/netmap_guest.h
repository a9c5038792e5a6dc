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

/* Whose memory it is. */
struct netmap_file *guest_lender(const struct netmap_guest *g);

/* Where in that memory its netmap_if lies. */
uint64_t guest_if(const struct netmap_guest *g);

/* What the program has sent and given back, and what the device shows. */
void guest_before_sync(struct netmap_guest *g);
void guest_after_sync(struct netmap_guest *g);

#endif
