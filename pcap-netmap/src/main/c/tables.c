/* SPDX-License-Identifier: BSD-2-Clause */
#include "tables.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomics.h"
#include "backing.h"
#include "errand.h"
#include "error_log.h"
#include "fifo.h"
#include "hook.h"
#include "lock.h"
#include "mac.h"
#include "pairs.h"
#include "process.h"
#include "room.h"
#include "seal.h"
#include "spare.h"
#include "undrawn.h"

/* A lock identity for work on the tables, which belongs to no opening. */
#define JANITOR SW_MAX

static _Atomic uint32_t cached_pid;
static _Atomic uint64_t cached_namespace;
static _Atomic uint64_t own_namespace; /* 0: not asked yet */

uint32_t tables_pid(void)
{
	uint32_t pid = load_relaxed(&cached_pid);

	if (!pid) {
		pid = (uint32_t)getpid();
		store_relaxed(&cached_pid, pid);
	}
	return pid;
}

/* A child may be in a new namespace; after chroot it cannot find out. */
void tables_after_fork(void)
{
	store_relaxed(&cached_pid, 0);
	store_relaxed(&own_namespace, tables_pid_namespace());
}

uint64_t tables_own_namespace(void)
{
	uint64_t own = load_relaxed(&own_namespace);

	if (!own) {
		own = tables_pid_namespace();
		store_relaxed(&own_namespace, own);
	}
	return own;
}

uint64_t tables_pid_namespace(void)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) == 0)
		store_relaxed(&cached_namespace, (uint64_t)st.st_ino);
	return load_relaxed(&cached_namespace);
}

void tables_changed(struct vale *v)
{
	atomic_fetch_add(&vale_header(v)->epoch, 1);
}

static bool opening_live(const struct vale *v, uint32_t i)
{
	return sw_state_of(load_acquire(&vale_opening(v, i)->state)) == SW_LIVE;
}

/*
 * A process number means something in its own pid namespace only; 0 stands for
 * a process that is not in the opener's.
 */
static enum lock_life life_of(const struct sw_opening *opening, uint32_t pid)
{
	if (!pid || !opening->pid_namespace ||
	    opening->pid_namespace != tables_pid_namespace())
		return LOCK_HOLDER_LIVES;
	return process_life(pid);
}

enum lock_life tables_holder_alive(const struct vale *v, uint64_t holder)
{
	uint32_t i = (uint32_t)(holder >> 56) - 1;
	uint64_t generation = holder >> 32 & LOCK_GENERATION_MASK;
	uint32_t pid = (uint32_t)(holder & LOCK_PID_MASK);
	uint64_t word;

	/*
	 * A scribbled word, or of one who tidies: it takes an area's locks only
	 * to see those out who do not know yet that the area closes, so nothing
	 * is spoiled by taking them away; and who died tidying cannot be told
	 * from a process of another pid namespace that has its number.
	 */
	if (i >= SW_MAX)
		return 0;
	word = load_acquire(&vale_opening(v, i)->state);
	if (sw_state_of(word) != SW_LIVE ||
	    (sw_generation_of(word) & LOCK_GENERATION_MASK) != generation)
		return 0;
	if (errands_only())
		return LOCK_HOLDER_LIVES; /* it takes a system call to know */
	if (fifo_alive(v, i, sw_generation_of(word)) == 0)
		return LOCK_HOLDER_DEAD;
	return life_of(vale_opening(v, i), pid);
}

static enum lock_life judge(void *context, uint64_t holder)
{
	return tables_holder_alive(context, holder);
}

static bool opening_dead(const struct vale *v, uint32_t i)
{
	uint64_t word = load_acquire(&vale_opening(v, i)->state);

	switch (sw_state_of(word)) {
	case SW_FREE:
		return false;
	case SW_LIVE:
		return fifo_alive(v, i, sw_generation_of(word)) == 0;
	default:
		return true; /* its maker did not finish */
	}
}

/* Moves a state word on to FREE, under a new generation. */
static void set_free(sw_state_word *state)
{
	uint64_t next = sw_generation_of(load_relaxed(state)) + 1;

	store_release(state, sw_state_make(next, SW_FREE));
}

static struct sw_retired *retired_now(const struct vale *v)
{
	struct sw_header *h = vale_header(v);

	return &h->retired[load_acquire(&h->retired_word) & 1];
}

/* Adds an area's counts to the totals, once; see struct sw_header. */
static void retire_opening_counts(struct vale *v, uint32_t i,
				  const struct area *area, uint64_t generation)
{
	struct sw_header *h = vale_header(v);
	uint64_t word = load_acquire(&h->retired_word);
	uint64_t mark = (generation << 8 | i) << 1;
	struct sw_retired *sum = &h->retired[~word & 1];

	if ((word & ~1ull) == mark)
		return; /* by somebody who was killed right after */
	memcpy(sum, &h->retired[word & 1], sizeof(*sum));
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++) {
		const struct rx_control *rx = &area->rx[r];
		uint64_t abandoned = load_acquire(&rx->abandoned);
		uint64_t consumed = load_acquire(&rx->consumed);
		uint64_t published = load_acquire(&rx->published);

		counter_add(&sum->published, published);
		counter_add(&sum->dropped, load_relaxed(&rx->dropped));
		counter_add(&sum->filtered, load_relaxed(&rx->filtered));
		counter_add(&sum->consumed, consumed - abandoned);
		counter_add(&sum->abandoned, abandoned + published - consumed);
		counter_add(&sum->offered, load_relaxed(&area->tx[r].offered) +
						   load_relaxed(&rx->offered));
	}
	HOOK(summed);
	store_release(&h->retired_word, mark | (~word & 1));
}

/* Every ring's lock, and those that keep the openings' own syncs out. */
#define AREA_LOCKS (3 * SW_MAX_RINGS)

static sw_lock *area_lock(struct area *area, uint32_t i)
{
	uint32_t r = i % SW_MAX_RINGS;

	if (i < SW_MAX_RINGS)
		return &area->rx[r].lock;
	return i < 2 * SW_MAX_RINGS ? &area->rx[r].sync_lock
				    : &area->tx[r].sync_lock;
}

/* Takes all locks of an area; false if somebody stopped holds one. */
static bool lock_area(struct vale *v, struct area *area, uint64_t me)
{
	for (uint32_t i = 0; i < AREA_LOCKS; i++) {
		struct lock_memory fresh = {0};

		enum lock_result lock = lock_take(area_lock(area, i), me,
						  &fresh, judge, v);

		if (lock == LOCK_TAKEN_OVER)
			error_log_note(v, NMD_ERROR_TAKEOVER, area->port,
				       SW_NONE);
		if (lock != LOCK_STUCK)
			continue;
		while (i-- > 0)
			lock_release(area_lock(area, i), me);
		return false;
	}
	return true;
}

/*
 * What the maker of an area did not finish. Its counts are still those of its
 * last user, which were added long ago; where it never had one, nobody looks
 * at the control block either.
 */
static void unmake_area(struct vale *v, uint32_t i)
{
	sw_state_word *state = &vale_area_entry(v, i)->state;
	bool first = sw_generation_of(load_relaxed(state)) == 0;

	spare_remove(v, i, first ? 0 : AREA_FILTER_AT);
	vale_area_entry(v, i)->spare_pages = 0;
	set_free(state);
}

/* Bytes that an area takes; 0: its seal, or a tidying before, does not say. */
static uint64_t memory_of(const struct vale *v, uint32_t i)
{
	struct geometry g;

	return seal_geometry(v, i, &g) ? g.memory : 0;
}

/*
 * Gives an area's memory back, or keeps it for the next. Its control block
 * stays: a sender that looked at the tables before the generation moved may
 * still try a ring lock.
 */
static void free_area(struct vale *v, uint32_t i, const struct bitset *sealed)
{
	struct sw_area_entry *entry = vale_area_entry(v, i);
	struct area *area = vale_area(v, i);
	uint64_t me = lock_identity(JANITOR, 0) | tables_pid();
	uint64_t generation = sw_generation_of(load_relaxed(&entry->state));
	uint64_t bytes = memory_of(v, i);

	if (sw_state_of(load_relaxed(&entry->state)) == SW_MAKING ||
	    !backing_of_control(v, i)) {
		unmake_area(v, i);
		return;
	}
	/* Somebody has spoiled the entry, and there never was an area. */
	if (!room_is_taken(area, AREA_FILTER_AT)) {
		set_free(&entry->state);
		return;
	}
	store_release(&entry->state, sw_state_make(generation, SW_CLOSING));
	HOOK(area_closing);
	full_fence(); /* closing before looking; who draws does the opposite */
	if (undrawn_is_read(v, i))
		return; /* the next tidying tries again */
	if (!lock_area(v, area, me))
		return; /* the next tidying tries again */
	HOOK(area_locked);
	pairs_retire(v, i, generation);
	retire_opening_counts(v, i, area, generation);
	HOOK(area_retired);
	spare_keep(v, i, bytes, sealed);
	HOOK(area_removed);
	set_free(&entry->state);
	HOOK(area_freed);
	for (uint32_t l = 0; l < AREA_LOCKS; l++)
		lock_release(area_lock(area, l), me);
}

/* Unless it said that it would go. */
static void note_left(const struct vale *v, uint32_t i)
{
	const struct sw_opening *opening = vale_opening(v, i);

	if (!load_relaxed(&opening->leaving))
		error_log_note(v, NMD_ERROR_LEFT, opening->port, i);
}

static bool reap_dead(struct vale *v)
{
	bool some = false;

	for (uint32_t i = 0; i < SW_MAX; i++) {
		sw_state_word *state = &vale_opening(v, i)->state;

		if (!opening_dead(v, i))
			continue;
		fifo_unlink(v, i, sw_generation_of(load_relaxed(state)));
		HOOK(reap_unlinked);
		if (opening_live(v, i)) {
			counter_add(&retired_now(v)->openings, 1);
			note_left(v, i);
		}
		set_free(state);
		HOOK(reap_freed);
		some = true;
	}
	return some;
}

static bool has_unannounced(const struct area *area)
{
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++)
		if (load_relaxed(&area->rx[r].armed) &&
		    load_acquire(&area->rx[r].published) !=
			    load_acquire(&area->rx[r].consumed))
			return true;
	return false;
}

/*
 * A sender that was stopped so long that nobody waited for it any more, and
 * was killed right after its publish, leaves a program that polls asleep
 * beside frames (bell.h): whoever sweeps up after it writes to the FIFO. One
 * too many costs a look.
 */
static void wake_pollers(struct vale *v)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *opening = vale_opening(v, i);
		uint64_t state = load_acquire(&opening->state);
		uint32_t at = *(const volatile uint16_t *)&opening->area;
		struct area *area = at < SW_MAX ? vale_area(v, at) : NULL;

		if (!area || !seal_holds(v, i) || !backing_of_control(v, at) ||
		    !has_unannounced(area))
			continue;
		fifo_wake(v, i, sw_generation_of(state));
		/* As a sender does, for nmd_arm to know that it is filled. */
		counter_add_shared(&area->rx[0].wakeups, 1);
	}
}

static bool port_in_use(const struct vale *v, uint32_t port)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (opening_live(v, i) && vale_opening(v, i)->port == port)
			return true;
	return false;
}

/* Those of the living, as they were sealed, are not free, whatever is said. */
static bool area_in_use(const struct vale *v, const struct bitset *sealed,
			uint32_t area)
{
	if (sealed->word[area / 64] >> area % 64 & 1)
		return true;
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (opening_live(v, i) &&
		    (vale_opening(v, i)->area == area ||
		     vale_opening(v, i)->other_area == area))
			return true;
	return undrawn_is_left(v, area);
}

static bool has_unused(const struct vale *v)
{
	static const struct bitset none;

	for (uint32_t i = 0; i < SW_MAX; i++) {
		uint64_t port = load_acquire(&vale_port(v, i)->state);
		uint64_t area = load_acquire(&vale_area_entry(v, i)->state);

		if ((sw_state_of(port) != SW_FREE && !port_in_use(v, i)) ||
		    (sw_state_of(area) != SW_FREE && !area_in_use(v, &none, i)))
			return true;
	}
	return false;
}

bool tables_need_tidying(const struct vale *v)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (opening_dead(v, i))
			return true;
	return has_unused(v);
}

/*
 * Finishes with the area whose counts were added last, should somebody have
 * been killed right after: adding another's would wipe the mark that keeps
 * them from being added twice. False: somebody stopped holds one of its locks.
 */
static bool finish_retired(struct vale *v, const struct bitset *sealed)
{
	uint64_t mark = load_acquire(&vale_header(v)->retired_word) >> 1;
	uint32_t i = mark & 0xff;
	sw_state_word *state;

	if (i >= SW_MAX || sealed->word[i / 64] >> i % 64 & 1)
		return true;
	state = &vale_area_entry(v, i)->state;
	if (load_relaxed(state) == sw_state_make(mark >> 8, SW_CLOSING))
		free_area(v, i, sealed);
	return load_relaxed(state) != sw_state_make(mark >> 8, SW_CLOSING);
}

static void free_unused(struct vale *v, const struct bitset *sealed)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		struct sw_port *port = vale_port(v, i);

		if (sw_state_of(load_relaxed(&port->state)) != SW_FREE &&
		    !port_in_use(v, i)) {
			mac_forget(vale_macs(v), i);
			HOOK(port_forgotten);
			set_free(&port->state);
		}
	}
	if (!finish_retired(v, sealed))
		return;
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (sw_state_of(load_relaxed(&vale_area_entry(v, i)->state)) !=
			    SW_FREE &&
		    !area_in_use(v, sealed, i))
			free_area(v, i, sealed);
}

/* A port whose shared rings have gone has none. */
static void mend_ports(struct vale *v)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		struct sw_port *port = vale_port(v, i);
		/* Read once: a neighbour may change them between two looks. */
		uint32_t area = *(volatile uint16_t *)&port->raw_area;
		uint32_t peer = *(volatile uint16_t *)&port->peer_area;

		if (area < SW_MAX &&
		    sw_state_of(load_relaxed(
			    &vale_area_entry(v, area)->state)) != SW_LIVE)
			port->raw_area = SW_NONE;
		if (peer < SW_MAX &&
		    sw_state_of(load_relaxed(
			    &vale_area_entry(v, peer)->state)) != SW_LIVE)
			port->peer_area = SW_NONE;
	}
}

uint32_t tables_tidy(struct vale *v)
{
	struct bitset sealed = {{0}};
	uint32_t live = 0;

	if (seal_is_broken(v, &sealed))
		return TABLES_SPOILED;
	if (reap_dead(v))
		wake_pollers(v);
	tables_changed(v);
	free_unused(v, &sealed);
	mend_ports(v);
	for (uint32_t i = 0; i < SW_MAX; i++)
		live += opening_live(v, i);
	if (live == 0)
		spare_give_back(v, &sealed);
	return live;
}

uint32_t tables_find_port(const struct vale *v, const char *name)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_port *port = vale_port(v, i);

		if (sw_state_of(load_relaxed(&port->state)) == SW_LIVE &&
		    strncmp(port->name, name, sizeof(port->name)) == 0)
			return i;
	}
	return SW_NONE;
}

#define FIRST_FREE(v, table)                                                   \
	for (uint32_t i = 0; i < SW_MAX; i++)                                  \
		if (sw_state_of(load_relaxed(&table(v, i)->state)) == SW_FREE) \
			return i;                                              \
	return SW_NONE

uint32_t tables_free_port(const struct vale *v)
{
	FIRST_FREE(v, vale_port);
}

uint32_t tables_free_opening(const struct vale *v)
{
	FIRST_FREE(v, vale_opening);
}
