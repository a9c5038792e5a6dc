/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many slots a program means that says how many bytes of packets libpcap
 * shall buffer for it.
 *
 * Stock libpcap takes as much of its buffer as a frame is long: of 60 bytes,
 * 2 MiB hold nearly 14,000. A slot has room for the longest frame, whatever is
 * in it. So that nothing is lost here that is not lost there, a ring has as
 * many slots as there would be small frames, as long as it does not take more
 * than 32 MiB for that, or four times what was asked for, nor more than a
 * quarter of what the tmpfs has left, which others want to use, too. Who asks
 * for no less than what libpcap takes by itself gets no fewer than here by
 * themselves.
 */
#ifndef RX_ROOM_H
#define RX_ROOM_H

#include <stdbool.h>

#include "geometry.h"
#include "nmd.h"

/*
 * Slots of each of the rings of g, which has the default so far. copies: the
 * kernel keeps the frames, in a buffer that grows with the slots. left: bytes
 * that the tmpfs has for rings and all else.
 */
uint32_t rx_room_slots(uint32_t bytes, const struct geometry *g, bool copies,
		       uint64_t left);

/*
 * What to ask for, as stock libpcap does, when an open with these options has
 * failed: half, if that was for lack of memory. 0: it was not, or the options
 * say how many slots, or ask for little already.
 */
uint32_t rx_room_instead(const struct nmd_options *options, int code);

#endif
