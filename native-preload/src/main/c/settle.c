/* SPDX-License-Identifier: BSD-2-Clause */
#include "settle.h"

#include <errno.h>
#include <time.h>

#include "handle.h"
#include "netmap_poll.h"

#define OFTEN 64
#define NAP_NS 1000000
#define READS (POLLIN | POLLRDNORM)

_Atomic unsigned int settle_handles;

bool settle_due(int fd)
{
	struct handle *h = reader_of_descriptor(fd);

	return h && reader_filters_late(h);
}

/* The program's errno is as its own call has left it. */
bool settle(int fd)
{
	struct handle *h = reader_of_descriptor(fd);
	int error = errno;
	bool left = !h || reader_settle(h);

	errno = error;
	return left;
}

void settle_again(unsigned int *times)
{
	const struct timespec nap = {0, NAP_NS};

	if (++*times > OFTEN)
		nanosleep(&nap, NULL);
}

/* Takes back what does not hold; how many of those that were ready are. */
static int that_hold(struct pollfd *fds, nfds_t n, int ready)
{
	for (nfds_t i = 0; i < n && ready > 0; i++) {
		if (!(fds[i].revents & READS) || !settle_due(fds[i].fd) ||
		    settle(fds[i].fd))
			continue;
		fds[i].revents &= (short)~READS;
		ready -= fds[i].revents == 0;
	}
	return ready;
}

static int once(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask, bool plain)
{
	struct timespec timeout = {timeout_ns / 1000000000,
				   timeout_ns % 1000000000};

	if (netmap_files_any())
		return netmap_poll(fds, n, timeout_ns, mask);
	if (plain)
		return libc_calls.poll(fds, n, netmap_poll_ms(timeout_ns));
	return libc_calls.ppoll(fds, n, timeout_ns < 0 ? NULL : &timeout, mask);
}

int settle_poll(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask, bool plain)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns), left = timeout_ns;
	unsigned int times = 0;

	for (;;) {
		int told = once(fds, n, left, mask, plain);
		int ready = told > 0 ? that_hold(fds, n, told) : told;

		if (ready != 0 || told == 0 || left == 0)
			return ready;
		settle_again(&times);
		left = netmap_poll_left(timeout_ns, deadline);
	}
}
