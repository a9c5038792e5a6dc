/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joins an interface of this host, a TAP, to a port of a switch:
 *
 *	host's sockets -- TAP -- nmrun's opening of the port -- switch
 *
 * The opening is a capturing one that takes what the port receives, so that
 * the host gets it beside whoever else has the port open.
 */
#ifndef PUMP_H
#define PUMP_H

#include <stdbool.h>

#include "tap.h"

struct pump;

/*
 * Makes the interface and opens the port. Frames wait until pump_start, which
 * comes after the fork. NULL after a complaint on standard error.
 */
struct pump *pump_open(const struct tap_request *tap);
void pump_start(struct pump *p);

/*
 * Between these, no lock of another's ring is held: for nmrun to stop. A pipe
 * that is full is no reason to wait for longer than a moment.
 */
void pump_pause(struct pump *p);
void pump_resume(struct pump *p);

/*
 * Sends what the host has sent up to now, and ends: the interface is gone when
 * this returns. With report, one line on standard error says what passed.
 */
void pump_close(struct pump *p, bool report);

#endif
