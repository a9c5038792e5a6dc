/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sending frames on an opened port: what pcap_inject and the packet sockets
 * share.
 *
 * When transmitter_send returns, a frame is with its receivers, waits in a pipe,
 * or is held for the one receiver that is awake and takes it from our ring
 * itself (nmd_hold); nothing is left for this program to do, so that nothing is
 * lost when it ends. Several threads may send, and several processes after a fork:
 * the position in the ring lies in memory that they share.
 */
#ifndef TRANSMITTER_H
#define TRANSMITTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "nmd.h"

/* What the kernel, too, takes at least: an Ethernet header. */
#define MIN_FRAME 14

/* Shared with the children. */
struct transmitter_place;

struct transmitter {
	struct nmd_port *port;
	struct netmap_ring *ring; /* NULL: this opening cannot send */
	unsigned char *buffers;   /* buffer i at i * buf_size */
	uint32_t slots;
	uint32_t buf_size;
	uint32_t buffer_count;
	uint32_t max_frame;
	struct transmitter_place *place;
};

/* A frame: a header if any, and the parts behind it, one after the other. */
struct frame {
	const struct iovec *parts;
	const unsigned char *header;
	uint32_t header_length; /* 0 to MIN_FRAME */
	uint32_t length;        /* in all, MIN_FRAME to max_frame */
};

/* 0, or -ENOMEM; what was started must be stopped, before the port closes. */
int transmitter_start(struct transmitter *t, struct nmd_port *port);
void transmitter_stop(struct transmitter *t);

/*
 * Sends count frames, in order and together where the ring has room for them.
 * A full pipe is waited for, unless nonblock: -EAGAIN, and no frame is sent.
 * Of several frames nonblock says only that nobody else who waits for room is
 * waited for. -EINTR, and no frame is sent: a signal handler that was installed
 * without SA_RESTART has ended the wait for a single frame.
 *
 * Other errors, after which the frames are lost: -EOPNOTSUPP this opening has
 * no ring to send; -ENOBUFS this is a signal handler, and the thread that it
 * interrupts is sending; -EIO somebody else on the switch has written into the
 * ring; -EBUSY somebody is stopped in a sync of the same ring; what nmd_txsync and
 * nmd_wait return.
 */
int transmitter_send(struct transmitter *t, const struct frame *frames,
		     unsigned int count, bool nonblock);

#endif
