/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the parts of an area lie, computed from a few numbers.
 *
 * The offsets follow from the ring and slot counts alone, so a sender that
 * has checked those against the limits needs to believe nothing else
 * that a peer may have scribbled over.
 */
#ifndef GEOMETRY_H
#define GEOMETRY_H

#include <stdbool.h>

#include "layout.h"

struct geometry {
	/* Given. */
	uint32_t tx_rings, rx_rings;
	uint32_t tx_slots, rx_slots;
	uint32_t buf_size;
	bool arrivals; /* whether the RX rings have them; a pipe's always do */
	enum sw_pipe_end pipe_end;
	/* Bytes of a buffer that the kernel keeps before its frame. */
	uint32_t headroom;
	uint32_t
		extra; /* buffers that no slot has at first; of a pipe, each end's */
	/* Computed; bytes from the area's start, or between two of a kind. */
	uint32_t buffers;
	uint64_t tx_ring_at, tx_ring_stride;
	uint64_t rx_ring_at, rx_ring_stride;
	uint64_t arrivals_at, arrivals_stride;
	uint64_t journals_at; /* of a pipe: one for each TX ring */
	uint64_t pool_at;
	uint64_t pool_half; /* of a pipe: bytes of buffers in each area */
	uint64_t memory;    /* taken in the area */
	uint64_t view;      /* what a program maps: more than memory in pipes */
};

#define BUF_SIZE_DEFAULT 2112
#define SLOTS_MIN 16
#define SLOTS_MAX 262144
#define PIPE_SLOTS_MAX 65536 /* what a journal's entry can number */
#define BUF_SIZE_MAX 65536
#define RING_BYTES_MAX (1ull << 30) /* slots times buffer of one ring */
#define AREA_SIZE_MIN (1ull << 20)
#define AREA_SIZE_MAX (2ull << 30) /* cut to MEMORY_MAX */
#define MEMORY_MAX 0x7ffff000ull   /* what one Java ByteBuffer can hold */

/* Buffers 0 and 1 belong to no slot: in netmap 0 means "no buffer". */
#define BUFFERS_RESERVED 2
#define EXTRA_MAX 65536

/* The first of the extra buffers. */
uint32_t geometry_first_extra(const struct geometry *g);

/* Whether the given numbers are within limits. */
bool geometry_valid(const struct geometry *g);

/*
 * Buffers of a pipe come in such numbers that half of them are whole pages,
 * whatever their size, so that the halves can be mapped one behind the other.
 */
#define BUFFERS_OF_PAGES (SW_PAGE / SW_LINE)

/* The geometry of a pipe's other end, given numbers and computed. */
struct geometry geometry_of_other_end(const struct geometry *g);

/* Fills the computed fields from valid given ones. */
void geometry_compute(struct geometry *g);

/*
 * Reads the given numbers of an area, once each, from its (shared) entry;
 * false: out of limits.
 */
bool geometry_read(const struct sw_area_entry *entry, uint64_t area_size,
		   struct geometry *out);
void geometry_write(const struct geometry *g, struct sw_area_entry *entry);

/* Writes netmap_if and rings into zeroed, reserved memory. */
void geometry_build(struct area *area, const struct geometry *g,
		    const char *name);

/*
 * The slot that a running number stands for. A division takes as long as all
 * else that a sync of one frame does with a ring's indices.
 */
static inline uint32_t geometry_slot(uint64_t number, uint32_t slots)
{
	return (uint32_t)(slots & (slots - 1) ? number % slots
					      : number & (slots - 1));
}

static inline struct netmap_ring *
geometry_tx_ring(struct area *area, const struct geometry *g, uint32_t ring)
{
	return (void *)((uint8_t *)area + g->tx_ring_at +
			ring * g->tx_ring_stride);
}

static inline struct netmap_ring *
geometry_rx_ring(struct area *area, const struct geometry *g, uint32_t ring)
{
	return (void *)((uint8_t *)area + g->rx_ring_at +
			ring * g->rx_ring_stride);
}

/* NULL where none are kept. */
static inline struct nmd_arrival *
geometry_arrivals(struct area *area, const struct geometry *g, uint32_t ring)
{
	if (!g->arrivals)
		return NULL;
	return (void *)((uint8_t *)area + g->arrivals_at +
			ring * g->arrivals_stride);
}

/* Of a pipe only. */
static inline struct pipe_journal *
geometry_journal(struct area *area, const struct geometry *g, uint32_t ring)
{
	return (struct pipe_journal *)(void *)((uint8_t *)area +
					       g->journals_at) +
	       ring;
}

#endif
