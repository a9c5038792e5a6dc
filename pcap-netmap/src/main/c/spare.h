/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that areas keep when they close, for the next opening that wants as
 * much. Taking, zeroing and giving back a page costs three microseconds, and a
 * capture of the default size has 2,300 of them; where the pages are there,
 * only page tables have to be filled.
 *
 * What a switch keeps is bounded, and a small part of what the file system,
 * the memory cgroups and the machine have left. It is given back when an
 * opening finds no room, and with the last opening. All functions want the
 * join lock held.
 */
#ifndef SPARE_H
#define SPARE_H

#include "peers.h"
#include "vale.h"

/* All that the free areas of a switch keep together: three captures. */
#define SPARE_MOST (32ull << 20)
/* What is kept is at most such a part of what is left. */
#define SPARE_PART 8

/*
 * A free area for an opening of so many bytes, another than `taken`, or
 * SW_NONE: one that has kept as much, else one that has kept nothing.
 */
uint32_t spare_find_area(const struct vale *v, uint32_t taken, uint64_t bytes);

/*
 * An area that closes, with all its locks held: keeps its memory or gives it
 * back, but for the control block. bytes is what it has, 0 if that is not
 * known. Others may have to give up theirs for it, but for those in use,
 * whatever their entries say.
 */
void spare_keep(struct vale *v, uint32_t area, uint64_t bytes,
		const struct bitset *in_use);

/* Gives back an area's memory from an offset on. */
void spare_remove(struct vale *v, uint32_t area, uint64_t from);

/* Gives back all that the switch's free areas have kept. */
void spare_give_back(struct vale *v, const struct bitset *in_use);

#endif
