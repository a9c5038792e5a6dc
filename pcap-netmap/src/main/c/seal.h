/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the tables still say what those wrote who opened ports.
 *
 * Everybody on a switch may spoil its tables, and what they say decides whose
 * memory is given back and where others write. So each opening's entry
 * carries a seal over what it says and over the generation of its area, which
 * no random words make up. And since a spoiled entry no longer tells that its
 * opening lives, the FIFOs are asked, which lie in the kernel's hands.
 *
 * An area's entry has such a seal over what its rings are like. The shared
 * file is sparse, and a store into a hole takes a page: where tmpfs is full it
 * ends the process by SIGBUS. Who finds the seal whole knows that its maker
 * has taken that memory, without a system call. (A neighbour can make up a
 * seal on purpose; it can as well cut the file, or punch holes into it, which
 * is no spoiling of contents.)
 */
#ifndef SEAL_H
#define SEAL_H

#include "peers.h"
#include "vale.h"

/* Writes down what an area is like that is about to turn live, and seals it. */
void seal_area(const struct vale *v, uint32_t i, uint64_t generation,
	       const struct geometry *g);

/* What a live area is like; false: not as it was sealed. */
bool seal_geometry(const struct vale *v, uint32_t i, struct geometry *out);

/* Seals an opening that is about to turn live, under the join lock. */
void seal_opening(const struct vale *v, uint32_t i, uint64_t generation);

/* Whether a live opening's entry is as it was sealed, and its area's live. */
bool seal_holds(const struct vale *v, uint32_t i);

/*
 * Whether some opening lives that the tables do not name as they should: then
 * nothing that looks free is free for certain. Else adds the areas of all who
 * live: what the tables say of them a moment later may be spoiled already.
 * Under the join lock.
 */
bool seal_is_broken(const struct vale *v, struct bitset *areas);

#endif
