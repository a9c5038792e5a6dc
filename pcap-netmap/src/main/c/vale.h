/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VALE switch as one process sees it: its directory, its shared file
 * mapped whole, its tables.
 *
 * Below the runtime directory, a directory for each switch holds
 *   shm          the shared file (layout.h)
 *   lock         its lock is held while the tables are changed
 *   p<i>.<gen>   the FIFO of opening i: what its program polls, what others
 *                write to wake it, and by its lock the sign that it lives
 * The outer directory lets nobody else in; the inner one and its FIFOs are
 * open to whoever came by the outer while it might and holds the inner one
 * as a descriptor, so that a process that has changed its user can still
 * wake those that join later and remove what it leaves.
 */
#ifndef VALE_H
#define VALE_H

#include <stdbool.h>
#include <sys/types.h>

#include "geometry.h"
#include "layout.h"
#include "runtime.h"

#define VALE_NO_SPARE (-1)
#define VALE_NEEDS_NO_SPARE (-2) /* only looked at */

struct vale {
	struct vale *next;
	char name[16];
	int dir_fd;           /* -1 while no opening of this process uses it */
	_Atomic int spare_fd; /* vale_give_up_spare; VALE_NO_SPARE */
	dev_t dir_dev, shm_dev;
	ino_t dir_ino, shm_ino;
	struct runtime runtime; /* not open */
	uint32_t users;         /* openings of this process */
	uint8_t *base;
	uint64_t file_size, area_offset, area_size;
};

static inline struct sw_header *vale_header(const struct vale *v)
{
	return (void *)v->base;
}

static inline struct sw_port *vale_port(const struct vale *v, uint32_t i)
{
	return (struct sw_port *)(void *)(v->base + SW_PORTS_AT) + i;
}

static inline struct sw_opening *vale_opening(const struct vale *v, uint32_t i)
{
	return (struct sw_opening *)(void *)(v->base + SW_OPENINGS_AT) + i;
}

static inline struct sw_area_entry *vale_area_entry(const struct vale *v,
						    uint32_t i)
{
	return (struct sw_area_entry *)(void *)(v->base + SW_AREAS_AT) + i;
}

static inline _Atomic uint64_t *vale_macs(const struct vale *v)
{
	return (void *)(v->base + SW_MACS_AT);
}

static inline struct sw_error_log *vale_error_log(const struct vale *v)
{
	return (void *)(v->base + SW_ERRORS_AT);
}

static inline struct area *vale_area(const struct vale *v, uint32_t i)
{
	return (void *)(v->base + v->area_offset + i * v->area_size);
}

/*
 * Joins the switch called name, making it if nobody uses it. On success the
 * join lock is held; call vale_unlock with *lock_fd. Errors as nmd_open.
 */
int vale_join(const char *name, uint64_t area_size, struct vale **out,
	      int *lock_fd, struct nmd_error *err);

/*
 * Takes the join lock of a mapped switch; a descriptor or -errno, -ESTALE if
 * the switch is gone, also if another has been made in its place since.
 */
int vale_lock(const struct vale *v);
void vale_unlock(int lock_fd);

/* Counts an opening of this process less; the mapping stays. */
void vale_release(struct vale *v);

/* In the child of a fork. */
void vale_after_fork(void);

/* Under the join lock, when no opening is left: removes the switch. */
void vale_remove(const struct vale *v);

/* Whether the directory descriptor is still the switch's own. */
bool vale_dir_ok(const struct vale *v);

/*
 * A descriptor that is kept, as long as openings use the switch, for what has
 * to be opened where the program has none left: whoever sleeps is to be woken.
 * Giving it up closes it; false: there is none, or the program has closed it.
 * It is taken again with fd's number, whose file is closed, or (-1) with a new
 * one, if one is free; not if there is one already.
 */
bool vale_give_up_spare(struct vale *v);
void vale_take_spare(struct vale *v, int fd);

static inline bool vale_lacks_spare(const struct vale *v)
{
	return atomic_load_explicit(&v->spare_fd, memory_order_relaxed) ==
	       VALE_NO_SPARE;
}

/* Opens the switch's shared file; a descriptor or -errno. */
int vale_open_shm(const struct vale *v);

/* Maps a switch for looking only. As vale_join, without making it. */
int vale_peek(const struct runtime *rt, const char *name, struct vale *out,
	      struct nmd_error *err);

/*
 * Whether the switch has a shared file that its maker has finished. Under the
 * join lock: one that is not will never be.
 */
bool vale_is_whole(const struct vale *v);
void vale_unpeek(struct vale *v);

#endif
