/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The learned addresses of a switch.
 *
 * An entry is one word, so that it is read and replaced whole and no lock is
 * needed: address (48 bits, as a little-endian number) | port << 48 |
 * age << 56. Age counts units of 4 seconds, modulo 256; an entry not
 * refreshed for 300 seconds is not believed. 0 is an empty entry.
 */
#ifndef MAC_H
#define MAC_H

#include "layout.h"

typedef _Atomic uint64_t mac_entry;

/* The first six bytes of p as a number. Reads 8 bytes. */
static inline uint64_t mac_load(const uint8_t *p)
{
	uint64_t v;

	__builtin_memcpy(&v, p, 8);
	return v & 0xffffffffffffull;
}

/* Group addresses (broadcast and multicast) have this bit set. */
static inline int mac_is_group(uint64_t mac)
{
	return (int)(mac & 1);
}

/* Age of an entry made at CLOCK_REALTIME now_ns. */
static inline uint8_t mac_age(uint64_t now_ns)
{
	return (uint8_t)(now_ns >> 32); /* 4.29 s */
}

/* The port behind an address, or SW_NONE. */
uint32_t mac_lookup(mac_entry *table, uint64_t mac, uint8_t now);

/* Notes that mac is behind port. Group and zero addresses are not. */
void mac_learn(mac_entry *table, uint64_t mac, uint32_t port, uint8_t now);

/* Forgets all addresses behind port. */
void mac_forget(mac_entry *table, uint32_t port);

#endif
