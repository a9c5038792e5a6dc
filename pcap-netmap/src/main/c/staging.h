/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A chunk of slots on its way out: read once from the TX ring into private
 * memory and checked, so that a program (or a peer that scribbles) that
 * changes slots meanwhile changes nothing that is used below.
 */
#ifndef STAGING_H
#define STAGING_H

#include "peers.h"

#define CHUNK 256
#define MAX_FRAME 65535 /* bytes */
#define MIN_FRAME 14    /* an Ethernet header */

/* Slot flags that ask for more than copying one slot. */
#define STAGING_SPECIAL \
	(NETMAP_SLOT_MOREFRAG | NETMAP_SLOT_INDIRECT | NETMAP_SLOT_NO_LEARN)

/* Where a frame goes, if not to a port index. */
#define TO_ALL 0xfffeu     /* flood: group or unknown address */
#define TO_NOBODY 0xfffdu  /* the sender's own port */
#define TO_NOTHING 0xfffcu /* bad, or not the first slot of a frame */

struct staged {
	const uint8_t *data;
	uint16_t len;   /* bytes at data */
	uint16_t total; /* bytes of the frame */
	uint16_t to;
	uint16_t parts; /* slots of the frame */
};

struct staging {
	uint32_t slots;    /* staged; frames' first slots and the others */
	uint32_t frames;   /* good ones */
	uint32_t bad;      /* slots not sent */
	uint32_t longest;  /* bytes of the longest frame */
	uint64_t bytes;    /* of all good frames */
	bool several;      /* some frame has more than one slot */
	bool uniform;      /* all frames go the same way */
	uint16_t to;       /* that way */
	uint8_t *bounce;   /* for slots whose data is elsewhere (INDIRECT) */
	uint8_t *gathered; /* a frame of several slots, for its filter */
	struct staged slot[CHUNK];
};

/*
 * Stages slots from number first on, at most left of them and a chunk; never
 * splits a frame. Learns the sources. Returns how many slots were taken from
 * the ring, at least 1; st->slots of them, or none, are to be delivered.
 */
uint32_t staging_fill(struct staging *st, struct nmd_port *port, uint32_t ring,
		      uint64_t first, uint32_t max, uint64_t now_ns);

/*
 * How many of count slots from number first on are of frames that go where a
 * staged chunk does, all of which went one way; looks no further than to most
 * of them, nor through more than STAGING_AHEAD slots.
 */
#define STAGING_AHEAD 1024
uint32_t staging_same_way(const struct staging *st, struct nmd_port *port,
			  uint32_t ring, uint64_t first, uint32_t count,
			  uint32_t most, uint64_t now_ns);

#endif
