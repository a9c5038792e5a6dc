/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports of the kernel's netmap, by /dev/netmap.
 *
 *	kernel's RX rings ---- rxsync ----> RX rings of the opening
 *	kernel's TX rings <--- txsync ----- TX rings of the opening
 *
 * An opening has rings of its own, as those of interfaces have: frames are
 * copied between them and the kernel's in the syncs. So the filter, the snap
 * length, direction, arrival times, counters and lists are the same for all
 * that is opened, wherever it is; a frame that the filter rejects is not
 * copied.
 *
 * Of an interface that is shared with the host, NIC and host rings are joined
 * in the reader's sync, by swapping buffers:
 *
 *	NIC RX  --->  host TX      and a copy, incoming
 *	host RX --->  NIC TX       and a copy, outgoing
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "kernel_device.h"
#include "lock.h"

struct nmd_port;
struct msghdr;

struct kernel {
	struct kernel_device device[2]; /* that frames come by */
	uint32_t devices;
	struct kernel_device transmit; /* of a capture: one transmit ring */
	/* The one of these that sends; NULL: nothing can be sent. */
	const struct kernel_device *sender;
	enum kernel_side rx, tx; /* the host rings, if only they are meant */
	bool merged;   /* one ring of either direction stands for all */
	bool shared;   /* NIC and host are joined */
	bool switched; /* of a switch or pipe: frames may take several slots */
	uint32_t mtu;  /* of an interface; 0: of a switch's port */
	bool one_ring; /* shared: only NIC ring number ring is shown */
	uint32_t ring;
	struct lock_memory rx_memory; /* of those who send */
	/* Of an interface that is shared: kernel_offloads.h. */
	uint32_t offloads;
	pid_t opener; /* who switches them on again */
};

/*
 * Registers; the plan's geometry has the port's rings then. NULL: errors as
 * nmd_open, in *code.
 */
struct kernel *kernel_open(struct opening_plan *plan, int *code,
			   struct nmd_error *err);
void kernel_close(struct kernel *k);

/* Whether the descriptors are still ours. */
bool kernel_is_ours(const struct kernel *k);

/*
 * An interface: asks how long its frames may be. Of a shared one: what has to
 * change on it, and is changed back.
 */
void kernel_prepare_host(struct kernel *k, int socket, const char *interface);
void kernel_restore_host(const struct kernel *k, int socket,
			 const char *interface);

/* As nic_receive. */
int kernel_receive(struct nmd_port *port, uint32_t r);

/* Frames in the kernel's rings that no sync has taken. */
uint64_t kernel_waiting(const struct kernel *k);

/*
 * Puts frames into the kernel's TX ring r; returns how many, or a negative
 * errno for the first: -EAGAIN if there is no room now.
 */
int kernel_send(struct nmd_port *port, uint32_t r, const struct mmsghdr *frames,
		uint32_t count);

/* Has the kernel send what was put there. 0 or a negative errno. */
int kernel_send_end(struct nmd_port *port);

/* As nic_push and nic_under_way. */
void kernel_push(struct nmd_port *port, uint32_t r);
uint32_t kernel_under_way(struct nmd_port *port, uint32_t r, uint64_t sent);

/* As nic_sleep. */
int kernel_sleep(struct nmd_port *port, int events, int64_t timeout_ns);

/*
 * How many others are on the switch: openings by this library, and ports of
 * other programs. Of a pipe: openings of either end by this library.
 */
int kernel_peers(const struct nmd_port *port);

#endif
