/* SPDX-License-Identifier: BSD-2-Clause */
/* Putting staged frames into a receive ring. */
#ifndef PUT_H
#define PUT_H

#include "deliver.h"
#include "target.h"

/* Filters, cuts and copies; drops what has no room. Publishes nothing. */
void put_staged(struct target *t, const struct peer *peer,
		const struct delivery *d);

/* How many bytes of the frame the receiver wants, 0: none of it. */
uint32_t put_wanted(const struct filter_copy *filter,
		    const struct staged *frame, const struct delivery *d);

#endif
