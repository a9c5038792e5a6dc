/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls that duplicate and close descriptors. A number leaves the table
 * before it is closed and enters it after it is opened: in between another
 * thread cannot get it for a file of its own.
 */
#include <stdarg.h>

#include "descriptors.h"
#include "libc_calls.h"

/* Whether fd is ours, and this the process that it is ours in. */
static bool ours(int fd)
{
	return descriptor_at(fd) && descriptors_own_memory();
}

/* Enters what a call made of from. */
static int enter(int from, int fd)
{
	struct descriptor *d = fd < 0 ? NULL : descriptor_at(from);

	if (!d || fd == from || !descriptors_own_memory())
		return fd;
	d = descriptor_take(from, d->kind);
	if (!d)
		return fd;
	if (descriptor_add(fd, d) && d->kind->duplicated)
		d->kind->duplicated(d, from, fd);
	descriptor_give_back(d);
	return fd;
}

/* Before fd is put over to: false if it cannot be. */
static bool make_way(int fd, int to)
{
	if (fd == to || !ours(to))
		return true;
	if (libc_calls.fcntl(fd, F_GETFD) < 0)
		return false;
	descriptor_remove(to);
	return true;
}

EXPORTED int close(int fd)
{
	if (ours(fd))
		descriptor_remove(fd);
	return libc_calls.close(fd);
}

EXPORTED int dup(int fd)
{
	return enter(fd, libc_calls.dup(fd));
}

EXPORTED int dup2(int fd, int to)
{
	return make_way(fd, to) ? enter(fd, libc_calls.dup2(fd, to)) : -1;
}

EXPORTED int dup3(int fd, int to, int flags)
{
	return make_way(fd, to) ? enter(fd, libc_calls.dup3(fd, to, flags))
				: -1;
}

static int control(int (*real)(int, int, ...), int fd, int command,
		   unsigned long argument)
{
	int result = real(fd, command, argument);

	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		return enter(fd, result);
	return result;
}

EXPORTED int fcntl(int fd, int command, ...)
{
	return control(libc_calls.fcntl, fd, command,
		       OPTIONAL_ARGUMENT(command));
}

EXPORTED int fcntl64(int fd, int command, ...)
{
	return control(libc_calls.fcntl64, fd, command,
		       OPTIONAL_ARGUMENT(command));
}

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

EXPORTED int close_range(unsigned int first, unsigned int last, int flags)
{
	if (!(flags & CLOSE_RANGE_CLOEXEC) && descriptors_own_memory())
		descriptors_remove_range(first, last);
	return libc_calls.close_range(first, last, flags);
}

EXPORTED void closefrom(int first)
{
	if (descriptors_own_memory())
		descriptors_remove_range(first < 0 ? 0 : (unsigned int)first,
					 ~0u);
	libc_calls.closefrom(first);
}
