/* SPDX-License-Identifier: BSD-2-Clause */
/* Making the areas of a new opening. */
#ifndef AREA_H
#define AREA_H

#include "plan.h"

/*
 * Reserves memory for the area that the plan has chosen, and for the one of a
 * pipe's other end, and builds rings in it. Under the join lock. Errors as
 * nmd_open; tidying gives back what was made of it.
 */
int areas_make(const struct opening_plan *plan, struct vale *v,
	       struct nmd_error *err);

#endif
