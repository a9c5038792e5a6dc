/* SPDX-License-Identifier: BSD-2-Clause */
/* Which file a program's name means, and which libraries come with it. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Finds name as execvp does; false: there is none that may be run. */
bool program_find(const char *name, char *path, size_t size);

/*
 * The interpreter that a script's first line names, with env's argument in
 * place of env; false: no such line, or no such program.
 */
bool program_interpreter(const char *first_line, char *path, size_t size);

/* Whether the dynamic linker would ignore LD_PRELOAD: NULL, or why. */
const char *program_privilege(const char *path);

/*
 * Calls visit with the path of every library that is loaded with the program,
 * as its dynamic linker tells them; the program does not run. 0 or a negative
 * errno.
 */
int program_libraries(const char *dynamic_linker, const char *path,
		      void (*visit)(void *to, const char *library), void *to);

#endif
