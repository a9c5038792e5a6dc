/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding libpcap-netmap.so and naming it in LD_PRELOAD. */
#ifndef PRELOAD_H
#define PRELOAD_H

#include <stdbool.h>
#include <stddef.h>

/* The folder that nmrun itself lies in, without a slash at its end; or -1. */
int preload_own_folder(char *folder, size_t size);

/*
 * When it cannot be preloaded: if that is to be an error, -1 after a complaint
 * on standard error; else the program will run on libpcap as it is.
 */
int preload_set(bool strict);

#endif
