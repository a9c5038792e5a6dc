/* SPDX-License-Identifier: BSD-2-Clause */
/* Several openings of one interface by one process, in one memory. */
#ifndef NIC_AREA_H
#define NIC_AREA_H

#include <stdbool.h>

#include "plan.h"

/*
 * Takes the area of an opening that has other rings of the same interface, for
 * one that asks for it (NMD_SAME_MEMORY); else changes nothing. Under the join
 * lock, when the rings are chosen.
 */
void nic_share_area(struct opening_plan *plan, const struct vale *v);

/* Whether a live opening of the directory has this program of the kernel's. */
bool nic_has_program(const struct vale *v, uint32_t program);

#endif
