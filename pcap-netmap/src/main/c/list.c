/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has which ports open, seen from outside. */
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "backing.h"
#include "fifo.h"
#include "seal.h"
#include "settings.h"
#include "stats.h"
#include "switches.h"

/* Where the entries go. */
struct listing {
	struct nmd_info *out;
	uint32_t max;
	uint32_t count;
};

static const char *monitor_suffix(uint16_t flags)
{
	if (!(flags & SW_MONITOR_TX))
		return flags & SW_MONITOR_RX ? "/r" : "";
	return flags & SW_MONITOR_RX ? "/rt" : "/t";
}

/* A long name gives way to the suffix. */
static void name_port(const char *name, uint16_t flags, char *out, size_t size)
{
	const char *suffix = monitor_suffix(flags);
	int room = (int)(size - 1 - strlen(suffix));

	snprintf(out, size, "%.*s%s", room, name, suffix);
}

static void describe(const struct vale *v, uint32_t i, struct nmd_info *out)
{
	const struct sw_opening *opening = vale_opening(v, i);
	uint32_t area = opening->area, port = opening->port;
	struct geometry g;

	memset(out, 0, sizeof(*out));
	snprintf(out->switch_name, sizeof(out->switch_name), "%s", v->name);
	snprintf(out->program, sizeof(out->program), "%.31s", opening->program);
	out->mode = opening->mode;
	out->pid = opening->pid;
	out->uid = opening->uid;
	out->index = i;
	out->generation = sw_generation_of(load_relaxed(&opening->state));
	out->opened_ns = opening->opened_ns;
	if (port < SW_MAX)
		name_port(vale_port(v, port)->name, opening->flags,
			  out->port_name, sizeof(out->port_name));
	if (area >= SW_MAX || !seal_holds(v, i) ||
	    !backing_geometry(v, area, &g))
		return;
	out->tx_rings = g.tx_rings;
	out->rx_rings = g.rx_rings;
	out->tx_slots = g.tx_slots;
	out->rx_slots = g.rx_slots;
	out->buf_size = g.buf_size;
	out->filter_length =
		load_relaxed(&settings_now(vale_area(v, area))->filter_length);
	stats_read(vale_area(v, area), &out->stats);
}

static void list_openings(const struct vale *v, void *listing)
{
	struct listing *l = listing;

	for (uint32_t i = 0; i < SW_MAX; i++) {
		uint64_t state = load_acquire(&vale_opening(v, i)->state);

		if (sw_state_of(state) != SW_LIVE ||
		    fifo_alive(v, i, sw_generation_of(state)) == 0)
			continue;
		if (l->count < l->max)
			describe(v, i, &l->out[l->count]);
		l->count++;
	}
}

NMD_API int nmd_list(struct nmd_info *out, uint32_t max, struct nmd_error *err)
{
	struct listing l = {out, max, 0};
	struct visitor visitor = {.look = list_openings, .to = &l};
	int r = switches_visit(&visitor, err);

	return r < 0 && l.count == 0 ? r : (int)l.count;
}
