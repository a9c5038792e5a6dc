/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port names.
 *
 *	vale<switch>:<port>              a port of a switch
 *	vale<switch>:<port>{<pipe>       an end of a pipe; the other: }<pipe>
 *	netmap:<interface>               a network interface
 *	netmap:<name>{<pipe>             an end of a pipe of no switch, as netmap
 *	                                 names it: of an interface, or of nothing
 *	   ...@group:<n>, @robin:<n>     frames shared among a group's openings
 *	   ...^                          an interface's host rings
 *	   ...*, +                       the interface and its host rings
 *	   ...-<k>                       ring k of each direction only
 *	   .../<letters>                 x  exclusive
 *	                                 R, T  receive, transmit rings only
 *	                                 r, t  monitor what the port receives,
 *	                                 transmits; with z as well
 *
 * A port's name may hold '-': what ends in '-' and digits names a ring.
 */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>

#include "layout.h"

struct spec {
	char switch_name[16]; /* with the prefix: "vale0" */
	char port_name[32];   /* "1", "1{3", or "*" for the switch-wide tap */
	char other_end[32];   /* of a pipe's port_name: "1}3"; else empty */
	enum sw_pipe_end pipe_end;
	uint32_t group;  /* that shares the port's frames: its number + 1 */
	bool robin;      /* frames go round and not by flows */
	bool is_nic;     /* port_name is an interface's */
	bool bare;       /* netmap:<name>{<pipe>, not vale<switch>:... */
	bool host_rings; /* ^: its host's side only */
	bool host_too;   /* * or +: both sides */
	bool one_ring;   /* -<k> */
	uint32_t ring;
	bool rx_rings_only; /* R */
	bool tx_rings_only; /* T */
	bool exclusive;     /* x */
	bool monitors_rx;   /* r */
	bool monitors_tx;   /* t */
	bool zero_copy;     /* z: a monitor of both, of what is released */
};

/* In user space pipes of no switch share a switch that nobody else is on. */
#define SPEC_PIPES "valepipe"

/* Parses text; -EINVAL or -ENODEV with err filled. */
int spec_parse(const char *text, struct spec *out, struct nmd_error *err);

/* As in sw_opening.group. */
static inline uint32_t spec_group(const struct spec *spec)
{
	return spec->group | (spec->robin ? SW_ROBIN : 0);
}

/* Whether port names are those of the ends, or of one end, of one pipe. */
bool spec_same_pipe(const char *a, const char *b);

/* What its name has before the ':'. */
static inline const char *spec_prefix(const struct spec *spec)
{
	return spec->is_nic || spec->bare ? "netmap" : spec->switch_name;
}

static inline bool spec_is_monitor(const struct spec *spec)
{
	return spec->monitors_rx || spec->monitors_tx;
}

#endif
