/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_geometry.h"

#include <errno.h>

#include "error.h"
#include "xdp.h"

/*
 * The buffers of an interface that is had alone are all the room there is for
 * what arrives while its reader waits for a processor: as much time as stock
 * libpcap's 2 MiB give at hundreds of thousands of small frames a second.
 */
#define ALONE_CAPTURE_BYTES (32u << 20)
#define ALONE_SLOTS 4096 /* at least */

/* For each queue, a power of two. */
static uint32_t alone_slots(const struct opening_plan *plan)
{
	const struct geometry *g = &plan->geometry;
	uint32_t slots = ALONE_SLOTS;

	while (plan->options.mode == NMD_CAPTURE &&
	       2 * slots * g->buf_size * g->rx_rings <= ALONE_CAPTURE_BYTES)
		slots *= 2;
	return slots;
}

static uint32_t at_most_rings(uint32_t queues)
{
	return queues < SW_MAX_RINGS ? queues : SW_MAX_RINGS;
}

/* What the other queues receive would be the host's. */
static int too_many_queues(const struct opening_plan *plan,
			   const struct xdp_channels *queues,
			   struct nmd_error *err)
{
	const char *name = plan->spec.port_name;

	return error_set(err, -E2BIG,
			 "%s: the interface has %u receive queues, of which an "
			 "opening takes %u at most; have fewer (\"ethtool -L "
			 "%s %s\"), or open single ones, netmap:%s-0/x to "
			 "netmap:%s-%u/x",
			 plan->spec_text, queues->rx, SW_MAX_RINGS, name,
			 queues->combined ? "combined 16" : "rx 16", name, name,
			 SW_MAX_RINGS - 1);
}

static int uneven_queues(const struct opening_plan *plan,
			 const struct xdp_channels *queues,
			 struct nmd_error *err)
{
	return error_set(err, -EOPNOTSUPP,
			 "%s: the interface has %u receive and %u transmit "
			 "queues, and with the host rings in the same opening "
			 "they must be as many (\"ethtool -L %s\")",
			 plan->spec_text, queues->rx, queues->tx,
			 plan->spec.port_name);
}

/* An interface's rings are as many as its queues, where it is not shared. */
int nic_geometry(struct opening_plan *plan, struct nmd_error *err)
{
	const struct spec *spec = &plan->spec;
	struct geometry *g = &plan->geometry;
	struct xdp_channels queues;

	g->tx_rings = g->rx_rings = 1;
	if (!spec->exclusive || spec->host_rings)
		return 0;
	queues = xdp_channels(spec->port_name);
	if (queues.rx > SW_MAX_RINGS && !spec->one_ring && !spec->tx_rings_only)
		return too_many_queues(plan, &queues, err);
	g->tx_rings = at_most_rings(queues.tx);
	g->rx_rings = at_most_rings(queues.rx);
	if (plan_has_both(plan) && g->tx_rings != g->rx_rings)
		return uneven_queues(plan, &queues, err);
	g->buf_size = xdp_buffer_size(plan->spec.port_name);
	if (!plan->options.rx_slots)
		g->rx_slots = alone_slots(plan);
	if (plan_has_both(plan))
		g->tx_rings = ++g->rx_rings;
	g->headroom = XDP_HEADROOM;
	return 0;
}
