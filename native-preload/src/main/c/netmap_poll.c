/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_poll.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "libc_calls.h"
#include "netmap_csb.h"
#include "port.h"

#define READS (POLLIN | POLLRDNORM)
#define WRITES (POLLOUT | POLLWRNORM)

int64_t netmap_poll_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t netmap_poll_deadline(int64_t timeout_ns)
{
	int64_t now = netmap_poll_clock();

	if (timeout_ns < 0 || timeout_ns > INT64_MAX - now)
		return INT64_MAX;
	return now + timeout_ns;
}

int64_t netmap_poll_left(int64_t timeout_ns, int64_t deadline)
{
	int64_t left = timeout_ns;

	if (timeout_ns > 0)
		left = deadline - netmap_poll_clock();
	return timeout_ns > 0 && left < 0 ? 0 : left;
}

int netmap_poll_timeout(const struct timespec *t, int64_t *timeout_ns)
{
	*timeout_ns = -1;
	if (!t)
		return 0;
	if (t->tv_sec < 0 || t->tv_nsec < 0 || t->tv_nsec >= 1000000000) {
		errno = EINVAL;
		return -1;
	}
	*timeout_ns = t->tv_sec > INT64_MAX / 1000000000 - 1
			      ? INT64_MAX
			      : t->tv_sec * 1000000000 + t->tv_nsec;
	return 0;
}

int netmap_poll_ms(int64_t timeout_ns)
{
	if (timeout_ns < 0 || timeout_ns / 1000000 >= INT32_MAX)
		return -1;
	return (int)((timeout_ns + 999999) / 1000000);
}

/* The events as nmd_wait knows them, of those that the file has rings for. */
static int wanted(const struct netmap_file *f, short events)
{
	return (events & READS && f->receives ? POLLIN : 0) |
	       (events & WRITES && f->sends ? POLLOUT : 0);
}

/* As the program asked for them. */
static short shown(int held, short events)
{
	if (held < 0)
		return held == -EINTR ? 0 : POLLERR;
	return (short)((held & POLLIN ? events & READS : 0) |
		       (held & POLLOUT ? events & WRITES : 0));
}

/* Asked for nothing, the module looks at no ring that has nothing to send. */
static bool tx_pending(const struct netmap_file *f, const struct nmd_port *port)
{
	return f->guest || port_has_unsent(port);
}

/* What poll pushes out and gives back without being asked about it. */
static void sync_unasked(struct netmap_file *f, struct nmd_port *port,
			 short events)
{
	if (f->sends && !f->no_tx_poll && !(events & WRITES) &&
	    tx_pending(f, port))
		netmap_txsync(f, port);
	if (f->receives && f->do_rx_poll && !(events & READS))
		netmap_rxsync(f, port);
}

/*
 * What the module says at once of a monitor: it has nothing to send, and
 * nothing to look at once its port is closed.
 */
static short monitor_errors(struct nmd_port *port, short events)
{
	short errors = 0;

	if (!port->monitor)
		return 0;
	if (events & WRITES)
		errors = (short)(POLLERR | (events & WRITES));
	if (events & READS && port_is_orphan(port))
		errors |= POLLERR;
	return errors;
}

short netmap_poll_events(struct netmap_file *f, short events)
{
	struct nmd_port *port = atomic_load(&f->port);

	if (!port || csb_is_on(f))
		return POLLERR;
	sync_unasked(f, port, events);
	return shown(netmap_wait(f, port, wanted(f, events), 0), events) |
	       monitor_errors(port, events);
}

int netmap_poll_arm(struct netmap_file *f, short events)
{
	struct nmd_port *port = atomic_load(&f->port);

	if (!port || !(wanted(f, events) & POLLIN) || nmd_arm(port) < 0)
		return -1;
	return nmd_fd(port);
}

bool netmap_poll_impatient(const struct netmap_file *f, short events)
{
	return f->fills && wanted(f, events) & POLLOUT;
}

/* One descriptor, ours: the device library sleeps best. */
static int poll_one(struct netmap_file *f, struct pollfd *fd,
		    int64_t timeout_ns)
{
	struct nmd_port *port = atomic_load(&f->port);
	int events, held;
	short errors;

	fd->revents = POLLERR;
	if (!port || csb_is_on(f))
		return 1;
	sync_unasked(f, port, fd->events);
	events = wanted(f, fd->events);
	errors = monitor_errors(port, fd->events);
	held = netmap_wait(f, port, events, errors ? 0 : timeout_ns);
	if (held == -EINTR) {
		errno = EINTR;
		return -1;
	}
	fd->revents = shown(held, fd->events) | errors;
	return fd->revents != 0;
}

/* A poll of several descriptors, of which files[i] are ours. */
struct many {
	struct pollfd *fds;   /* the program's */
	struct pollfd *asked; /* what the kernel is asked */
	struct netmap_file **files;
	nfds_t n, ours;
	bool impatient;
	void *memory; /* of asked and files, if they are many */
};

static int look_at_ours(struct many *m)
{
	int ready = 0;

	for (nfds_t i = 0; i < m->n; i++) {
		if (!m->files[i])
			continue;
		m->fds[i].revents = netmap_poll_events(m->files[i],
						       m->fds[i].events);
		ready += m->fds[i].revents != 0;
	}
	return ready;
}

/* The kernel looks at the others, and at ours only to wait for them. */
static void ask(struct many *m, bool waiting)
{
	m->impatient = false;
	for (nfds_t i = 0; i < m->n; i++) {
		m->asked[i] = m->fds[i];
		if (!m->files[i])
			continue;
		m->asked[i].fd = -1;
		if (!waiting)
			continue;
		m->asked[i].events = POLLIN;
		m->asked[i].fd = netmap_poll_arm(m->files[i], m->fds[i].events);
		m->impatient |= netmap_poll_impatient(m->files[i],
						      m->fds[i].events);
	}
}

static int take_others(struct many *m)
{
	int ready = 0;

	for (nfds_t i = 0; i < m->n; i++) {
		if (m->files[i])
			continue;
		m->fds[i].revents = m->asked[i].revents;
		ready += m->fds[i].revents != 0;
	}
	return ready;
}

static int kernel_poll(struct many *m, int64_t timeout_ns, const sigset_t *mask)
{
	struct timespec timeout;

	if (m->impatient &&
	    (timeout_ns < 0 || timeout_ns > NETMAP_POLL_AGAIN_NS))
		timeout_ns = NETMAP_POLL_AGAIN_NS;
	timeout.tv_sec = timeout_ns / 1000000000;
	timeout.tv_nsec = timeout_ns % 1000000000;
	return libc_calls.ppoll(m->asked, m->n,
				timeout_ns < 0 ? NULL : &timeout, mask);
}

static int poll_many(struct many *m, int64_t timeout_ns, const sigset_t *mask)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns), left = timeout_ns;

	for (;;) {
		int ready = look_at_ours(m), others;

		ask(m, ready == 0 && left != 0);
		others = kernel_poll(m, ready ? 0 : left, mask);
		if (others < 0 && ready == 0)
			return -1;
		ready += take_others(m);
		/* After a wake-up ours are looked at once more. */
		if (ready > 0 || left == 0)
			return ready;
		left = netmap_poll_left(timeout_ns, deadline);
	}
}

/* Takes ours; how many they are. */
static nfds_t take_ours(struct many *m)
{
	nfds_t ours = 0;

	for (nfds_t i = 0; i < m->n; i++) {
		m->files[i] = netmap_file_take(m->fds[i].fd);
		ours += m->files[i] != NULL;
	}
	return ours;
}

/* Also of a thread that was cancelled while it slept. */
static void give_back_ours(void *polled)
{
	struct many *m = polled;

	for (nfds_t i = 0; i < m->n; i++)
		if (m->files[i])
			netmap_file_give_back(m->files[i]);
	free(m->memory);
}

static int poll_taken(struct many *m, int64_t timeout_ns, const sigset_t *mask)
{
	int result;

	pthread_cleanup_push(give_back_ours, m);
	result = m->ours == 1 && m->n == 1 && !mask
			 ? poll_one(m->files[0], m->fds, timeout_ns)
			 : poll_many(m, timeout_ns, mask);
	pthread_cleanup_pop(1);
	return result;
}

#define FEW 16

int netmap_poll(struct pollfd *fds, nfds_t n, int64_t timeout_ns,
		const sigset_t *mask)
{
	struct netmap_file *few_files[FEW];
	struct pollfd few[FEW];
	struct many m = {.fds = fds, .asked = few, .files = few_files, .n = n};

	if (n > FEW) {
		m.memory = malloc(n * (sizeof(struct pollfd) +
				       sizeof(struct netmap_file *)));
		if (!m.memory) {
			errno = ENOMEM;
			return -1;
		}
		m.files = m.memory;
		m.asked = (void *)(m.files + n);
	}
	m.ours = take_ours(&m);
	return poll_taken(&m, timeout_ns, mask);
}
