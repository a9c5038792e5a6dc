/* SPDX-License-Identifier: BSD-2-Clause */
#include "xdp.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_xdp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ebpf.h"
#include "error.h"
#include "nic.h"
#include "nic_area.h"
#include "port.h"
#include "xdp_filter.h"

#ifndef XDP_OPTIONS_ZEROCOPY
#define XDP_OPTIONS_ZEROCOPY 1
#endif
#ifndef XDP_USE_SG
#define XDP_USE_SG (1 << 4)
#endif

#define ATTACH_TRIES 400 /* who is there is about to go */
#define BIND_TRIES 400
#define BIND_PAUSE_NS 5000000

/* Asks a driver, by any socket; 0 or a negative errno. */
static int ask_driver(const char *interface, unsigned long what,
		      struct ifreq *ask)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	strncpy(ask->ifr_name, interface, sizeof(ask->ifr_name) - 1);
	r = ioctl(fd, what, ask) < 0 ? -errno : 0;
	close(fd);
	return r;
}

struct xdp_channels xdp_channels(const char *interface)
{
	struct ethtool_channels said = {.cmd = ETHTOOL_GCHANNELS};
	struct ifreq ask;
	uint32_t rx, tx;

	memset(&ask, 0, sizeof(ask));
	ask.ifr_data = (void *)&said;
	if (ask_driver(interface, SIOCETHTOOL, &ask) < 0)
		return (struct xdp_channels){1, 1, false};
	rx = said.combined_count + said.rx_count;
	tx = said.combined_count + said.tx_count;
	return (struct xdp_channels){rx ? rx : 1, tx ? tx : 1,
				     said.combined_count > 0};
}

uint32_t xdp_queues(const char *interface)
{
	uint32_t n = xdp_channels(interface).rx;

	return n < SW_MAX_RINGS ? n : SW_MAX_RINGS;
}

#define LINK_HEADER (14 + 2 * 4) /* with two VLAN tags */

uint32_t xdp_buffer_size(const char *interface)
{
	struct ifreq ask;

	memset(&ask, 0, sizeof(ask));
	if (ask_driver(interface, SIOCGIFMTU, &ask) < 0 ||
	    ask.ifr_mtu > XDP_SMALL - XDP_HEADROOM - LINK_HEADER)
		return XDP_LARGE;
	return XDP_SMALL;
}

struct xdp *xdp_new(uint32_t queues)
{
	struct xdp *xdp = calloc(1, sizeof(*xdp));

	if (!xdp)
		return NULL;
	xdp->queues = queues;
	xdp->program = xdp->map = xdp->link = nic_fd_none();
	for (uint32_t i = 0; i < SW_MAX_RINGS; i++)
		xdp->queue[i].socket = nic_fd_none();
	return xdp;
}

void xdp_free(struct xdp *xdp)
{
	if (!xdp)
		return;
	nic_fd_close(&xdp->link);
	for (uint32_t i = 0; i < xdp->queues; i++) {
		xdp_queue_close(&xdp->queue[i]);
		free(xdp->queue[i].shown);
	}
	nic_fd_close(&xdp->map);
	nic_fd_close(&xdp->program);
	xdp_rules_free(xdp->rules, xdp->queues);
	free(xdp);
}

/* As some of those that root starts do before they open anything. */
static int gave_rights_up(const struct nmd_port *port, const char *step,
			  struct nmd_error *err)
{
	return error_set(err, -EPERM,
			 "%s: cannot %s: that needs CAP_NET_RAW, CAP_NET_ADMIN "
			 "and CAP_BPF, which this program has given up; drop "
			 "the /x, or open vale9:1 beside \"nmcap bridge "
			 "netmap:%s/x vale9:nic\"",
			 port->name, step, port->nic->name);
}

static int locks_too_much(const struct nmd_port *port, const char *step,
			  struct nmd_error *err)
{
	const struct geometry *g = &port->geometry;
	uint64_t bytes = (uint64_t)g->buffers * g->buf_size;

	return error_set(err, -ENOMEM,
			 "%s: cannot %s: its buffers, %u KiB, are more memory "
			 "than this user may lock; add the capability "
			 "CAP_IPC_LOCK, raise ulimit -l, or use fewer slots",
			 port->name, step, (unsigned)(bytes >> 10));
}

static int failed(const struct nmd_port *port, const char *step, int code,
		  struct nmd_error *err)
{
	if (code == -EPERM && geteuid() == 0)
		return gave_rights_up(port, step, err);
	if (code == -EPERM)
		return error_set(err, code,
				 "%s: cannot %s: having an interface alone "
				 "needs the capabilities CAP_NET_RAW, "
				 "CAP_NET_ADMIN, CAP_BPF (before Linux 5.8 "
				 "CAP_SYS_ADMIN) and CAP_IPC_LOCK; run as "
				 "root, or drop the /x",
				 port->name, step);
	if (code == -ENOBUFS)
		return locks_too_much(port, step, err);
	if (code == -EBUSY)
		return error_set(err, code,
				 "%s: cannot %s: another AF_XDP socket has it; "
				 "end its program",
				 port->name, step);
	return error_set(err, code == -ENODEV ? -EPROTONOSUPPORT : code,
			 "%s: cannot %s (%s); it takes Linux 5.9 with "
			 "CONFIG_XDP_SOCKETS; without the /x the interface is "
			 "shared with the host",
			 port->name, step, strerror(-code));
}

static bool receives_by(const struct nmd_port *port, uint32_t queue)
{
	const struct sw_rings *r = &port->rings;

	return queue >= r->first_rx && queue < r->first_rx + r->rx;
}

static bool is_open(const struct nmd_port *port, uint32_t queue)
{
	const struct sw_rings *r = &port->rings;

	return receives_by(port, queue) ||
	       (queue >= r->first_tx && queue < r->first_tx + r->tx);
}

/* The socket that has registered the memory, -1: none has. */
static int owner_of_memory(const struct xdp *xdp)
{
	for (uint32_t i = 0; i < xdp->queues; i++)
		if (xdp->queue[i].socket.fd >= 0)
			return xdp->queue[i].socket.fd;
	return -1;
}

/* -EEXIST: another opening has it. Else it is as before. */
static int ask_map(const struct xdp *xdp, uint32_t i)
{
	int r = xdp_map_set(xdp->map.fd, i, xdp->queue[i].socket.fd);

	return r == 0 ? xdp_map_clear(xdp->map.fd, i) : r;
}

/*
 * The kernel lets go of a queue some time after its socket has been closed.
 * Whose opening still has it is refused at once; meanwhile the host has it.
 */
static int bind_when_free(struct nmd_port *port, uint32_t i, int owner,
			  uint16_t flags)
{
	const struct timespec pause = {0, BIND_PAUSE_NS};
	struct xdp *xdp = port->nic->xdp;
	int r = -EBUSY, other;

	for (int n = 0; r == -EBUSY && n < BIND_TRIES; n++) {
		if (n > 0)
			nanosleep(&pause, NULL);
		r = xdp_bind(&xdp->queue[i], port->nic->ifindex, i, owner,
			     flags);
		other = r == -EBUSY && n == 0 ? ask_map(xdp, i) : 0;
		if (other < 0)
			return other;
	}
	return r;
}

/*
 * Without copies, if the driver can. Most that can take frames of one buffer
 * only, and the kernel would copy without a word if it were asked for several:
 * they are where the MTU needs them. With a program that the network stack
 * runs, a driver would fill buffers that nobody is shown.
 */
static int bind_uncopied(struct nmd_port *port, uint32_t i)
{
	struct xdp *xdp = port->nic->xdp;
	bool needed = load_relaxed(&port->nic->link.mtu) + LINK_HEADER >
		      xdp_room(&port->geometry);
	int r;

	if (!xdp->driver || (needed && !xdp->several))
		return -EOPNOTSUPP;
	r = bind_when_free(port, i, -1,
			   XDP_ZEROCOPY | (needed ? XDP_USE_SG : 0));
	if (r == 0)
		xdp->several = needed;
	return r;
}

/* Before Linux 6.6 a frame is one buffer. */
static int bind_copied(struct nmd_port *port, uint32_t i)
{
	struct xdp *xdp = port->nic->xdp;
	uint16_t copy = xdp->driver ? 0 : XDP_COPY;
	int r = bind_when_free(port, i, -1,
			       copy | (xdp->several ? XDP_USE_SG : 0));

	if (r != -EINVAL || !xdp->several)
		return r;
	xdp->several = false;
	return bind_when_free(port, i, -1, copy);
}

static int bind_socket(struct nmd_port *port, uint32_t i, int owner)
{
	int r;

	if (owner >= 0)
		return bind_when_free(port, i, owner, 0);
	r = bind_uncopied(port, i);
	return r < 0 && r != -EBUSY && r != -EEXIST ? bind_copied(port, i) : r;
}

static int open_socket(struct nmd_port *port, uint32_t i, const char **step)
{
	struct xdp *xdp = port->nic->xdp;
	const struct geometry *g = &port->geometry;
	const struct xdp_memory memory = {
		.at = (uint8_t *)port->area + g->pool_at,
		.size = (uint64_t)g->buffers * g->buf_size,
		.chunk = g->buf_size,
		.rx_slots = g->rx_slots,
		.tx_slots = g->tx_slots,
	};
	int owner = owner_of_memory(xdp), r;

	*step = "keep account of the slots";
	xdp->queue[i].shown = calloc(g->rx_slots, sizeof(uint32_t));
	if (!xdp->queue[i].shown)
		return -ENOMEM;
	r = xdp_socket(&xdp->queue[i], &memory, owner < 0, step);
	if (r < 0)
		return r;
	/* The buffers of all RX slots are the kernel's to begin with. */
	if (receives_by(port, i))
		xdp_give_back(port, i, 0, g->rx_slots);
	*step = "bind to the interface's queue";
	return bind_socket(port, i, owner);
}

/*
 * What a queue receives is the host's until all of them can be had, and stays
 * so of those that are for sending only.
 */
static int take_queues(struct nmd_port *port, const char **step)
{
	struct xdp *xdp = port->nic->xdp;
	uint32_t taken = 0;
	int r = 0;

	*step = "take the queue";
	for (uint32_t i = 0; r == 0 && i < xdp->queues; i++) {
		taken |= is_open(port, i) ? 1u << i : 0;
		if (!receives_by(port, i))
			continue;
		/*
		 * Whose queue it was may have been killed: it is bound to this
		 * opening by now.
		 */
		if (xdp->rules)
			xdp_rules_reset(&xdp->rules[i]);
		r = xdp_map_set(xdp->map.fd, i, xdp->queue[i].socket.fd);
	}
	if (r == 0)
		atomic_fetch_or(&port->area->queues_used, taken);
	return r;
}

static int open_sockets(struct nmd_port *port, const char **step)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < port->nic->xdp->queues; i++)
		if (is_open(port, i))
			r = open_socket(port, i, step);
	return r < 0 ? r : take_queues(port, step);
}

/*
 * Only the rules of its own queues are an opening's to write; none, where
 * openings have their memory, and by it the filter's settings, in common: who
 * sets the filter has not got the rules of all their queues.
 */
static void keep_own_rules(struct nmd_port *port)
{
	struct xdp *xdp = port->nic->xdp;

	if (xdp->together) {
		xdp_rules_free(xdp->rules, xdp->queues);
		xdp->rules = NULL;
	}
	for (uint32_t i = 0; xdp->rules && i < xdp->queues; i++)
		if (!is_open(port, i))
			xdp_rules_leave(&xdp->rules[i]);
}

/* Before Linux 6.9 the kernel does not take it. */
static int load_filtering(struct xdp *xdp)
{
	struct xdp_maps maps = {.sockets = xdp->map.fd};
	int r = xdp_rules_new(xdp->queues, &xdp->rules, &maps);

	if (r < 0)
		return r;
	r = xdp_load_interpreter(maps, xdp->several);
	close(maps.rules);
	close(maps.scratch);
	if (r >= 0)
		return r;
	xdp_rules_free(xdp->rules, xdp->queues);
	xdp->rules = NULL;
	return r;
}

static int load(struct xdp *xdp, const char **step)
{
	int r;

	*step = "load the XDP program";
	r = nic_fd_keep(&xdp->map, xdp_load_map(xdp->queues));
	if (r < 0)
		return r;
	xdp->several = true;
	r = load_filtering(xdp);
	if (r < 0)
		r = xdp_load_program(xdp->map.fd, true);
	if (r == -EINVAL) {
		xdp->several = false;
		r = xdp_load_program(xdp->map.fd, false);
	}
	return r < 0 ? r : nic_fd_keep(&xdp->program, r);
}

/* Ours goes with its process, and cannot be detached. */
static int is_taken(const struct nmd_port *port, struct nmd_error *err)
{
	return error_set(err, -EBUSY,
			 "%s: another program has the interface alone; "
			 "\"nmcap list\" shows which: end it",
			 port->name);
}

/* The program is ours, as our openings say: the kernel says nothing. */
static int is_not_shared(const struct nmd_port *port, struct nmd_error *err)
{
	return error_set(err, -EBUSY,
			 "%s: another program has queues of the interface "
			 "alone, \"nmcap list\" shows which; having others "
			 "beside it needs CAP_SYS_ADMIN: run as root, or end "
			 "it",
			 port->name);
}

/* Attaches the program, or joins those whose program is there. */
static int attach_or_join(struct xdp *xdp, int ifindex)
{
	const struct timespec pause = {0, BIND_PAUSE_NS};
	int r = -ENOENT;

	for (int n = 0; r == -ENOENT && n < ATTACH_TRIES; n++) {
		if (n > 0)
			nanosleep(&pause, NULL);
		r = xdp_attach(xdp->program.fd, ifindex, &xdp->driver);
		if (r >= 0)
			return nic_fd_keep(&xdp->link, r);
		if (r == -EBUSY || r == -EEXIST)
			r = xdp_join(xdp, ifindex);
	}
	return r;
}

static int attach(struct nmd_port *port, struct nmd_error *err)
{
	struct xdp *xdp = port->nic->xdp;
	int ifindex = port->nic->ifindex;
	int r = attach_or_join(xdp, ifindex);
	char name[64];

	if (r == 0 && !xdp->driver && host_is_open(port->nic))
		return host_would_loop(port, err);
	if (r == 0)
		return r;
	if (r != -EBUSY)
		return failed(port, "attach the XDP program", r, err);
	xdp_name_foreign(ifindex, name, sizeof(name));
	if (strstr(name, "\"" EBPF_NAME "\""))
		return is_taken(port, err);
	if (nic_has_program(port->vale, xdp_attached(ifindex)))
		return is_not_shared(port, err);
	return error_set(err, -EBUSY,
			 "%s: %s is attached to the interface; end the program "
			 "that attached it, or, if none holds it, detach it "
			 "with \"ip link set %s xdp off\"",
			 port->name, name, port->nic->name);
}

static bool copies_nothing(const struct xdp *xdp)
{
	struct xdp_options options = {0};
	socklen_t size = sizeof(options);

	return getsockopt(owner_of_memory(xdp), SOL_XDP, XDP_OPTIONS, &options,
			  &size) == 0 &&
	       (options.flags & XDP_OPTIONS_ZEROCOPY);
}

int xdp_start(struct nmd_port *port, struct nmd_error *err)
{
	struct xdp *xdp = port->nic->xdp;
	const char *step;
	int r = load(xdp, &step);

	if (r < 0)
		return failed(port, step, r, err);
	/* First, since it tells at once whether somebody foreign is there. */
	r = attach(port, err);
	if (r < 0)
		return r;
	r = open_sockets(port, &step);
	if (r == -EEXIST)
		return is_taken(port, err);
	if (r < 0)
		return failed(port, step, r, err);
	keep_own_rules(port);
	xdp->zero_copy = copies_nothing(xdp);
	return 0;
}
