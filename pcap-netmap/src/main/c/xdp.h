/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports of real interfaces that have them alone: AF_XDP sockets.
 *
 *   wire --> driver --> our XDP program --> socket of the queue --> RX ring
 *   wire <-- driver <---------------------- socket of the queue <-- TX ring
 *
 * The kernel works on the port's own buffers: they are its UMEM, chunk i being
 * buffer i, and a frame lies HEADROOM bytes into its chunk, so that the
 * buffers of these rings begin there. Slots and the kernel's descriptors trade
 * buffers:
 *
 *   RX  a slot that the program gives back puts its buffer into the queue's
 *       fill ring; a frame that arrives brings its buffer to the next slot.
 *   TX  a slot's buffer goes with the frame and comes back by the completion
 *       ring; until then its slot is not free.
 *
 * How many are under way stands in the kernel's rings, which live as long as
 * the sockets, so that a forked child goes on where its parent was.
 *
 * Openings of different queues, in one process or several, have program, map and
 * link in common; a queue is whose socket is in the map. Everything ends with the
 * last descriptor, however the processes end: the program is attached by a link.
 */
#ifndef XDP_H
#define XDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "geometry.h"
#include "nic_fd.h"

struct nmd_port;
struct nmd_error;
struct xdp_rules;

/* Buffers, the kernel's chunks: where the MTU allows, twice as many. */
#define XDP_SMALL 2048
#define XDP_LARGE 4096
#define XDP_HEADROOM 256 /* what the kernel keeps before each frame */

/* Bytes of a frame that a buffer has room for. */
static inline uint32_t xdp_room(const struct geometry *g)
{
	return g->buf_size - XDP_HEADROOM;
}

/* One of a socket's four rings, in memory shared with the kernel. */
struct xdp_ring {
	uint32_t *producer, *consumer, *flags;
	void *entries;
	uint32_t mask;
	void *map;
	size_t map_size;
};

struct xdp_queue {
	struct nic_fd socket; /* none: not one of this opening's rings */
	struct xdp_ring fill, completion, rx, tx;
	uint32_t *shown;   /* by slot: the buffer that it was shown with */
	uint64_t dropped;  /* as the kernel counted when asked last */
	uint32_t in_frame; /* RX slots of a frame whose rest has not come */
};

struct xdp {
	uint32_t queues;
	struct nic_fd program, map, link;
	struct xdp_rules *rules; /* by queue: xdp_filter.h; NULL: none run */
	bool driver;    /* else generic: behind the network stack's door */
	bool zero_copy; /* the device reads and writes the buffers */
	bool several;   /* frames of several slots */
	bool together;  /* memory may be others' as well: NMD_SAME_MEMORY */
	struct xdp_queue queue[SW_MAX_RINGS];
};

/* Queues of an interface, 1 at least; 1 each if it cannot tell. */
struct xdp_channels {
	uint32_t rx, tx;
	bool combined; /* some are for both */
};

struct xdp_channels xdp_channels(const char *interface);

/* Of those, the receive queues that an opening can have. */
uint32_t xdp_queues(const char *interface);

/* Bytes of the buffers for an interface with its present MTU. */
uint32_t xdp_buffer_size(const char *interface);

/* Numbers up to those of the direction that has more. */
struct xdp *xdp_new(uint32_t queues);

/*
 * Makes the sockets on the port's memory and attaches the program. Errors as
 * nmd_open.
 */
int xdp_start(struct nmd_port *port, struct nmd_error *err);

/* Detaches and closes. */
void xdp_free(struct xdp *xdp);

/*
 * The slots [from, to) of RX ring r, which the program gives back, give their
 * buffers to the kernel.
 */
void xdp_give_back(struct nmd_port *port, uint32_t r, uint64_t from,
		   uint64_t to);

/* Takes what has come into RX ring r. 0 or a negative errno. */
int xdp_receive(struct nmd_port *port, uint32_t r);

/*
 * Sends count slots of TX ring r from number first on; returns how many were
 * taken. As nic_send.
 */
uint32_t xdp_send(struct nmd_port *port, uint32_t r, uint64_t first,
		  uint32_t count);

/* Slots of TX ring r whose buffers are under way; takes back what has come. */
uint32_t xdp_under_way(struct nmd_port *port, uint32_t r, uint64_t sent);

/* As nic_count. */
uint64_t xdp_count(struct nmd_port *port);

/* Frames that the kernel has rejected, of those that are counted as filtered. */
uint64_t xdp_rejected_unseen(const struct nmd_port *port);

/* As nic_refilter; what is queued is looked at when it is received. */
void xdp_refilter(struct nmd_port *port);

/* The program in the kernel (xdp_program.c). New descriptors or -errno. */
int xdp_load_map(uint32_t entries);
int xdp_load_program(int map, bool several);
/* -EEXIST: the queue has a socket. */
int xdp_map_set(int map, uint32_t queue, int socket);
int xdp_map_clear(int map, uint32_t queue);
/* *driver: whether it runs in the driver. */
int xdp_attach(int program, int ifindex, bool *driver);
/* The id of the program that is attached; 0: none. */
uint32_t xdp_attached(int ifindex);
/* Whether the network stack runs one, and not the driver. */
bool xdp_is_generic(int ifindex);
/*
 * Takes part in what another opening has attached (xdp_join.c), in place of
 * program, map and link of its own. 0, -EBUSY: it is not ours, or not for us,
 * -ENOENT: nothing is attached any more.
 */
int xdp_join(struct xdp *xdp, int ifindex);
/* Names the program that is attached to an interface already. */
void xdp_name_foreign(int ifindex, char *name, size_t size);

/* A socket of a queue (xdp_socket.c). 0 or -errno, *step: what failed. */
struct xdp_memory {
	void *at;
	uint64_t size;
	uint32_t chunk;
	uint32_t rx_slots, tx_slots;
};
int xdp_socket(struct xdp_queue *q, const struct xdp_memory *memory, bool first,
	       const char **step);
/* flags: of XDP_ZEROCOPY and XDP_USE_SG. */
int xdp_bind(struct xdp_queue *q, int ifindex, uint32_t number, int umem_fd,
	     uint16_t flags);
void xdp_queue_close(struct xdp_queue *q);

#endif
