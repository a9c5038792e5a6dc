/* SPDX-License-Identifier: BSD-2-Clause */
/* nmrun's options, from options.def, and what is printed of them. */
#ifndef OPTIONS_H
#define OPTIONS_H

struct described {
	const char *name;
	int letter;
	const char *argument;    /* NULL: takes none */
	const char *environment; /* NULL: has no variable */
	const char *type;
	const char *standard; /* the default, or NULL */
	const char *help;
};

#define OPTION(...) +1
enum {
	OPTIONS = 0
#include "options.def"
};

extern const struct described options[OPTIONS];

/* On standard output: --help, and the manual page in man's macros. */
void options_help(void);
void options_man(void);

#endif
