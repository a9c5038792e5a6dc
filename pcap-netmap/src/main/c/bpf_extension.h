/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads at offsets that lie in no frame: what Linux knows of a packet besides
 * its bytes (linux/filter.h, SKF_AD_*). The interpreter and the compiler both
 * ask here, so that they cannot differ.
 *
 *	type      incoming: 0 for one host, 1 broadcast, 2 multicast; 4 outgoing
 *	ifidx     1 + the number, on its switch, of the port the frame passes
 *	proto     the Ethernet type; 1 or 4 where a length stands in its place
 *	vlanp, vlan_tci, vlan_tpid, mark, queue, rxhash     0
 *	hatype    1, Ethernet
 *	xor x     A ^= X, for which libpcap's own instruction came later
 *
 * VLAN tags always stand in the frame here, as in one that Linux transmits;
 * libpcap's programs look there when vlanp says 0. Offsets from SKF_LL_OFF
 * and SKF_NET_OFF count from the frame's start and from behind its Ethernet
 * header. The others (nla, nlan, cpu, rand, poff) reject the frame, as
 * libpcap does when it filters by itself.
 */
#ifndef BPF_EXTENSION_H
#define BPF_EXTENSION_H

#include <linux/filter.h>

#include "bpf.h"

/* Offsets from here on are extensions. */
#define BPF_EXTENSIONS_AT ((uint32_t)SKF_LL_OFF)

/* What a load at a constant offset means. */
enum bpf_source {
	BPF_IN_FRAME, /* at: the offset there */
	BPF_CONSTANT, /* at: the value */
	BPF_COMPUTED, /* at: what to ask bpf_compute for */
	BPF_XOR_X,
	BPF_NOWHERE
};

struct bpf_place {
	enum bpf_source source;
	uint32_t at;
};

struct bpf_place bpf_place_of(uint32_t offset, uint32_t ifindex);

/* The value of a computed extension. */
uint32_t bpf_compute(const uint8_t *frame, uint32_t have, uint32_t what,
		     uint32_t direction);

#endif
