/* SPDX-License-Identifier: BSD-2-Clause */
/* From an interface's name to a socket that reads it. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "kernel.h"
#include "nic.h"
#include "nic_batch.h"
#include "nic_monitors.h"
#include "port.h"

#define JOINS 0x40000000u /* beside what PACKET_FANOUT is told */

void nic_free(struct nic *nic)
{
	if (!nic)
		return;
	xdp_free(nic->xdp);
	nic_monitors_free(nic->monitors);
	host_free(nic->host);
	if (nic->kernel && nic_owns(&nic->socket))
		kernel_restore_host(nic->kernel, nic->socket.fd, nic->name);
	kernel_close(nic->kernel);
	nic_fd_close(&nic->poll);
	nic_fd_close(&nic->timer);
	nic_fd_close(&nic->wake);
	nic_fd_close(&nic->socket);
	nic_ring_close(&nic->ring);
	free(nic->batch);
	free(nic);
}

bool nic_is_ours(const struct nic *nic)
{
	return nic->kernel ? kernel_is_ours(nic->kernel)
			   : nic_owns(&nic->socket);
}

static bool uses_xdp(const struct opening_plan *plan)
{
	return plan->kind == SW_NIC && plan->spec.exclusive &&
	       !plan->spec.host_rings;
}

static bool uses_host(const struct opening_plan *plan)
{
	return (plan->kind == SW_NIC && plan->spec.host_rings) ||
	       plan_has_both(plan);
}

static uint32_t queues_of(const struct opening_plan *plan)
{
	const struct geometry *g = &plan->geometry;

	return (g->rx_rings > g->tx_rings ? g->rx_rings : g->tx_rings) -
	       uses_host(plan);
}

static struct nic *nic_new(const struct opening_plan *plan)
{
	struct nic *nic = calloc(1, sizeof(*nic));

	if (!nic)
		return NULL;
	nic->socket = nic->poll = nic->wake = nic->timer = nic_fd_none();
	nic->batch = calloc(1, sizeof(*nic->batch));
	if (uses_host(plan))
		nic->host = host_new();
	if (uses_xdp(plan))
		nic->xdp = xdp_new(queues_of(plan));
	if (uses_xdp(plan))
		nic->monitors = nic_monitors_new();
	nic->network = plan->network;
	if (nic->batch && ((nic->xdp && nic->monitors) || !uses_xdp(plan)) &&
	    (nic->host || !uses_host(plan)))
		return nic;
	nic_free(nic);
	return NULL;
}

/* Alone and by host rings takes more than a packet socket. */
static int no_socket(const struct nic *nic, const char *spec, int code,
		     struct nmd_error *err)
{
	if (code == EPERM || code == EACCES)
		return error_set(err, -EPERM,
				 "%s: opening an interface %s; run as root, or "
				 "use a port of a switch, which needs none",
				 spec,
				 nic->xdp    ? "so needs the capabilities "
					       "CAP_NET_RAW, CAP_NET_ADMIN, "
					       "CAP_BPF and CAP_IPC_LOCK"
				 : nic->host ? "so needs the capabilities "
					       "CAP_NET_RAW, CAP_NET_ADMIN and "
					       "CAP_BPF"
					     : "needs the capability "
					       "CAP_NET_RAW");
	return error_set(err, -code,
			 "%s: no packet socket (%s); the kernel "
			 "must have CONFIG_PACKET",
			 spec, strerror(code));
}

static int find_index(struct nic *nic)
{
	struct ifreq answer;

	memset(&answer, 0, sizeof(answer));
	memcpy(answer.ifr_name, nic->name, sizeof(nic->name));
	if (ioctl(nic->socket.fd, SIOCGIFINDEX, &answer) < 0)
		return -errno;
	nic->ifindex = answer.ifr_ifindex;
	return 0;
}

bool nic_is_up(const struct nic *nic)
{
	struct ifreq answer;

	return nic_owns(&nic->socket) &&
	       nic_ask_link(nic, SIOCGIFFLAGS, &answer) == 0 &&
	       (answer.ifr_flags & IFF_UP) && (answer.ifr_flags & IFF_RUNNING);
}

static int find_interface(struct nic *nic, const char *spec,
			  struct nmd_error *err)
{
	struct ifreq answer;
	int r = find_index(nic);

	if (r < 0)
		return error_set(err, -ENODEV,
				 "%s: there is no interface %s (%s); \"ip "
				 "link\" lists them",
				 spec, nic->name, strerror(-r));
	r = nic_ask_link(nic, SIOCGIFHWADDR, &answer);
	nic->loopback = r == 0 &&
			answer.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
	if (r == 0 && !nic->loopback &&
	    answer.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return error_set(err, -EPROTONOSUPPORT,
				 "%s: %s is no Ethernet interface (hardware "
				 "type %u); capture from it by its plain name",
				 spec, nic->name, answer.ifr_hwaddr.sa_family);
	nic_look_at_link(nic);
	if (load_relaxed(&nic->link.lost) == -ENETDOWN)
		return error_set(err, -ENETDOWN,
				 "%s: the interface is down; set it up with "
				 "\"ip link set %s up\"",
				 spec, nic->name);
	return 0;
}

static int option(const struct nic *nic, int level, int name, int value)
{
	return setsockopt(nic->socket.fd, level, name, &value, sizeof(value));
}

static int set_options(struct nic *nic, const struct opening_plan *plan)
{
	struct packet_mreq promisc = {.mr_ifindex = nic->ifindex,
				      .mr_type = PACKET_MR_PROMISC};

	if (plan->kind == SW_NIC && nic_copies(nic) && !nic->sends_only) {
		int r = nic_ring_open(&nic->ring, nic->socket.fd,
				      plan->geometry.rx_slots);

		if (r < 0)
			return r;
	}
	if ((plan->options.flags & NMD_PROMISC) &&
	    setsockopt(nic->socket.fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP,
		       &promisc, sizeof(promisc)) < 0)
		return -errno;
	return 0;
}

static int watch(const struct nic *nic, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(nic->poll.fd, EPOLL_CTL_ADD, fd, &event);
}

static int make_descriptors(struct nic *nic)
{
	int r = nic_fd_keep(&nic->poll, epoll_create1(EPOLL_CLOEXEC));

	if (r == 0)
		r = nic_fd_keep(&nic->wake,
				eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	if (r == 0)
		r = nic_fd_keep(&nic->timer,
				timerfd_create(CLOCK_MONOTONIC,
					       TFD_CLOEXEC | TFD_NONBLOCK));
	if (r == 0 && watch(nic, nic->timer.fd) < 0)
		r = -errno;
	if (r == 0 && nic->socket.fd >= 0 && watch(nic, nic->socket.fd) < 0)
		r = -errno;
	return r;
}

/*
 * Members of a group each get a part of the frames: by a hash that both
 * directions of a flow have in common, or in turn. Fragments are put together
 * first, or only the first of them would tell its flow.
 */
static uint32_t fanout_of(const struct spec *spec)
{
	uint32_t how = spec->robin
			       ? PACKET_FANOUT_LB
			       : PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG;

	return spec->group ? how << 16 | (spec->group - 1) | JOINS : 0;
}

static int join_group(const struct nmd_port *port, struct nmd_error *err)
{
	const struct nic *nic = port->nic;
	int what = (int)(nic->fanout & ~JOINS);

	if (!nic->fanout || option(nic, SOL_PACKET, PACKET_FANOUT, what) == 0)
		return 0;
	return error_set(err, -errno,
			 "%s: cannot join the group (%s); all its members must "
			 "have the same interface and the same of @group and "
			 "@robin, or choose another number",
			 port->name, strerror(errno));
}

static int prepare_interface(struct nic *nic, const struct opening_plan *plan,
			     struct nmd_error *err)
{
	const char *spec = plan->spec_text;
	/* Protocol 0: nothing comes before the socket is bound. */
	int fd = nic_socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    0);
	int r;

	if (fd < 0)
		return no_socket(nic, spec, errno, err);
	r = nic_fd_keep(&nic->socket, fd);
	if (r < 0)
		return no_socket(nic, spec, -r, err);
	snprintf(nic->name, sizeof(nic->name), "%.15s", plan->spec.port_name);
	nic->patient = plan->options.mode == NMD_CAPTURE;
	nic->incoming_only = plan->mode == NMD_RAW && !plan->spec.host_too;
	nic->sends_only = plan->spec.tx_rings_only;
	nic->fanout = fanout_of(&plan->spec);
	r = find_interface(nic, spec, err);
	if (r < 0)
		return r;
	r = set_options(nic, plan);
	if (r < 0)
		return error_set(
			err, r,
			"%s: cannot set up the socket (%s); close "
			"descriptors, use fewer slots, or Linux from 3.2 on",
			spec, strerror(-r));
	return 0;
}

static int prepare(struct nic *nic, struct opening_plan *plan,
		   struct nmd_error *err)
{
	int r = plan->spec.is_nic ? prepare_interface(nic, plan, err) : 0;

	if (r < 0)
		return r;
	r = make_descriptors(nic);
	if (r < 0)
		return error_set(err, r,
				 "%s: cannot make descriptors (%s); close some",
				 plan->spec_text, strerror(-r));
	if (plan->kind == SW_KERNEL)
		nic->kernel = kernel_open(plan, &r, err);
	if (nic->kernel)
		kernel_prepare_host(nic->kernel, nic->socket.fd, nic->name);
	return r;
}

int nic_open(struct nmd_port *port, struct opening_plan *plan,
	     struct nmd_error *err)
{
	struct nic *nic = nic_new(plan);
	int r;

	if (!nic)
		return error_set(err, -ENOMEM, "%s: out of memory",
				 plan->spec_text);
	port->nic = nic;
	r = prepare(nic, plan, err);
	if (r == 0 && nic->xdp && (plan->options.flags & NMD_SAME_MEMORY)) {
		nic->xdp->together = true;
		plan->xdp_program = xdp_attached(nic->ifindex);
	}
	if (r == 0)
		return 0;
	nic_free(nic);
	port->nic = NULL;
	return r;
}

/*
 * Of an interface that is had alone, or for sending only, this socket gets
 * nothing but word of its end: no frame has this type, which is for experiments.
 */
#define NO_TYPE 0x88b6

static int bind_socket(const struct nic *nic)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(nic_copies(nic) && !nic->sends_only
					      ? ETH_P_ALL
					      : NO_TYPE),
		.sll_ifindex = nic->ifindex,
	};

	if (nic->socket.fd < 0)
		return 0; /* no interface: a port of the kernel's netmap */
	return nic_bind(nic->socket.fd, &to, sizeof(to));
}

static int watch_queues(const struct nic *nic)
{
	if (nic->host && watch(nic, nic->host->tap.fd) < 0)
		return -1;
	for (uint32_t i = 0; nic->xdp && i < nic->xdp->queues; i++)
		if (nic->xdp->queue[i].socket.fd >= 0 &&
		    watch(nic, nic->xdp->queue[i].socket.fd) < 0)
			return -1;
	for (uint32_t i = 0; nic->kernel && i < nic->kernel->devices; i++)
		if (watch(nic, nic->kernel->device[i].fd.fd) < 0)
			return -1;
	return 0;
}

/* The way to the frames, and none for a tap. */
static int start(struct nmd_port *port, struct nmd_error *err)
{
	int r = port->nic->xdp ? xdp_start(port, err) : 0;

	return r == 0 && port->nic->host ? host_start(port, err) : r;
}

static uint32_t ways_of(const struct nic *nic)
{
	if (!nic->xdp)
		return nic->host ? SW_NIC_HOST : SW_NIC_SHARED;
	return SW_NIC_ALONE | (nic->xdp->driver ? SW_NIC_DRIVER : 0) |
	       (nic->xdp->zero_copy ? SW_NIC_ZERO_COPY : 0);
}

/* How it is reached, and by which program, for others to see. */
static void enter_ways(const struct nmd_port *port)
{
	struct sw_opening *opening = vale_opening(port->vale, port->index);
	const struct nic *nic = port->nic;

	store_relaxed(&opening->nic_ways, ways_of(nic));
	store_relaxed(&opening->nic_program,
		      nic->xdp ? xdp_attached(nic->ifindex) : 0);
}

int nic_start(struct nmd_port *port, struct nmd_error *err)
{
	struct nic *nic = port->nic;
	int r;

	nic->self.area = port->area;
	nic->self.geometry = port->geometry;
	nic->self.filter.ifindex = nic->ifindex ? (uint32_t)nic->ifindex
						: 1 + port->port_index;
	nic_reject(nic); /* a member of a group is none yet */
	r = start(port, err);
	if (r < 0)
		return r;
	if (watch(nic, port->fd) < 0 || watch_queues(nic) < 0 ||
	    bind_socket(nic) < 0)
		return error_set(err, -errno,
				 "%s: cannot bind to the interface (%s); \"ip "
				 "link\" tells whether it is still there",
				 port->name, strerror(errno));
	enter_ways(port);
	r = join_group(port, err);
	nic_refilter(port, false);
	return r;
}
