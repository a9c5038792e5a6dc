/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chaos: processes that use two switches in every way there is, while one
 * after the other is killed or stopped, at a random instant or exactly at a
 * point of hook.h. The others must go on, and what is left must be in order.
 *
 *	chaos.c   the driver: strikes, waits for the survivors, sets right
 *	scenarios.c  what chance would need long for
 *	roles.c   what each process does
 *	check.c   what must hold whenever all are quiet
 *	times.c   how long syncs took
 *	obey.c    ends or stops a process at a point
 */
#ifndef CHAOS_H
#define CHAOS_H

#include "../counted.h"
#include "hook.h"

#define BATCH_MAX 200 /* frames of one txsync */
#define RECEIVERS 3
#define EVERYBODY RECEIVERS /* index of frames to all, beside those to each */

enum role {
	SENDER,
	READER,    /* sleeps in nmd_wait */
	POLLER,    /* sleeps in poll, on the descriptor */
	FILTERER,  /* a reader that changes its filter and direction */
	CAPTURE,   /* on the port of receiver 0 */
	TAP,       /* on the whole switch */
	CO_OPENER, /* shares the rings of receiver 0 */
	PIPE_END,  /* writes and reads */
	OPENER,    /* opens, uses and closes, on this switch and on another */
	LISTER,
	ROLES
};

#define PARTS 13 /* processes */

/* Where a process is to end or stop: at the passes'th pass of a point. */
struct order {
	_Atomic uint32_t point; /* + 1; 0: none */
	_Atomic uint32_t passes;
	_Atomic uint32_t signal;
};

/* Longest times are kept exactly, others to ten microseconds. */
#define TIME_STEP_NS 10000
#define TIME_STEPS 2000

struct times {
	_Atomic uint32_t count[TIME_STEPS + 1];
	_Atomic uint64_t longest_ns;
};

/* One process's part, which it and the driver share; it outlives the process. */
struct part {
	struct order order;
	enum role role;
	uint32_t number;                  /* of a sender, receiver, opener */
	_Atomic uint32_t turns;           /* futex: goes on with each turn */
	_Atomic uint32_t taken;           /* counted frames read */
	_Atomic uint32_t held;            /* futex: the last hold obeyed */
	_Atomic uint32_t openings;        /* it has on vale0 between turns */
	uint64_t sequence[RECEIVERS + 1]; /* of the next frame to each */
	_Atomic uint32_t passed[HOOK_COUNT];
	struct times calm, disturbed;
	/*
	 * Of those disturbed, without what the part itself waited for a core;
	 * the second where the holder of a lock that it needed did, too.
	 */
	struct times unexplained, held_up;
	/* Unexplained where it slept, less what it computed itself. */
	struct times waited;
	_Atomic uint64_t round_longest_ns; /* of those */
};

struct board {
	_Atomic uint32_t hold;      /* futex: odd while all are to be quiet */
	_Atomic uint32_t disturbed; /* somebody is dead or stopped: */
	_Atomic uint32_t victim;    /* the part that this one has */
	struct part part[PARTS];
};

extern struct board *board;

const char *role_name(enum role role);
const char *point_name(enum hook_point point);

/* The body of a process; argument is its part. */
void play_role(void *argument);

/* Obeys part->order from now on, in this process. */
void obey(struct part *part);

/* Runs a sync and notes how long it took. */
int timed(struct part *part, int (*sync)(struct nmd_port *),
	  struct nmd_port *port);
void print_times(void);

/* A point that tells of a wait for somebody who waits for a core. */
void time_point(enum hook_point point);

/* Notes the longest wait of the round. */
void end_of_round(void);

/*
 * Whether 999 of 1000 waits for others, while somebody was dead or stopped,
 * took no longer, less what scheduling explains; says so if not.
 */
bool quick_enough(double ms);

/* The cases that chance would need long for. */
void play_scenarios(void);

/*
 * With all processes quiet: the sums agree with those of the last check but
 * for at most so many frames; no buffer is lost; nothing is left behind.
 */
void check_quiet(uint64_t tolerance);

struct vale;

/* What the free areas of a switch keep, which is within the limit. */
uint64_t spare_bytes(const struct vale *v);

#endif
