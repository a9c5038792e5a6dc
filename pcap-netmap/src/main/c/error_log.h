/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of distinct errors in a switch's shared file: what went wrong, how
 * often, first and last when, and who met it. It outlives the processes.
 *
 * Noting takes no lock and makes no system call but for the time, so a killed
 * or stopped process is in nobody's way; it costs about a microsecond and
 * belongs where something went wrong, not where each frame passes.
 */
#ifndef ERROR_LOG_H
#define ERROR_LOG_H

#include "vale.h"

/*
 * Notes what happened to a port of the switch. who is the opening that met
 * it, SW_NONE: this process, without one.
 */
void error_log_note(const struct vale *v, enum nmd_error_kind kind,
		    uint32_t port, uint32_t who);

/* Notes that spec could not be opened, for the reason of a negative errno. */
void error_log_note_open(const struct vale *v, const char *spec, int code);

/* This process's name, as the kernel tells it. */
void error_log_program(char *name, size_t size);

#endif
