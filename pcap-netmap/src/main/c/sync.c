/* SPDX-License-Identifier: BSD-2-Clause */
/* The two syncs: where tail moves, and the program's head is believed. */
#include <errno.h>
#include <pthread.h>
#include <sys/time.h>
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
#include <sys/single_threaded.h>
#endif

#include "atomics.h"
#include "bell.h"
#include "draw.h"
#include "error_log.h"
#include "hold.h"
#include "hook.h"
#include "nic.h"
#include "pipe.h"
#include "port.h"
#include "released.h"
#include "sync.h"
#include "tables.h"

uint64_t port_identity(const struct nmd_port *port)
{
	uint64_t identity = lock_identity(port->index, port->generation);

	/* Its number would be looked up in the namespace of the opener. */
	if (port->pid_namespace != tables_own_namespace())
		return identity;
	return identity | tables_pid();
}

static enum lock_life holder_alive(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

/*
 * Another thread or process that shares the ring is in a sync: -EBUSY, at
 * once if it is this process, after the lock's patience if not.
 */
int sync_lock_take(struct nmd_port *port, sw_lock *lock,
		   struct lock_memory *memory)
{
	uint64_t me = port_identity(port);
	uint64_t found = lock_try(lock, me);

	if (found == 0)
		return 0;
	if (found == me)
		return -EBUSY;
	switch (lock_take(lock, me, memory, holder_alive, port->vale)) {
	case LOCK_STUCK:
		return -EBUSY;
	case LOCK_TAKEN_OVER:
		counter_add_shared(&port->area->tx[0].takeovers, 1);
		error_log_note(port->vale, NMD_ERROR_TAKEOVER, port->port_index,
			       port->index);
		return 0;
	default:
		return 0;
	}
}

uint32_t sync_advance(const struct netmap_ring *ring, uint64_t from,
		      uint32_t num_slots)
{
	uint32_t head = index_load(&ring->head);
	uint32_t at = geometry_slot(from, num_slots);

	if (head >= num_slots)
		return num_slots;
	return head >= at ? head - at : head + num_slots - at;
}

int sync_reinit(const struct nmd_port *port, struct netmap_ring *ring,
		uint64_t head, uint64_t tail, uint32_t num_slots)
{
	error_log_note(port->vale, NMD_ERROR_RING, port->port_index,
		       port->index);
	ring->head = ring->cur = geometry_slot(head, num_slots);
	index_store(&ring->tail, geometry_slot(tail, num_slots));
	return -EINVAL;
}

static uint64_t forward(struct nmd_port *port, uint32_t r, bool *good)
{
	const struct geometry *g = &port->geometry;
	uint64_t sent = load_relaxed(&port->area->tx[r].sent);
	uint32_t count = sync_advance(geometry_tx_ring(port->area, g, r), sent,
				      g->tx_slots);

	*good = count < g->tx_slots;
	if (count > 0 && *good)
		forward_slots(port, r, sent, count, false);
	return *good ? sent + count : sent;
}

static int tx_locked(struct nmd_port *port, uint32_t r)
{
	const struct geometry *g = &port->geometry;
	struct netmap_ring *ring = geometry_tx_ring(port->area, g, r);
	bool holds = load_relaxed(&port->area->tx[r].holds), good;
	uint64_t sent = holds ? hold_forward(port, r, &good)
			      : forward(port, r, &good);

	if (!good)
		return sync_reinit(port, ring, sent, sent + g->tx_slots - 1,
				   g->tx_slots);
	HOOK(sent);
	/* A switch takes everything: all slots but one are free again. */
	index_store(&ring->tail,
		    geometry_slot(sent + g->tx_slots - 1, g->tx_slots));
	return (int)g->tx_slots - 1;
}

static int nic_tx_locked(struct nmd_port *port, uint32_t r)
{
	const uint32_t slots = port->geometry.tx_slots;
	struct tx_control *control = &port->area->tx[r];
	struct netmap_ring *ring = geometry_tx_ring(port->area, &port->geometry,
						    r);
	uint64_t sent = load_relaxed(&control->sent);
	uint32_t count = sync_advance(ring, sent, slots), done = 0;
	uint32_t under_way = nic_under_way(port, r, sent);
	/* Of a full ring of what the link's loss left the error is to be told. */
	bool sends = count > 0 || (port->nic->xdp && under_way == slots - 1);

	if (count >= slots - under_way)
		return sync_reinit(port, ring, sent,
				   sent - under_way + slots - 1, slots);
	if (sends)
		done = nic_send(port, r, sent, count);
	else
		nic_push(port, r);
	sent += done;
	store_release(&control->sent, sent);
	under_way = nic_under_way(port, r, sent);
	index_store(&ring->tail,
		    geometry_slot(sent - under_way + slots - 1, slots));
	if (sends && port->nic->tx_error)
		return port->nic->tx_error;
	return (int)(slots - 1 - under_way - (count - done));
}

static int any_tx_locked(struct nmd_port *port, uint32_t r)
{
	if (port->nic)
		return nic_tx_locked(port, r);
	return port->pipe ? pipe_tx_locked(port, r) : tx_locked(port, r);
}

static bool thread_is_alone(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
	return __libc_single_threaded;
#else
	return false;
#endif
}

/* One lock for all its TX rings: they share the forwarder. */
static int txsync(struct nmd_port *port, bool may_look)
{
	sw_lock *lock = port_tx_lock(port);
	int n = sync_lock_take(port, lock, &port->tx_sync_memory);
	int total = 0;

	if (n < 0)
		return n;
	HOOK(tx_locked);
	n = port->monitor ? -EOPNOTSUPP : port_check_ours(port);
	for (uint32_t i = 0; n >= 0 && i < port->rings.tx; i++) {
		uint32_t r = port->rings.first_tx + i;

		n = any_tx_locked(port, r);
		total += n;
	}
	if (n >= 0 && port->may_hold && may_look)
		hold_look(port);
	lock_release(lock, port_identity(port));
	return n < 0 ? n : total;
}

/*
 * Waking others by their FIFOs is a point where a thread may be cancelled, and
 * nobody would give back the locks that it holds there. Who is alone is not
 * cancelled: two locked instructions less.
 */
static int txsync_uncancelled(struct nmd_port *port, bool may_look)
{
	int before, n;

	if (thread_is_alone())
		return txsync(port, may_look);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	n = txsync(port, may_look);
	pthread_setcancelstate(before, NULL);
	return n;
}

NMD_API int nmd_txsync(struct nmd_port *port)
{
	return txsync_uncancelled(port, true);
}

/* Another thread may be in nmd_hold, and look at what hold_look writes. */
void sync_send_held(struct nmd_port *port)
{
	if (load_relaxed(&port->area->tx[0].holds))
		txsync_uncancelled(port, false);
}

/* What senders have published, if it can be true; else head. */
static uint64_t believable(const struct rx_control *control, uint64_t consumed,
			   uint64_t head, uint32_t num_slots)
{
	uint64_t published = load_acquire(&control->published);

	return published - consumed < num_slots &&
			       published - consumed >= head - consumed
		       ? published
		       : head;
}

/* The ring's time is that of the newest batch. */
static void set_time(struct netmap_ring *ring, const struct rx_control *rx)
{
	uint64_t ns = load_relaxed(&rx->published_ns);

	ring->ts.tv_sec = (time_t)(ns / 1000000000);
	ring->ts.tv_usec = (suseconds_t)(ns % 1000000000 / 1000);
}

/* shows: what is given back has been shown to a monitor, as far as whole. */
static int rx_locked(struct nmd_port *port, uint32_t r, bool shows)
{
	const struct geometry *g = &port->geometry;
	struct netmap_ring *ring = geometry_rx_ring(port->area, g, r);
	struct rx_control *control = &port->area->rx[r];
	uint64_t consumed = load_relaxed(&control->consumed);
	uint64_t granted = load_relaxed(&control->granted), before = granted;
	uint64_t head, was = consumed;
	int error = 0;
	uint32_t count = sync_advance(ring, consumed, g->rx_slots);

	if (count > granted - consumed)
		return sync_reinit(port, ring, consumed, granted, g->rx_slots);
	head = consumed + count;
	if (port->nic)
		consumed = nic_release(port, r, consumed, head);
	else
		consumed = shows ? released_upto(port, r, head) : head;
	if (consumed != was)
		store_release(&control->consumed, consumed);
	HOOK(consumed);
	if (port->nic)
		error = nic_receive(port, r);
	granted = believable(control, consumed, head, g->rx_slots);
	if (granted != before) {
		store_relaxed(&control->granted, granted);
		set_time(ring, control);
	}
	HOOK(granted);
	/*
	 * After the grant, should we be killed in between: who shares the rings
	 * may give back all that tail shows.
	 */
	atomic_signal_fence(memory_order_release);
	index_store(&ring->tail, geometry_slot(granted, g->rx_slots));
	/* What came before the interface was lost is to be read first. */
	return granted == head ? error : (int)(granted - head);
}

static int rx_all_locked(struct nmd_port *port, bool shows)
{
	int n = 0, total = 0;

	for (uint32_t i = 0; n >= 0 && i < port->rings.rx; i++) {
		n = rx_locked(port, port->rings.first_rx + i, shows);
		total += n;
	}
	return n < 0 ? n : total;
}

static int rxsync(struct nmd_port *port, bool shows)
{
	sw_lock *lock = port_rx_lock(port);
	int n = sync_lock_take(port, lock, &port->rx_sync_memory);

	if (n < 0)
		return n;
	HOOK(rx_locked);
	n = port_check_ours(port);
	if (n == 0 && shows)
		released_show(port);
	if (port->pipe)
		pipe_will_give_back(port);
	if (n == 0)
		n = rx_all_locked(port, shows);
	if (n >= 0 && draw_waits(port) && draw_held(port))
		n = rx_all_locked(port, shows);
	if (n == 0 && bell_look_again(port))
		n = rx_all_locked(port, shows);
	if (n > 0 && port->draw)
		draw_begin(port);
	if (port->pipe)
		pipe_gave_back(port);
	lock_release(lock, port_identity(port));
	return n;
}

/*
 * Reading an interface is a point where a thread may be cancelled, too, and so
 * is waking a monitor.
 */
NMD_API int nmd_rxsync(struct nmd_port *port)
{
	bool shows = released_wanted(port);
	int before, n;

	if (!port->nic && !shows)
		return rxsync(port, false);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	n = rxsync(port, shows);
	/* What the host has sent by NS_FORWARD goes out. */
	if (port->nic && port->nic->sends_down) {
		port->nic->sends_down = false;
		txsync(port, false);
	}
	pthread_setcancelstate(before, NULL);
	return n;
}

static uint64_t look_once(struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++)
		nic_receive(port, port->rings.first_rx + i);
	return nic_count(port);
}

uint64_t sync_look(struct nmd_port *port)
{
	sw_lock *lock = port_rx_lock(port);
	uint64_t waiting = 0;
	int before;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	if (sync_lock_take(port, lock, &port->rx_sync_memory) == 0) {
		if (port_check_ours(port) == 0) {
			waiting = look_once(port);
			/* What is counted is to be there to read, too. */
			if (waiting > 0 && nic_await_block(port))
				waiting = look_once(port);
		}
		lock_release(lock, port_identity(port));
	}
	pthread_setcancelstate(before, NULL);
	return waiting;
}

bool port_has_unread(const struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++) {
		const struct rx_control *control = port_rx_control(port, i);

		if (load_acquire(&control->published) !=
		    load_relaxed(&control->consumed))
			return true;
	}
	return false;
}
