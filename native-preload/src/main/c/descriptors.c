/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptors.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

descriptor_slot descriptors_low[DESCRIPTORS_PART];
atomic_bool descriptors_entered;

/* The rest of the table in parts, each made with its first entry. */
static _Atomic(descriptor_slot *) parts[DESCRIPTORS_PARTS];

/*
 * The process whose memory this is. It lies in a page that the kernel zeroes
 * in the child of a fork and that a vfork child shares, so that even a fork
 * that the C library has not heard of is told from a vfork.
 */
static _Atomic pid_t *owner;
static pthread_once_t owner_once = PTHREAD_ONCE_INIT;

static void after_fork(void)
{
	atomic_store(owner, getpid());
}

static void find_owner(void)
{
	static _Atomic pid_t unwiped;
	void *page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE),
			  PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	owner = &unwiped;
	if (page != MAP_FAILED) {
		owner = page;
		madvise(page, (size_t)sysconf(_SC_PAGESIZE), MADV_WIPEONFORK);
	}
	atomic_store(owner, getpid());
	pthread_atfork(NULL, NULL, after_fork);
}

/*
 * At load: in a sandbox the system calls may be forbidden, and a vfork child
 * would take its parent's memory for its own.
 */
__attribute__((constructor)) static void be_owner(void)
{
	pthread_once(&owner_once, find_owner);
}

bool descriptors_own_memory(void)
{
	pid_t nobody = 0, pid = getpid();

	return !owner || atomic_load(owner) == pid ||
	       atomic_compare_exchange_strong(owner, &nobody, pid);
}

descriptor_slot *descriptors_high(int fd)
{
	unsigned int part = (unsigned int)fd / DESCRIPTORS_PART;
	descriptor_slot *slots;

	if (part >= DESCRIPTORS_PARTS)
		return NULL;
	slots = atomic_load_explicit(&parts[part], memory_order_acquire);
	return slots ? &slots[(unsigned int)fd % DESCRIPTORS_PART] : NULL;
}

/* As descriptors_high, but makes the part; NULL: not possible. */
static descriptor_slot *slot_for(int fd)
{
	unsigned int part = (unsigned int)fd / DESCRIPTORS_PART;
	descriptor_slot *made, *found = NULL;

	if (part == 0)
		return &descriptors_low[fd];
	if (part >= DESCRIPTORS_PARTS)
		return NULL;
	if (descriptors_high(fd))
		return descriptors_high(fd);
	made = calloc(DESCRIPTORS_PART, sizeof(*made));
	if (made && !atomic_compare_exchange_strong(&parts[part], &found, made))
		free(made);
	return made ? descriptors_high(fd) : NULL;
}

void descriptor_give_back(struct descriptor *d)
{
	if (d && atomic_fetch_sub(&d->references, 1) == 1 && d->kind->unused)
		d->kind->unused(d);
}

/* An object that has no references any more gets none. */
static bool refer(struct descriptor *d)
{
	unsigned int n = atomic_load_explicit(&d->references,
					      memory_order_relaxed);

	while (n > 0)
		if (atomic_compare_exchange_weak(&d->references, &n, n + 1))
			return true;
	return false;
}

struct descriptor *descriptor_take(int fd, const struct descriptor_kind *kind)
{
	struct descriptor *d = descriptor_at(fd);

	while (d && d->kind == kind) {
		if (refer(d)) {
			if (descriptor_at(fd) == d)
				return d;
			descriptor_give_back(d);
		}
		d = descriptor_at(fd);
	}
	return NULL;
}

static struct descriptor *told(struct descriptor *d, int fd)
{
	if (d->kind->closing)
		d->kind->closing(d, fd);
	return d;
}

bool descriptor_add(int fd, struct descriptor *d)
{
	descriptor_slot *slot = fd < 0 ? NULL : slot_for(fd);
	struct descriptor *stale;

	if (!slot)
		return false;
	pthread_once(&owner_once, find_owner);
	atomic_fetch_add(&d->references, 1);
	atomic_store(&descriptors_entered, true);
	stale = atomic_exchange(slot, d);
	if (stale)
		descriptor_give_back(told(stale, fd));
	return true;
}

struct descriptor *descriptor_leave(int fd)
{
	descriptor_slot *slot = fd < 0 ? NULL : slot_for(fd);
	struct descriptor *d = slot ? atomic_exchange(slot, NULL) : NULL;

	return d ? told(d, fd) : NULL;
}

/* Where this library lies, from the linker. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

bool is_own_code(const void *address)
{
	return (const char *)address >= __ehdr_start &&
	       (const char *)address < _end;
}

void descriptor_drop_stale(int fd, const void *caller)
{
	struct descriptor *d = descriptor_at(fd);
	int error = errno;

	if (d && !d->kind->closing && !is_own_code(caller) &&
	    descriptors_own_memory())
		descriptor_give_back(descriptor_leave(fd));
	errno = error;
}

unsigned int descriptors_next(unsigned int fd)
{
	while (fd < DESCRIPTORS_END) {
		if (fd >= DESCRIPTORS_PART && !descriptors_high((int)fd))
			fd = (fd / DESCRIPTORS_PART + 1) * DESCRIPTORS_PART;
		else if (descriptor_at((int)fd))
			return fd;
		else
			fd++;
	}
	return DESCRIPTORS_END;
}

int descriptor_number_after(const struct descriptor *d, int fd)
{
	unsigned int at = descriptors_next((unsigned int)(fd + 1));

	while (at < DESCRIPTORS_END && descriptor_at((int)at) != d)
		at = descriptors_next(at + 1);
	return at < DESCRIPTORS_END ? (int)at : -1;
}
