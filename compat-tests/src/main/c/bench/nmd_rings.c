// SPDX-License-Identifier: BSD-2-Clause
#include "nmd_rings.h"

#include <inttypes.h>
#include <stdio.h>

static struct netmap_ring *ring_at(const struct netmap_if *nif, uint32_t i)
{
	return (struct netmap_ring *)((char *)nif + nif->ring_ofs[i]);
}

void nmd_rings_open(struct nmd_rings *r, const struct bench_options *o)
{
	struct nmd_options options = {
		.size = sizeof(options),
		.mode = o->capture ? NMD_CAPTURE : NMD_RAW,
		.tx_slots = o->slots,
		.rx_slots = o->slots,
		.buf_size = BENCH_STRIDE,
		/* Room for the largest rings, whoever opens first. */
		.area_size = 512ull << 20,
	};
	struct nmd_error why;
	struct nmd_region region;
	struct netmap_if *nif;

	if (nmd_open(o->port, &options, &r->port, &why) < 0)
		bench_fail("%s", why.text);
	nmd_region(r->port, &region);
	nif = (struct netmap_if *)((char *)region.base + region.if_offset);
	r->tx = ring_at(nif, 0);
	r->rx = ring_at(nif, nif->tx_rings + nif->host_tx_rings);
}

const char *nmd_rings_figures(const struct nmd_rings *r)
{
	static char text[512];
	struct nmd_stats s = {.size = sizeof(s)};

	nmd_stats(r->port, &s);
	snprintf(text, sizeof(text),
		 "\"published\":%" PRIu64 ",\"dropped\":%" PRIu64
		 ",\"filtered\":%" PRIu64 ",\"consumed\":%" PRIu64
		 ",\"unread\":%" PRIu64 ",\"sent\":%" PRIu64
		 ",\"offered\":%" PRIu64 ",\"wakeups\":%" PRIu64
		 ",\"sleeps\":%" PRIu64,
		 s.published, s.dropped, s.filtered, s.consumed, s.unread,
		 s.sent, s.offered, s.wakeups, s.sleeps);
	return text;
}
