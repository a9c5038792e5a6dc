/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping until an interface has something. */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "errand.h"
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
/*
 * A capture's frames may wait, as those that the kernel hands over in blocks
 * do: from some twenty thousand a second on.
 */
#define FAST_NS 50000
#define LONG_NAP_NS 250000
#define LONGEST_SLEEP_NS 1000000000
#define BLOCK_PATIENCE_MS 8 /* it takes two to four */

static struct timespec span(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000,
				 .tv_nsec = ns % 1000000000};
}

static int nap(int64_t timeout_ns, int64_t longest_ns)
{
	bool brief = timeout_ns >= 0 && timeout_ns < longest_ns;
	struct timespec ts = span(brief ? timeout_ns : longest_ns);

	return nanosleep(&ts, NULL) < 0 ? -errno : 0;
}

/* How long to let frames come without being woken for each; 0: not at all. */
static int64_t nap_due(struct nic *nic)
{
	uint64_t frames = nic->arrived - nic->slept_at;
	uint64_t passed = nic->last_ns - nic->slept_ns;
	bool busy = nic->busy >= BUSY;

	nic->slept_at = nic->arrived;
	nic->slept_ns = nic->last_ns;
	nic->busy = 0;
	if (nic->patient && frames > 0 && frames * FAST_NS >= passed)
		return LONG_NAP_NS;
	return busy ? NAP_NS : 0;
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

static int ms_of(const struct timespec *ts)
{
	return (int)(ts->tv_sec * 1000 + ts->tv_nsec / 1000000 + 1);
}

int nic_sleep(struct nmd_port *port, int events, int64_t timeout_ns)
{
	struct nic *nic = port->nic;
	bool limited = timeout_ns >= 0 && timeout_ns < LONGEST_SLEEP_NS;
	struct timespec longest = span(limited ? timeout_ns : LONGEST_SLEEP_NS);
	struct watched w;
	uint64_t rung;
	int64_t due;
	short happened;

	if (nic->kernel)
		return kernel_sleep(port, events, timeout_ns);
	due = errands_only() || nic_copies(nic) ? 0 : nap_due(nic);
	if (due > 0)
		return nap(timeout_ns, due);
	watch_all(nic, nic->ring_full ? events & POLLOUT : events, &w);
	if (errands_only()) /* poll is what libpcap does, too */
		return poll(w.fds, w.count, ms_of(&longest)) < 0 ? -errno : 0;
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
		return nap(timeout_ns, NAP_NS);
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
