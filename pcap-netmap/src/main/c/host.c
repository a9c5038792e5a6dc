/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "nic.h"
#include "nic_batch.h"
#include "nic_frame.h"
#include "nic_pieces.h"
#include "port.h"

#define SUFFIX "-host" /* behind the interface's name */
#define LINK_HEADER 18 /* with a VLAN tag */
#define SHORTEST 14    /* an Ethernet header */

struct host *host_new(void)
{
	struct host *host = calloc(1, sizeof(*host));

	if (!host)
		return NULL;
	host->tap = host->counts = nic_fd_none();
	for (int i = 0; i < HOST_PROGRAMS; i++)
		host->program[i] = host->link[i] = nic_fd_none();
	return host;
}

/* First the link that moves the host's frames away. */
void host_free(struct host *host)
{
	if (!host)
		return;
	for (int i = HOST_PROGRAMS - 1; i >= 0; i--) {
		nic_fd_close(&host->link[i]);
		nic_fd_close(&host->program[i]);
	}
	nic_fd_close(&host->counts);
	nic_fd_close(&host->tap);
	free(host);
}

static int failed(const struct nmd_port *port, const char *step, int code,
		  struct nmd_error *err)
{
	if (code == -EPERM || code == -EACCES)
		return error_set(err, -EPERM,
				 "%s: cannot %s: host rings need the "
				 "capabilities CAP_NET_RAW, CAP_NET_ADMIN and "
				 "CAP_BPF; run as root, or use the interface "
				 "without the ^, shared with the host",
				 port->name, step);
	if (code == -EBUSY)
		return error_set(err, code,
				 "%s: cannot %s: there is an interface %s, for "
				 "who has these host rings already; end its "
				 "program",
				 port->name, step, port->nic->host->tap_name);
	return error_set(err, code == -ENOENT ? -EPROTONOSUPPORT : code,
			 "%s: cannot %s (%s); it takes Linux 6.6 with "
			 "CONFIG_TUN and CONFIG_NET_XGRESS; without the ^ the "
			 "interface is shared with the host",
			 port->name, step, strerror(-code));
}

int host_would_loop(const struct nmd_port *port, struct nmd_error *err)
{
	return error_set(err, -EOPNOTSUPP,
			 "%s: the interface's driver has no XDP, and without "
			 "that what is sent to the host rings would come back; "
			 "use it shared, without /x and ^",
			 port->name);
}

/* A name that has to be cut has the interface's number for the rest. */
static void name_tap(const struct nic *nic, char *out)
{
	int room = IFNAMSIZ - sizeof(SUFFIX);
	char number[12] = "";

	if (strlen(nic->name) > (size_t)room)
		room -= snprintf(number, sizeof(number), "-%x",
				 (unsigned)nic->ifindex);
	snprintf(out, IFNAMSIZ, "%.*s%s" SUFFIX, room, nic->name, number);
}

bool host_is_open(const struct nic *nic)
{
	char name[IFNAMSIZ];

	name_tap(nic, name);
	return if_nametoindex(name) != 0;
}

static struct ifreq request(const struct host *host)
{
	struct ifreq ask;

	memset(&ask, 0, sizeof(ask));
	memcpy(ask.ifr_name, host->tap_name, sizeof(host->tap_name));
	return ask;
}

static int make_tap(struct nmd_port *port)
{
	struct host *host = port->nic->host;
	struct ifreq ask;
	int r;

	name_tap(port->nic, host->tap_name);
	r = nic_fd_keep(&host->tap,
			open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
	if (r < 0)
		return r;
	ask = request(host);
	ask.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL);
	return ioctl(host->tap.fd, TUNSETIFF, &ask) < 0 ? -errno : 0;
}

/* By any socket; that the queue is shorter than wished costs no more. */
static int set_up_tap(struct nmd_port *port)
{
	struct host *host = port->nic->host;
	int fd = port->nic->socket.fd;
	struct ifreq ask = request(host);

	ask.ifr_qlen = (int)port->geometry.rx_slots;
	ioctl(fd, SIOCSIFTXQLEN, &ask);
	ask = request(host);
	ask.ifr_mtu = (int)load_relaxed(&port->nic->link.mtu);
	if (ioctl(fd, SIOCSIFMTU, &ask) < 0)
		return -errno;
	ask = request(host);
	if (ioctl(fd, SIOCGIFINDEX, &ask) < 0)
		return -errno;
	host->tap_index = ask.ifr_ifindex;
	ask = request(host);
	ask.ifr_flags = IFF_UP | IFF_NOARP;
	return ioctl(fd, SIOCSIFFLAGS, &ask) < 0 ? -errno : 0;
}

int host_start(struct nmd_port *port, struct nmd_error *err)
{
	int r;

	if (xdp_is_generic(port->nic->ifindex))
		return host_would_loop(port, err);
	r = make_tap(port);
	if (r < 0)
		return failed(port, "make a TAP", r, err);
	r = set_up_tap(port);
	if (r < 0)
		return failed(port, "set up the TAP", r, err);
	r = host_begin_counting(port->nic->host);
	if (r < 0)
		return failed(port, "read the TAP's counts", r, err);
	r = host_attach(port->nic->host, port->nic->ifindex);
	if (r < 0)
		return failed(port, "move the host's frames to the TAP", r,
			      err);
	return 0;
}

static bool has_room(const struct nmd_port *port, const struct target *t)
{
	uint32_t most = load_relaxed(&port->nic->link.mtu) + LINK_HEADER;

	return nic_frame_slots(t, most) <= t->room ||
	       t->room == t->num_slots - 1;
}

/* Takes frames until none is there, or there is no room; 0 or -errno. */
static int take_all(struct nmd_port *port, struct target *t)
{
	struct nic *nic = port->nic;
	uint8_t *bytes = nic->batch->gathered;

	for (; has_room(port, t); nic->busy++, nic->arrived++) {
		ssize_t n = read(nic->host->tap.fd, bytes, NIC_MAX_FRAME);
		struct nic_frame c = {
			.bytes = bytes,
			.have = (uint32_t)n,
			.wire_len = (uint32_t)n,
			.time_ns = nic->last_ns,
			.direction = NMD_IN,
		};
		uint32_t keep;

		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		keep = filter_keep(&nic->self.filter, bytes, c.wire_len, c.have,
				   NMD_IN);
		if (keep)
			nic_frame_put(t, &c, keep);
		else
			t->filtered++;
	}
	nic->ring_full = true;
	return 0;
}

int host_receive(struct nmd_port *port, uint32_t r)
{
	struct nic *nic = port->nic;
	struct target t;
	int error;

	if (!nic_owns(&nic->host->tap))
		return -EBADF;
	if (!filter_refresh(&nic->self.filter, port->area, nic_jit(port)))
		return 0;
	nic_glance_at_link(nic);
	nic->last_ns = nic_now_ns();
	t = target_of(&nic->self, r, port->geometry.rx_slots);
	t.pool += port->geometry.headroom;
	error = take_all(port, &t);
	target_publish(&t, nic->last_ns);
	return error;
}

static bool is_full(int code)
{
	return code == EAGAIN || code == ENOBUFS || code == ENOMEM ||
	       code == EINTR;
}

/*
 * On the way from the TAP the kernel drops what the interface cannot receive,
 * and tells nobody.
 */
static int check_link(struct nic *nic, const struct iovec *pieces,
		      uint32_t count)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < count; i++)
		bytes += pieces[i].iov_len;
	if (bytes > load_relaxed(&nic->link.mtu) + LINK_HEADER)
		nic_look_at_link(nic);
	if (bytes > load_relaxed(&nic->link.mtu) + LINK_HEADER)
		return -EMSGSIZE;
	return load_relaxed(&nic->link.lost);
}

/* Slots of the frame that begins at first; 0: the host takes no more now. */
static uint32_t send_frame(struct nmd_port *port, uint32_t r, uint64_t first,
			   uint32_t count)
{
	struct iovec *pieces = port->nic->batch->piece;
	struct tx_control *tx = &port->area->tx[r];
	uint32_t slots;
	bool good;
	int error;

	slots = nic_pieces(port, r, first, count, pieces, NIC_TX_PIECES, &good);
	if (good && (error = check_link(port->nic, pieces, slots)) < 0) {
		port->nic->tx_error = error;
	} else if (good) {
		ssize_t n = writev(port->nic->host->tap.fd, pieces, (int)slots);

		if (n >= 0) {
			counter_add(&tx->sent_bytes, (uint64_t)n);
			return slots;
		}
		if (is_full(errno))
			return 0;
		/* EIO: the TAP is down, as others say of an interface. */
		if (errno != EINVAL && !port->nic->tx_error)
			port->nic->tx_error = errno == EIO ? -ENETDOWN : -errno;
	}
	counter_add(&tx->sent_bad, slots);
	return slots;
}

uint32_t host_send(struct nmd_port *port, uint32_t r, uint64_t first,
		   uint32_t count)
{
	uint32_t done = 0, n = 1;

	if (!nic_owns(&port->nic->host->tap)) {
		port->nic->tx_error = -EBADF;
		return 0;
	}
	nic_glance_at_link(port->nic);
	while (done < count && n > 0) {
		n = send_frame(port, r, first + done, count - done);
		done += n;
	}
	return done;
}
