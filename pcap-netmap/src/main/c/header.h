/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of a switch's shared file: written by who makes the switch,
 * checked by everybody who joins.
 */
#ifndef HEADER_H
#define HEADER_H

#include "layout.h"

/* Fills a header, all but its magic. area_size: bytes, 0 for the default. */
void header_fill(struct sw_header *h, const char *name, uint64_t area_size);

/*
 * Reads and checks the header of the file fd in a switch's directory; 0,
 * -EPROTO, or -ESTALE for no whole switch.
 */
int header_read(int dir_fd, int fd, const char *name, struct sw_header *h,
		struct nmd_error *err);

#endif
