/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which flow a frame belongs to.
 *
 * A number that all frames of a flow have in common, in both directions: made
 * of addresses, protocol and ports for IPv4 and IPv6, behind up to two VLAN
 * tags; of addresses and protocol for fragments, which do not all have the
 * ports; of the stations' addresses for everything else.
 */
#ifndef FLOW_H
#define FLOW_H

#include <stdint.h>

/* len: bytes at frame, at least an Ethernet header's 14. */
uint32_t flow_hash(const uint8_t *frame, uint32_t len);

#endif
