/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "kernel_offloads.h"
#include "nic.h"
#include "port.h"
#include "spec.h"

#define ETHERNET_MTU 1500

/* One more that frames come by. */
static int receive_by(struct kernel *k, const struct opening_plan *plan,
		      enum kernel_part part, uint32_t ring,
		      struct nmd_error *err)
{
	int r = kernel_device_open(&k->device[k->devices], plan, part, ring,
				   err);

	k->devices += r == 0;
	return r;
}

/* Takes a transmit ring that nobody has; KERNEL_ALL_RINGS: there is none. */
static uint32_t send_by_any(struct kernel *k, const struct opening_plan *plan)
{
	for (uint32_t i = 0; i < KERNEL_SENDERS; i++)
		if (kernel_device_open(&k->transmit, plan, KERNEL_SENDER, i,
				       NULL) == 0) {
			k->sender = &k->transmit;
			return i;
		}
	return KERNEL_ALL_RINGS;
}

static int open_monitors(struct kernel *k, const struct opening_plan *plan,
			 bool received, bool sent, struct nmd_error *err)
{
	int r = 0;

	k->merged = true;
	if (received)
		r = receive_by(k, plan, KERNEL_RECEIVED, KERNEL_ALL_RINGS, err);
	if (r == 0 && sent)
		r = receive_by(k, plan, KERNEL_SENT, KERNEL_ALL_RINGS, err);
	return r;
}

/*
 * A port of a switch that nobody has yet is made with a transmit ring for each
 * capture that sends, so that it sees what another one sends, and not what it
 * sends itself. Of a port that another program has made there may be none.
 */
static int open_switched(struct kernel *k, const struct opening_plan *plan,
			 struct nmd_error *err)
{
	int r = receive_by(k, plan, KERNEL_RECEIVER, KERNEL_ALL_RINGS, err);
	bool first = r == 0;
	uint32_t own;

	/* Should it have gone meanwhile, the first error tells more. */
	if (r == -EBUSY &&
	    receive_by(k, plan, KERNEL_RECEIVED, KERNEL_ALL_RINGS, NULL) == 0)
		r = 0;
	if (r < 0)
		return r;
	own = send_by_any(k, plan);
	if (own != KERNEL_ALL_RINGS) /* the other one */
		own = (own + 1) % KERNEL_SENDERS;
	if (!first || own < k->device[0].count[KERNEL_TX])
		r = receive_by(k, plan, KERNEL_SENT, own, err);
	return first ? 0 : r;
}

static int open_capture(struct kernel *k, const struct opening_plan *plan,
			struct nmd_error *err)
{
	int r;

	k->merged = true;
	if (!plan->spec.is_nic)
		return open_switched(k, plan, err);
	r = receive_by(k, plan, KERNEL_PORT, KERNEL_ALL_RINGS, err);
	if (r == 0)
		k->sender = &k->device[0];
	if (r != -EBUSY)
		return r;
	k->shared = false; /* with the host: it is, by who has it */
	return open_monitors(k, plan, true, true, NULL) == 0 ? 0 : r;
}

static int open_port(struct kernel *k, const struct opening_plan *plan,
		     struct nmd_error *err)
{
	int r;

	if (plan->options.mode == NMD_CAPTURE && !plan->spec.exclusive &&
	    !plan->spec.pipe_end && !plan->spec.host_rings)
		return open_capture(k, plan, err);
	r = receive_by(k, plan, KERNEL_PORT, KERNEL_ALL_RINGS, err);
	k->sender = &k->device[0];
	return r;
}

static uint32_t rings_shown(const struct kernel *k, enum kernel_side side)
{
	uint32_t n = k->device[0].count[side];

	return n == 0 ? 1 : n < SW_MAX_RINGS ? n : SW_MAX_RINGS;
}

/* Captures and what is joined from several rings have one of each. */
static void choose_rings(const struct kernel *k, struct opening_plan *plan)
{
	bool merged = k->merged || k->shared;

	plan->geometry.tx_rings = merged ? 1 : rings_shown(k, k->tx);
	plan->geometry.rx_rings = merged ? 1 : rings_shown(k, k->rx);
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
	k->rx = spec->host_rings ? KERNEL_HOST_RX : KERNEL_RX;
	k->tx = spec->host_rings ? KERNEL_HOST_TX : KERNEL_TX;
	k->shared = kernel_is_shared(plan);
	k->one_ring = k->shared && spec->one_ring;
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
	if (!k)
		return;
	for (uint32_t i = 0; i < k->devices; i++)
		kernel_device_close(&k->device[i]);
	if (k->sender == &k->transmit)
		kernel_device_close(&k->transmit);
	free(k);
}

bool kernel_is_ours(const struct kernel *k)
{
	for (uint32_t i = 0; i < k->devices; i++)
		if (!nic_owns(&k->device[i].fd))
			return false;
	return !k->sender || nic_owns(&k->sender->fd);
}

void kernel_prepare_host(struct kernel *k, int socket, const char *interface)
{
	struct ifreq ask;

	k->opener = getpid();
	if (k->switched)
		return;
	memset(&ask, 0, sizeof(ask));
	strncpy(ask.ifr_name, interface, sizeof(ask.ifr_name) - 1);
	k->mtu = ioctl(socket, SIOCGIFMTU, &ask) < 0 ? ETHERNET_MTU
						     : (uint32_t)ask.ifr_mtu;
	if (k->shared)
		k->offloads = kernel_offloads_off(socket, interface);
}

void kernel_restore_host(const struct kernel *k, int socket,
			 const char *interface)
{
	if (k->opener == getpid())
		kernel_offloads_back(socket, interface, k->offloads);
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
#define NAME_SIZE sizeof(((struct sw_port *)NULL)->name)

/* The port that the opening of an entry has of the kernel's netmap. */
static bool opened_name(const struct vale *v, uint32_t i, char name[NAME_SIZE])
{
	const struct sw_opening *opening = vale_opening(v, i);
	uint32_t port = opening->port;

	if (sw_state_of(load_acquire(&opening->state)) != SW_LIVE ||
	    opening->kind != SW_KERNEL || port >= SW_MAX)
		return false;
	snprintf(name, NAME_SIZE, "%.*s", (int)NAME_SIZE - 1,
		 vale_port(v, port)->name);
	return true;
}

/* Whether one of the openings here has this port, or a pipe of it. */
static bool is_one_of_these(const struct vale *v, const char *port)
{
	size_t length = strlen(port);
	char name[NAME_SIZE];

	for (uint32_t i = 0; i < SW_MAX; i++)
		if (opened_name(v, i, name) &&
		    strncmp(name, port, length) == 0 &&
		    strchr("{}", name[length])) /* or the end */
			return true;
	return false;
}

/* The ports of other programs that are on the switch of this one. */
static int foreign_ports(const struct nmd_port *port, const char *own)
{
	const struct kernel_device *d = &port->nic->kernel->device[0];
	size_t length = strcspn(own, ":") + 1;
	struct list_request at = {0};
	char name[64];
	int others = 0;

	for (int i = 0; i < PORTS_MOST && next_port(d->fd.fd, &at, name); i++) {
		name[NAME_SIZE - 1] = '\0'; /* as long as those here */
		others += strncmp(name, own, length) == 0 &&
			  !is_one_of_these(port->vale, name);
		at.port_index++;
	}
	return others;
}

/* The other end of a pipe no list of the module's tells. */
int kernel_peers(const struct nmd_port *port)
{
	char own[NAME_SIZE], name[NAME_SIZE];
	int others = 0;
	bool pipe;

	if (!opened_name(port->vale, port->index, own))
		return 0;
	pipe = strpbrk(own, "{}");
	for (uint32_t i = 0; i < SW_MAX; i++)
		others +=
			i != port->index && opened_name(port->vale, i, name) &&
			(pipe ? spec_same_pipe(name, own)
			      : strncmp(name, own, strcspn(own, ":") + 1) == 0);
	return pipe ? others : others + foreign_ports(port, own);
}
