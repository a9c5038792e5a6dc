/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has which ports open, seen from outside. */
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "fifo.h"
#include "rings.h"
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

/* The suffixes that an opening's name had. */
static void suffix_of(const struct sw_opening *opening, char *out, size_t size)
{
	uint16_t flags = opening->flags;
	const struct sw_rings *r = opening->mode == NMD_CAPTURE
					   ? &opening->watched
					   : &opening->rings;
	uint32_t ring = r->first_rx > r->first_tx ? r->first_rx : r->first_tx;
	char number[8] = "", letters[8], group[16] = "";
	int n = 0;

	if (flags & SW_ONE_RING)
		snprintf(number, sizeof(number), "-%u", ring);
	if (opening->group)
		snprintf(group, sizeof(group), "@%s:%u",
			 opening->group & SW_ROBIN ? "robin" : "group",
			 (opening->group & ~SW_ROBIN) - 1);
	letters[n++] = '/';
	if (flags & SW_RX_RINGS_ONLY)
		letters[n++] = 'R';
	if (flags & SW_TX_RINGS_ONLY)
		letters[n++] = 'T';
	if (flags & SW_MONITOR_RX)
		letters[n++] = 'r';
	if (flags & SW_MONITOR_TX)
		letters[n++] = 't';
	if (flags & SW_ZERO_COPY)
		letters[n++] = 'z';
	letters[n > 1 ? n : 0] = '\0';
	snprintf(out, size, "%s%s%s%s", flags & SW_HOST_RINGS ? "^" : "",
		 number, group, letters);
}

/* A long name gives way to the suffix. */
static void name_port(const struct vale *v, const struct sw_opening *opening,
		      uint32_t port, char *out, size_t size)
{
	char suffix[28];
	const char *name = vale_port(v, port)->name;
	size_t length, n;

	suffix_of(opening, suffix, sizeof(suffix));
	length = strlen(suffix);
	n = strnlen(name, size - 1 - length);
	memcpy(out, name, n);
	memcpy(out + n, suffix, length + 1);
}

/* Ports of the kernel's netmap are entered with their switch's name. */
static void split_name(struct nmd_info *out)
{
	char *colon = strchr(out->port_name, ':');
	char whole[sizeof(out->port_name)];

	if (!colon)
		return;
	memcpy(whole, out->port_name, sizeof(whole));
	snprintf(out->switch_name, sizeof(out->switch_name), "%.*s",
		 (int)(colon - out->port_name), whole);
	snprintf(out->port_name, sizeof(out->port_name), "%s",
		 whole + (colon - out->port_name) + 1);
}

/* Each way of an opening stands for itself: what others scribbled is cut. */
static const char *path_of(const struct sw_opening *opening)
{
	uint32_t ways = load_relaxed(&opening->nic_ways);

	if (opening->kind == SW_KERNEL)
		return "kernel";
	if (opening->kind == SW_NIC_MONITOR)
		return "monitor";
	if (opening->kind != SW_NIC)
		return "";
	if (ways & SW_NIC_HOST)
		return "host rings";
	if (!(ways & SW_NIC_ALONE))
		return "shared";
	if (!(ways & SW_NIC_DRIVER))
		return "xdp generic copy";
	return ways & SW_NIC_ZERO_COPY ? "xdp driver zero-copy"
				       : "xdp driver copy";
}

static void describe(const struct vale *v, uint32_t i, struct nmd_info *out)
{
	const struct sw_opening *opening = vale_opening(v, i);
	uint32_t area = opening->area, port = opening->port;
	struct sw_rings rings;
	struct geometry g;

	memset(out, 0, sizeof(*out));
	snprintf(out->switch_name, sizeof(out->switch_name), "%s", v->name);
	snprintf(out->program, sizeof(out->program), "%.31s", opening->program);
	out->mode = opening->mode;
	snprintf(out->path, sizeof(out->path), "%s", path_of(opening));
	out->pid = opening->pid;
	out->uid = opening->uid;
	out->index = i;
	out->generation = sw_generation_of(load_relaxed(&opening->state));
	out->opened_ns = opening->opened_ns;
	if (port < SW_MAX)
		name_port(v, opening, port, out->port_name,
			  sizeof(out->port_name));
	if (opening->kind == SW_KERNEL)
		split_name(out);
	if (area >= SW_MAX || !seal_holds(v, i) || !seal_geometry(v, area, &g))
		return;
	rings = rings_within(&opening->rings, g.tx_rings, g.rx_rings);
	out->tx_rings = rings.tx;
	out->rx_rings = rings.rx;
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
