/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nic.h"
#include "plan.h"
#include "view.h"

#define PRIVATE_MEMORY 0x1u /* netmap_if.flags: no port of others' shares it */

_Static_assert(sizeof(struct netmap_if) +
			       2 * (SW_MAX_RINGS + 1) * sizeof(int64_t) <=
		       SW_IF_SIZE,
	       "a netmap_if with all rings has its place");

uint64_t netmap_view_size(const struct geometry *g)
{
	return g->view + SW_IFS_SIZE;
}

int netmap_view_plan(const char *spec, const struct nmd_options *options,
		     struct geometry *g)
{
	struct opening_plan plan = {0};
	int r = plan_make(&plan, spec, options, NULL);

	*g = plan.geometry;
	return r;
}

uint64_t netmap_view_if(const struct nmd_port *port)
{
	return port->geometry.view + port->index * SW_IF_SIZE;
}

struct netmap_if *netmap_view_own_if(const struct nmd_port *port)
{
	return (void *)(port->vale->base + SW_IFS_AT +
			port->index * SW_IF_SIZE);
}

/* From the netmap_if; programs take 0 for "not this opening's". */
static int64_t distance(const struct nmd_port *port,
			const struct netmap_ring *ring)
{
	const uint8_t *base = (const uint8_t *)port->area;

	return (const uint8_t *)ring - base - (int64_t)netmap_view_if(port);
}

void netmap_view_name(const struct nmd_port *port, struct netmap_if *nif)
{
	const char *name = strchr(port->name, ':');
	bool alone = strncmp(port->name, "valepipe:", 9) == 0 || port->nic;

	name = alone && name ? name + 1 : port->name;
	snprintf(nif->name, sizeof(nif->name), "%.*s",
		 port->nic ? (int)strcspn(name, "/^*") : (int)strlen(name),
		 name);
}

struct netmap_view_rings netmap_view_rings(const struct nmd_port *port)
{
	bool host = port->nic && port->nic->host;
	bool both = host && port->nic->xdp;
	struct netmap_view_rings r = {
		.tx = port->geometry.tx_rings - both,
		.rx = port->geometry.rx_rings - both,
	};

	/* Host rings stand behind the interface's. */
	r.tx_at = port->rings.first_tx + (host && !both ? r.tx : 0);
	r.rx_at = port->rings.first_rx + (host && !both ? r.rx : 0) + r.tx + 1;
	return r;
}

void netmap_view_fill(const struct nmd_port *port)
{
	struct netmap_if *nif = netmap_view_own_if(port);
	struct netmap_view_rings r = netmap_view_rings(port);

	memset(nif, 0, SW_IF_SIZE);
	netmap_view_name(port, nif);
	nif->flags = PRIVATE_MEMORY;
	nif->tx_rings = r.tx;
	nif->rx_rings = r.rx;
	nif->host_tx_rings = nif->host_rx_rings = 1;
	for (uint32_t i = 0; i < port->rings.tx; i++)
		nif->ring_ofs[r.tx_at + i] = distance(port,
						      nmd_tx_ring(port, i));
	for (uint32_t i = 0; i < port->rings.rx; i++)
		nif->ring_ofs[r.rx_at + i] = distance(port,
						      nmd_rx_ring(port, i));
}

uint32_t netmap_view_take_extra(const struct nmd_port *port, uint32_t n)
{
	const struct geometry *g = &port->geometry;
	uint32_t first = geometry_first_extra(g), none = 0;

	n = n < g->extra ? n : g->extra;
	if (n == 0 ||
	    !atomic_compare_exchange_strong(&port->area->extra_taken, &none, 1))
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t next = i + 1 < n ? first + i + 1 : 0;

		memcpy(nmd_buffers(port) + (uint64_t)(first + i) * g->buf_size,
		       &next, sizeof(next));
	}
	netmap_view_own_if(port)->bufs_head = first;
	return n;
}

static bool map_ifs(const struct nmd_port *port, int fd, uint8_t *at)
{
	return mmap(at + port->geometry.view, SW_IFS_SIZE,
		    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
		    SW_IFS_AT) != MAP_FAILED;
}

/* The whole at a place that is kept free for it. */
static bool map_whole(const struct nmd_port *port, uint8_t *at)
{
	int fd = vale_open_shm(port->vale);
	bool mapped;

	if (fd < 0) {
		errno = -fd;
		return false;
	}
	mapped = view_map_at(port, fd, at) && map_ifs(port, fd, at);
	close(fd);
	if (mapped)
		view_fill_page_table(at, port->geometry.view);
	return mapped;
}

/* Neither more than was asked for nor more than may be done with it. */
static uint8_t *cut(uint8_t *at, size_t whole, size_t from, size_t length,
		    int access)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t end = from + SW_ALIGN(length, page);

	if (from)
		munmap(at, from);
	if (end < whole)
		munmap(at + end, whole - end);
	if (access != (PROT_READ | PROT_WRITE))
		mprotect(at + from, end - from, access);
	return at + from;
}

/* The same pages once more, which takes no descriptor. */
static bool map_tail(const struct netmap_view_tail *tail, uint8_t *at)
{
	return !tail || mremap(tail->at, 0, tail->size,
			       MREMAP_MAYMOVE | MREMAP_FIXED, at) == at;
}

void *netmap_view_map(const struct nmd_port *port, void *address, size_t length,
		      int access, int flags, off_t from,
		      const struct netmap_view_tail *tail)
{
	size_t first = (size_t)from;
	size_t view = netmap_view_size(&port->geometry);
	size_t whole = view + (tail ? tail->size : 0);
	uint8_t *at;
	int code;

	if (length == 0 || first % SW_PAGE || first > whole ||
	    length > whole - first || (flags & MAP_FIXED && length != whole)) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	at = mmap(address, whole, PROT_NONE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			  (flags & MAP_FIXED),
		  -1, 0);
	if (at == MAP_FAILED)
		return MAP_FAILED;
	if (map_whole(port, at) && map_tail(tail, at + view)) {
		return cut(at, whole, first, length, access);
	}
	code = errno;
	munmap(at, whole);
	errno = code;
	return MAP_FAILED;
}
