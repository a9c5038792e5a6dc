/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Moving frames through a pipe: a TX slot and an RX slot trade buffers.
 *
 * Of a swap's three stores each leaves a state that is told from the others,
 * so that whoever comes after a killed process can undo what was not committed
 * (a: the frame's buffer, b: the one that the reader gave back):
 *
 *	                           TX slot  RX slot  journal
 *	  nothing yet                 a        b     of another position
 *	  entry: position, slot, b    a        b     b
 *	  RX slot = a, len, flags     a        a     b
 *	  TX slot = b                 b        a     b
 *
 * A batch of at most SW_JOURNAL swaps is committed by one store, the RX ring's
 * published; how far the TX ring has come then stands in the journal already.
 * All of this happens under the RX ring's lock.
 */
#ifndef SWAP_H
#define SWAP_H

#include "target.h"

struct swap {
	struct target t; /* the other end's RX ring */
	struct pipe_journal *journal;
	struct tx_control *tx;
	volatile struct netmap_slot *in; /* slots of the TX ring */
	uint32_t in_slots;
	uint32_t in_at; /* the next slot */
	uint64_t sent;  /* its number */
	uint64_t now_ns;
};

/*
 * Undoes what a killed process has not committed, and finds out how far the TX
 * ring has come; needed when journal->busy is set.
 */
void swap_recover(struct swap *s);

/* Between these two the journal is in use. */
void swap_begin(struct swap *s);
void swap_end(struct swap *s);

/*
 * Swaps up to max plain frames of one slot and at most longest bytes, to the
 * first that is not. Returns how many. The caller has looked at the room, and
 * that no more than SW_JOURNAL swaps come between two commits.
 */
uint32_t swap_plain(struct swap *s, uint32_t max, uint32_t longest);

/*
 * Swaps the next slot of any frame, of which the reader is to see len bytes;
 * wire_len as in nmd_arrival. Its buffer index has been checked.
 */
void swap_slot(struct swap *s, uint32_t len, uint16_t flags, uint32_t wire_len);

/* Passes over count slots of the TX ring; their buffers stay. */
void swap_skip(struct swap *s, uint32_t count);

/* Shows the reader what was swapped. */
void swap_commit(struct swap *s);

#endif
