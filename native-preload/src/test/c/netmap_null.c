// SPDX-License-Identifier: BSD-2-Clause
/*
 * Null ports, which are registered for buffers of memory that is there, and
 * what is told of memory without a port's name.
 */
#include <poll.h>
#include <sys/epoll.h>

#include "netmap_testing.h"

#define GLOBAL 1 /* memory id */
#define TX_RINGS 10
#define RX_RINGS 5
#define TX_SLOTS 256
#define RX_SLOTS 100

static struct register_request null_port(uint16_t mem_id, uint32_t extra)
{
	return (struct register_request){
		.mode = MODE_NULL,
		.mem_id = mem_id,
		.extra_buffers = extra,
	};
}

static struct register_request with_rings(struct register_request r)
{
	r.tx_rings = TX_RINGS;
	r.rx_rings = RX_RINGS;
	r.tx_slots = TX_SLOTS;
	r.rx_slots = RX_SLOTS;
	return r;
}

static struct port_info_request memory_info(uint16_t id, int error)
{
	struct port_info_request p = {.mem_id = id, .tx_slots = 7};
	int fd = netmap_open();

	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "", &p), error);
	CHECK_EQ(p.tx_slots, 7); /* no port's */
	CHECK_EQ(close(fd), 0);
	return p;
}

static void check_memory_info(void)
{
	struct netmap_port port = netmap_port("vale0:1");
	struct legacy_request l = {.version = NETMAP_ABI_VERSION};

	CHECK_EQ(memory_info(0, 0).mem_id, GLOBAL);
	CHECK(memory_info(GLOBAL, 0).memsize > 0);
	CHECK_EQ(memory_info(port.answer.mem_id, 0).memsize,
		 port.answer.memsize);
	memory_info(64999, EINVAL);
	CHECK_EQ(ioctl(port.fd, NETMAP_INFO, &l), 0);
	CHECK_EQ(l.mem_id, GLOBAL);
	CHECK(l.memsize > 0);
	netmap_close(&port);
}

static void check_refusals(void)
{
	struct netmap_port p;

	CHECK_EQ(netmap_try("x", null_port(0, 0), &p), EINVAL);
	CHECK_EQ(netmap_try("x", null_port(64999, 0), &p), EINVAL);
}

static int poll_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, 10) == 1 ? p.revents : 0;
}

static int epoll_for(int fd, uint32_t events)
{
	struct epoll_event e = {.events = events};
	int set = epoll_create1(EPOLL_CLOEXEC), ready;

	CHECK(set >= 0);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e), 0);
	ready = epoll_wait(set, &e, 1, 10);
	CHECK_EQ(close(set), 0);
	return ready == 1 ? (int)e.events : 0;
}

/* Syncs take nothing, so that a ring is full when the program has filled it. */
static void check_rings(void)
{
	struct netmap_port p =
		netmap_register_as("x", with_rings(null_port(GLOBAL, 0)));

	CHECK_EQ(p.answer.mem_id, GLOBAL);
	CHECK_EQ(p.answer.tx_slots, TX_SLOTS);
	CHECK_EQ(p.answer.rx_rings, RX_RINGS);
	CHECK_EQ(p.answer.host_tx_rings, 0);
	CHECK_EQ(strcmp(p.nif->name, "null:x"), 0);
	for (uint32_t i = 0; i < TX_RINGS; i++) {
		struct netmap_ring *ring = netmap_tx_ring(&p, i);
		uint32_t tail = ring->tail;

		CHECK_EQ(poll_for(p.fd, POLLOUT | POLLIN), POLLOUT);
		CHECK_EQ(epoll_for(p.fd, EPOLLOUT | EPOLLIN), EPOLLOUT);
		CHECK_EQ(ring->num_slots, TX_SLOTS);
		CHECK_EQ(fill_ring(ring, 0, TX_SLOTS), TX_SLOTS - 1);
		CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
		CHECK_EQ(ring->tail, tail);
	}
	CHECK_EQ(poll_for(p.fd, POLLOUT | POLLIN), 0);
	CHECK_EQ(epoll_for(p.fd, EPOLLOUT | EPOLLIN), 0);
	for (uint32_t i = 0; i < RX_RINGS; i++) {
		CHECK_EQ(netmap_rx_ring(&p, i)->num_slots, RX_SLOTS);
		CHECK_EQ(slots_in(netmap_rx_ring(&p, i)), 0);
	}
	CHECK_EQ(ioctl(p.fd, NETMAP_RXSYNC, NULL), 0);
	netmap_close(&p);
}

/* Walks the list of extra buffers; its length. */
static uint32_t count_extra(const struct netmap_port *p, uint8_t *buffers,
			    uint32_t size)
{
	uint32_t n = 0, buffer = p->nif->bufs_head;

	for (; buffer && n < 1000; n++)
		memcpy(&buffer, buffers + (size_t)buffer * size,
		       sizeof(buffer));
	return n;
}

/* Only one direction has rings, and the other's do not shift them. */
static void check_fewer_rings(void)
{
	struct register_request r = null_port(GLOBAL, 20);
	struct netmap_port p;
	struct netmap_ring *ring;

	r.rx_rings = 3;
	r.rx_slots = RX_SLOTS;
	p = netmap_register_as("x", r);
	CHECK_EQ(p.answer.tx_rings, 0);
	CHECK_EQ(p.nif->tx_rings, 0);
	CHECK_EQ(p.nif->rx_rings, 3);
	ring = netmap_rx_ring(&p, 2);
	CHECK_EQ(ring->num_slots, RX_SLOTS);
	CHECK_EQ(ring->ringid, 2);
	CHECK_EQ(p.answer.extra_buffers, 20);
	CHECK_EQ(count_extra(&p, (uint8_t *)ring + ring->buf_ofs,
			     ring->nr_buf_size),
		 20);
	CHECK_EQ(poll_for(p.fd, POLLOUT | POLLIN), 0);
	netmap_close(&p);

	r.tx_rings = r.rx_rings;
	r.rx_rings = 0;
	r.tx_slots = TX_SLOTS;
	p = netmap_register_as("x", r);
	CHECK_EQ(p.answer.rx_rings, 0);
	CHECK_EQ(netmap_tx_ring(&p, 2)->num_slots, TX_SLOTS);
	CHECK_EQ(poll_for(p.fd, POLLOUT | POLLIN), POLLOUT);
	netmap_close(&p);

	p = netmap_register_as("", null_port(GLOBAL, 0));
	CHECK_EQ(p.answer.tx_rings + p.answer.rx_rings, 0);
	CHECK_EQ(p.answer.tx_slots + p.answer.rx_slots, 0);
	CHECK_EQ(p.nif->tx_rings + p.nif->rx_rings, 0);
	CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
	netmap_close(&p);
}

#define MEMORY_SIZE (16u << 20)

/* Its buffers are what other ports in the memory can send. */
static void check_external(void)
{
	uint8_t *memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct external_option o = netmap_external(memory, MEMORY_SIZE), again;
	struct register_request few = {.tx_slots = 64, .rx_slots = 64};
	struct netmap_port null, from, to = netmap_port("vale0:2");
	struct netmap_ring *ring;
	uint32_t buffer;
	int error;

	CHECK(memory != MAP_FAILED);
	o.pools.ifs = 4;
	o.pools.rings = 16;
	o.pools.ring_size = 2048;
	again = o;
	error = netmap_try_external("vale0:1", few, &o, &from);
	if (error == EOPNOTSUPP && on_module()) {
		netmap_close(&to);
		return; /* built without external memory */
	}
	CHECK_EQ(error, 0);
	CHECK_EQ(netmap_try_external("x", null_port(0, 50), &again, &null), 0);
	CHECK_EQ(null.answer.mem_id, from.answer.mem_id);
	CHECK_EQ(null.answer.extra_buffers, 50);
	ring = netmap_tx_ring(&from, 0);
	CHECK_EQ(count_extra(&null, (uint8_t *)ring + ring->buf_ofs,
			     ring->nr_buf_size),
		 50);

	/* The list's first buffer and the slot's change places. */
	buffer = null.nif->bufs_head;
	memcpy(buffer_of(ring, ring->head),
	       (uint8_t *)ring + ring->buf_ofs +
		       (size_t)buffer * ring->nr_buf_size,
	       sizeof(buffer));
	null.nif->bufs_head = ring->slot[ring->head].buf_idx;
	ring->slot[ring->head].buf_idx = buffer;
	ring->slot[ring->head].flags |= NETMAP_SLOT_BUF_CHANGED;
	CHECK_EQ(fill_ring(ring, 5, 1), 1);
	CHECK_EQ(ioctl(from.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(to.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(&to, 0), 5), 1);
	CHECK_EQ(close(null.fd), 0);
	CHECK_EQ(close(from.fd), 0);
	netmap_close(&to);
	CHECK_EQ(munmap(memory, MEMORY_SIZE), 0);
}

int main(void)
{
	begin();
	check_memory_info();
	check_refusals();
	for (int i = 0; i < 3; i++) { /* what is closed is free again */
		check_rings();
		check_fewer_rings();
		check_external();
	}
	finish();
	return 0;
}
