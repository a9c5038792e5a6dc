/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_null.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netmap_guest.h"
#include "netmap_poll.h"

/* Of a process in another pid namespace the same number may be known. */
void null_spec(const struct register_request *r,
	       char spec[static NETMAP_SPEC_SIZE])
{
	static atomic_uint made;

	snprintf(spec, NETMAP_SPEC_SIZE, "valenull%u:%u_%llx/x%s%s",
		 (unsigned int)getpid() % 10000000, atomic_fetch_add(&made, 1),
		 (unsigned long long)netmap_poll_clock(),
		 r->flags & REGISTER_RX_ONLY ? "R" : "",
		 r->flags & REGISTER_TX_ONLY ? "T" : "");
}

/* A port has rings; those that were not asked for are small. */
void null_options(const struct register_request *r, struct nmd_options *options)
{
	if (r->tx_rings == 0)
		options->tx_slots = 16;
	if (r->rx_rings == 0)
		options->rx_slots = 16;
}

static struct netmap_if *if_of(const struct netmap_file *f,
			       const struct nmd_port *port)
{
	if (!f->guest)
		return netmap_view_own_if(port);
	return (void *)((uint8_t *)guest_own_memory(f->guest).at +
			guest_if(f->guest));
}

/* Behind each direction's rings stands the host's, which is none. */
static void hide(struct netmap_if *nif, const struct register_request *asked,
		 const struct nmd_port *port)
{
	uint32_t tx = port->geometry.tx_rings, rx = port->geometry.rx_rings;

	if (asked->tx_rings == 0) {
		nif->tx_rings = 0;
		memmove(nif->ring_ofs, nif->ring_ofs + tx,
			(1 + rx + 1) * sizeof(*nif->ring_ofs));
		tx = 0;
	}
	if (asked->rx_rings == 0) {
		nif->rx_rings = 0;
		memset(nif->ring_ofs + tx + 1, 0, rx * sizeof(*nif->ring_ofs));
	}
}

void null_describe(struct netmap_file *f, const struct nmd_port *port,
		   const char *name, const struct register_request *asked,
		   struct register_request *r)
{
	struct netmap_if *nif = if_of(f, port);

	hide(nif, asked, port);
	snprintf(nif->name, sizeof(nif->name), "null:%.*s",
		 (int)sizeof(nif->name) - 6, name);
	if (asked->tx_rings == 0) {
		f->sends = false;
		r->tx_rings = 0;
		r->tx_slots = asked->tx_slots;
	}
	if (asked->rx_rings == 0) {
		f->receives = false;
		r->rx_rings = 0;
		r->rx_slots = asked->rx_slots;
	}
}

static bool has_room(const struct netmap_file *f, const struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.tx; i++) {
		const struct netmap_ring *ring =
			f->guest ? guest_ring(f->guest, false, i)
				 : nmd_tx_ring(port, i);

		if (ring->cur != ring->tail)
			return true;
	}
	return false;
}

int null_wait(const struct netmap_file *f, struct nmd_port *port, int events,
	      int64_t timeout_ns)
{
	if (events & POLLOUT && has_room(f, port))
		return POLLOUT;
	return timeout_ns == 0 ? 0 : nmd_wait(port, 0, timeout_ns);
}
