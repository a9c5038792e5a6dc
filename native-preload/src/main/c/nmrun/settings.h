/* SPDX-License-Identifier: BSD-2-Clause */
/* nmrun's command line. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

#include "tap.h"

/* nmrun's own failures, as env(1) and timeout(1) number them. */
#define EXIT_OWN 125

#define MAX_TAPS 8

struct settings {
	bool stats;
	bool strict;
	bool check;
	bool no_adapter;
	int mappings; /* of this command line */
	int tap_count;
	struct tap_request taps[MAX_TAPS];
	char **program; /* its name and arguments */
};

/*
 * Reads the options and sets the environment by them. Prints --help, --man,
 * --version and complaints; returns -1 to go on, or the exit status.
 */
int settings_read(int argc, char **argv, struct settings *settings);

#endif
