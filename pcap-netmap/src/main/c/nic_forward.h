/* SPDX-License-Identifier: BSD-2-Clause */
/* What passes between an interface and its host by slots' flags. */
#ifndef NIC_FORWARD_H
#define NIC_FORWARD_H

#include <stdint.h>

struct nmd_port;

/*
 * Of the slots [from, to) of RX ring r, which the program gives back, passes on
 * those with NS_FORWARD, if the ring has NR_FORWARD: the interface's to the
 * host, the host's into TX rings, from where the next sync sends them
 * (nic->sends_down). Each slot by itself; one that cannot be taken is lost.
 * The port has both sides. Under the sync lock.
 */
void nic_forward(struct nmd_port *port, uint32_t r, uint64_t from, uint64_t to);

#endif
