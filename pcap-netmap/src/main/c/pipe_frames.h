/* SPDX-License-Identifier: BSD-2-Clause */
/* Which frames of a TX ring go through a pipe, and how much of them. */
#ifndef PIPE_FRAMES_H
#define PIPE_FRAMES_H

#include "bell.h"
#include "swap.h"

/*
 * Sends what there is room for of the next slots, in batches: by the
 * other end's filter, direction and snap length, with copies for monitors.
 * What is rejected, or no frame, is passed over and counted.
 */
enum bell pipe_frames_send(struct nmd_port *port, struct peer *other,
			   uint32_t ring, struct swap *s, uint32_t slots);

#endif
