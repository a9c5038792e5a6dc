/* SPDX-License-Identifier: BSD-2-Clause */
/* One-line errors: the thing, the reason, the remedy. */
#ifndef ERROR_H
#define ERROR_H

#include "nmd.h"

/* Fills err (may be NULL) and returns code, a negative errno. */
int error_set(struct nmd_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
