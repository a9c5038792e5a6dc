/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A port's memory as netmap's own programs map it.
 *
 *   0              +------------------------+
 *                  | the view (view.h):     |  rings and buffers
 *                  | geometry.view bytes    |
 *   geometry.view  +------------------------+
 *                  | netmap_if of opening 0 |  which rings it has, where they
 *   + SW_IF_SIZE   | netmap_if of opening 1 |  are, its extra buffers
 *                  |   ...                  |
 *                  +------------------------+
 *
 * Openings may have some of a port's rings only, so each has a netmap_if of its
 * own, and all that share the rings find it in one mapping, in whatever process
 * that was made. Programs read and write these tables; the device only fills
 * them and believes nothing in them.
 */
#ifndef NETMAP_VIEW_H
#define NETMAP_VIEW_H

#include <sys/types.h>

#include "port.h"

/* Bytes to be mapped. */
uint64_t netmap_view_size(const struct geometry *g);

/*
 * The geometry that an open of spec would make, without opening it: to look at
 * an interface may not take it away from the host. Errors as nmd_open.
 */
int netmap_view_plan(const char *spec, const struct nmd_options *options,
		     struct geometry *g);

/* Where in them this opening's netmap_if lies. */
uint64_t netmap_view_if(const struct nmd_port *port);

/* The same in this process, where the device library has it. */
struct netmap_if *netmap_view_own_if(const struct nmd_port *port);

/* Says whose it is, by the name that the module has for such a port. */
void netmap_view_name(const struct nmd_port *port, struct netmap_if *nif);

/*
 * An interface's own rings, without the host's, and where in ring_ofs the
 * opening's first of either direction stands. A port without host rings has a
 * place for one, too, which is empty.
 */
struct netmap_view_rings {
	uint32_t tx, rx;
	uint32_t tx_at, rx_at;
};

struct netmap_view_rings netmap_view_rings(const struct nmd_port *port);

/* Fills this opening's netmap_if. */
void netmap_view_fill(const struct nmd_port *port);

/*
 * Gives this opening at most n of the extra buffers that were made with the
 * rings, as a list from its netmap_if; one opening of the port can have them.
 * Returns how many.
 */
uint32_t netmap_view_take_extra(const struct nmd_port *port, uint32_t n);

/* Shared memory of the process, shown behind all that. */
struct netmap_view_tail {
	void *at;
	size_t size;
};

/*
 * Maps length bytes of the whole, tail (or NULL) included, with what mmap() was
 * called with; at a place of MAP_FIXED only the whole. MAP_FAILED: errno says why.
 */
void *netmap_view_map(const struct nmd_port *port, void *address, size_t length,
		      int access, int flags, off_t from,
		      const struct netmap_view_tail *tail);

#endif
