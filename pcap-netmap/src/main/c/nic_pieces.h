/* SPDX-License-Identifier: BSD-2-Clause */
/* A frame of a transmit ring, where it lies. */
#ifndef NIC_PIECES_H
#define NIC_PIECES_H

#include <sys/uio.h>

#include "port.h"

/*
 * The bytes of the frame that begins at slot number first of TX ring r, of
 * count slots. Returns its slots; *good: it is whole and can be sent.
 */
uint32_t nic_pieces(const struct nmd_port *port, uint32_t r, uint64_t first,
		    uint32_t count, struct iovec *pieces, uint32_t max,
		    bool *good);

#endif
