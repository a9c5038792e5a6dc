/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public netmap ABI, version 14, on 64-bit Linux.
 *
 * Written here from the published facts (offsets, sizes, meanings); a program
 * compiled against netmap's own header reads exactly these bytes.
 *
 *   region --> +----------------------+ <- nmd_region.base
 *              | device's own page(s) |
 *   if_offset> | struct netmap_if     |  ring_ofs[] points at the rings,
 *              +----------------------+  relative to the netmap_if
 *              | struct netmap_ring   |  one per TX ring, then one per RX
 *              |   slot[num_slots]    |  ring
 *              +----------------------+
 *              | buffers              |  buffer i of a ring lies at
 *              |                      |  ring + buf_ofs + i * nr_buf_size
 *              +----------------------+
 *
 * Who owns what: the slots [head, tail) of a ring are the program's, all
 * others the device's. The program moves head and cur, the device moves tail,
 * and only inside a sync. For a TX ring [head, tail) is free room, for an RX
 * ring it is frames not yet given back.
 */
#ifndef NETMAP_ABI_H
#define NETMAP_ABI_H

#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

#define NETMAP_ABI_VERSION 14

/* Slot flags (struct netmap_slot.flags). */
#define NETMAP_SLOT_BUF_CHANGED 0x0001 /* the program changed buf_idx */
#define NETMAP_SLOT_REPORT 0x0002      /* ask for a report when sent */
#define NETMAP_SLOT_FORWARD 0x0004     /* pass to the other side (host/NIC) */
#define NETMAP_SLOT_NO_LEARN 0x0008    /* VALE: do not learn the source */
#define NETMAP_SLOT_INDIRECT 0x0010    /* data is at ptr, not in the buffer */
#define NETMAP_SLOT_TXMON 0x0040       /* of a monitor: its port has sent it */
#define NETMAP_SLOT_MOREFRAG 0x0020    /* the frame goes on in the next slot */

/* Ring flags (struct netmap_ring.flags). */
#define NETMAP_RING_FORWARD 0x0004 /* honour NETMAP_SLOT_FORWARD */

/* One slot: which buffer, how many bytes of it. 16 bytes. */
struct netmap_slot {
	uint32_t buf_idx; /* buffer index, program may swap it */
	uint16_t len;     /* bytes of frame data in the buffer */
	uint16_t flags;   /* NETMAP_SLOT_* */
	uint64_t ptr;     /* with INDIRECT: address of the data */
};

/* One ring: 256 bytes of header, then the slots. */
struct netmap_ring {
	int64_t buf_ofs;      /* from this ring to buffer 0 */
	uint32_t num_slots;   /* 16 .. 262144 */
	uint32_t nr_buf_size; /* bytes from one buffer to the next */
	uint16_t ringid;      /* index among the rings of its direction */
	uint16_t dir;         /* 0 transmit, 1 receive */
	uint32_t head;        /* program: first slot it still owns */
	uint32_t cur;         /* program: wake me when data is beyond */
	uint32_t tail;        /* device: first slot the program lacks */
	uint32_t flags;
	struct timeval ts;     /* time of the last sync (receive) */
	uint64_t offset_mask;  /* bits of ptr that hold a data offset */
	uint64_t buf_align;    /* alignment asked of offsets */
	uint8_t pad[128 - 72]; /* up to sem */
	uint8_t sem[128];      /* for the program's own locks */
	struct netmap_slot slot[];
};

/* One interface: how many rings, and where. */
struct netmap_if {
	char name[16];
	uint32_t version; /* NETMAP_ABI_VERSION */
	uint32_t flags;
	uint32_t tx_rings;
	uint32_t rx_rings;
	uint32_t bufs_head; /* list of extra buffers, 0: none */
	uint32_t host_tx_rings;
	uint32_t host_rx_rings;
	uint32_t spare[3];
	int64_t ring_ofs[]; /* TX rings first, then RX rings */
};

#ifdef __cplusplus
#define NETMAP_ABI_ASSERT static_assert
#else
#define NETMAP_ABI_ASSERT _Static_assert
#endif

#define NETMAP_ABI_AT(type, field, offset)                          \
	NETMAP_ABI_ASSERT(offsetof(struct type, field) == (offset), \
			  #type "." #field " is not at " #offset)

NETMAP_ABI_AT(netmap_slot, buf_idx, 0);
NETMAP_ABI_AT(netmap_slot, len, 4);
NETMAP_ABI_AT(netmap_slot, flags, 6);
NETMAP_ABI_AT(netmap_slot, ptr, 8);
NETMAP_ABI_ASSERT(sizeof(struct netmap_slot) == 16, "a slot is 16 bytes");
NETMAP_ABI_AT(netmap_ring, buf_ofs, 0);
NETMAP_ABI_AT(netmap_ring, num_slots, 8);
NETMAP_ABI_AT(netmap_ring, nr_buf_size, 12);
NETMAP_ABI_AT(netmap_ring, ringid, 16);
NETMAP_ABI_AT(netmap_ring, dir, 18);
NETMAP_ABI_AT(netmap_ring, head, 20);
NETMAP_ABI_AT(netmap_ring, cur, 24);
NETMAP_ABI_AT(netmap_ring, tail, 28);
NETMAP_ABI_AT(netmap_ring, flags, 32);
NETMAP_ABI_AT(netmap_ring, ts, 40);
NETMAP_ABI_AT(netmap_ring, offset_mask, 56);
NETMAP_ABI_AT(netmap_ring, buf_align, 64);
NETMAP_ABI_AT(netmap_ring, sem, 128);
NETMAP_ABI_AT(netmap_ring, slot, 256);
NETMAP_ABI_AT(netmap_if, name, 0);
NETMAP_ABI_AT(netmap_if, version, 16);
NETMAP_ABI_AT(netmap_if, flags, 20);
NETMAP_ABI_AT(netmap_if, tx_rings, 24);
NETMAP_ABI_AT(netmap_if, rx_rings, 28);
NETMAP_ABI_AT(netmap_if, bufs_head, 32);
NETMAP_ABI_AT(netmap_if, host_tx_rings, 36);
NETMAP_ABI_AT(netmap_if, host_rx_rings, 40);
NETMAP_ABI_AT(netmap_if, ring_ofs, 56);

#endif
