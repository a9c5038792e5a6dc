/* SPDX-License-Identifier: BSD-2-Clause */
/* Running the program, in nmrun's place or under it. */
#ifndef CHILD_H
#define CHILD_H

#include "pump.h"
#include "settings.h"

/* The interfaces that last as long as the program. */
struct pumps {
	int count;
	struct pump *all[MAX_TAPS];
};

/* Becomes the program. Returns only when that fails: the exit status. */
int child_exec(char **program);

/*
 * Runs the program and waits for its end; with interfaces, also for that of the
 * processes that it leaves behind. Signals that nmrun gets from other processes
 * go on to it (those from the terminal reach it anyway), and when it is stopped
 * nmrun stops, too. Returns its wait status, or -1 after an error that was
 * printed.
 */
int child_run(char **program, const struct pumps *pumps);

/* Ends nmrun as the program ended: by the same status or the same signal. */
int child_exit_status(int wait_status);

#endif
