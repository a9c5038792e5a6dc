/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping until the kernel's rings have something. */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "errand.h"
#include "kernel.h"
#include "nic.h"
#include "port.h"

#define NAP_NS 50000
#define LONGEST_SLEEP_NS 1000000000

static struct timespec span(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000,
				 .tv_nsec = ns % 1000000000};
}

/* The device's descriptors, then what rings, ticks and tells of the end. */
struct watched {
	struct pollfd fds[6];
	nfds_t devices, count;
};

static void add(struct watched *w, const struct nic_fd *fd, int events)
{
	if (fd->fd >= 0)
		w->fds[w->count++] = (struct pollfd){
			.fd = fd->fd,
			.events = (short)events,
		};
}

/* Where the host is joined its frames have to go on, whatever we wait for. */
static void watch_all(const struct nic *nic, int events, struct watched *w)
{
	const struct kernel *k = nic->kernel;

	w->count = 0;
	if (nic->ring_full)
		events &= POLLOUT;
	if (k->shared)
		events |= POLLIN;
	for (uint32_t i = 0; i < k->devices; i++) {
		bool sends = k->sender == &k->device[i];

		add(w, &k->device[i].fd, sends ? events : events & POLLIN);
	}
	if (k->sender == &k->transmit)
		add(w, &k->transmit.fd, events & POLLOUT);
	w->devices = w->count;
	add(w, &nic->wake, POLLIN);
	add(w, &nic->timer, POLLIN);
	add(w, &nic->socket, 0);
}

static int empty_wake(const struct nic *nic)
{
	uint64_t rung;

	return read(nic->wake.fd, &rung, sizeof(rung)) < 0 && errno != EAGAIN
		       ? -errno
		       : 0;
}

/* POLLERR: the rings are no longer in use, since their port has gone. */
static int after_sleep(const struct watched *w, const struct nic *nic)
{
	for (nfds_t i = 0; i < w->devices; i++) {
		if (w->fds[i].revents & POLLNVAL)
			return -EBADF;
		if (w->fds[i].revents & POLLERR)
			return -ENODEV;
	}
	return w->fds[w->devices].revents ? empty_wake(nic) : 0;
}

int kernel_sleep(struct nmd_port *port, int events, int64_t timeout_ns)
{
	const struct nic *nic = port->nic;
	int64_t most = nic->ring_full ? NAP_NS : LONGEST_SLEEP_NS;
	bool limited = timeout_ns >= 0 && timeout_ns < most;
	struct timespec longest = span(limited ? timeout_ns : most);
	struct watched w;

	watch_all(nic, events, &w);
	if (errands_only()) /* poll is what libpcap does, too */
		return poll(w.fds, w.count,
			    (int)(longest.tv_sec * 1000 +
				  longest.tv_nsec / 1000000 + 1)) < 0
			       ? -errno
			       : 0;
	if (ppoll(w.fds, w.count, &longest, NULL) < 0)
		return -errno;
	return after_sleep(&w, nic);
}
