/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for frames: a short spin, then sleep.
 *
 * A sleeper says so in area->awake, then looks at the rings once more and
 * sleeps on that word; a sender publishes and then looks at the word (wake.h).
 * With a full fence on both sides one of the two sees the other. Programs that
 * poll the descriptor by themselves are woken by bell.c.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "draw.h"
#include "errand.h"
#include "futex.h"
#include "hook.h"
#include "nic.h"
#include "pipe.h"
#include "port.h"
#include "sync.h"

/*
 * Some fifty microseconds, about what a wake-up costs; a chunk of large frames
 * takes its sender half of that.
 */
#define SPINS 400
/*
 * A sender may be stopped between its publish and its wake-up, or killed where
 * nothing keeps its promise (wake.h). While nothing comes the sleeps grow,
 * since each look costs 60 us.
 */
#define FIRST_SLEEP_NS 50000000
#define LONGEST_SLEEP_NS 1000000000
/* Syncs that show nothing although there is more, before we nap between. */
#define FUTILE_SYNCS 100
#define NAP_NS 500000

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Whether the program has a slot to read beyond cur, after a sync. */
static bool rx_beyond_cur(struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++) {
		const struct netmap_ring *ring = nmd_rx_ring(port, i);

		if (index_load(&ring->cur) != index_load(&ring->tail))
			return true;
	}
	return false;
}

/* Whether senders have published more than the last sync showed. */
static bool rx_more(const struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++) {
		const struct rx_control *control = port_rx_control(port, i);

		if (load_acquire(&control->published) !=
		    load_relaxed(&control->granted))
			return true;
	}
	return false;
}

/* Whether the program has a slot to fill beyond cur, after a sync. */
static bool tx_beyond_cur(struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.tx; i++) {
		const struct netmap_ring *ring = nmd_tx_ring(port, i);

		if (index_load(&ring->cur) != index_load(&ring->tail))
			return true;
	}
	return false;
}

/*
 * A switch takes everything, an interface what its queue has room for, an
 * opening without TX rings nothing.
 */
static bool can_send(struct nmd_port *port)
{
	return port->pipe || port->nic ? tx_beyond_cur(port)
				       : port->rings.tx > 0;
}

/* Only a pipe can be full. */
static bool waits_for_room(const struct nmd_port *port, int events)
{
	return port->pipe && (events & POLLOUT);
}

/* Whether another look at the rings is worth it. */
static bool more(const struct nmd_port *port, int events)
{
	return ((events & POLLIN) && (rx_more(port) || draw_waits(port))) ||
	       (waits_for_room(port, events) && pipe_has_new_room(port));
}

static bool interrupted(struct nmd_port *port)
{
	return load_relaxed(&port->interrupted) &&
	       atomic_exchange(&port->interrupted, 0);
}

static bool spin_for_more(const struct nmd_port *port, int events)
{
	for (int i = 0; i < SPINS; i++) {
		if (more(port, events) || load_relaxed(&port->interrupted))
			return true;
		for (int k = 0; k < 8; k++)
			cpu_relax();
	}
	return false;
}

/* The call in which stock libpcap sleeps, which a sandbox will allow. */
static int sleep_by_poll(struct nmd_port *port, int64_t timeout_ns)
{
	struct pollfd p = {port->fd, POLLIN, 0};

	nmd_arm(port);
	return poll(&p, 1, (int)(timeout_ns / 1000000 + 1)) < 0 ? -errno : 0;
}

/* As poll() and the C library's other sleeps: a thread can be cancelled here. */
static int sleep_cancellable(struct nmd_port *port, int64_t timeout_ns)
{
	_Atomic uint32_t *word = &port->area->awake;
	int before, r;

	if (errands_only())
		return sleep_by_poll(port, timeout_ns);

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &before);
	r = futex_wait(word, 0, timeout_ns);
	pthread_setcanceltype(before, NULL);
	return r;
}

/* One sleep of longest_ns at most; -EINTR after a signal. */
static int sleep_once(struct nmd_port *port, int events, int64_t timeout_ns,
		      int64_t longest_ns)
{
	struct area *area = port->area;
	int r = 0;

	if (timeout_ns < 0 || timeout_ns > longest_ns)
		timeout_ns = longest_ns;
	store_relaxed(&area->awake, 0);
	if (waits_for_room(port, events))
		store_relaxed(&area->wants_room, 1);
	HOOK(waiting_set);
	full_fence(); /* say so before looking; senders do the opposite */
	if (!more(port, events) && !load_relaxed(&port->interrupted)) {
		counter_add_shared(&area->rx[0].sleeps, 1);
		r = sleep_cancellable(port, timeout_ns);
	}
	/*
	 * The word stays as it is: another reader may be asleep on it. If
	 * nobody is, the next sender makes one wake-up for nothing.
	 */
	return r == -EINTR ? -EINTR : 0;
}

/*
 * Waits a moment when there is more and a sync does not show it: somebody
 * else is in a sync and may be stopped there, or the ring is spoiled.
 */
static int nap(int64_t timeout_ns)
{
	struct timespec ts = {0, NAP_NS};

	if (errands_only())
		return poll(NULL, 0, 1) < 0 ? -errno : 0;
	if (timeout_ns >= 0 && timeout_ns < NAP_NS)
		ts.tv_nsec = (long)timeout_ns;
	return nanosleep(&ts, NULL) < 0 ? -errno : 0;
}

/* What one call of nmd_wait has gone through. */
struct patience {
	uint32_t futile;  /* syncs that showed nothing */
	int64_t sleep_ns; /* the next sleep's limit; 0: has not slept yet */
};

/* Who has slept once does not spin again. */
static int sleep_longer(struct nmd_port *port, int events, int64_t timeout_ns,
			struct patience *p)
{
	p->sleep_ns = p->sleep_ns ? 2 * p->sleep_ns : FIRST_SLEEP_NS;
	if (p->sleep_ns > LONGEST_SLEEP_NS)
		p->sleep_ns = LONGEST_SLEEP_NS;
	return sleep_once(port, events, timeout_ns, p->sleep_ns);
}

/* Spins, then sleeps; -EINTR after a signal. */
static int wait_for_more(struct nmd_port *port, int events, int64_t timeout_ns,
			 struct patience *p)
{
	int r = 0;

	if (port->nic)
		r = ++p->futile > FUTILE_SYNCS
			    ? nap(timeout_ns)
			    : nic_sleep(port, events, timeout_ns);
	else if (p->sleep_ns ? !more(port, events)
			     : !spin_for_more(port, events))
		r = sleep_longer(port, events, timeout_ns, p);
	else if (++p->futile > FUTILE_SYNCS)
		r = nap(timeout_ns);
	if (r == -EINTR) /* the signal's handler may have interrupted us */
		interrupted(port);
	return r;
}

/* When a wait of timeout_ns > 0 from now ends. */
static int64_t deadline_after(int64_t timeout_ns)
{
	int64_t now = now_ns();

	return timeout_ns < INT64_MAX - now ? now + timeout_ns : INT64_MAX;
}

/* The syncs that poll() would do, and what holds after them. */
static int check(struct nmd_port *port, int events)
{
	int held = 0, r;

	if (events & POLLOUT) {
		r = nmd_txsync(port);
		if (r < 0 && r != -EBUSY)
			return r;
		held |= can_send(port) ? POLLOUT : 0;
	}
	if (events & POLLIN) {
		r = nmd_rxsync(port);
		if (r < 0 && r != -EBUSY)
			return r;
		held |= rx_beyond_cur(port) ? POLLIN : 0;
	}
	return held;
}

NMD_API int nmd_wait(struct nmd_port *port, int events, int64_t timeout_ns)
{
	int64_t deadline = 0, left = timeout_ns;
	struct patience patience = {0};
	int r;

	for (;;) {
		if (interrupted(port))
			return -EINTR;
		r = check(port, events);
		if (r != 0 || left == 0)
			return r;
		/* Not before: who finds frames each time asks no clock. */
		if (timeout_ns > 0 && deadline == 0)
			deadline = deadline_after(timeout_ns);
		r = wait_for_more(port, events, left, &patience);
		if (r < 0)
			return r;
		if (timeout_ns > 0) {
			left = deadline - now_ns();
			left = left < 0 ? 0 : left;
		}
	}
}

NMD_API void nmd_interrupt(struct nmd_port *port)
{
	atomic_store(&port->interrupted, 1);
	if (port->nic)
		nic_wake(port);
	/* Always: others on the switch may have spoiled the word. */
	futex_set_and_wake(&port->area->awake);
}

NMD_API int nmd_fd(const struct nmd_port *port)
{
	return port->nic ? port->nic->poll.fd : port->fd;
}
