/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_pages.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "netmap_view.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* What is read is written again, by the kernel, which looks before it does. */
static bool rewrite(uint8_t *at)
{
	uint8_t byte;
	struct iovec own = {&byte, 1}, page = {at, 1};

	return process_vm_readv(getpid(), &own, 1, &page, 1, 0) == 1 &&
	       process_vm_writev(getpid(), &own, 1, &page, 1, 0) == 1;
}

bool pages_take(uint8_t *base, size_t size)
{
	if (madvise(base, size, MADV_POPULATE_WRITE) == 0)
		return true;
	if (errno != EINVAL)
		return false;
	/* They may not be written, or this is a kernel before Linux 5.14. */
	for (size_t at = 0; at < size; at += SW_PAGE)
		if (!rewrite(base + at))
			return false;
	return true;
}

/* What is written by one is read by the other, in each page. */
static bool same_pages(volatile uint8_t *one, volatile uint8_t *other,
		       size_t size)
{
	for (size_t at = 0; at < size; at += SW_PAGE) {
		uint8_t was = one[at], not = was ^ 0xff;
		bool same = other[at] == was;

		one[at] = not ;
		same &= other[at] == not ;
		one[at] = was;
		if (!same)
			return false;
	}
	return true;
}

/* Only shared memory can be; and only if it is all of one file. */
static uint8_t *map_shared(uint8_t *base, size_t size)
{
	uint8_t *again = mremap(base, 0, size, MREMAP_MAYMOVE);

	if (again == MAP_FAILED)
		return NULL;
	if (pages_take(again, size) && same_pages(base, again, size))
		return again;
	munmap(again, size);
	return NULL;
}

/* Shared memory of the same content, in their place and once more. */
static int replace(uint8_t *base, size_t size, uint8_t **again)
{
	uint8_t *fresh = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (fresh == MAP_FAILED)
		return ENOMEM;
	if (!pages_take(fresh, size)) {
		munmap(fresh, size);
		return ENOMEM;
	}
	memcpy(fresh, base, size);
	if (mremap(fresh, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, base) !=
	    base) {
		munmap(fresh, size);
		return EFAULT;
	}
	*again = fresh;
	return 0;
}

int pages_map_again(uint8_t *base, size_t size, bool whole, uint8_t **again)
{
	*again = map_shared(base, size);
	if (*again)
		return 0;
	return whole ? replace(base, size, again) : EINVAL;
}
