/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor of an opening: one FIFO with three jobs (see vale.h).
 *
 * Its open file description lock says that the opening lives: the kernel
 * drops it with the last close in any process, whatever the way there, and
 * it follows fork and descriptor passing. It is asked about, never taken, by
 * others.
 */
#ifndef FIFO_H
#define FIFO_H

#include "vale.h"

/* Makes, opens and locks the FIFO of an opening; a descriptor or -errno. */
int fifo_create(const struct vale *v, uint32_t index, uint64_t generation);

/* 1: the opening lives, 0: it is gone, -1: cannot be told. */
int fifo_alive(const struct vale *v, uint32_t index, uint64_t generation);

/*
 * Writes a byte to the FIFO of an opening; where no descriptor is left, with
 * the switch's spare one. False: it could not be opened, also so; not if the
 * opening is gone.
 */
bool fifo_wake(struct vale *v, uint32_t index, uint64_t generation);

void fifo_unlink(const struct vale *v, uint32_t index, uint64_t generation);

/*
 * Whether an opening of the switch in a directory may live, by its FIFOs and
 * nothing else: where its tables cannot be read. So their names and their
 * locks have to stay as they are in later versions of the layout.
 */
bool fifo_any_alive(int dir_fd);

/*
 * What FIFOs are left of a switch that nobody uses any more: also those that
 * its tables do not name. Under the join lock.
 */
void fifo_unlink_all(int dir_fd);

/* Empties the FIFO. */
void fifo_drain(int fd);

#endif
