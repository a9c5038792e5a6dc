/* SPDX-License-Identifier: BSD-2-Clause */
#include "room.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"

#define MIB(bytes) ((bytes) / 1048576.0)
#define PIECE (1u << 20)
#define REMEDY "use fewer slots or smaller buffers, or make room"

/* Reads a small file; false when it cannot be read. */
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

/* A number in a file of its own; "max" and what is missing: no limit. */
static uint64_t read_number(const char *folder, const char *file)
{
	char path[4400], text[64];
	uint64_t value;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	if (!read_text(path, text, sizeof(text)) ||
	    sscanf(text, "%" SCNu64, &value) != 1)
		return UINT64_MAX;
	return value;
}

/* What one version of cgroups calls its files, and lines of memory.stat. */
struct cgroup_names {
	const char *root, *limit, *usage, *inactive, *active;
};

static const struct cgroup_names version_1 = {
	"/sys/fs/cgroup/memory", "memory.limit_in_bytes",
	"memory.usage_in_bytes", "\ntotal_inactive_file ",
	"\ntotal_active_file "};
static const struct cgroup_names version_2 = {
	"/sys/fs/cgroup", "memory.max", "memory.current", "\ninactive_file ",
	"\nactive_file "};

/* The number after key in a text; 0 if it is not there. */
static uint64_t number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	uint64_t value;

	return at && sscanf(at + strlen(key), "%" SCNu64, &value) == 1 ? value
								       : 0;
}

/* Of a cgroup's usage: pages of files, which make room when it is needed. */
static uint64_t reclaimable_in(const char *folder,
			       const struct cgroup_names *names)
{
	char path[4400], text[8192];

	snprintf(path, sizeof(path), "%s/memory.stat", folder);
	if (!read_text(path, text, sizeof(text)))
		return 0;
	return number_after(text, names->inactive) +
	       number_after(text, names->active);
}

static uint64_t left_in(const char *folder, const struct cgroup_names *names)
{
	uint64_t limit = read_number(folder, names->limit);
	uint64_t usage = read_number(folder, names->usage);
	uint64_t files;

	if (limit == UINT64_MAX || usage == UINT64_MAX)
		return UINT64_MAX;
	files = reclaimable_in(folder, names);
	usage -= files < usage ? files : usage;
	return usage >= limit ? 0 : limit - usage;
}

/* The least that is left in the cgroup at path and in all above it. */
static uint64_t left_along(const char *path, const struct cgroup_names *names)
{
	const char *root = names->root;
	uint64_t least = UINT64_MAX;
	char folder[4300];
	char *slash;

	if (snprintf(folder, sizeof(folder), "%s%s", root, path) >=
	    (int)sizeof(folder))
		return least;
	while (strlen(folder) >= strlen(root)) {
		uint64_t left = left_in(folder, names);

		least = left < least ? left : least;
		slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return least;
}

/* What the memory cgroups of this process still allow, in bytes. */
static uint64_t left_in_cgroups(void)
{
	char text[4096], *line, *rest = text;
	uint64_t least = UINT64_MAX, left;

	if (!read_text("/proc/self/cgroup", text, sizeof(text)))
		return least;
	while ((line = strsep(&rest, "\n"))) {
		char *path = strrchr(line, ':');

		left = UINT64_MAX;
		if (!path)
			continue;
		if (strncmp(line, "0::", 3) == 0)
			left = left_along(path + 1, &version_2);
		else if (strstr(line, ":memory:"))
			left = left_along(path + 1, &version_1);
		least = left < least ? left : least;
	}
	return least;
}

static uint64_t left_on_machine(void)
{
	char text[4096], *at;
	uint64_t kib;

	if (!read_text("/proc/meminfo", text, sizeof(text)))
		return UINT64_MAX;
	at = strstr(text, "MemAvailable:");
	if (!at || sscanf(at + 13, "%" SCNu64, &kib) != 1)
		return UINT64_MAX;
	return kib * 1024;
}

uint64_t room_left(const struct statfs *fs)
{
	/* A tmpfs without a size limit reports no blocks at all. */
	if (fs->f_blocks == 0)
		return UINT64_MAX;
	return (uint64_t)fs->f_bavail * (uint64_t)fs->f_bsize;
}

static uint64_t left_on_tmpfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 ? UINT64_MAX : room_left(&fs);
}

static int too_small(const char *name, const char *what, uint64_t bytes,
		     uint64_t left, struct nmd_error *err)
{
	return error_set(
		err, -ENOMEM,
		"%s: rings need %.1f MiB but %s has %.1f MiB left; " REMEDY,
		name, MIB(bytes), what, MIB(left));
}

/* In pieces: a signal undoes the piece at hand, however large it is. */
int room_allocate(int fd, uint64_t offset, uint64_t bytes)
{
	uint64_t end = offset + bytes;

	while (offset < end) {
		uint64_t n = end - offset < PIECE ? end - offset : PIECE;

		if (fallocate(fd, 0, (off_t)offset, (off_t)n) == 0)
			offset += n;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* What one of those who may say no has left. */
struct room_left {
	const char *of;
	uint64_t bytes;
};

int room_reserve(int fd, uint64_t offset, uint64_t bytes, const char *name,
		 uint64_t *left, struct nmd_error *err)
{
	struct room_left room[] = {
		{"tmpfs", left_on_tmpfs(fd)},
		{"the memory cgroup", left_in_cgroups()},
		{"the machine", left_on_machine()},
	};
	int r;

	*left = UINT64_MAX;
	for (uint32_t i = 0; i < sizeof(room) / sizeof(room[0]); i++) {
		if (room[i].bytes < bytes)
			return too_small(name, room[i].of, bytes, room[i].bytes,
					 err);
		*left = room[i].bytes < *left ? room[i].bytes : *left;
	}
	r = room_allocate(fd, offset, bytes);
	if (r == 0)
		return 0;
	return error_set(err, -ENOMEM,
			 "%s: cannot reserve %.1f MiB for rings (%s); " REMEDY,
			 name, MIB(bytes), strerror(-r));
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* The kernel says in an error what a store would say in a signal. */
bool room_is_taken(void *from, size_t bytes)
{
	return madvise(from, bytes, MADV_POPULATE_WRITE) == 0 ||
	       errno == EINVAL;
}
