/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of the program's descriptors are ours, and whose.
 *
 *   number --> table --> struct descriptor, at the head of a face's own object
 *
 * A face that hands out a descriptor, or that has something to do for one of
 * the program's own, enters it here; the calls that duplicate and close
 * descriptors keep the table true (descriptor_calls.c). Whatever is not in the
 * table goes to the C library after one look at it.
 *
 * Look-ups take no lock and can be made in signal handlers. So that they never
 * find memory that is gone, an object's memory is not given back: once unused
 * it is used again for an object of the same kind, or not at all.
 *
 * After a fork the child has the table of its parent. A vfork child has its
 * parent's memory, but not its descriptors: there nothing is changed.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct descriptor;

/* One of these for each face; functions may be NULL. */
struct descriptor_kind {
	/* The object has one more descriptor: fd, a duplicate of from. */
	void (*duplicated)(struct descriptor *d, int from, int fd);
	/*
	 * The program closes fd: it is no longer in the table and will be
	 * closed when this returns. The object may have others.
	 */
	void (*closing)(struct descriptor *d, int fd);
	/*
	 * No descriptor is left, and no call that took the object: after the
	 * close.
	 */
	void (*unused)(struct descriptor *d);
	/*
	 * Its descriptors are FIFOs that we read, and never wait at: they stay
	 * O_NONBLOCK, whatever the program says.
	 */
	bool never_blocks;
};

struct descriptor {
	const struct descriptor_kind *kind;
	_Atomic unsigned int references; /* numbers, and calls under way */
};

#define DESCRIPTORS_PART 1024 /* numbers in one part of the table */
#define DESCRIPTORS_PARTS 1024
#define DESCRIPTORS_END (DESCRIPTORS_PART * DESCRIPTORS_PARTS)

typedef _Atomic(struct descriptor *) descriptor_slot;

extern descriptor_slot descriptors_low[DESCRIPTORS_PART];

/* The slot of a number of DESCRIPTORS_PART or more; NULL: there is none. */
descriptor_slot *descriptors_high(int fd);

/* What stands behind fd, or NULL if it is not ours. Only to be compared. */
static inline struct descriptor *descriptor_at(int fd)
{
	descriptor_slot *slot;

	if ((unsigned int)fd < DESCRIPTORS_PART)
		slot = &descriptors_low[fd];
	else
		slot = descriptors_high(fd);
	return slot ? atomic_load_explicit(slot, memory_order_acquire) : NULL;
}

extern atomic_bool descriptors_entered;

/* Whether there has ever been one of ours in this process. */
static inline bool descriptors_any(void)
{
	return __builtin_expect(atomic_load_explicit(&descriptors_entered,
						     memory_order_relaxed),
				0);
}

/*
 * Whether fd is surely not ours: for calls that leave by a jump then, since
 * programs make them for everything. High numbers are looked at twice.
 */
static inline bool descriptor_is_foreign(int fd)
{
	return __builtin_expect(
		(unsigned int)fd < DESCRIPTORS_PART &&
			!atomic_load_explicit(&descriptors_low[fd],
					      memory_order_relaxed),
		1);
}

/*
 * The object of this kind behind fd, which stays until it is given back even
 * if another thread closes fd; NULL: fd is not one of those.
 */
struct descriptor *descriptor_take(int fd, const struct descriptor_kind *kind);
void descriptor_give_back(struct descriptor *d); /* or NULL */

/*
 * Enters fd; d->kind is set. False: no memory, or fd is higher than numbers
 * ever are. An entry that is there was closed behind our back and is dropped.
 */
bool descriptor_add(int fd, struct descriptor *d);

/*
 * Takes fd out of the table before it is closed. What is returned, if not NULL,
 * is to be given back after that.
 */
struct descriptor *descriptor_leave(int fd);

/* Whether an address is in this library, with the device library in it. */
bool is_own_code(const void *address);

/*
 * Whether a number that our own code has open stands in the table for what the
 * program closed behind our back. Such an entry stays until the program is
 * given the number: our code may hold locks that the end of the entry's object
 * wants. Kinds that are told of a close find out themselves.
 */
static inline bool descriptor_is_stale(int fd, const void *caller)
{
	struct descriptor *d = fd < 0 ? NULL : descriptor_at(fd);

	return d && !d->kind->closing && is_own_code(caller);
}

/* As below, for a number that is in the table. */
void descriptor_drop_stale(int fd, const void *caller);

/*
 * What the kernel has just given to the program is nothing of ours: an entry
 * that is there was closed behind our back. Returns fd, which may be negative.
 */
static inline int descriptor_opened(int fd, const void *caller)
{
	if (__builtin_expect(fd >= 0 && descriptor_at(fd), 0))
		descriptor_drop_stale(fd, caller);
	return fd;
}

/* The lowest number of an object, above another; -1: it has none. */
int descriptor_number_after(const struct descriptor *d, int fd);

static inline int descriptor_number(const struct descriptor *d)
{
	return descriptor_number_after(d, -1);
}

/* False in a vfork child, whose memory is its parent's. */
bool descriptors_own_memory(void);

/* The lowest number from fd on that is ours; DESCRIPTORS_END: none. */
unsigned int descriptors_next(unsigned int fd);

#endif
