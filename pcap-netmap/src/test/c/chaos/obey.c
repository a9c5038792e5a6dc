/* SPDX-License-Identifier: BSD-2-Clause */
#include "chaos.h"

static struct part *obeying;

void obey(struct part *part)
{
	obeying = part;
}

/*
 * A signal to oneself is delivered before kill() returns: a process that was
 * told to end does not execute another instruction of its own.
 */
void hook_pass(enum hook_point point)
{
	struct order *order = obeying ? &obeying->order : NULL;
	uint32_t now = point + 1;

	if (!order)
		return;
	time_point(point);
	atomic_fetch_add_explicit(&obeying->passed[point], 1,
				  memory_order_relaxed);
	if (atomic_load(&order->point) != now ||
	    atomic_fetch_sub(&order->passes, 1) != 1)
		return;
	/* Unless the driver has just given it up. */
	if (atomic_compare_exchange_strong(&order->point, &now, 0))
		kill(getpid(), (int)atomic_load(&order->signal));
}

const char *point_name(enum hook_point point)
{
#define NAME(name) #name,
	static const char *const names[] = {HOOK_POINTS(NAME)};
#undef NAME

	return names[point];
}
