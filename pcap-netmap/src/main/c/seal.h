/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the tables still say what those wrote who opened ports.
 *
 * Everybody on a switch may spoil its tables, and what they say decides whose
 * memory is given back and where others write. So each opening's entry
 * carries a seal over what it says and over the generation of its area, which
 * no random words make up. And since a spoiled entry no longer tells that its
 * opening lives, the FIFOs are asked, which lie in the kernel's hands.
 */
#ifndef SEAL_H
#define SEAL_H

#include "vale.h"

/* Seals an opening that is about to turn live, under the join lock. */
void seal_opening(const struct vale *v, uint32_t i, uint64_t generation);

/* Whether a live opening's entry is as it was sealed, and its area's live. */
bool seal_holds(const struct vale *v, uint32_t i);

/*
 * Whether some opening lives that the tables do not name as they should: then
 * nothing that looks free is free for certain. Under the join lock.
 */
bool seal_is_broken(const struct vale *v);

#endif
