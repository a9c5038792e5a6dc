/* SPDX-License-Identifier: BSD-2-Clause */
/* A receive ring while frames go into it, under its lock. */
#ifndef TARGET_H
#define TARGET_H

#include "atomics.h"
#include "copy.h"
#include "peers.h"

/*
 * Slots whose buffers are fetched ahead: with large rings each frame costs
 * two walks of the page tables, which is longer than a few frames take.
 */
#define TARGET_AHEAD 32

struct target {
	struct rx_control *control;
	/* Slots that the reader has given back, or fewer; there is room. */
	const _Atomic uint64_t *given_back;
	volatile struct netmap_slot *slots;
	struct nmd_arrival *arrivals;
	uint8_t *pool;
	uint32_t num_slots, buffers, buf_size;
	uint32_t buf_room; /* bytes of a frame that a buffer holds */
	bool stream;       /* large frames go past the caches */
	uint16_t flags;    /* of each slot */
	uint32_t at;       /* slot of the next frame */
	uint32_t room;     /* free slots */
	uint64_t published;
	/* What happened. */
	uint32_t accepted, dropped, filtered;
	uint64_t bytes;
};

/* Fetches a line that will be written, before it is needed. */
static inline void prefetch_write(const volatile void *p)
{
#if defined(__x86_64__)
	__asm__ __volatile__("prefetchw (%0)" ::"r"(p));
#else
	__builtin_prefetch((const void *)p, 1);
#endif
}

static inline uint32_t target_wrap(uint32_t slot, uint32_t num_slots)
{
	return slot >= num_slots ? slot - num_slots : slot;
}

static inline void arrival_write(struct nmd_arrival *at, uint64_t now_ns,
				 uint32_t wire_len, uint8_t direction)
{
	*at = (struct nmd_arrival){.time_ns = now_ns,
				   .wire_len = wire_len,
				   .direction = direction};
}

/*
 * The first word of a slot, which is all of it that a delivery writes: one
 * store, since the sender's speed is that of its store queue.
 */
static inline uint64_t slot_word(uint32_t buffer, uint32_t len, uint32_t flags)
{
	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
		       "buf_idx, len and flags as one little-endian word");
	return (uint64_t)flags << 48 | (uint64_t)len << 32 | buffer;
}

static inline void slot_write(volatile struct netmap_slot *slot, uint64_t word)
{
	*(volatile uint64_t *)(volatile void *)slot = word;
}

static inline uint64_t slot_word_of(const volatile struct netmap_slot *slot)
{
	return *(const volatile uint64_t *)(const volatile void *)slot;
}

/* Looks at a ring of a peer, whose lock is held, with room for wanted slots. */
struct target target_of(struct peer *peer, uint32_t ring, uint32_t wanted);

/*
 * Reads a byte of each of the next count buffers that the process meets for
 * the first time: the kernel maps sixteen pages around one that is read, but
 * one only where a program writes.
 */
void target_meet(const struct target *t, struct first_lap *lap, uint32_t count);

/* Whether so many slots are free, after a new look at the reader if need be. */
bool target_has_room(struct target *t, uint32_t needed);

/* Counts first, then the one store that commits. */
void target_publish(const struct target *t, uint64_t now_ns);

#endif
