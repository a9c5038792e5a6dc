/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "runtime.h"

static int no_device(const struct opening_plan *plan, int code,
		     struct nmd_error *err)
{
	if (code == EACCES || code == EPERM)
		return error_set(err, -EACCES,
				 "%s: " KERNEL_DEVICE " may not be opened by "
				 "this user; run as root, have the device's "
				 "owner permit it, or set NETMAP_DEVICE=user "
				 "for ports in user space",
				 plan->spec_text);
	if (code == ENOENT || code == ENXIO || code == ENODEV)
		return error_set(
			err, -ENODEV,
			"%s: this kernel has no netmap (there is no " KERNEL_DEVICE
			"); load its module, or set "
			"NETMAP_DEVICE=user for ports in user space",
			plan->spec_text);
	return error_set(err, -code, "%s: cannot open " KERNEL_DEVICE " (%s)",
			 plan->spec_text, strerror(code));
}

static int by_legacy(int fd, struct kernel_request *request)
{
	struct legacy_request legacy;

	if (!kernel_legacy_of(request, &legacy))
		return -EINVAL;
	if (ioctl(fd, NETMAP_REGISTER, &legacy) < 0)
		return -errno;
	kernel_legacy_answer(&legacy, request);
	return 0;
}

/* A module of before 2018 knows the legacy interface only. */
static int ask(int fd, struct kernel_request *request)
{
	struct request_header header = {
		.version = NETMAP_ABI_VERSION,
		.type = REQUEST_REGISTER,
		.body = (uintptr_t)&request->r,
	};

	memcpy(header.name, request->name, sizeof(header.name));
	if (ioctl(fd, NETMAP_CONTROL, &header) == 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != ENOTTY)
		return -errno;
	return by_legacy(fd, request);
}

static int map_all(struct kernel_device *d,
		   const struct kernel_request *request)
{
	void *map;

	if (request->r.memsize == 0 || request->r.memsize > SIZE_MAX / 2)
		return -EPROTO;
	map = mmap(NULL, request->r.memsize, PROT_READ | PROT_WRITE, MAP_SHARED,
		   d->fd.fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	d->map = map;
	d->size = request->r.memsize;
	return kernel_device_look(d, request);
}

static bool lies_within(const struct kernel_device *d, uint64_t at,
			uint64_t bytes)
{
	return at <= d->size && bytes <= d->size - at;
}

/* The ring that begins so many bytes into the memory; false: it cannot. */
static bool look_at_ring(const struct kernel_device *d, uint64_t at,
			 struct kernel_ring *out)
{
	const volatile struct netmap_ring *ring;
	uint64_t buffers_at;

	if (at % sizeof(uint64_t) || !lies_within(d, at, sizeof(*ring)))
		return false;
	ring = (const volatile void *)(d->map + at);
	out->slots = ring->num_slots;
	out->buffer_size = ring->nr_buf_size;
	buffers_at = at + (uint64_t)ring->buf_ofs;
	if (out->slots < 2 || out->buffer_size == 0 ||
	    !lies_within(d, at + sizeof(*ring),
			 (uint64_t)out->slots * sizeof(struct netmap_slot)) ||
	    !lies_within(d, buffers_at, out->buffer_size))
		return false;
	out->ring = (struct netmap_ring *)(uintptr_t)ring;
	out->buffers = d->map + buffers_at;
	out->buffer_count =
		(uint32_t)((d->size - buffers_at) / out->buffer_size);
	return true;
}

/* Whether the registration has ring i of a side. */
static bool has_ring(const struct register_request *r, enum kernel_side side,
		     uint32_t i)
{
	bool host = side == KERNEL_HOST_TX || side == KERNEL_HOST_RX;
	bool sends = side == KERNEL_TX || side == KERNEL_HOST_TX;

	if (r->flags & (sends ? REGISTER_RX_ONLY : REGISTER_TX_ONLY))
		return false;
	/* A monitor's rings are its own, however many. */
	if (r->flags & (REGISTER_MONITOR_RX | REGISTER_MONITOR_TX))
		return !sends && !host;
	if (host)
		return r->mode == MODE_NIC_AND_HOST || r->mode == MODE_HOST;
	return r->mode != MODE_HOST &&
	       (r->mode != MODE_ONE_NIC || i == r->ringid);
}

static int look_at_side(struct kernel_device *d, uint64_t nif_at,
			const int64_t *distances, enum kernel_side side,
			const struct register_request *r)
{
	for (uint32_t i = 0; i < d->count[side]; i++) {
		uint64_t at = nif_at + (uint64_t)distances[i];

		if (!distances[i] || !has_ring(r, side, i))
			continue;
		if (!look_at_ring(d, at, &d->rings[side][i]))
			return -EPROTO;
	}
	return 0;
}

static void count_rings(struct kernel_device *d, const struct netmap_if *nif)
{
	const volatile struct netmap_if *said = nif;

	d->count[KERNEL_TX] = said->tx_rings;
	d->count[KERNEL_HOST_TX] = said->host_tx_rings;
	d->count[KERNEL_RX] = said->rx_rings;
	d->count[KERNEL_HOST_RX] = said->host_rx_rings;
}

static uint32_t rings_in_all(const struct kernel_device *d)
{
	uint32_t all = 0;

	for (int side = 0; side < KERNEL_SIDES; side++) {
		if (d->count[side] > KERNEL_RINGS_MOST)
			return 0;
		all += d->count[side];
	}
	return all;
}

int kernel_device_look(struct kernel_device *d,
		       const struct kernel_request *request)
{
	uint64_t at = request->r.offset;
	const struct netmap_if *nif;
	uint32_t all, first = 0;
	int r = 0;

	if (at % sizeof(uint64_t) || !lies_within(d, at, sizeof(*nif)))
		return -EPROTO;
	nif = (const void *)(d->map + at);
	count_rings(d, nif);
	all = rings_in_all(d);
	if (all == 0 ||
	    !lies_within(d, at + sizeof(*nif), all * sizeof(int64_t)))
		return -EPROTO;
	d->memory = calloc(all, sizeof(*d->memory));
	if (!d->memory)
		return -ENOMEM;
	for (int side = 0; side < KERNEL_SIDES && r == 0; side++) {
		d->rings[side] = d->memory + first;
		r = look_at_side(d, at, nif->ring_ofs + first, side,
				 &request->r);
		first += d->count[side];
	}
	return r;
}

static int register_and_map(struct kernel_device *d, int fd,
			    struct kernel_request *request)
{
	int r = ask(fd, request);

	if (r < 0) {
		close(fd);
		return r;
	}
	/* Its inode is told apart from now on only. */
	r = nic_fd_keep(&d->fd, fd);
	return r < 0 ? r : map_all(d, request);
}

static int failed(const struct opening_plan *plan,
		  const struct kernel_request *request, int code,
		  struct nmd_error *err)
{
	if (code == EPROTO)
		return error_set(err, -EPROTO,
				 "%s: the kernel's netmap answered with rings "
				 "that make no sense; its module must be of "
				 "version %d of the interface",
				 plan->spec_text, NETMAP_ABI_VERSION);
	return kernel_error(plan, request, code, err);
}

int kernel_device_open(struct kernel_device *d, const struct opening_plan *plan,
		       enum kernel_part part, uint32_t ring,
		       struct nmd_error *err)
{
	struct kernel_request request;
	int fd, r = kernel_request_of(plan, part, ring, &request, err);

	d->fd = nic_fd_none();
	d->shows = part == KERNEL_SENT ? NMD_OUT : NMD_IN;
	if (r < 0)
		return r;
	fd = fd_above_stdio(open(KERNEL_DEVICE, O_RDWR | O_CLOEXEC));
	if (fd < 0)
		return no_device(plan, errno, err);
	r = register_and_map(d, fd, &request);
	if (r == 0)
		return 0;
	kernel_device_close(d);
	return failed(plan, &request, -r, err);
}

void kernel_device_close(struct kernel_device *d)
{
	if (d->map)
		munmap(d->map, d->size);
	nic_fd_close(&d->fd);
	free(d->memory);
	*d = (struct kernel_device){.fd = nic_fd_none()};
}

static int sync_rings(const struct kernel_device *d, unsigned long which)
{
	return ioctl(d->fd.fd, which, NULL) < 0 ? -errno : 0;
}

int kernel_device_txsync(const struct kernel_device *d)
{
	return sync_rings(d, NETMAP_TXSYNC);
}

int kernel_device_rxsync(const struct kernel_device *d)
{
	return sync_rings(d, NETMAP_RXSYNC);
}
