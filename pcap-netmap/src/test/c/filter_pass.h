/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop around a compiled filter (jit.h), over one frame. */
#ifndef FILTER_PASS_H
#define FILTER_PASS_H

#include "jit.h"
#include "netmap_abi.h"

#include <string.h>

/*
 * Whether the pass goes over a frame, which for certain the filter then
 * rejects; one that it stops at may be either. bytes: of whole frames of up to
 * 2048, in one piece.
 */
static inline bool passes_over(jit_pass *pass, const uint8_t *frame,
			       uint32_t bytes)
{
	struct netmap_slot slot = {.buf_idx = 0, .len = (uint16_t)bytes};
	struct jit_stretch stretch = {.in = &slot,
				      .end = &slot + 1,
				      .pool = frame,
				      .buf_size = 2048,
				      .buffers = 1};

	if (bytes < 14)
		return false;
	memcpy(&stretch.low, frame, 8);
	memcpy(&stretch.high, frame + 8, 4);
	pass(&stretch);
	return stretch.in == stretch.end;
}

#endif
