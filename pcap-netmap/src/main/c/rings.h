/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which rings an opening has: all of its port's, or with a suffix only some.
 *
 *	-<k>  ring k of each direction; where a direction has fewer, ring 0
 *	/R    no transmit rings: it sends nothing
 *	/T    no receive rings: nothing is delivered to it
 *
 * Frames for a receive ring that nobody has open are not delivered and count
 * as not offered. A capture has rings of its own, which the suffixes do not
 * choose from: by -<k> it sees what ring k of its port receives and sends.
 */
#ifndef RINGS_H
#define RINGS_H

#include "plan.h"

/*
 * Fills plan->rings and plan->watched, once the area is chosen. -EINVAL: no
 * such ring, -EPROTO: the port's rings are damaged.
 */
int rings_choose(struct opening_plan *plan, const struct vale *v,
		 struct nmd_error *err);

/* -EBUSY: a raw opening of the port has one of them, and one is exclusive. */
int rings_check_exclusive(const struct opening_plan *plan, const struct vale *v,
			  struct nmd_error *err);

/* What an opening's entry says, brought within an area's rings. */
struct sw_rings rings_within(const volatile struct sw_rings *said,
			     uint32_t tx_rings, uint32_t rx_rings);

/* The receive rings as bits. */
static inline uint32_t rings_rx_bits(struct sw_rings rings)
{
	return ((1u << rings.rx) - 1) << rings.first_rx;
}

#endif
