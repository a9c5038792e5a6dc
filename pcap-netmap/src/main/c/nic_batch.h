/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room for the frames of one system call.
 *
 * A frame is received in two pieces: most fit into the first, and the second,
 * for what offloads have merged, is memory that is seldom touched. Before the
 * first piece there is room for a VLAN tag that the kernel has taken out.
 */
#ifndef NIC_BATCH_H
#define NIC_BATCH_H

#include <linux/if_packet.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define NIC_BATCH 64
#define NIC_TAG 4            /* bytes of a VLAN tag */
#define NIC_FIRST 2048       /* bytes of the first piece */
#define NIC_REST (256 << 10) /* and of the second: the kernel's largest */
#define NIC_MAX_FRAME (NIC_TAG + NIC_FIRST + NIC_REST)

union nic_control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(struct timespec)) +
		   CMSG_SPACE(sizeof(struct tpacket_auxdata))];
};

struct nic_batch {
	struct mmsghdr message[NIC_BATCH];
	struct iovec piece[NIC_BATCH][2];
	struct sockaddr_ll from[NIC_BATCH];
	union nic_control control[NIC_BATCH];
	uint8_t first[NIC_BATCH][NIC_TAG + NIC_FIRST];
	uint8_t *rest;     /* NIC_BATCH of NIC_REST bytes */
	uint8_t *gathered; /* a whole frame, for a filter */
};

struct nic_batch *nic_batch_new(void);
void nic_batch_free(struct nic_batch *batch);

/* Makes the first count messages ready for the next receive. */
void nic_batch_ready(struct nic_batch *batch, uint32_t count);

#define NIC_TX_PIECES 512

struct nic_tx_batch {
	struct mmsghdr message[NIC_BATCH];
	uint32_t slots[NIC_BATCH]; /* of each message */
	struct iovec piece[NIC_TX_PIECES];
};

struct nic_tx_batch *nic_tx_batch_new(void);
void nic_tx_batch_free(struct nic_tx_batch *batch);

#endif
