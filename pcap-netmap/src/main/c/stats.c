/* SPDX-License-Identifier: BSD-2-Clause */
#include "stats.h"

#include <errno.h>
#include <string.h>

#include "atomics.h"
#include "draw.h"
#include "nic.h"
#include "port.h"
#include "sync.h"

static void add_rx(const struct rx_control *rx, struct nmd_stats *out)
{
	/* Each is stored after the next, so that none passes it here. */
	uint64_t abandoned = load_acquire(&rx->abandoned);
	uint64_t consumed = load_acquire(&rx->consumed);
	uint64_t published = load_acquire(&rx->published);

	out->published += published;
	out->published_bytes += load_relaxed(&rx->published_bytes);
	out->dropped += load_relaxed(&rx->dropped);
	out->filtered += load_relaxed(&rx->filtered);
	out->consumed += consumed - abandoned;
	out->abandoned += abandoned;
	out->unread += published - consumed;
	out->accepted += load_relaxed(&rx->accepted);
	out->wakeups += load_relaxed(&rx->wakeups);
	out->sleeps += load_relaxed(&rx->sleeps);
	out->offered += load_relaxed(&rx->offered);
}

static void add_tx(const struct tx_control *tx, struct nmd_stats *out)
{
	out->sent += load_relaxed(&tx->sent);
	out->sent_bytes += load_relaxed(&tx->sent_bytes);
	out->sent_bad += load_relaxed(&tx->sent_bad);
	out->offered += load_relaxed(&tx->offered);
	out->takeovers += load_relaxed(&tx->takeovers);
}

void stats_read(const struct area *area, struct nmd_stats *out)
{
	memset(out, 0, sizeof(*out));
	out->size = sizeof(*out);
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++) {
		add_rx(&area->rx[r], out);
		add_tx(&area->tx[r], out);
	}
	out->sent -= out->sent_bad < out->sent ? out->sent_bad : out->sent;
}

NMD_API int nmd_rejects(const struct nmd_port *port, uint64_t *frames)
{
	*frames = 0;
	if (!port->nic)
		return 0;
	for (uint32_t i = 0; i < port->rings.rx; i++)
		*frames += load_relaxed(&port_rx_control(port, i)->filtered);
	if (port->nic->xdp)
		*frames -= xdp_rejected_unseen(port);
	return 1;
}

NMD_API int nmd_stats(const struct nmd_port *port, struct nmd_stats *out)
{
	uint64_t waiting = 0;

	if (out->size != sizeof(*out))
		return -EINVAL;
	if (port->nic)
		waiting = sync_look((struct nmd_port *)(uintptr_t)port);
	if (draw_waits(port))
		draw_now((struct nmd_port *)(uintptr_t)port);
	if (port->may_hold)
		sync_send_held((struct nmd_port *)(uintptr_t)port);
	stats_read(port->area, out);
	out->accepted += waiting;
	return 0;
}
