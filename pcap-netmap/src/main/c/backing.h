/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether there is memory behind what a neighbour says there is.
 *
 * The shared file is sparse: a store into a hole takes a page, and where tmpfs
 * is full it ends the process by SIGBUS. The tables and the geometry that say
 * where memory was taken can be spoiled by everybody on the switch, the file's
 * own map of holes cannot. (A neighbour can still cut the file, or punch holes
 * into it, at any moment: that is no spoiling of contents.)
 */
#ifndef BACKING_H
#define BACKING_H

#include "vale.h"

/* Whether an area's control block may be looked at. */
bool backing_of_control(const struct vale *v, uint32_t area);

/* Bytes of the shared file from an offset to the first hole. */
uint64_t backing_from(int fd, uint64_t offset);

/*
 * Makes memory that was reserved real, page by page: what is reserved only
 * counts as a hole until it is touched.
 */
void backing_touch(void *memory, uint64_t bytes);

#endif
