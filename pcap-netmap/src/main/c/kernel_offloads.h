/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an interface leaves to its hardware, or to later: checksums of what it
 * sends, cutting large frames, merging received ones. The module drops what the
 * host sends with any of these undone, and merged frames are longer than its
 * buffers, so that all are switched off while the host shares the interface, as
 * netmap's documentation asks its users to.
 */
#ifndef KERNEL_OFFLOADS_H
#define KERNEL_OFFLOADS_H

#include <stdint.h>

/*
 * Switches off, by a socket, what is on and can be; which, as bits for
 * kernel_offloads_back.
 */
uint32_t kernel_offloads_off(int socket, const char *interface);

/*
 * Switches on again. Without the right to, or after kill -9, they stay off,
 * which costs the host speed and nothing else.
 */
void kernel_offloads_back(int socket, const char *interface, uint32_t which);

/*
 * Fills in a TCP or UDP checksum that the sender has left to its hardware, a
 * neighbour on the same machine: what stands in its place is the sum over the
 * pseudo-header then. The host would take such a frame for damaged.
 */
void kernel_finish_checksum(uint8_t *frame, uint32_t length);

#endif
