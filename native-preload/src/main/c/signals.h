/* SPDX-License-Identifier: BSD-2-Clause */
/* What the program's signal handlers mean for a call that waits. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/*
 * Whether a wait goes on after a signal. Which handler has ended it is not
 * known; only where all that there are want it (SA_RESTART) does the kernel
 * go on with a send().
 */
bool signals_restart(void);

#endif
