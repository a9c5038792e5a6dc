/* SPDX-License-Identifier: BSD-2-Clause */
#include "backing.h"

#include <sys/mman.h>
#include <unistd.h>

#include "atomics.h"

static bool is_data(int fd, off_t page)
{
	return lseek(fd, page, SEEK_DATA) == page;
}

/*
 * Page by page: the first hole would be looked for through all the memory of
 * the area. A process that is out of descriptors hopes.
 */
bool backing_of_control(const struct vale *v, uint32_t area)
{
	off_t from = (off_t)(v->area_offset + area * v->area_size);
	off_t end = from + (off_t)AREA_FILTER_AT, at = from;
	int fd = vale_open_shm(v);

	if (fd < 0)
		return true;
	while (at < end && is_data(fd, at))
		at += SW_PAGE;
	close(fd);
	return at >= end;
}

uint64_t backing_from(int fd, uint64_t offset)
{
	off_t hole = lseek(fd, (off_t)offset, SEEK_HOLE);

	return hole < (off_t)offset ? 0 : (uint64_t)hole - offset;
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
