/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening and mapping /dev/netmap.
 *
 * The name, however the program spells the way to it, is ours where the device
 * library would make ports in user space: where the kernel has no such device,
 * or by NETMAP_DEVICE=user. By NETMAP_DEVICE=loop, which is for tests, it is
 * ours, and the device library takes us for the kernel.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "environment.h"
#include "libc_calls.h"
#include "netmap_external.h"
#include "netmap_guest.h"

#define DEVICE "/dev/netmap"

static bool user_device(void)
{
	const char *chosen = getenv("NETMAP_DEVICE");
	int error = errno;
	bool ours;

	if (environment_off())
		return false;
	if (chosen && *chosen)
		return strcmp(chosen, "user") == 0 ||
		       strcmp(chosen, "loop") == 0;
	ours = access(DEVICE, F_OK) != 0;
	errno = error;
	return ours;
}

#define NAME "netmap"
#define NAME_LENGTH (sizeof(NAME) - 1)

/* Whether the folder that a path leads to is /dev, by whichever way. */
static bool is_in_dev(int dir, const char *path, size_t length)
{
	char folder[PATH_MAX];
	struct stat there, dev;

	if (length >= sizeof(folder))
		return false;
	memcpy(folder, path, length);
	strcpy(folder + length, length ? "" : ".");
	return stat("/dev", &dev) == 0 &&
	       fstatat(dir, folder, &there, 0) == 0 &&
	       there.st_dev == dev.st_dev && there.st_ino == dev.st_ino;
}

/* The path ends with the device's name, which may be the end of another. */
static __attribute__((noinline)) bool is_device(int dir, const char *path,
						size_t length)
{
	int error = errno;
	bool is;

	length -= NAME_LENGTH;
	if (length && path[length - 1] != '/')
		return false;
	is = (strcmp(path, DEVICE) == 0 || is_in_dev(dir, path, length)) &&
	     user_device();
	errno = error;
	return is;
}

/* The last bytes tell for most. */
static inline bool is_ours(int dir, const char *path)
{
	size_t length = path ? strlen(path) : 0;

	return __builtin_expect(length >= NAME_LENGTH &&
					memcmp(path + length - 4,
					       &NAME[NAME_LENGTH - 4], 4) == 0,
				0) &&
	       memcmp(path + length - NAME_LENGTH, NAME, NAME_LENGTH) == 0 &&
	       is_device(dir, path, length);
}

/* The number of a file that is not ours. */
#define OPENED(call)                                                      \
	(descriptors_any()                                                \
		 ? descriptor_opened((call), __builtin_return_address(0)) \
		 : (call))

int fixed_open(const char *path, int flags, unsigned long mode)
	EXPORTED_AS(open);
int fixed_open64(const char *path, int flags, unsigned long mode)
	EXPORTED_AS(open64);
int fixed_openat(int dir, const char *path, int flags, unsigned long mode)
	EXPORTED_AS(openat);
int fixed_openat64(int dir, const char *path, int flags, unsigned long mode)
	EXPORTED_AS(openat64);

int fixed_open(const char *path, int flags, unsigned long mode)
{
	return is_ours(AT_FDCWD, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.open(path, flags, mode));
}

int fixed_open64(const char *path, int flags, unsigned long mode)
{
	return is_ours(AT_FDCWD, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.open64(path, flags, mode));
}

int fixed_openat(int dir, const char *path, int flags, unsigned long mode)
{
	return is_ours(dir, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.openat(dir, path, flags, mode));
}

int fixed_openat64(int dir, const char *path, int flags, unsigned long mode)
{
	return is_ours(dir, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.openat64(dir, path, flags, mode));
}

/* What the compiler makes of open with _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);

EXPORTED int __open_2(const char *path, int flags)
{
	return is_ours(AT_FDCWD, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.__open_2(path, flags));
}

EXPORTED int __open64_2(const char *path, int flags)
{
	return is_ours(AT_FDCWD, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.__open64_2(path, flags));
}

EXPORTED int __openat_2(int dir, const char *path, int flags)
{
	return is_ours(dir, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.__openat_2(dir, path, flags));
}

EXPORTED int __openat64_2(int dir, const char *path, int flags)
{
	return is_ours(dir, path)
		       ? netmap_file_open(flags)
		       : OPENED(libc_calls.__openat64_2(dir, path, flags));
}

/* The file whose memory f's rings lie in. */
static struct netmap_file *memory_of(struct netmap_file *f)
{
	struct netmap_file *lender = f->guest ? guest_lender(f->guest) : NULL;

	return lender ? lender : f;
}

/* What is shown behind the view of a file's port; of size 0: nothing. */
static struct netmap_view_tail tail_of(struct netmap_file *f,
				       const struct nmd_port *port)
{
	struct netmap_view_tail tail = {NULL, 0};

	if (f->guest)
		return guest_own_memory(f->guest);
	if (lender_lends(&port->geometry)) {
		tail.at = lender_rings(f->lender);
		tail.size = LENDER_RINGS_SIZE;
	}
	return tail;
}

static void *map(struct netmap_file *f, void *address, size_t length,
		 int access, int flags, off_t at)
{
	struct netmap_file *memory = memory_of(f);
	struct nmd_port *port = atomic_load(&memory->port);
	struct netmap_view_tail tail = {NULL, 0};
	void *result = MAP_FAILED;

	if (port && f->guest && guest_external(f->guest)) {
		result = external_map(guest_external(f->guest), address, length,
				      access, flags, at);
		netmap_file_give_back(f);
		return result;
	}
	if (port)
		tail = tail_of(memory, port);
	if (!port || !(flags & MAP_SHARED))
		errno = EINVAL;
	else if (tail.size && !tail.at)
		errno = ENOMEM;
	else
		result = netmap_view_map(port, address, length, access, flags,
					 at, tail.size ? &tail : NULL);
	netmap_file_give_back(f);
	return result;
}

/* Bytes; no port's rings and buffers take as few. */
#define SMALLEST_VIEW 65536

/* Allocators and the loader of libraries make the call as well. */
static inline bool maps_no_device(size_t length, int flags, int fd, off_t at)
{
	return (flags & MAP_ANONYMOUS) || fd < 0 ||
	       (descriptor_is_foreign(fd) &&
		(at != 0 || !(flags & MAP_SHARED) || length < SMALLEST_VIEW));
}

static __attribute__((noinline)) void *
mmap_any(void *address, size_t length, int access, int flags, int fd, off_t at)
{
	struct netmap_file *f = netmap_file_take(fd);
	void *result;

	if (f)
		return map(f, address, length, access, flags, at);
	result = libc_calls.mmap(address, length, access, flags, fd, at);
	/* So says a FIFO, which may be a port's that came from elsewhere. */
	if (__builtin_expect(result != MAP_FAILED, 1) || errno != ENODEV)
		return result;
	if (!netmap_file_adopt(fd) || !(f = netmap_file_take(fd))) {
		errno = ENODEV;
		return result;
	}
	return map(f, address, length, access, flags, at);
}

EXPORTED void *mmap(void *address, size_t length, int access, int flags, int fd,
		    off_t at)
{
	if (maps_no_device(length, flags, fd, at))
		return libc_calls.mmap(address, length, access, flags, fd, at);
	return mmap_any(address, length, access, flags, fd, at);
}

EXPORTED void *mmap64(void *address, size_t length, int access, int flags,
		      int fd, off_t at)
{
	if (maps_no_device(length, flags, fd, at))
		return libc_calls.mmap(address, length, access, flags, fd, at);
	return mmap_any(address, length, access, flags, fd, at);
}
