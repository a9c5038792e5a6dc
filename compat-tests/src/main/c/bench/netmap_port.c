// SPDX-License-Identifier: BSD-2-Clause
#include "netmap_port.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "netmap_requests.h"

static void *at(void *base, int64_t offset)
{
	return (uint8_t *)base + offset;
}

static void map(struct netmap_port *p, const char *name,
		const struct register_request *r)
{
	struct netmap_if *nif;

	p->size = r->memsize;
	p->memory = mmap(NULL, p->size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 p->fd, 0);
	if (p->memory == MAP_FAILED)
		bench_fail("%s: mmap: %m", name);
	nif = at(p->memory, (int64_t)r->offset);
	p->tx = at(nif, nif->ring_ofs[0]);
	p->rx = at(nif, nif->ring_ofs[nif->tx_rings + nif->host_tx_rings]);
}

void netmap_port_open(struct netmap_port *p, const char *name,
		      const struct bench_options *o)
{
	struct register_request r = {
		.mode = MODE_ALL_NIC,
		.tx_slots = o->slots,
		.rx_slots = o->slots,
	};
	struct request_header h = {
		.version = NETMAP_ABI_VERSION,
		.type = REQUEST_REGISTER,
		.body = (uintptr_t)&r,
	};

	snprintf(h.name, sizeof(h.name), "%s", name);
	p->fd = open("/dev/netmap", O_RDWR | O_CLOEXEC);
	if (p->fd < 0)
		bench_fail("/dev/netmap: %m; start this under nmrun");
	if (ioctl(p->fd, NETMAP_CONTROL, &h) < 0)
		bench_fail("%s: cannot register: %m", name);
	map(p, name, &r);
}

void netmap_port_close(struct netmap_port *p)
{
	munmap(p->memory, p->size);
	close(p->fd);
}

bool netmap_port_poll(const struct netmap_port *p, short events, int timeout_ms)
{
	struct pollfd fd = {p->fd, events, 0};

	if (poll(&fd, 1, timeout_ms) < 0 || fd.revents & POLLERR)
		bench_fail("poll: %m");
	return fd.revents != 0;
}

void netmap_port_txsync(const struct netmap_port *p)
{
	if (ioctl(p->fd, NETMAP_TXSYNC, NULL) < 0)
		bench_fail("NIOCTXSYNC: %m");
}
