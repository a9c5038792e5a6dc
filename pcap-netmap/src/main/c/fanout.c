/* SPDX-License-Identifier: BSD-2-Clause */
#include "fanout.h"

#include <string.h>

#include "flow.h"

void fanout_look(struct peers *peers, struct peer_group *g,
		 const struct nmd_port *port, uint64_t now_ns)
{
	uint32_t living = 0;

	if (!peer_may_ask(&g->looked_ns, now_ns))
		return;
	for (uint32_t i = 0; i < g->count; i++)
		if (!peer_is_dead(&peers->peer[g->member[i]], port))
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
