/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in a directory, read without opendir, which asks malloc for memory:
 * a program may end in the handler of a signal that interrupted malloc.
 */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <stdbool.h>

/*
 * Calls visit for each name that begins with this letter until it returns true.
 * 1: it has, 0: it has not, or a negative errno.
 */
int directory_any(int dir_fd, char first,
		  bool (*visit)(void *context, const char *name),
		  void *context);

#endif
