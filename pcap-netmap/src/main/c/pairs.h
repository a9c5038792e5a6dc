/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters by pair: what each area's senders offered to each receiving area.
 *
 * A row counts for as long as both areas live; its generation says for which
 * receiver of that number. When a sender closes, its rows are added to what
 * the receiver has from closed senders, so that a receiver's pairs always add
 * up to its own counters.
 */
#ifndef PAIRS_H
#define PAIRS_H

#include "vale.h"

/*
 * The row of an area for a receiver, zeroed when the receiver is a new one.
 * Under the sync lock of the area's TX rings, or of its RX rings.
 */
struct sw_pair *pair_begin(struct area *from, uint32_t to, uint64_t generation);

/*
 * Adds what area i has sent to what each receiver has from closed senders,
 * once, whoever is killed meanwhile. Under the join lock and the locks of the
 * area, which is closing.
 */
void pairs_retire(struct vale *v, uint32_t i, uint64_t generation);

#endif
