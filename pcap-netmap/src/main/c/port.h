/* SPDX-License-Identifier: BSD-2-Clause */
/* An opening of a port, as the process that opened it keeps it. */
#ifndef PORT_H
#define PORT_H

#include <errno.h>

#include "atomics.h"
#include "forward.h"
#include "lock.h"
#include "vale.h"

struct draw;
struct released;
struct nic;
struct peer;

/*
 * For whom frames may be held back: the one area that all that the opening
 * sends goes to, as seen at the last sync.
 */
struct holding {
	struct area *receiver; /* NULL: nobody */
	struct peer *peer;     /* the same */
	_Atomic uint64_t *held;
	uint64_t bit; /* ours in *held */
	uint64_t epoch, settings_seq;
	const struct netmap_ring *ring; /* ours */
	uint32_t longest; /* frame that it takes whole, in one slot */
	bool known;       /* all this is of that epoch */
	struct lock_memory memory;
};

struct nmd_port {
	bool keep_view; /* NMD_KEEP_VIEW */
	bool indirect;  /* NMD_INDIRECT */
	bool may_hold;  /* nmd_hold has been called */
	struct nmd_port *next;
	struct vale *vale;
	struct area *area; /* mapped, shared */
	struct geometry geometry;
	struct sw_rings rings; /* of the area's: this opening's */
	uint32_t index;        /* of the opening */
	uint32_t port_index;
	uint32_t area_index;
	uint32_t group;         /* as in sw_opening */
	uint64_t generation;    /* of the opening */
	uint64_t pid_namespace; /* of the process that opened */
	uint64_t area_generation;
	enum nmd_mode mode;
	int fd; /* the FIFO */
	dev_t fd_dev;
	ino_t fd_ino;
	bool polls;          /* nmd_arm has been called */
	bool fd_filled;      /* nmd_arm left a byte in the FIFO */
	uint64_t times_rung; /* when it was emptied last */
	_Atomic uint32_t interrupted;
	struct lock_memory rx_sync_memory, tx_sync_memory;
	struct lock_memory bell_memory[SW_MAX_RINGS];
	struct forwarder *forwarder;
	struct holding holding;
	struct draw *draw; /* NULL: takes nothing that others hold */
	/* Sees what is released; NULL: a capture, or from outside. */
	struct released *released;
	struct pipe *pipe;           /* of an end of a pipe, else NULL */
	struct nic *nic;             /* of an interface, else NULL */
	bool arrivals;               /* arrival times are kept */
	bool monitor;                /* sends nothing */
	bool ends_with_port, orphan; /* of a monitor */
	uint64_t orphan_epoch;       /* that this is known of */
	bool shows_pending; /* a pipe's: slots come back once they are read */
	char name[64];
};

/* The control words of receive ring i of the opening. */
static inline struct rx_control *port_rx_control(const struct nmd_port *port,
						 uint32_t i)
{
	return &port->area->rx[port->rings.first_rx + i];
}

/*
 * What keeps the syncs of one direction apart: those of all openings that share
 * rings. Of an interface each has rings of its own, also where they lie in one
 * area.
 */
static inline sw_lock *port_rx_lock(const struct nmd_port *port)
{
	return &port->area->rx[port->nic ? port->rings.first_rx : 0].sync_lock;
}

static inline sw_lock *port_tx_lock(const struct nmd_port *port)
{
	return &port->area->tx[port->nic ? port->rings.first_tx : 0].sync_lock;
}

/*
 * Adds to a count of what a TX ring sends, whose only other writer is a
 * receiver that draws from it (draw.h).
 */
static inline void port_count(const struct tx_control *tx,
			      _Atomic uint64_t *count, uint64_t n)
{
	if (load_relaxed(&tx->holds))
		counter_add_shared(count, n);
	else
		counter_add(count, n);
}

/* Frees what is private to this process. */
void port_free(struct nmd_port *port);

/* The word that names this opening, in this process, as a lock's holder. */
uint64_t port_identity(const struct nmd_port *port);

/*
 * 0 if the rings are still this opening's, else -EBADF: one that has lost its
 * descriptor (a program that closes them all) counts as gone, and its memory
 * may be another's by now. Ask under the sync lock, which whoever gives the
 * memory away takes too.
 */
static inline int port_check_ours(const struct nmd_port *port)
{
	uint64_t state = load_acquire(
		&vale_area_entry(port->vale, port->area_index)->state);

	return state == sw_state_make(port->area_generation, SW_LIVE) ? 0
								      : -EBADF;
}

/* Whether fd is still the FIFO: a program may close it and reuse the number. */
bool port_owns_fd(const struct nmd_port *port);

/*
 * From now on fd, a duplicate of the opening's descriptor, is the one that the
 * opening uses and closes; the other is the caller's.
 */
void port_move_fd(struct nmd_port *port, int fd);

/* Whether any receive ring holds slots that were not given back. */
bool port_has_unread(const struct nmd_port *port);

/*
 * Whether a TX sync would have something to do besides moving tail; of an
 * interface always.
 */
bool port_has_unsent(const struct nmd_port *port);

/*
 * In released.c: whether the port of a monitor that ends with it has been
 * closed, as far as anybody has asked in time.
 */
bool port_is_orphan(struct nmd_port *port);

/* The area that a monitor looks at; SW_NONE: none any more. */
uint32_t port_watched_area(const struct nmd_port *port);

#endif
