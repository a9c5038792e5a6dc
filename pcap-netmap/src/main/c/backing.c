/* SPDX-License-Identifier: BSD-2-Clause */
#include "backing.h"

#include <sys/mman.h>
#include <unistd.h>

#include "atomics.h"

/*
 * Bytes from an area's start to its first hole. All of them where it cannot be
 * found out, by a process that is out of descriptors.
 */
static uint64_t backing_of(const struct vale *v, uint32_t area)
{
	off_t from = (off_t)(v->area_offset + area * v->area_size), hole;
	int fd = vale_open_shm(v);

	if (fd < 0)
		return v->area_size;
	hole = lseek(fd, from, SEEK_HOLE);
	close(fd);
	if (hole < from)
		return 0;
	return (uint64_t)(hole - from) < v->area_size ? (uint64_t)(hole - from)
						      : v->area_size;
}

bool backing_of_control(const struct vale *v, uint32_t area)
{
	return backing_of(v, area) >= AREA_FILTER_AT;
}

void backing_touch(void *memory, uint64_t bytes)
{
	_Atomic uint64_t *word = memory;

#ifdef MADV_POPULATE_WRITE
	if (madvise(memory, bytes, MADV_POPULATE_WRITE) == 0)
		return;
#endif
	/* An older kernel. Late senders may be at the locks of the same page. */
	for (uint64_t at = 0; at < bytes; at += SW_PAGE)
		atomic_fetch_or(&word[at / sizeof(*word)], 0);
}
