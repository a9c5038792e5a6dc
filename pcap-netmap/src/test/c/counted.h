/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that can be counted: each says who sent it to whom as the how many'th
 * and carries a checksum, so that a receiver sees loss, repetition, disorder
 * and damage. The Java side of the tests makes the same ones.
 *
 *	 0  destination: 02:00:00:00:01:<to>, or broadcast
 *	 6  source:      02:00:00:00:00:<sender>
 *	12  0x88b5
 *	14  kind: counts modulo 4, for filters
 *	15  to: a receiver's number, or 255 for all
 *	16  sender's number, 32 bits little endian, as all that follows
 *	20  checksum of all other 32-bit words from 16 on
 *	24  sequence number among the sender's frames to the same, 64 bits
 *	32  words that follow from the sequence number
 */
#ifndef COUNTED_H
#define COUNTED_H

#include <sched.h>

#include "testing.h"

#define COUNTED_MIN 60
#define COUNTED_MAX 1500
#define SENDERS_MAX 8
#define TO_EVERYBODY 255

/* A frame's words lie at even addresses only. */
static inline uint32_t get_word(const uint8_t *from)
{
	uint32_t word;

	memcpy(&word, from, 4);
	return word;
}

static inline uint32_t counted_checksum(const uint8_t *frame, uint32_t len)
{
	uint32_t sum = 2166136261u;

	for (uint32_t i = 16; i + 4 <= len; i += 4)
		if (i != 20)
			sum = (sum ^ get_word(frame + i)) * 16777619u;
	return sum;
}

/* Mostly short frames; a multiple of 4. */
static inline uint32_t counted_length(uint64_t sequence)
{
	uint32_t mixed = (uint32_t)sequence * 2654435761u;

	if (mixed >> 28 == 0)
		return COUNTED_MIN + mixed / 4096 % 361 * 4;
	return COUNTED_MIN + mixed / 4096 % 9 * 4;
}

static inline uint32_t counted_make(uint8_t *frame, uint32_t sender, uint8_t to,
				    uint64_t sequence)
{
	uint32_t len = counted_length(sequence), word;
	uint8_t head[16] = {2,    0,    0,
			    0,    1,    to,
			    2,    0,    0,
			    0,    0,    (uint8_t)sender,
			    0x88, 0xb5, (uint8_t)(sequence % 4),
			    to};

	if (to == TO_EVERYBODY)
		memset(head, 0xff, 6);
	memcpy(frame, head, 16);
	memcpy(frame + 16, &sender, 4);
	memcpy(frame + 24, &sequence, 8);
	for (uint32_t i = 32; i < len; i += 4) {
		word = (uint32_t)sequence * 0x9e3779b9u + i;
		memcpy(frame + i, &word, 4);
	}
	word = counted_checksum(frame, len);
	memcpy(frame + 20, &word, 4);
	return len;
}

/* What a receiver remembers: the next sequence number, to it and to all. */
struct counted_seen {
	uint64_t next[SENDERS_MAX][2];
	uint64_t frames;
	uint64_t missing; /* sequence numbers that were skipped */
};

static inline void counted_check(struct counted_seen *seen,
				 const uint8_t *frame, uint32_t len,
				 uint8_t self)
{
	uint32_t sender = get_word(frame + 16);
	uint64_t sequence, *next;

	memcpy(&sequence, frame + 24, 8);
	CHECK_EQ(get_word(frame + 20), counted_checksum(frame, len));
	CHECK_EQ(len, counted_length(sequence));
	CHECK_EQ(frame[14], sequence % 4);
	CHECK(frame[15] == self || frame[15] == TO_EVERYBODY);
	CHECK(sender < SENDERS_MAX);
	next = &seen->next[sender][frame[15] == TO_EVERYBODY];
	CHECK(sequence >= *next);
	seen->missing += sequence - *next;
	*next = sequence + 1;
	seen->frames++;
}

/* Reads all that is there; how many frames. They are checked if seen is. */
static inline uint32_t counted_take(const struct opened *o,
				    struct counted_seen *seen, uint8_t self)
{
	uint32_t n = readable(o);
	struct netmap_ring *ring = o->rx;

	while (seen && ring->head != ring->tail) {
		counted_check(seen, buffer_of(ring, ring->head),
			      ring->slot[ring->head].len, self);
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
	ring->head = ring->cur = ring->tail;
	return n;
}

/* To whom a sender's i'th frame goes. */
enum counted_pattern {
	ONE_BY_ONE, /* to each receiver in turn, in runs of 7 */
	ALWAYS_ALL,
	SOMETIMES_ALL /* every 8th frame */
};

struct counted_sender {
	uint32_t number, receivers;
	enum counted_pattern pattern;
	uint64_t total;
	uint64_t sent; /* frames */
	uint64_t sequence[256];
};

static inline uint8_t counted_target(const struct counted_sender *s, uint64_t i)
{
	if (s->pattern == ALWAYS_ALL ||
	    (s->pattern == SOMETIMES_ALL && !(i % 8)))
		return TO_EVERYBODY;
	return (uint8_t)(i / 7 % s->receivers);
}

/* Sends up to batch frames; false when all are sent. */
static inline bool counted_send(const struct opened *o,
				struct counted_sender *s, uint32_t batch)
{
	for (; batch > 0 && slots_in(o->tx) > 0 && s->sent < s->total;
	     batch--, s->sent++) {
		uint8_t to = counted_target(s, s->sent);
		uint32_t len = counted_make(buffer_of(o->tx, o->tx->head),
					    s->number, to, s->sequence[to]++);

		queue_slot(o->tx, NULL, len, 0);
	}
	CHECK(nmd_txsync(o->port) >= 0);
	return s->sent < s->total;
}

/* Where a receiver's address is: all ports of the switch hear of it. */
static inline void counted_teach(const struct opened *o, uint8_t self)
{
	uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			     2,    0,    0,    0,    1,    self};

	send_one(o, frame, sizeof(frame));
}

static inline bool is_counted(const uint8_t *frame)
{
	return frame[12] == 0x88 && frame[13] == 0xb5;
}

#endif
