/* SPDX-License-Identifier: BSD-2-Clause */
/* Room for the frames of one system call. */
#ifndef NIC_BATCH_H
#define NIC_BATCH_H

#include <stdint.h>
#include <sys/socket.h>

#define NIC_BATCH 64
#define NIC_TX_PIECES 512
#define NIC_MAX_FRAME (256u << 10) /* more than the kernel's longest */

struct nic_batch {
	struct mmsghdr message[NIC_BATCH];
	uint32_t slots[NIC_BATCH]; /* of each message */
	struct iovec piece[NIC_TX_PIECES];
	uint8_t gathered[NIC_MAX_FRAME]; /* a whole frame, for a filter */
};

#endif
