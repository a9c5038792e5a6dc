/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address table: learning, moving, ageing, the oldest of a full bucket
 * giving way, forgetting a port; group and zero addresses are never learned.
 */
#include "testing.h"

#include "mac.h"
#include "tables.h"

static mac_entry table[SW_MAC_ENTRIES];

static void forget_everything(void)
{
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++)
		atomic_store(&table[i], 0);
}

static uint64_t mac(uint32_t number)
{
	return 0x02ull | (uint64_t)number << 16; /* local, unicast */
}

static void learns_and_moves(void)
{
	forget_everything();
	CHECK_EQ(mac_lookup(table, mac(1), 10), SW_NONE);
	mac_learn(table, mac(1), 7, 10);
	CHECK_EQ(mac_lookup(table, mac(1), 10), 7);
	CHECK_EQ(mac_lookup(table, mac(2), 10), SW_NONE);
	mac_learn(table, mac(1), 253, 11);
	CHECK_EQ(mac_lookup(table, mac(1), 11), 253);
	mac_learn(table, mac(1), 0, 11);
	CHECK_EQ(mac_lookup(table, mac(1), 11), 0);
}

static void bytes_make_the_number(void)
{
	static const uint8_t frame[9] = {0x01, 0x02, 0x03, 0x04,
					 0x05, 0x06, 0xff, 0xff};

	CHECK_EQ(mac_load(frame), 0x060504030201ull);
	CHECK(mac_is_group(mac_load(frame)));
	CHECK(!mac_is_group(mac_load(frame + 1)));
}

/* Also at every moment of the clock: an empty entry is nobody's address. */
static void group_and_zero_are_not_learned(void)
{
	forget_everything();
	mac_learn(table, 0xffffffffffffull, 3, 10);
	mac_learn(table, 0x0000005e0001ull, 3, 10);
	mac_learn(table, 0, 3, 10);
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++)
		CHECK_EQ(atomic_load(&table[i]), 0);
	for (uint32_t now = 0; now < 256; now++)
		CHECK_EQ(mac_lookup(table, 0, (uint8_t)now), SW_NONE);
}

/* 300 seconds are 70 units of 2^32 ns; the unit's number wraps at 256. */
static void old_entries_are_not_believed(void)
{
	for (uint32_t start = 0; start < 256; start += 51) {
		forget_everything();
		mac_learn(table, mac(5), 1, (uint8_t)start);
		CHECK_EQ(mac_lookup(table, mac(5), (uint8_t)(start + 70)), 1);
		CHECK_EQ(mac_lookup(table, mac(5), (uint8_t)(start + 71)),
			 SW_NONE);
		mac_learn(table, mac(5), 1, (uint8_t)(start + 71));
		CHECK_EQ(mac_lookup(table, mac(5), (uint8_t)(start + 100)), 1);
	}
	CHECK_EQ(mac_age(0), 0);
	CHECK_EQ(mac_age(300ull * 1000000000), 69);
}

/* Nine addresses that fall into one bucket. */
static void same_bucket(uint64_t *found)
{
	mac_entry *first = NULL;
	uint32_t n = 0;

	for (uint32_t i = 1; n <= SW_MAC_WAYS; i++) {
		uint32_t at = 0;

		forget_everything();
		mac_learn(table, mac(i), 1, 1);
		while (atomic_load(&table[at]) == 0)
			at++;
		if (!first)
			first = &table[at];
		if (&table[at] == first)
			found[n++] = mac(i);
	}
	forget_everything();
}

static void the_oldest_gives_way(void)
{
	uint64_t one[SW_MAC_WAYS + 1];

	same_bucket(one);
	for (uint32_t i = 0; i < SW_MAC_WAYS; i++)
		mac_learn(table, one[i], i, (uint8_t)(20 + i));
	for (uint32_t i = 0; i < SW_MAC_WAYS; i++)
		CHECK_EQ(mac_lookup(table, one[i], 30), i);
	mac_learn(table, one[0], 0, 29); /* refreshed: one[1] is oldest now */
	mac_learn(table, one[SW_MAC_WAYS], 99, 30);
	CHECK_EQ(mac_lookup(table, one[SW_MAC_WAYS], 30), 99);
	CHECK_EQ(mac_lookup(table, one[1], 30), SW_NONE);
	CHECK_EQ(mac_lookup(table, one[0], 30), 0);
	for (uint32_t i = 2; i < SW_MAC_WAYS; i++)
		CHECK_EQ(mac_lookup(table, one[i], 30), i);
}

static void forgets_a_port(void)
{
	forget_everything();
	for (uint32_t i = 1; i <= 1000; i++)
		mac_learn(table, mac(i * 7919), i % 3, 1);
	mac_forget(table, 1);
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++)
		CHECK(atomic_load(&table[i]) == 0 ||
		      (atomic_load(&table[i]) >> 48 & 0xff) != 1);
	for (uint32_t i = 1; i <= 1000; i++)
		if (i % 3 == 1)
			CHECK_EQ(mac_lookup(table, mac(i * 7919), 1), SW_NONE);
	mac_forget(table, 0);
	mac_forget(table, 2);
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++)
		CHECK_EQ(atomic_load(&table[i]), 0);
}

/* As many as the table is made for find room. */
static void spreads_addresses(void)
{
	uint32_t kept = 0;

	forget_everything();
	for (uint32_t i = 1; i <= SW_MAC_ENTRIES / 4; i++)
		mac_learn(table, mac(i), 1, 1);
	for (uint32_t i = 1; i <= SW_MAC_ENTRIES / 4; i++)
		kept += mac_lookup(table, mac(i), 1) == 1;
	CHECK_EQ(kept, SW_MAC_ENTRIES / 4);
}

/* A peer may write anything here; no answer is out of the tables. */
static void scribbled_entries_do_no_harm(void)
{
	forget_everything();
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++)
		atomic_store(&table[i], mac(i) | 0xffull << 48);
	for (uint32_t i = 0; i < SW_MAC_ENTRIES; i++)
		CHECK_EQ(mac_lookup(table, mac(i), 0), SW_NONE);
}

int main(void)
{
	begin();
	learns_and_moves();
	bytes_make_the_number();
	group_and_zero_are_not_learned();
	old_entries_are_not_believed();
	the_oldest_gives_way();
	forgets_a_port();
	spreads_addresses();
	scribbled_entries_do_no_harm();
	finish();
	return 0;
}
