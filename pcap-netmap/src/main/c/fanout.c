/* SPDX-License-Identifier: BSD-2-Clause */
#include "fanout.h"

#include <string.h>

#include "errand.h"
#include "fifo.h"
#include "flow.h"

/* How long a killed member's frames are lost, on top of what it had unread. */
#define LOOK_EVERY_NS 100000000u

static bool is_dead(const struct peers *peers, const struct nmd_port *port,
		    uint32_t area)
{
	const struct peer *peer = &peers->peer[area];

	return fifo_alive(port->vale, peer->opening,
			  peer->opening_generation) == 0;
}

void fanout_look(struct peers *peers, struct peer_group *g,
		 const struct nmd_port *port, uint64_t now_ns)
{
	uint32_t living = 0;

	/* A clock that was set back is a reason to look, too. */
	if (now_ns - g->looked_ns < LOOK_EVERY_NS || errands_only())
		return;
	g->looked_ns = now_ns;
	for (uint32_t i = 0; i < g->count; i++)
		if (!is_dead(peers, port, g->member[i]))
			g->member[living++] = g->member[i];
	g->count = living;
}

static uint32_t member_of(struct peer_group *g, const struct staged *frame)
{
	uint32_t n = g->turn;

	if (g->word & SW_ROBIN) {
		g->turn = n + 1 < g->count ? n + 1 : 0;
		return n < g->count ? n : 0;
	}
	return (uint32_t)((uint64_t)flow_hash(frame->data, frame->len) *
				  g->count >>
			  32);
}

void fanout_choose(struct peer_group *g, const struct staging *st, bool all,
		   uint8_t *chosen)
{
	memset(chosen, FANOUT_NOBODY, st->slots);
	for (uint32_t i = 0; g->count > 0 && i < st->slots; i++) {
		const struct staged *frame = &st->slot[i];
		uint16_t to = frame->to;

		if (to == TO_NOTHING)
			continue;
		if (all || to == g->port || to == TO_ALL)
			chosen[i] = (uint8_t)member_of(g, frame);
	}
}
