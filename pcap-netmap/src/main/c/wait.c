/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for frames: a short spin, then sleep.
 *
 * A sleeper says so in area->awake, then looks at the rings once more and
 * sleeps on that word; a sender publishes and then looks at the word (wake.h).
 * With a full fence on both sides one of the two sees the other. Programs that
 * poll the descriptor by themselves say so in area->armed:
 *
 *	0  nobody polls     1  armed: write to the FIFO after publishing
 *	2  a sender is about to write to the FIFO
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "fifo.h"
#include "futex.h"
#include "hook.h"
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
#define MIDWAY_SPINS 50000
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
	for (uint32_t r = 0; r < port->geometry.rx_rings; r++) {
		const struct netmap_ring *ring =
			geometry_rx_ring(port->area, &port->geometry, r);

		if (index_load(&ring->cur) != index_load(&ring->tail))
			return true;
	}
	return false;
}

/* Whether senders have published more than the last sync showed. */
static bool rx_more(const struct nmd_port *port)
{
	for (uint32_t r = 0; r < port->geometry.rx_rings; r++) {
		const struct rx_control *control = &port->area->rx[r];

		if (load_acquire(&control->published) !=
		    load_relaxed(&control->granted))
			return true;
	}
	return false;
}

/* Whether the program has a slot to fill beyond cur, after a sync. */
static bool tx_beyond_cur(struct nmd_port *port)
{
	for (uint32_t r = 0; r < port->geometry.tx_rings; r++) {
		const struct netmap_ring *ring =
			geometry_tx_ring(port->area, &port->geometry, r);

		if (index_load(&ring->cur) != index_load(&ring->tail))
			return true;
	}
	return false;
}

/* Only a pipe can be full. */
static bool waits_for_room(const struct nmd_port *port, int events)
{
	return port->pipe && (events & POLLOUT);
}

/* Whether another look at the rings is worth it. */
static bool more(const struct nmd_port *port, int events)
{
	return ((events & POLLIN) && rx_more(port)) ||
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

/* As poll() and the C library's other sleeps: a thread can be cancelled here. */
static int sleep_cancellable(_Atomic uint32_t *word, int64_t timeout_ns)
{
	int before, r;

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
		r = sleep_cancellable(&area->awake, timeout_ns);
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

	if (p->sleep_ns ? !more(port, events) : !spin_for_more(port, events))
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
		held |= !port->pipe || tx_beyond_cur(port) ? POLLOUT : 0;
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
	int64_t deadline = timeout_ns > 0 ? deadline_after(timeout_ns) : 0;
	int64_t left = timeout_ns;
	struct patience patience = {0};
	int r;

	for (;;) {
		if (interrupted(port))
			return -EINTR;
		r = check(port, events);
		if (r != 0 || left == 0)
			return r;
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
	/* Always: others on the switch may have spoiled the word. */
	futex_set_and_wake(&port->area->awake);
}

NMD_API int nmd_fd(const struct nmd_port *port)
{
	return port->fd;
}

/* Waits out a sender that is just writing to the FIFO. */
static void wait_midway(struct area *area)
{
	for (int i = 0; i < MIDWAY_SPINS && load_relaxed(&area->armed) == 2;
	     i++)
		cpu_relax();
}

/* How often the FIFO may have been written to; senders count what they do. */
static uint64_t times_rung(const struct nmd_port *port)
{
	uint64_t times = 0;

	for (uint32_t r = 0; r < port->geometry.rx_rings; r++)
		times += load_acquire(&port->area->rx[r].wakeups);
	return times;
}

/*
 * Still armed is not enough: an opening that shares the rings may have armed
 * after both were written to.
 */
static bool armed_and_empty(const struct nmd_port *port)
{
	return load_relaxed(&port->area->armed) == 1 && !port->fd_filled &&
	       port->times_rung == times_rung(port) && !port_has_unread(port);
}

NMD_API int nmd_arm(struct nmd_port *port)
{
	struct area *area = port->area;

	if (armed_and_empty(port))
		return 0;
	if (!port_owns_fd(port))
		return -EBADF;
	wait_midway(area);
	port->times_rung = times_rung(port);
	fifo_drain(port->fd);
	HOOK(drained);
	atomic_store(&area->armed, 1);
	HOOK(armed);
	full_fence(); /* say so before looking; senders do the opposite */
	port->fd_filled = port_has_unread(port);
	if (port->fd_filled && write(port->fd, "", 1) < 0)
		return -errno;
	return 0;
}
