/* SPDX-License-Identifier: BSD-2-Clause */
/* What an open is going to do: decided first, done after. */
#ifndef PLAN_H
#define PLAN_H

#include "spec.h"
#include "vale.h"

/* What is being opened, while it is. */
struct opening_plan {
	const char *spec_text;
	struct spec spec;
	struct nmd_options options;
	struct geometry geometry;
	bool new_port, new_area;
	uint32_t port, opening, area;
	uint32_t other_area;  /* as sw_opening.other_area */
	uint32_t kind;        /* enum sw_kind */
	uint16_t mode;        /* enum nmd_mode: a pipe's end is always raw */
	bool arrivals;        /* arrival times are wanted */
	bool kernel;          /* of the kernel's netmap, not in user space */
	uint32_t xdp_program; /* of the interface now; 0: shares no memory */
	bool met_owner;       /* a monitor of what another opening has alone */
	uint32_t network;     /* namespace, as sw_opening.nic_program has it */
	char port_name[32];   /* in the tables; long ones are cut there */
	/* As in sw_opening. */
	struct sw_rings rings, watched;
	uint32_t watched_of;
};

/* Whether an interface is had alone, with its host rings in the same opening. */
static inline bool plan_has_both(const struct opening_plan *plan)
{
	return (plan->options.flags & NMD_HOST_TOO) && plan->kind == SW_NIC &&
	       plan->spec.exclusive && !plan->spec.host_rings &&
	       plan->options.mode == NMD_RAW;
}

/* Whether it is a monitor that sees one life of its port. */
bool plan_ends_with_port(const struct opening_plan *plan);

/* Whether it is a zero-copy monitor. Those of interfaces copy what passes. */
bool plan_is_zero_copy(const struct opening_plan *plan);

/* Whether such a monitor may look at what it gives back. */
bool plan_releases(const struct opening_plan *plan);

/* Checks name, options and geometry; joins nothing. Errors as nmd_open. */
int plan_make(struct opening_plan *plan, const char *spec,
	      const struct nmd_options *options, struct nmd_error *err);

/*
 * Chooses the port, the opening and the area, under the join lock; changes
 * nothing. Errors as nmd_open.
 */
int plan_choose(struct opening_plan *plan, const struct vale *v,
		struct nmd_error *err);

#endif
