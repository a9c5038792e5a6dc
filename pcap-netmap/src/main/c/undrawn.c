/* SPDX-License-Identifier: BSD-2-Clause */
#include "undrawn.h"

#include "atomics.h"
#include "seal.h"

static bool is_left(const struct area *receiver, uint32_t area)
{
	return load_acquire(&receiver->held[area / 64]) >> area % 64 & 1;
}

static bool is_read(const struct area *receiver, uint32_t area)
{
	return load_acquire(&receiver->drawing) == area + 1;
}

/* Whether it is so for some receiver, whose area is not the one asked for. */
static bool any(const struct vale *v, uint32_t area,
		bool is(const struct area *, uint32_t))
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);
		uint32_t at = *(const volatile uint16_t *)&opening->area;

		if (at < SW_MAX && at != area && seal_holds(v, i) &&
		    is(vale_area(v, at), area))
			return true;
	}
	return false;
}

bool undrawn_is_left(const struct vale *v, uint32_t area)
{
	return any(v, area, is_left);
}

bool undrawn_is_read(const struct vale *v, uint32_t area)
{
	return any(v, area, is_read);
}
