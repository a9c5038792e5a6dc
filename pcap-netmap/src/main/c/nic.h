/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports of real interfaces. Alone: xdp.h. Their host's side: host.h. Shared with
 * the host: a copying tap.
 *
 * A packet socket's ring holds what the interface receives and sends, after the
 * opening's filter has run in the kernel; the reader's sync copies it into the
 * opening's rings, and what the opening sends goes out by the same socket. The
 * host's own traffic passes as if nobody looked.
 *
 *   wire <--> interface <--> host
 *                 | copies, filtered
 *                 v
 *            packet socket ---- rxsync ----> RX ring 0
 *                 ^
 *                 +------------ txsync ----- TX ring 0
 *
 * The openings of all interfaces are entered in the tables of one switch,
 * "netmap", so that they are listed, counted and swept up as all others are;
 * nothing is forwarded there. So are those of ports of the kernel's netmap, of
 * whatever kind: kernel.h.
 */
#ifndef NIC_H
#define NIC_H

#include <stdbool.h>

#include "host.h"
#include "nic_fd.h"
#include "nic_link.h"
#include "nic_ring.h"
#include "peers.h"
#include "plan.h"
#include "xdp.h"

/* The interface of a spec is the port's name on this switch. */
#define NIC_SWITCH "netmap"

struct kernel;
struct nic_monitors;

struct nic {
	char name[16]; /* of the interface */
	int ifindex;
	bool loopback;
	bool sends_only;    /* /T: no receive ring */
	bool incoming_only; /* a raw opening does not see what the host sends */
	bool down;          /* the link was lost; it may come back, or not */
	bool ring_full;     /* at the last look */
	bool sends_down;    /* frames of the host's wait in TX rings */
	uint32_t fanout; /* of a group's opening: what PACKET_FANOUT is told */
	struct nic_link link;
	struct nic_fd socket;
	struct nic_fd poll;  /* what programs poll: all of the others */
	struct nic_fd wake;  /* an eventfd, to end a wait */
	struct nic_fd timer; /* ticks while the link is down */
	/* The opening's own area, as a sender to it sees it. */
	struct peer self;
	bool kernel_knows; /* it runs the filter of settings kernel_seq */
	uint64_t kernel_seq;
	uint32_t busy;       /* frames of the last look */
	bool patient;        /* a capture: frames may wait for others */
	uint64_t arrived;    /* frames that looks have found */
	uint64_t slept_at;   /* how many before the last sleep */
	uint64_t slept_ns;   /* time of the last frame before that */
	uint64_t passed;     /* frames that passed the kernel's filter */
	uint64_t taken;      /* of those: taken from its queue */
	uint64_t last_ns;    /* time of the last frame */
	uint64_t counted_ns; /* when drops were counted last */
	int tx_error;        /* why a frame was refused, a negative errno */
	uint32_t network;    /* as in the plan */
	struct nic_monitors *monitors; /* who looks on; NULL: nobody can */
	struct xdp *xdp;               /* has the interface alone, else NULL */
	struct host *host;             /* has its host rings, else NULL */
	struct kernel *kernel; /* a port of the kernel's netmap, else NULL */
	struct nic_ring ring;  /* shared: the kernel's */
	struct nic_batch *batch;
};

/* Whether it is shared: frames are copies. */
static inline bool nic_copies(const struct nic *nic)
{
	return !nic->xdp && !nic->host && !nic->kernel;
}

/*
 * Whether ring r, of either direction, is the host's. It is the only one, or
 * the last.
 */
static inline bool nic_is_host_ring(const struct nic *nic, uint32_t r)
{
	return nic->host && (!nic->xdp || r == nic->xdp->queues);
}

/* The compiler of the opening's own filter. */
struct jit *nic_jit(struct nmd_port *port);

/*
 * Finds the interface and makes the socket, which gets nothing as yet; or
 * registers with the kernel's netmap, after which the plan has its rings.
 * Takes all memory. Errors as nmd_open.
 */
int nic_open(struct nmd_port *port, struct opening_plan *plan,
	     struct nmd_error *err);

/* When the rings are there: frames come from here on. */
int nic_start(struct nmd_port *port, struct nmd_error *err);

/* Whether the descriptors that frames come by are still ours. */
bool nic_is_ours(const struct nic *nic);

/* Closes the descriptors that are still ours, frees the memory. */
void nic_free(struct nic *nic);

/*
 * What the slots [from, to) of RX ring r, which the program gives back, hold
 * is the kernel's again. Under the sync lock.
 */
void nic_give_back(struct nmd_port *port, uint32_t r, uint64_t from,
		   uint64_t to);

/*
 * The same, after zero-copy monitors have seen them. Returns up to where: of a
 * frame that they are to see the slots go back with the last of them.
 */
uint64_t nic_release(struct nmd_port *port, uint32_t r, uint64_t from,
		     uint64_t to);

/*
 * Takes what the kernel has queued into RX ring r, as far as there is room.
 * Under the sync lock. -ENODEV: the interface is gone, -EBADF: the program
 * has closed the socket.
 */
int nic_receive(struct nmd_port *port, uint32_t r);

/*
 * Counts what the kernel has dropped. Under the sync lock. Returns how many
 * frames it holds that no look has taken.
 */
uint64_t nic_count(struct nmd_port *port);

/*
 * Sends count slots of TX ring r from number first on; returns how many were taken: fewer
 * when the interface's queue is full. Frames that the interface refuses are
 * passed over and counted as bad; why is in nic->tx_error.
 */
uint32_t nic_send(struct nmd_port *port, uint32_t r, uint64_t first,
		  uint32_t count);

/* Goes on with what was taken before and could not go out yet. */
void nic_push(struct nmd_port *port, uint32_t r);

/* Slots before number sent that are not free yet. */
uint32_t nic_under_way(struct nmd_port *port, uint32_t r, uint64_t sent);

/* Sleeps until events may hold; 0, -EINTR after a signal. */
int nic_sleep(struct nmd_port *port, int events, int64_t timeout_ns);

/*
 * Of what the kernel holds and has counted, waits for the block that it has
 * begun. False: that is not what is missing, but room.
 */
bool nic_await_block(struct nmd_port *port);

/* Ends a sleep. Async-signal-safe. */
void nic_wake(struct nmd_port *port);

/* Whether the interface has a link. */
bool nic_is_up(const struct nic *nic);

/* Has the kernel reject all frames, until the next nic_refilter. */
void nic_reject(const struct nic *nic);

/*
 * Has the kernel run the settings that stand. what_waits: what is queued was
 * chosen by a filter that stands no more, and is given up. Under the sync
 * lock.
 */
void nic_refilter(struct nmd_port *port, bool give_up);

#endif
