/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has an interface alone: openings of other programs, or of this one, as
 * the tables say.
 */
#ifndef NIC_OWNER_H
#define NIC_OWNER_H

#include "plan.h"

/*
 * Before an interface is opened in user space: a monitor of one that is had
 * alone becomes one by its owner's syncs. 0, -EINVAL: of a group, -ENOTSUP: it
 * is not known which network namespace this is.
 */
int nic_owner_meet(struct opening_plan *plan, struct nmd_error *err);

/*
 * Under the join lock, whether there still is something to monitor. 0, -ENXIO:
 * there is no such interface, -ENODEV: nobody has it alone.
 */
int nic_monitor_choose(const struct opening_plan *plan, const struct vale *v,
		       struct nmd_error *err);

#endif
