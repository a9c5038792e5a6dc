/* SPDX-License-Identifier: BSD-2-Clause */
#include "mac.h"

#include <stdbool.h>

#include "atomics.h"

#define MAC_BITS 0xffffffffffffull
#define MAX_AGE 70 /* of 4.29 s: 300 s */

static mac_entry *bucket_of(mac_entry *table, uint64_t mac)
{
	uint64_t hash = mac * 0x9e3779b97f4a7c15ull;

	return table + (hash >> 55) * SW_MAC_WAYS;
}

static uint8_t age_of(uint64_t entry)
{
	return (uint8_t)(entry >> 56);
}

static uint8_t units_since(uint64_t entry, uint8_t now)
{
	return (uint8_t)(now - age_of(entry));
}

/* An entry that is too old goes, before its age wraps and looks young. */
static bool still_good(mac_entry *at, uint64_t entry, uint8_t now)
{
	if (units_since(entry, now) <= MAX_AGE)
		return true;
	atomic_compare_exchange_strong_explicit(
		at, &entry, 0, memory_order_relaxed, memory_order_relaxed);
	return false;
}

uint32_t mac_lookup(mac_entry *table, uint64_t mac, uint8_t now)
{
	mac_entry *bucket = bucket_of(table, mac);

	if (mac == 0) /* an empty entry is nobody's */
		return SW_NONE;
	for (int i = 0; i < SW_MAC_WAYS; i++) {
		uint64_t entry = load_relaxed(&bucket[i]);
		uint32_t port = (entry >> 48) & 0xff;

		if ((entry & MAC_BITS) == mac && port < SW_MAX)
			return still_good(&bucket[i], entry, now) ? port
								  : SW_NONE;
	}
	return SW_NONE;
}

/* The entry to write: the address's own, an empty one, or the oldest. */
static mac_entry *entry_for(mac_entry *bucket, uint64_t mac, uint8_t now)
{
	mac_entry *oldest = bucket;

	for (int i = 0; i < SW_MAC_WAYS; i++) {
		uint64_t entry = load_relaxed(&bucket[i]);

		if ((entry & MAC_BITS) == mac)
			return &bucket[i];
		if (entry == 0 ||
		    (load_relaxed(oldest) != 0 &&
		     units_since(entry, now) >
			     units_since(load_relaxed(oldest), now)))
			oldest = &bucket[i];
	}
	return oldest;
}

void mac_learn(mac_entry *table, uint64_t mac, uint32_t port, uint8_t now)
{
	uint64_t word = mac | (uint64_t)port << 48 | (uint64_t)now << 56;
	mac_entry *entry;

	if (mac == 0 || mac_is_group(mac))
		return;
	entry = entry_for(bucket_of(table, mac), mac, now);
	/* An unchanged entry stays in every core's cache. */
	if (load_relaxed(entry) != word)
		store_relaxed(entry, word);
}

void mac_forget(mac_entry *table, uint32_t port)
{
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++) {
		uint64_t entry = load_relaxed(&table[i]);

		if (entry != 0 && ((entry >> 48) & 0xff) == port)
			store_relaxed(&table[i], 0);
	}
}
