/* SPDX-License-Identifier: BSD-2-Clause */
#include "next_monitor.h"

#include "seal.h"

bool next_monitor_is_one(const struct sw_opening *opening, uint32_t port)
{
	return *(const volatile uint16_t *)&opening->port == port &&
	       *(const volatile uint16_t *)&opening->flags & SW_ZERO_COPY;
}

/* This opening, as one of the chain of monitors that the port's rings have. */
static struct peer place_of(const struct nmd_port *port, uint32_t *generation)
{
	const struct sw_opening *self = vale_opening(port->vale, port->index);
	struct peer place = {.opening = port->index};

	place.opened_ns = *(const volatile uint64_t *)&self->opened_ns;
	*generation =
		port->monitor
			? *(const volatile uint32_t *)&self->watched_generation
			: (uint32_t)port->area_generation;
	return place;
}

/* The opening of the monitor that comes next; NULL: there is none. */
static const struct sw_opening *look(struct nmd_port *port, uint32_t ring,
				     const struct bitset *dead, bool *last)
{
	struct vale *v = port->vale;
	const struct sw_opening *found = NULL;
	struct peer best = {0}, peer = {0};
	uint32_t generation;
	struct peer self = place_of(port, &generation);

	*last = true;
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);

		if (i == port->index || bitset_has(dead, i) ||
		    !next_monitor_is_one(opening, port->port_index) ||
		    !seal_holds(v, i) ||
		    *(const volatile uint32_t *)&opening->watched_generation !=
			    generation)
			continue;
		peer_note(&peer, v, opening);
		if (!peer_sees(&peer, ring) ||
		    (port->monitor && peer_is_before(&peer, &self)))
			continue;
		*last = !found;
		if (found && peer_is_before(&best, &peer))
			continue;
		found = opening;
		best = peer;
	}
	return found;
}

void next_monitor_find(struct next_monitor *next, struct nmd_port *port,
		       uint32_t ring, const struct bitset *dead)
{
	const struct sw_opening *opening = look(port, ring, dead, &next->last);
	uint32_t area = SW_NONE;

	next->area = SW_NONE;
	next->looked_ns = 0;
	if (opening)
		area = *(const volatile uint16_t *)&opening->area;
	if (area >= SW_MAX || area == port->area_index)
		return;
	if (next->peer.area != vale_area(port->vale, area))
		next->peer.state = 0; /* nothing is known of that one */
	if (!peer_look(&next->peer, port, area))
		return;
	peer_note(&next->peer, port->vale, opening);
	next->peer.port = port->port_index;
	next->peer.filter.ifindex = 1 + port->port_index;
	next->area = area;
}

bool next_monitor_is_dead(struct next_monitor *next,
			  const struct nmd_port *port, uint64_t now_ns)
{
	return next->area != SW_NONE && !next->last &&
	       peer_may_ask(&next->looked_ns, now_ns) &&
	       peer_is_dead(&next->peer, port);
}
