/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeping the tables of a switch in order. All functions that change them
 * want the join lock held.
 *
 * An opening turns live last and stops being live first, so whatever a kill
 * leaves half done is an area or a port that no live opening names; tidying
 * gives those back.
 */
#ifndef TABLES_H
#define TABLES_H

#include "lock.h"
#include "vale.h"

/* What tables_tidy returns when it has left all as it is. */
#define TABLES_SPOILED UINT32_MAX

/*
 * Reaps openings whose holders are gone, gives back areas and ports nobody
 * names. Returns how many openings live, or TABLES_SPOILED.
 */
uint32_t tables_tidy(struct vale *v);

/*
 * Whether an opening marked live is dead, or something is left that belongs
 * to none. Changes nothing, needs no lock; true also while somebody joins.
 */
bool tables_need_tidying(const struct vale *v);

/* The live port called name, or SW_NONE. */
/* A port's areas, read once: a neighbour may change them between two looks. */
static inline uint32_t tables_raw_area(const struct sw_port *port)
{
	return *(const volatile uint16_t *)&port->raw_area;
}

static inline uint32_t tables_peer_area(const struct sw_port *port)
{
	return *(const volatile uint16_t *)&port->peer_area;
}

uint32_t tables_find_port(const struct vale *v, const char *name);

/* A free entry, or SW_NONE. */
uint32_t tables_free_port(const struct vale *v);
uint32_t tables_free_opening(const struct vale *v);

/* Tells senders that something has changed. */
void tables_changed(struct vale *v);

/* Whether the holder named by a lock word can still release it. */
enum lock_life tables_holder_alive(const struct vale *v, uint64_t holder);

/* Inode of this process's pid namespace, 0 if unknown. */
uint64_t tables_pid_namespace(void);

/* The same, asked once; it does not change while the process lives. */
uint64_t tables_own_namespace(void);

/* This process's id, kept across calls, right after fork too. */
uint32_t tables_pid(void);
void tables_after_fork(void);

#endif
