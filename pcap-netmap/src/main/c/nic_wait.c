/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping until an interface has something. */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

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

int nic_sleep(struct nmd_port *port, int events, int64_t timeout_ns)
{
	struct nic *nic = port->nic;
	short wanted = (short)(events & POLLOUT);
	struct pollfd fds[] = {
		{.fd = nic->socket.fd},
		{.fd = nic->wake.fd, .events = POLLIN},
		{.fd = nic->timer.fd, .events = POLLIN},
	};
	bool limited = timeout_ns >= 0 && timeout_ns < LONGEST_SLEEP_NS;
	struct timespec longest = span(limited ? timeout_ns : LONGEST_SLEEP_NS);
	uint64_t rung;
	int r;

	if (nic->busy >= BUSY) {
		nic->busy = 0;
		return nap(timeout_ns);
	}
	if ((events & POLLIN) && !nic->ring_full)
		wanted |= POLLIN;
	fds[0].events = wanted;
	r = ppoll(fds, 3, &longest, NULL);
	if (r < 0)
		return -errno;
	if (fds[1].revents && read(nic->wake.fd, &rung, sizeof(rung)) < 0 &&
	    errno != EAGAIN)
		return -errno;
	if (fds[0].revents & POLLNVAL)
		return -EBADF;
	/* An error is told when there is room to read on. */
	return fds[0].revents & POLLERR && nic->ring_full ? nap(timeout_ns) : 0;
}

void nic_wake(struct nmd_port *port)
{
	uint64_t one = 1;
	int error = errno;

	if (write(port->nic->wake.fd, &one, sizeof(one)) < 0)
		errno = error; /* it is full, which is as good */
}
