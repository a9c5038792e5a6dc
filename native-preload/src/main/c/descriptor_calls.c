/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls that duplicate and close descriptors. A number leaves the table
 * before it is closed and enters it after it is opened: in between another
 * thread cannot get it for a file of its own.
 */
#include <errno.h>
#include <sys/stat.h>

#include "descriptors.h"
#include "libc_calls.h"

/* Of the exported function that says it. */
#define CALLER __builtin_return_address(0)

/* Whether fd is ours, and this the process that it is ours in. */
static bool ours(int fd)
{
	return descriptor_at(fd) && descriptors_own_memory();
}

/* Enters what a call made of from. */
static int enter(int from, int fd, const void *caller)
{
	struct descriptor *d = fd < 0 ? NULL : descriptor_at(from);

	if (fd == from || descriptor_is_stale(from, caller) ||
	    (d && !descriptors_own_memory()))
		return fd;
	if (!d)
		return descriptor_opened(fd, caller);
	d = descriptor_take(from, d->kind);
	if (!d)
		return fd;
	if (descriptor_add(fd, d) && d->kind->duplicated)
		d->kind->duplicated(d, from, fd);
	descriptor_give_back(d);
	return fd;
}

/* What has to be given back once another is put over fd, or it is closed. */
static struct descriptor *leave(int fd)
{
	return ours(fd) ? descriptor_leave(fd) : NULL;
}

/* Nothing of what is behind to is given up for a number that is not open. */
static bool cannot_put(int fd, int to)
{
	return ours(to) && libc_calls.fcntl(fd, F_GETFD) < 0;
}

static __attribute__((noinline)) int close_for_program(int fd)
{
	struct descriptor *d = leave(fd);
	int result = libc_calls.close(fd);

	descriptor_give_back(d);
	return result;
}

/* Our own code leaves stale entries where they are, see descriptor_is_stale. */
EXPORTED int close(int fd)
{
	if (descriptor_is_foreign(fd) || descriptor_is_stale(fd, CALLER))
		return libc_calls.close(fd);
	return close_for_program(fd);
}

static __attribute__((noinline)) int dup_any(int fd, const void *caller)
{
	return enter(fd, libc_calls.dup(fd), caller);
}

EXPORTED int dup(int fd)
{
	return descriptors_any() ? dup_any(fd, CALLER) : libc_calls.dup(fd);
}

static __attribute__((noinline)) int dup2_any(int fd, int to,
					      const void *caller)
{
	struct descriptor *d;
	int result;

	if (fd == to)
		return libc_calls.dup2(fd, to);
	if (cannot_put(fd, to))
		return -1;
	d = leave(to);
	result = enter(fd, libc_calls.dup2(fd, to), caller);
	descriptor_give_back(d);
	return result;
}

EXPORTED int dup2(int fd, int to)
{
	if (!descriptors_any())
		return libc_calls.dup2(fd, to);
	return dup2_any(fd, to, CALLER);
}

EXPORTED int dup3(int fd, int to, int flags)
{
	struct descriptor *d;
	int result;

	if (fd == to || (flags & ~O_CLOEXEC))
		return libc_calls.dup3(fd, to, flags);
	if (cannot_put(fd, to))
		return -1;
	d = leave(to);
	result = enter(fd, libc_calls.dup3(fd, to, flags), CALLER);
	descriptor_give_back(d);
	return result;
}

static __attribute__((noinline)) int duplicate(int (*real)(int, int, ...),
					       int fd, int command,
					       unsigned long argument,
					       const void *caller)
{
	return enter(fd, real(fd, command, argument), caller);
}

static bool never_blocks(int fd)
{
	const struct descriptor *d = descriptor_at(fd);

	return d && d->kind->never_blocks;
}

static inline int control(int (*real)(int, int, ...), int fd, int command,
			  unsigned long argument, const void *caller)
{
	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		return duplicate(real, fd, command, argument, caller);
	if (command == F_SETFL && never_blocks(fd))
		argument |= O_NONBLOCK;
	return real(fd, command, argument);
}

int fixed_fcntl(int fd, int command, unsigned long argument) EXPORTED_AS(fcntl);
int fixed_fcntl64(int fd, int command, unsigned long argument)
	EXPORTED_AS(fcntl64);

int fixed_fcntl(int fd, int command, unsigned long argument)
{
	return control(libc_calls.fcntl, fd, command, argument, CALLER);
}

int fixed_fcntl64(int fd, int command, unsigned long argument)
{
	return control(libc_calls.fcntl64, fd, command, argument, CALLER);
}

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2
#endif

/* Ours are closed one by one, before the others. */
static void close_ours(unsigned int first, unsigned int last)
{
	unsigned int fd = descriptors_next(first);

	if (!descriptors_own_memory())
		return;
	for (; fd < DESCRIPTORS_END && fd <= last;
	     fd = descriptors_next(fd + 1))
		close_for_program((int)fd);
}

/* A process has a folder in there for each thread. */
static bool has_threads(void)
{
	int error = errno;
	struct stat tasks;
	bool several = stat("/proc/self/task", &tasks) == 0 &&
		       tasks.st_nlink > 3;

	errno = error;
	return several;
}

/*
 * Whether it closes what this process has: not if the kernel refuses the flags,
 * and not if other threads keep theirs.
 */
static bool range_closes(int flags)
{
	if (flags & ~CLOSE_RANGE_UNSHARE)
		return false;
	return !(flags & CLOSE_RANGE_UNSHARE) || !has_threads();
}

EXPORTED int close_range(unsigned int first, unsigned int last, int flags)
{
	if (range_closes(flags))
		close_ours(first, last);
	return libc_calls.close_range(first, last, flags);
}

EXPORTED void closefrom(int first)
{
	close_ours(first < 0 ? 0 : (unsigned int)first, ~0u);
	libc_calls.closefrom(first);
}
