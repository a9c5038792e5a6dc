/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface's area has rings for all its queues, whichever of them are open.
 * So those of another queue can be had there, too, and with them the same
 * buffers: each opening's sockets have them registered once more.
 *
 * Not those that were open before, though: which buffers the kernel had of a
 * socket that is closed stands nowhere.
 */
#include "nic_area.h"

#include "atomics.h"
#include "seal.h"
#include "tables.h"

static uint32_t bits(uint32_t first, uint32_t count)
{
	return ((1u << count) - 1) << first;
}

static uint32_t queues_of(const struct sw_rings *r)
{
	return bits(r->first_tx, r->tx) | bits(r->first_rx, r->rx);
}

/*
 * Openings of another process, or by another program in the kernel, which is
 * that of another interface of the same name, have memory of their own.
 */
static bool is_partner(const struct opening_plan *plan, const struct vale *v,
		       uint32_t i)
{
	const struct sw_opening *o = vale_opening(v, i);

	return seal_holds(v, i) && o->kind == SW_NIC && o->port == plan->port &&
	       (o->flags & SW_SAME_MEMORY) && o->pid == tables_pid() &&
	       o->pid_namespace == tables_pid_namespace() &&
	       load_relaxed(&o->nic_program) == plan->xdp_program;
}

/* What the plan's rings would be like in any case. */
static bool is_like(const struct geometry *a, const struct geometry *b)
{
	return a->tx_rings == b->tx_rings && a->rx_rings == b->rx_rings &&
	       a->buf_size == b->buf_size && a->headroom == b->headroom;
}

static bool has_room(const struct opening_plan *plan, const struct vale *v,
		     uint32_t area)
{
	struct geometry g;

	return area < SW_MAX && seal_geometry(v, area, &g) &&
	       is_like(&g, &plan->geometry) &&
	       !(load_relaxed(&vale_area(v, area)->queues_used) &
		 queues_of(&plan->rings));
}

void nic_share_area(struct opening_plan *plan, const struct vale *v)
{
	for (uint32_t i = 0; plan->xdp_program && i < SW_MAX; i++) {
		uint32_t area = vale_opening(v, i)->area;

		if (!is_partner(plan, v, i) || !has_room(plan, v, area))
			continue;
		plan->area = area;
		plan->new_area = false;
		return;
	}
}

bool nic_has_program(const struct vale *v, uint32_t program)
{
	for (uint32_t i = 0; program && i < SW_MAX; i++)
		if (seal_holds(v, i) && vale_opening(v, i)->kind == SW_NIC &&
		    load_relaxed(&vale_opening(v, i)->nic_program) == program)
			return true;
	return false;
}
