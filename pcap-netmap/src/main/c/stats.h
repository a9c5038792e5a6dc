/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of an area, as they stand. */
#ifndef STATS_H
#define STATS_H

#include "layout.h"

void stats_read(const struct area *area, struct nmd_stats *out);

#endif
