/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping until an interface has something. */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"
#include "nic.h"
#include "nic_batch.h"
#include "port.h"

/*
 * While frames come faster than this many in a nap, a wake-up for each would
 * cost more than the frames: the kernel queues them meanwhile.
 */
#define BUSY 8
#define NAP_NS 50000
#define LONGEST_SLEEP_NS 1000000000
#define BLOCK_PATIENCE_MS 5 /* it takes one or two */

static struct timespec span(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000,
				 .tv_nsec = ns % 1000000000};
}

static int nap(int64_t timeout_ns)
{
	bool brief = timeout_ns >= 0 && timeout_ns < NAP_NS;
	struct timespec ts = span(brief ? timeout_ns : NAP_NS);

	return nanosleep(&ts, NULL) < 0 ? -errno : 0;
}

/* What a sleep waits for. */
struct watched {
	struct pollfd fds[4 + SW_MAX_RINGS];
	nfds_t count;
};

static void add(struct watched *w, const struct nic_fd *fd, int events)
{
	if (fd->fd >= 0)
		w->fds[w->count++] = (struct pollfd){
			.fd = fd->fd,
			.events = (short)events,
		};
}

/* First what rings, then what ticks, then where frames are. */
static void watch_all(const struct nic *nic, int events, struct watched *w)
{
	w->count = 0;
	add(w, &nic->wake, POLLIN);
	add(w, &nic->timer, POLLIN);
	add(w, &nic->socket, nic_copies(nic) ? events : 0);
	if (nic->host)
		add(w, &nic->host->tap, events);
	for (uint32_t i = 0; nic->xdp && i < nic->xdp->queues; i++)
		add(w, &nic->xdp->queue[i].socket, events);
}

static short what_happened(const struct watched *w)
{
	short all = 0;

	for (nfds_t i = 2; i < w->count; i++)
		all |= w->fds[i].revents;
	return all;
}

int nic_sleep(struct nmd_port *port, int events, int64_t timeout_ns)
{
	struct nic *nic = port->nic;
	bool limited = timeout_ns >= 0 && timeout_ns < LONGEST_SLEEP_NS;
	struct timespec longest = span(limited ? timeout_ns : LONGEST_SLEEP_NS);
	struct watched w;
	uint64_t rung;
	short happened;

	if (nic->kernel)
		return kernel_sleep(port, events, timeout_ns);
	if (!nic_copies(nic) && nic->busy >= BUSY) {
		nic->busy = 0;
		return nap(timeout_ns);
	}
	watch_all(nic, nic->ring_full ? events & POLLOUT : events, &w);
	if (ppoll(w.fds, w.count, &longest, NULL) < 0)
		return -errno;
	if (w.fds[0].revents && read(nic->wake.fd, &rung, sizeof(rung)) < 0 &&
	    errno != EAGAIN)
		return -errno;
	happened = what_happened(&w);
	if (happened & POLLNVAL)
		return -EBADF;
	/* Others of this have to happen first: room, or buffers coming back. */
	if (happened & (nic->ring_full ? POLLERR | POLLOUT : POLLOUT))
		return nap(timeout_ns);
	return 0;
}

bool nic_await_block(struct nmd_port *port)
{
	struct pollfd p = {.fd = port->nic->socket.fd, .events = POLLIN};

	return nic_copies(port->nic) && !port->nic->ring_full &&
	       poll(&p, 1, BLOCK_PATIENCE_MS) > 0;
}

void nic_wake(struct nmd_port *port)
{
	uint64_t one = 1;
	int error = errno;

	if (write(port->nic->wake.fd, &one, sizeof(one)) < 0)
		errno = error; /* it is full, which is as good */
}
