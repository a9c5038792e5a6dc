/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a program can be accelerated: nmrun --check and --strict. */
#ifndef CHECK_H
#define CHECK_H

/* Says so on standard output. Returns the exit status: 0 if it can, else 1. */
int check_print(const char *program);

/* 0 if it can; else -1 after a complaint on standard error. */
int check_strictly(const char *program);

#endif
