/* SPDX-License-Identifier: BSD-2-Clause */
/* The rings and slots of an opening of an interface. */
#ifndef NIC_GEOMETRY_H
#define NIC_GEOMETRY_H

#include "plan.h"

/* Into the plan's geometry, as its queues are. Errors as nmd_open. */
int nic_geometry(struct opening_plan *plan, struct nmd_error *err);

#endif
