/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether memory for rings can be had, asked before it is taken. */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>
#include <sys/statfs.h>

#include "nmd.h"

/*
 * Reserves [offset, offset + bytes) of the tmpfs file fd, after a look at
 * what the file system, the memory cgroups and the machine have left; so
 * that a later store can neither raise SIGBUS nor call the OOM killer. What
 * had been left before is stored in *left. -ENOMEM with err naming what is
 * too small; part may be reserved by then.
 */
int room_reserve(int fd, uint64_t offset, uint64_t bytes, const char *name,
		 uint64_t *left, struct nmd_error *err);

/*
 * Whether mapped memory of a tmpfs file can be touched: it is there, or is now
 * (systems before Linux 5.14 do not tell: then it is hoped for).
 */
bool room_is_taken(void *from, size_t bytes);

/* Bytes that a tmpfs has left; UINT64_MAX if it has no limit. */
uint64_t room_left(const struct statfs *fs);

/* Reserves without a look, signals or not; 0 or -errno. */
int room_allocate(int fd, uint64_t offset, uint64_t bytes);

#endif
