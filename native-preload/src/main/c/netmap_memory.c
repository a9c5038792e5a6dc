/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_memory.h"

#include <stdatomic.h>

#define SWITCHES 256
#define FIRST_ID 2

/* The switches of this process; one that is joined is never forgotten. */
static _Atomic(const struct vale *) switches[SWITCHES];

/* The number of a switch in this process; the last is shared by all others. */
static uint32_t number_of(const struct vale *v)
{
	for (uint32_t i = 0; i < SWITCHES; i++) {
		const struct vale *found = NULL;

		if (atomic_compare_exchange_strong(&switches[i], &found, v) ||
		    found == v)
			return i;
	}
	return SWITCHES - 1;
}

/*
 * The area of the interface whose memory is called the global one, and how many
 * registrations are in it: one word, 0: none.
 */
static _Atomic uint64_t global;

#define ONE 0x100u
#define USERS 0xffffff00u
#define NOBODYS 0xffu /* a null port's: no area of an interface */

_Static_assert(SW_MAX <= NOBODYS, "no area has this number");

static uint64_t name_of(const struct nmd_port *port)
{
	return port->area_generation << 32 | port->area_index;
}

static bool is_in(const struct nmd_port *port, uint64_t word)
{
	return port->nic && (word & ~(uint64_t)USERS) == name_of(port);
}

bool netmap_memory_begin(const struct nmd_port *port)
{
	uint64_t word = atomic_load(&global), next;

	do {
		if (!port->nic || (word != 0 && !is_in(port, word)))
			return false;
		next = (word ? word : name_of(port)) + ONE;
	} while (!atomic_compare_exchange_weak(&global, &word, next));
	return true;
}

bool netmap_memory_begin_null(void)
{
	uint64_t none = 0;

	return atomic_compare_exchange_strong(&global, &none, NOBODYS + ONE);
}

void netmap_memory_end(void)
{
	uint64_t word = atomic_load(&global), next;

	do
		next = (word & USERS) > ONE ? word - ONE : 0;
	while (!atomic_compare_exchange_weak(&global, &word, next));
}

uint16_t netmap_memory_id(const struct nmd_port *port)
{
	if (is_in(port, atomic_load(&global)))
		return NETMAP_GLOBAL_MEMORY;
	return (uint16_t)(FIRST_ID + number_of(port->vale) * SW_MAX +
			  port->area_index);
}

uint16_t netmap_monitored_id(const struct nmd_port *port)
{
	uint32_t area = port_watched_area(port);

	if (area >= SW_MAX)
		return 0;
	return (uint16_t)(FIRST_ID + number_of(port->vale) * SW_MAX + area);
}

/* Behind those of all switches. */
#define FIRST_NEW_ID (FIRST_ID + SWITCHES * SW_MAX)

_Static_assert(FIRST_NEW_ID < UINT16_MAX, "some are left");

uint16_t netmap_new_memory_id(void)
{
	static atomic_uint given;
	unsigned int n = atomic_fetch_add(&given, 1);

	return (uint16_t)(FIRST_NEW_ID + n % (UINT16_MAX - FIRST_NEW_ID));
}
