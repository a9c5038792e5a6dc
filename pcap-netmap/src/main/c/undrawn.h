/* SPDX-License-Identifier: BSD-2-Clause */
/* What receivers that draw frames (draw.h) need of areas that are given back. */
#ifndef UNDRAWN_H
#define UNDRAWN_H

#include "vale.h"

/* Whether a living receiver will draw what a dead sender has left there. */
bool undrawn_is_left(const struct vale *v, uint32_t area);

/* Whether one reads there now; after the area's state has moved and a fence. */
bool undrawn_is_read(const struct vale *v, uint32_t area);

#endif
