/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "error.h"
#include "nic.h"
#include "port.h"

/* In the order of what a look at both should show. */
static int open_monitors(struct kernel *k, const struct opening_plan *plan,
			 bool received, bool sent, struct nmd_error *err)
{
	int r = 0;

	k->monitors = true;
	if (received)
		r = kernel_device_open(&k->device[k->devices++], plan,
				       KERNEL_RECEIVED, err);
	if (r == 0 && sent)
		r = kernel_device_open(&k->device[k->devices++], plan,
				       KERNEL_SENT, err);
	return r;
}

/* Who looks at a port that another program has does so by monitors. */
static bool may_look_on(const struct opening_plan *plan)
{
	return plan->options.mode == NMD_CAPTURE && !plan->spec.exclusive &&
	       !plan->spec.pipe_end;
}

static int open_port(struct kernel *k, const struct opening_plan *plan,
		     struct nmd_error *err)
{
	int r = kernel_device_open(&k->device[0], plan, KERNEL_PORT, err);

	if (r != -EBUSY || !may_look_on(plan)) {
		k->devices = 1;
		return r;
	}
	k->shared = false;
	/* Should it have gone meanwhile, the first error tells more. */
	return open_monitors(k, plan, true, true, NULL) < 0 ? r : 0;
}

static uint32_t rings_shown(const struct kernel *k, enum kernel_side side)
{
	uint32_t n = k->device[0].count[side];

	return n == 0 ? 1 : n < SW_MAX_RINGS ? n : SW_MAX_RINGS;
}

/* Captures and what is joined from several rings have one of each. */
static void choose_rings(const struct kernel *k, struct opening_plan *plan)
{
	bool merged = k->shared || k->monitors || plan->mode == NMD_CAPTURE;

	plan->geometry.tx_rings = merged ? 1 : rings_shown(k, KERNEL_TX);
	plan->geometry.rx_rings = merged ? 1 : rings_shown(k, KERNEL_RX);
	geometry_compute(&plan->geometry);
}

struct kernel *kernel_open(struct opening_plan *plan, int *code,
			   struct nmd_error *err)
{
	const struct spec *spec = &plan->spec;
	struct kernel *k = calloc(1, sizeof(*k));

	if (!k) {
		*code = error_set(err, -ENOMEM, "%s: out of memory",
				  plan->spec_text);
		return NULL;
	}
	k->switched = !spec->is_nic;
	k->shared = kernel_is_shared(plan);
	k->one_ring = spec->one_ring;
	k->ring = spec->ring;
	*code = spec_is_monitor(spec)
			? open_monitors(k, plan, spec->monitors_rx,
					spec->monitors_tx, err)
			: open_port(k, plan, err);
	if (*code == 0) {
		choose_rings(k, plan);
		return k;
	}
	kernel_close(k);
	return NULL;
}

void kernel_close(struct kernel *k)
{
	for (uint32_t i = 0; k && i < k->devices; i++)
		kernel_device_close(&k->device[i]);
	free(k);
}

bool kernel_is_ours(const struct kernel *k)
{
	for (uint32_t i = 0; i < k->devices; i++)
		if (!nic_owns(&k->device[i].fd))
			return false;
	return true;
}

/* Asks for the port at *at or behind it; false: there are no more. */
static bool next_port(int fd, struct list_request *at, char name[64])
{
	struct request_header header = {
		.version = NETMAP_ABI_VERSION,
		.type = REQUEST_LIST,
		.body = (uintptr_t)at,
	};

	if (ioctl(fd, NETMAP_CONTROL, &header) < 0)
		return false;
	memcpy(name, header.name, sizeof(header.name));
	return true;
}

#define PORTS_MOST 1024

int kernel_peers(const struct nmd_port *port)
{
	const struct kernel_device *d = &port->nic->kernel->device[0];
	size_t length = strcspn(port->name, ":") + 1;
	struct list_request at = {0};
	char name[64];
	int others = 0;

	for (int i = 0; i < PORTS_MOST && next_port(d->fd.fd, &at, name); i++) {
		others += strncmp(name, port->name, length) == 0;
		at.port_index++;
	}
	/* Ours is one of them. */
	return others > 0 ? others - 1 : 0;
}
