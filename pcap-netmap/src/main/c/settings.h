/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two settings of an area, one of which stands: struct rx_settings.
 *
 * Readers: load settings_seq with acquire, copy settings_of and settings_prog
 * of that number, then an acquire fence, and load the number again: if it has
 * not moved the copy is whole. Writers, one at a time: settings_draft, change
 * what it returns, settings_commit.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <string.h>

#include "atomics.h"
#include "layout.h"

static inline struct rx_settings *settings_of(const struct area *area,
					      uint64_t seq)
{
	return (struct rx_settings *)&area->settings[seq & 1];
}

static inline struct nmd_insn *settings_prog(const struct area *area,
					     uint64_t seq)
{
	return (void *)((uint8_t *)area + AREA_FILTER_AT +
			(seq & 1) * AREA_FILTER_SIZE);
}

/* Those that stand, for a look from outside. */
static inline struct rx_settings *settings_now(const struct area *area)
{
	return settings_of(area, load_acquire(&area->settings_seq));
}

/* The next settings, which are as yet those that stand. */
static inline uint64_t settings_draft(struct area *area)
{
	uint64_t now = load_relaxed(&area->settings_seq);

	/* Who still copies what stood before these must find the number moved. */
	atomic_thread_fence(memory_order_release);
	memcpy(settings_of(area, now + 1), settings_of(area, now),
	       sizeof(struct rx_settings));
	memcpy(settings_prog(area, now + 1), settings_prog(area, now),
	       AREA_FILTER_SIZE);
	return now + 1;
}

static inline void settings_commit(struct area *area, uint64_t next)
{
	store_release(&area->settings_seq, next);
}

#endif
