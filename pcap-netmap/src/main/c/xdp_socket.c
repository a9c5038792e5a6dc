/* SPDX-License-Identifier: BSD-2-Clause */
/* One AF_XDP socket: its memory, its four rings, its queue. */
#include <errno.h>
#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "xdp.h"

static uint32_t power_of_two(uint32_t n)
{
	uint32_t p = 1;

	while (p < n)
		p *= 2;
	return p;
}

static int set(const struct xdp_queue *q, int what, const void *value,
	       socklen_t size)
{
	return setsockopt(q->socket.fd, SOL_XDP, what, value, size) < 0 ? -errno
									: 0;
}

static int map_ring(const struct xdp_queue *q, struct xdp_ring *ring,
		    const struct xdp_ring_offset *at, uint32_t entries,
		    size_t entry_size, uint64_t page_offset)
{
	uint8_t *base;

	ring->map_size = at->desc + entries * entry_size;
	base = mmap(NULL, ring->map_size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, q->socket.fd,
		    (off_t)page_offset);
	if (base == MAP_FAILED)
		return -errno;
	ring->map = base;
	ring->producer = (void *)(base + at->producer);
	ring->consumer = (void *)(base + at->consumer);
	ring->flags = (void *)(base + at->flags);
	ring->entries = base + at->desc;
	ring->mask = entries - 1;
	return 0;
}

static int map_rings(struct xdp_queue *q, uint32_t rx, uint32_t tx)
{
	struct xdp_mmap_offsets at;
	socklen_t size = sizeof(at);
	int r;

	if (getsockopt(q->socket.fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &size) < 0)
		return -errno;
	if (size != sizeof(at))
		return -ENOPROTOOPT; /* before Linux 5.4 */
	r = map_ring(q, &q->rx, &at.rx, rx, sizeof(struct xdp_desc),
		     XDP_PGOFF_RX_RING);
	if (r == 0)
		r = map_ring(q, &q->tx, &at.tx, tx, sizeof(struct xdp_desc),
			     XDP_PGOFF_TX_RING);
	if (r == 0)
		r = map_ring(q, &q->fill, &at.fr, rx, sizeof(uint64_t),
			     XDP_UMEM_PGOFF_FILL_RING);
	if (r == 0)
		r = map_ring(q, &q->completion, &at.cr, tx, sizeof(uint64_t),
			     XDP_UMEM_PGOFF_COMPLETION_RING);
	return r;
}

int xdp_socket(struct xdp_queue *q, const struct xdp_memory *memory, bool first,
	       const char **step)
{
	const struct xdp_umem_reg umem = {
		.addr = (uintptr_t)memory->at,
		.len = memory->size,
		.chunk_size = memory->chunk,
	};
	uint32_t rx = power_of_two(memory->rx_slots);
	uint32_t tx = power_of_two(memory->tx_slots);
	int r;

	*step = "make an AF_XDP socket";
	r = nic_fd_keep(&q->socket,
			nic_socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
	if (r < 0)
		return r;
	*step = "register the port's memory";
	r = first ? set(q, XDP_UMEM_REG, &umem, sizeof(umem)) : 0;
	if (r < 0)
		return r;
	*step = "make the socket's rings";
	r = set(q, XDP_UMEM_FILL_RING, &rx, sizeof(rx));
	if (r == 0)
		r = set(q, XDP_UMEM_COMPLETION_RING, &tx, sizeof(tx));
	if (r == 0)
		r = set(q, XDP_RX_RING, &rx, sizeof(rx));
	if (r == 0)
		r = set(q, XDP_TX_RING, &tx, sizeof(tx));
	return r < 0 ? r : map_rings(q, rx, tx);
}

int xdp_bind(struct xdp_queue *q, int ifindex, uint32_t number, int umem_fd,
	     uint16_t flags)
{
	struct sockaddr_xdp at = {
		.sxdp_family = AF_XDP,
		.sxdp_ifindex = (uint32_t)ifindex,
		.sxdp_queue_id = number,
	};

	/* Who shares the first one's memory inherits its ways. */
	if (umem_fd >= 0) {
		at.sxdp_flags = XDP_SHARED_UMEM;
		at.sxdp_shared_umem_fd = (uint32_t)umem_fd;
	} else {
		at.sxdp_flags = (uint16_t)(XDP_USE_NEED_WAKEUP | flags);
	}
	return nic_bind(q->socket.fd, &at, sizeof(at)) < 0 ? -errno : 0;
}

static void unmap(struct xdp_ring *ring)
{
	if (ring->map)
		munmap(ring->map, ring->map_size);
	ring->map = NULL;
}

void xdp_queue_close(struct xdp_queue *q)
{
	unmap(&q->rx);
	unmap(&q->tx);
	unmap(&q->fill);
	unmap(&q->completion);
	nic_fd_close(&q->socket);
}
