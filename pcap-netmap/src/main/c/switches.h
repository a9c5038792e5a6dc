/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at all switches of the runtime directory from outside. */
#ifndef SWITCHES_H
#define SWITCHES_H

#include "vale.h"

struct visitor {
	/* Called for each switch as it is found; may be NULL. */
	void (*look)(const struct vale *v, void *to);
	/* Called after killed processes have been swept up after; or NULL. */
	void (*look_when_swept)(const struct vale *v, void *to);
	void *to;
};

/*
 * Looks at each switch, joining none, and removes what killed processes left
 * behind. 0, or the first error, err set; one switch that cannot be read does
 * not hide the others.
 */
int switches_visit(const struct visitor *visitor, struct nmd_error *err);

#endif
