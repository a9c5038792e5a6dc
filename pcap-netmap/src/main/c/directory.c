/* SPDX-License-Identifier: BSD-2-Clause */
#include "directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BYTES 4096

/* What getdents64 gives: its d_name ends with a 0. */
struct entry {
	uint64_t inode;
	int64_t next;
	uint16_t length;
	uint8_t type;
	char name[];
};

struct search {
	char first;
	bool (*visit)(void *context, const char *name);
	void *context;
};

static bool any_of(const struct search *s, const char *entries, long bytes)
{
	const struct entry *e;

	for (long at = 0; at < bytes; at += e->length) {
		e = (const void *)(entries + at);
		if (e->name[0] == s->first && s->visit(s->context, e->name))
			return true;
	}
	return false;
}

int directory_any(int dir_fd, char first,
		  bool (*visit)(void *context, const char *name), void *context)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct search s = {first, visit, context};
	_Alignas(struct entry) char entries[BYTES];
	long bytes = fd < 0 ? -errno : 0;
	bool found = false;

	if (fd < 0)
		return (int)bytes;
	do {
		bytes = syscall(SYS_getdents64, fd, entries, sizeof(entries));
		if (bytes > 0)
			found = any_of(&s, entries, bytes);
	} while (bytes > 0 && !found);
	if (bytes < 0)
		bytes = -errno;
	close(fd);
	return bytes < 0 ? (int)bytes : found;
}
