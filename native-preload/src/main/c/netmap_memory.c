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

/* The interface whose memory is called the global one. */
static _Atomic(const struct nmd_port *) global;

void netmap_memory_begin(const struct nmd_port *port)
{
	const struct nmd_port *none = NULL;

	if (port->nic)
		atomic_compare_exchange_strong(&global, &none, port);
}

void netmap_memory_end(const struct nmd_port *port)
{
	atomic_compare_exchange_strong(&global, &port, NULL);
}

uint16_t netmap_memory_id(const struct nmd_port *port)
{
	if (port == atomic_load(&global))
		return NETMAP_GLOBAL_MEMORY;
	return (uint16_t)(FIRST_ID + number_of(port->vale) * SW_MAX +
			  port->area_index);
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
