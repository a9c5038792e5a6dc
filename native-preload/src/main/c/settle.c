/* SPDX-License-Identifier: BSD-2-Clause */
#include "settle.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "errand.h"
#include "handle.h"
#include "netmap_poll.h"

#define OFTEN 64
#define NAP_US 1000
#define READS (POLLIN | POLLRDNORM)

_Atomic unsigned int settle_handles;

bool settle_due(int fd)
{
	struct handle *h = reader_of_descriptor(fd);

	return h && atomic_load_explicit(&h->late, memory_order_relaxed);
}

/* What a fault of the program's raises ends it if it is blocked. */
static void block(sigset_t *before)
{
	static const int faults[] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
				     SIGTRAP, SIGABRT, SIGSYS};
	sigset_t most;

	sigfillset(&most);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigdelset(&most, faults[i]);
	pthread_sigmask(SIG_BLOCK, &most, before);
}

void settle_begin(struct settle_wait *w, int64_t timeout_ns,
		  const sigset_t *mask)
{
	w->timeout_ns = timeout_ns;
	w->deadline = netmap_poll_deadline(timeout_ns);
	w->times = 0;
	w->mask = mask;
	w->plain = errands_only();
	if (w->plain)
		return;
	block(&w->before);
	if (!mask)
		w->mask = &w->before;
}

void settle_end(void *wait)
{
	struct settle_wait *w = wait;
	int error = errno;

	if (!w->plain)
		pthread_sigmask(SIG_SETMASK, &w->before, NULL);
	errno = error;
}

int64_t settle_left(const struct settle_wait *w)
{
	return netmap_poll_left(w->timeout_ns, w->deadline);
}

/* The program's errno is as its own call has left it. */
bool settle(int fd)
{
	int error = errno, state;
	bool left;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	left = reader_settle(fd);
	pthread_setcancelstate(state, NULL);
	errno = error;
	return left;
}

bool settle_pause(struct settle_wait *w, int (*nap)(int us))
{
	bool often = ++w->times > OFTEN;
	const struct timespec pause = {0, often ? NAP_US * 1000 : 0};

	if (w->plain)
		return !often || !nap || nap(NAP_US) == 0;
	/* With a descriptor that is ready the kernel would look at no signal. */
	return libc_calls.ppoll(NULL, 0, &pause, w->mask) == 0;
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

static int once(const struct settle_wait *w, struct pollfd *fds, nfds_t n)
{
	int64_t ns = settle_left(w);
	struct timespec timeout = {ns / 1000000000, ns % 1000000000};

	if (netmap_files_any())
		return netmap_poll(fds, n, ns, w->mask);
	if (w->plain && !w->mask)
		return libc_calls.poll(fds, n, netmap_poll_ms(ns));
	return libc_calls.ppoll(fds, n, ns < 0 ? NULL : &timeout, w->mask);
}

static int poll_nap(int us)
{
	return libc_calls.poll(NULL, 0, us / 1000);
}

static int poll_until_it_holds(struct settle_wait *w, struct pollfd *fds,
			       nfds_t n)
{
	for (;;) {
		bool last = settle_left(w) == 0;
		int told = once(w, fds, n);
		int ready = told > 0 ? that_hold(fds, n, told) : told;

		if (ready != 0 || told == 0 || last)
			return ready;
		if (!settle_pause(w, poll_nap))
			return -1;
	}
}

int settle_poll(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask)
{
	struct settle_wait w;
	int result;

	if (!settle_any())
		return netmap_poll(fds, n, timeout_ns, mask);
	settle_begin(&w, timeout_ns, mask);
	pthread_cleanup_push(settle_end, &w);
	result = poll_until_it_holds(&w, fds, n);
	pthread_cleanup_pop(1);
	return result;
}
