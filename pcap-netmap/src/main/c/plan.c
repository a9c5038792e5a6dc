/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "kernel_request.h"
#include "nic_area.h"
#include "nic_geometry.h"
#include "nic_owner.h"
#include "rings.h"
#include "rx_room.h"
#include "seal.h"
#include "spare.h"
#include "tables.h"

#define RAW_SLOTS 1024
#define CAPTURE_TX_SLOTS 256
#define CAPTURE_RX_SLOTS 4096

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

NMD_API int nmd_area_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "kMG";
	const char *unit;
	char *end;

	*bytes = strtoull(text, &end, 0);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit && *bytes <= AREA_SIZE_MAX) {
		*bytes <<= 10 * (unit - units + 1);
		end++;
	}
	return end > text && !*end && text[0] != '-' &&
	       *bytes >= AREA_SIZE_MIN && *bytes <= AREA_SIZE_MAX;
}

static int plan_area_size(struct opening_plan *plan, struct nmd_error *err)
{
	const char *env = getenv("NETMAP_AREA_SIZE");

	if (plan->options.area_size || !env || !*env ||
	    nmd_area_size(env, &plan->options.area_size))
		return 0;
	return error_set(err, -EINVAL,
			 "NETMAP_AREA_SIZE=%s: not a size of 1M to 2G; give "
			 "bytes, or a number with k, M or G, for example 1G",
			 env);
}

/*
 * A monitor is a capture that sees one direction, or both. Whoever captures
 * from the end of a pipe reads the end itself: there is no switch to copy.
 */
static void choose_mode(struct opening_plan *plan)
{
	bool monitor = spec_is_monitor(&plan->spec);

	plan->mode = (uint16_t)plan->options.mode;
	plan->arrivals = plan->mode == NMD_CAPTURE ||
			 (plan->options.flags & NMD_ARRIVALS);
	plan->kind = plan->spec.pipe_end ? SW_PIPE : SW_VALE;
	if (plan->kernel)
		plan->kind = SW_KERNEL;
	else if (plan->spec.is_nic)
		plan->kind = SW_NIC;
	/* Who has an interface alone gets all there is to see of it. */
	if (plan->spec.is_nic &&
	    (plan->spec.exclusive || plan->spec.host_rings))
		plan->mode = NMD_RAW;
	if (monitor && plan->kind == SW_NIC && plan->spec.exclusive) {
		plan->kind = SW_NIC_MONITOR;
		plan->spec.exclusive = false;
	}
	if (monitor)
		plan->mode = NMD_CAPTURE;
	else if (plan->spec.pipe_end)
		plan->mode = NMD_RAW;
	plan->arrivals |= monitor;
}

/*
 * Where the kernel has netmap, vale0 is the kernel's: a second one in user
 * space is made only when asked for. "loop" is for tests: the kernel's
 * interface, whoever answers to the name of its device.
 */
static int choose_device(struct opening_plan *plan, struct nmd_error *err)
{
	const uint32_t both = NMD_USER_DEVICE | NMD_KERNEL_DEVICE;
	const char *chosen = getenv("NETMAP_DEVICE");
	uint32_t flags = plan->options.flags & both;

	if (flags == both)
		return error_set(err, -EINVAL,
				 "%s: NMD_USER_DEVICE and NMD_KERNEL_DEVICE "
				 "exclude each other; give one of them",
				 plan->spec_text);
	plan->kernel = flags == NMD_KERNEL_DEVICE;
	if (flags)
		return 0;
	if (!chosen || !*chosen)
		plan->kernel = access(KERNEL_DEVICE, F_OK) == 0;
	else if (strcmp(chosen, "kernel") == 0 || strcmp(chosen, "loop") == 0)
		plan->kernel = true;
	else if (strcmp(chosen, "user") != 0)
		return error_set(err, -EINVAL,
				 "NETMAP_DEVICE=%s: not a device; use kernel "
				 "or user",
				 chosen);
	return 0;
}

/* The device of the port, by its name and the options; what it cannot be. */
static int plan_device(struct opening_plan *plan, struct nmd_error *err)
{
	const struct spec *spec = &plan->spec;
	int r = choose_device(plan, err);
	bool with_switch = plan->kernel && !spec->is_nic && !spec->bare;
	char whole[sizeof(spec->switch_name) + sizeof(spec->port_name)];

	snprintf(whole, sizeof(whole), "%s%s%s",
		 with_switch ? spec->switch_name : "", with_switch ? ":" : "",
		 spec->port_name);
	snprintf(plan->port_name, sizeof(plan->port_name), "%.31s", whole);
	return r == 0 && plan->kernel ? kernel_check_plan(plan, err) : r;
}

static int plan_options(struct opening_plan *plan,
			const struct nmd_options *options,
			struct nmd_error *err)
{
	int r;

	if (options && options->size != sizeof(*options))
		return error_set(err, -EINVAL,
				 "%s: options of another version of the "
				 "library; rebuild the program",
				 plan->spec_text);
	if (options)
		plan->options = *options;
	if (plan->options.mode > NMD_CAPTURE ||
	    (plan->options.flags &
	     ~(NMD_EXCLUSIVE | NMD_ARRIVALS | NMD_KEEP_VIEW | NMD_INDIRECT |
	       NMD_PROMISC | NMD_USER_DEVICE | NMD_KERNEL_DEVICE |
	       NMD_HOST_TOO | NMD_SAME_MEMORY | NMD_WITH_PORT)))
		return error_set(err, -EINVAL,
				 "%s: unknown mode or flag in the options; "
				 "use those of nmd.h",
				 plan->spec_text);
	plan->spec.exclusive |= (plan->options.flags & NMD_EXCLUSIVE) != 0;
	r = plan_device(plan, err);
	if (r < 0)
		return r;
	choose_mode(plan);
	if ((plan->options.flags & NMD_HOST_TOO) && !plan_has_both(plan))
		return error_set(err, -EINVAL,
				 "%s: NMD_HOST_TOO goes with an interface that "
				 "is had alone, in user space; name it "
				 "netmap:<interface>/x, without NMD_CAPTURE",
				 plan->spec_text);
	if (plan->spec.exclusive && plan->mode == NMD_CAPTURE)
		return error_set(err, -EINVAL,
				 "%s: a capture is a copy of the port's frames "
				 "and cannot have the port alone; drop the /x",
				 plan->spec_text);
	if (plan->mode != NMD_CAPTURE && plan->spec.port_name[0] == '*')
		return error_set(err, -EINVAL,
				 "%s: the switch-wide tap can only be "
				 "captured from; name a port to send",
				 plan->spec_text);
	return 0;
}

/* The kernel keeps the frames of an interface that is shared with the host. */
static bool copies_frames(const struct opening_plan *plan)
{
	return plan->kind == SW_NIC && !plan->spec.exclusive &&
	       !plan->spec.host_rings;
}

static int plan_geometry(struct opening_plan *plan, struct nmd_error *err)
{
	const struct nmd_options *o = &plan->options;
	struct geometry *g = &plan->geometry;
	/* Who captures from an interface that it has alone does so raw. */
	bool capture = plan->mode == NMD_CAPTURE ||
		       (sw_is_outside(plan->kind) &&
			plan->options.mode == NMD_CAPTURE);

	if (!capture && !plan->kernel)
		g->pipe_end = plan->spec.pipe_end;
	g->tx_rings = or_default(o->tx_rings, 1);
	g->rx_rings = or_default(o->rx_rings, 1);
	g->tx_slots = or_default(o->tx_slots,
				 capture ? CAPTURE_TX_SLOTS : RAW_SLOTS);
	g->rx_slots = or_default(o->rx_slots,
				 capture ? CAPTURE_RX_SLOTS : RAW_SLOTS);
	g->buf_size = or_default(o->buf_size, BUF_SIZE_DEFAULT);
	g->extra = o->extra_buffers;
	g->arrivals = plan->arrivals || g->pipe_end;
	if (plan->kind == SW_NIC) {
		int r = nic_geometry(plan, err);

		if (r < 0)
			return r;
	}
	if (!o->rx_slots && o->rx_room)
		g->rx_slots = rx_room_slots(o->rx_room, g, copies_frames(plan),
					    runtime_left());
	if (!geometry_valid(g))
		return error_set(err, -EINVAL,
				 "%s: rings of %u and %u slots, %u and %u "
				 "rings, buffers of %u bytes; slots must be "
				 "16 to %u, rings 1 to 16, buffers a "
				 "multiple of 64 up to 65536, and a ring at "
				 "most 1 GiB",
				 plan->spec_text, g->tx_slots, g->rx_slots,
				 g->tx_rings, g->rx_rings, g->buf_size,
				 g->pipe_end == SW_NO_PIPE ? SLOTS_MAX
							   : PIPE_SLOTS_MAX);
	geometry_compute(g);
	return 0;
}

int plan_make(struct opening_plan *plan, const char *spec,
	      const struct nmd_options *options, struct nmd_error *err)
{
	int r = spec_parse(spec, &plan->spec, err);

	plan->spec_text = spec;
	if (r == 0)
		r = plan_options(plan, options, err);
	if (r == 0)
		r = plan_area_size(plan, err);
	return r < 0 ? r : plan_geometry(plan, err);
}

static int full(const struct opening_plan *plan, struct nmd_error *err)
{
	return error_set(err, -ENOSPC,
			 "%s: switch %s is full (%u openings); close one or "
			 "use another switch",
			 plan->spec_text, plan->spec.switch_name, SW_MAX);
}

static bool area_live(const struct vale *v, uint32_t area)
{
	return area < SW_MAX &&
	       sw_state_of(load_relaxed(&vale_area_entry(v, area)->state)) ==
		       SW_LIVE;
}

/* Takes the rings that somebody has made already; false: there are none. */
static bool share_areas(struct opening_plan *plan, const struct vale *v,
			uint32_t own, uint32_t other)
{
	if (!area_live(v, own) ||
	    (plan->kind == SW_PIPE && !area_live(v, other)))
		return false;
	plan->area = own;
	plan->other_area = other;
	plan->new_area = false;
	return true;
}

/* The rings of this end, made with the first opening of either end. */
static bool share_pipe(struct opening_plan *plan, const struct vale *v)
{
	uint32_t other = tables_find_port(v, plan->spec.other_end);
	const struct sw_port *port;

	if (other == SW_NONE)
		return false;
	port = vale_port(v, other);
	return share_areas(plan, v, tables_peer_area(port),
			   tables_raw_area(port));
}

static bool share_rings(struct opening_plan *plan, const struct vale *v)
{
	const struct sw_port *port = vale_port(v, plan->port);

	if (!plan->new_port &&
	    share_areas(plan, v, tables_raw_area(port), tables_peer_area(port)))
		return true;
	return plan->kind == SW_PIPE && share_pipe(plan, v);
}

/* A port of a switch or an end of a pipe. */
static bool is_within(const struct opening_plan *plan)
{
	return plan->kind == SW_VALE || plan->kind == SW_PIPE;
}

bool plan_ends_with_port(const struct opening_plan *plan)
{
	return spec_is_monitor(&plan->spec) && is_within(plan) &&
	       (plan->spec.zero_copy || (plan->options.flags & NMD_WITH_PORT));
}

bool plan_is_zero_copy(const struct opening_plan *plan)
{
	return plan->spec.zero_copy &&
	       (is_within(plan) || plan->kind == SW_NIC_MONITOR);
}

bool plan_releases(const struct opening_plan *plan)
{
	return is_within(plan) &&
	       (plan->mode == NMD_RAW || plan->spec.zero_copy);
}

/* Rings like those of the port, in which each of them can be told. */
static void as_monitored(struct opening_plan *plan, const struct vale *v,
			 uint32_t area)
{
	const struct nmd_options *o = &plan->options;
	struct geometry *g = &plan->geometry, of;

	if (!plan_ends_with_port(plan) || !seal_geometry(v, area, &of))
		return;
	if (!o->tx_slots)
		g->tx_slots = of.tx_slots;
	if (!o->rx_slots)
		g->rx_slots = of.rx_slots;
	if (!o->buf_size)
		g->buf_size = of.buf_size - of.headroom;
	g->tx_rings = 1;
	g->rx_rings = of.rx_rings > of.tx_rings ? of.rx_rings : of.tx_rings;
	geometry_compute(g);
}

/* A monitor needs something to look at. */
static int choose_monitored(struct opening_plan *plan, const struct vale *v,
			    struct nmd_error *err)
{
	uint32_t area = SW_NONE;

	if (plan->kind == SW_NIC_MONITOR)
		return nic_monitor_choose(plan, v, err);
	if (!plan->new_port)
		area = tables_raw_area(vale_port(v, plan->port));
	if (!area_live(v, area))
		return error_set(
			err, -ENODEV,
			"%s: the port is not open, so there is nothing "
			"to monitor; open %s:%s first",
			plan->spec_text, spec_prefix(&plan->spec),
			plan->spec.port_name);
	as_monitored(plan, v, area);
	return 0;
}

/* New rings: one area, or one for each end of a pipe. */
static int choose_new_areas(struct opening_plan *plan, const struct vale *v,
			    struct nmd_error *err)
{
	const struct geometry *g = &plan->geometry;

	plan->new_area = true;
	plan->area = spare_find_area(v, SW_NONE, g->memory);
	if (plan->mode == NMD_RAW && plan->kind == SW_PIPE) {
		plan->other_area = spare_find_area(
			v, plan->area, geometry_of_other_end(g).memory);
		if (plan->other_area == SW_NONE)
			return full(plan, err);
	}
	return plan->area == SW_NONE ? full(plan, err) : 0;
}

/* All members have rings of their own, and see the port in the same way. */
static int check_members(const struct opening_plan *plan, const struct vale *v,
			 struct nmd_error *err)
{
	uint32_t group = spec_group(&plan->spec);

	for (uint32_t i = 0; group && i < SW_MAX; i++) {
		const struct sw_opening *o = vale_opening(v, i);

		if (sw_state_of(load_relaxed(&o->state)) != SW_LIVE ||
		    o->port != plan->port || o->kind != plan->kind ||
		    ((o->group ^ group) & ~SW_ROBIN) != 0 ||
		    (o->group == group && o->mode == plan->mode))
			continue;
		return error_set(
			err, -EINVAL,
			"%s: cannot join the group; all its members must have "
			"the same of @group and @robin, and be all captures or "
			"all raw openings, or choose another number",
			plan->spec_text);
	}
	return 0;
}

int plan_choose(struct opening_plan *plan, const struct vale *v,
		struct nmd_error *err)
{
	int r = 0;

	plan->opening = tables_free_opening(v);
	plan->port = tables_find_port(v, plan->port_name);
	plan->new_port = plan->port == SW_NONE;
	plan->other_area = SW_NONE;
	if (plan->new_port)
		plan->port = tables_free_port(v);
	if (plan->opening == SW_NONE || plan->port == SW_NONE)
		return full(plan, err);
	if (sw_is_outside(
		    plan->kind)) { /* nothing is shared within the tables */
		r = choose_new_areas(plan, v, err);
		if (r == 0)
			r = rings_choose(plan, v, err);
		if (r == 0)
			nic_share_area(plan, v);
		return r;
	}
	if (spec_is_monitor(&plan->spec))
		r = choose_monitored(plan, v, err);
	if (r == 0)
		r = check_members(plan, v, err);
	if (r == 0 && (plan->mode != NMD_RAW || plan->spec.group ||
		       !share_rings(plan, v)))
		r = choose_new_areas(plan, v, err);
	if (r == 0)
		r = rings_choose(plan, v, err);
	if (r == 0 && plan->mode == NMD_RAW)
		r = rings_check_exclusive(plan, v, err);
	return r;
}
