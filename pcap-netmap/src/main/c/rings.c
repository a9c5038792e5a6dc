/* SPDX-License-Identifier: BSD-2-Clause */
#include "rings.h"

#include <errno.h>

#include "atomics.h"
#include "error.h"
#include "seal.h"
#include "tables.h"
#include "xdp.h"

static struct sw_rings all_of(uint32_t tx_rings, uint32_t rx_rings)
{
	return (struct sw_rings){.tx = (uint8_t)tx_rings,
				 .rx = (uint8_t)rx_rings};
}

/* Ring 0 of the other direction is another queue's. */
static int half_a_queue(const struct opening_plan *plan, uint32_t tx_rings,
			uint32_t rx_rings, struct nmd_error *err)
{
	bool receives = plan->spec.ring < rx_rings;

	return error_set(err, -EINVAL,
			 "%s: queue %u only %s, since the interface has %u "
			 "transmit and %u receive queues; name it "
			 "netmap:%s-%u/x%s, or have more (\"ethtool -L %s\")",
			 plan->spec_text, plan->spec.ring,
			 receives ? "receives" : "sends", tx_rings, rx_rings,
			 plan->spec.port_name, plan->spec.ring,
			 receives ? "R" : "T", plan->spec.port_name);
}

/* Ring k of both directions; as netmap has it, ring 0 where there are fewer. */
static int pick_one(const struct opening_plan *plan, uint32_t tx_rings,
		    uint32_t rx_rings, struct sw_rings *out,
		    struct nmd_error *err)
{
	uint32_t k = plan->spec.ring;

	if (k >= tx_rings && k >= rx_rings)
		return error_set(err, -EINVAL,
				 "%s: ring %u does not exist, since the port "
				 "has %u transmit and %u receive rings, "
				 "numbered from 0; name one of these",
				 plan->spec_text, k, tx_rings, rx_rings);
	if (plan->kind == SW_NIC && plan->spec.exclusive &&
	    ((k >= tx_rings && !plan->spec.rx_rings_only) ||
	     (k >= rx_rings && !plan->spec.tx_rings_only)))
		return half_a_queue(plan, tx_rings, rx_rings, err);
	*out = (struct sw_rings){
		.first_tx = (uint8_t)(k < tx_rings ? k : 0),
		.tx = 1,
		.first_rx = (uint8_t)(k < rx_rings ? k : 0),
		.rx = 1,
	};
	return 0;
}

/* The rings that the port has, or that this opening makes. */
static bool geometry_of_port(const struct opening_plan *plan,
			     const struct vale *v, struct geometry *out)
{
	uint32_t area = plan->area;

	*out = plan->geometry;
	if (plan->kind == SW_NIC_MONITOR)
		out->tx_rings = out->rx_rings =
			xdp_queues(plan->spec.port_name);
	if (plan->kind == SW_NIC_MONITOR)
		return true;
	if (plan->mode == NMD_RAW && plan->new_area)
		return true;
	if (plan->mode != NMD_RAW)
		area = plan->new_port
			       ? SW_NONE
			       : tables_raw_area(vale_port(v, plan->port));
	if (area >= SW_MAX ||
	    sw_state_of(load_relaxed(&vale_area_entry(v, area)->state)) !=
		    SW_LIVE)
		return true;
	return seal_geometry(v, area, out);
}

static void drop_a_direction(const struct spec *spec, struct sw_rings *rings)
{
	if (spec->rx_rings_only)
		rings->first_tx = rings->tx = 0;
	if (spec->tx_rings_only)
		rings->first_rx = rings->rx = 0;
}

/* A capture's own rings are all its own; what it sees is the port's. */
static void choose_for_capture(struct opening_plan *plan, uint32_t rx_rings)
{
	plan->watched = plan->rings;
	plan->watched_of = rx_rings;
	if (!plan->spec.one_ring) {
		plan->watched = all_of(SW_MAX_RINGS, 1);
		plan->watched_of = 1;
	}
	plan->rings = all_of(plan->geometry.tx_rings, plan->geometry.rx_rings);
}

int rings_choose(struct opening_plan *plan, const struct vale *v,
		 struct nmd_error *err)
{
	struct geometry g;
	int r = 0;

	if (!geometry_of_port(plan, v, &g))
		return error_set(err, -EPROTO,
				 "%s: the port's rings are damaged; end "
				 "the programs that have it open",
				 plan->spec_text);
	plan->rings = all_of(g.tx_rings, g.rx_rings);
	if (plan->spec.one_ring)
		r = pick_one(plan, g.tx_rings, g.rx_rings, &plan->rings, err);
	if (r < 0)
		return r;
	if (plan->mode == NMD_CAPTURE)
		choose_for_capture(plan, g.rx_rings);
	drop_a_direction(&plan->spec, &plan->rings);
	return 0;
}

static bool overlap(uint32_t first, uint32_t count, uint32_t other_first,
		    uint32_t other_count)
{
	return first < other_first + other_count && other_first < first + count;
}

static bool share_a_ring(struct sw_rings a, struct sw_rings b)
{
	return overlap(a.first_tx, a.tx, b.first_tx, b.tx) ||
	       overlap(a.first_rx, a.rx, b.first_rx, b.rx);
}

int rings_check_exclusive(const struct opening_plan *plan, const struct vale *v,
			  struct nmd_error *err)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *o = vale_opening(v, i);

		if (sw_state_of(load_relaxed(&o->state)) != SW_LIVE ||
		    o->port != plan->port || o->mode != NMD_RAW ||
		    !share_a_ring(plan->rings, o->rings))
			continue;
		if (o->flags & NMD_EXCLUSIVE)
			return error_set(
				err, -EBUSY,
				"%s: the port is open exclusively, by %.31s "
				"(pid %u); close it there or use another port",
				plan->spec_text, o->program, (unsigned)o->pid);
		if (plan->spec.exclusive)
			return error_set(
				err, -EBUSY,
				"%s: the port is open already, by %.31s (pid "
				"%u), and /x asks for it alone; close it there "
				"or drop the /x",
				plan->spec_text, o->program, (unsigned)o->pid);
	}
	return 0;
}

static uint8_t at_most(uint32_t n, uint32_t max)
{
	return (uint8_t)(n < max ? n : max);
}

struct sw_rings rings_within(const volatile struct sw_rings *said,
			     uint32_t tx_rings, uint32_t rx_rings)
{
	struct sw_rings r = {said->first_tx, said->tx, said->first_rx,
			     said->rx};

	r.first_tx = at_most(r.first_tx, tx_rings);
	r.first_rx = at_most(r.first_rx, rx_rings);
	r.tx = at_most(r.tx, tx_rings - r.first_tx);
	r.rx = at_most(r.rx, rx_rings - r.first_rx);
	return r;
}
