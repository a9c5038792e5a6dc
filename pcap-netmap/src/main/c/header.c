/* SPDX-License-Identifier: BSD-2-Clause */
#include "header.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "fifo.h"
#include "geometry.h"

#define AREA_SIZE_DEFAULT (512ull << 20)
#define BYTE_ORDER_MARK 0x1234

static uint64_t chosen_area_size(uint64_t asked)
{
	uint64_t size = asked ? asked : AREA_SIZE_DEFAULT;

	size = size < AREA_SIZE_MIN ? AREA_SIZE_MIN : size;
	size = size > MEMORY_MAX ? MEMORY_MAX : size;
	return SW_ALIGN(size, SW_PAGE) > MEMORY_MAX ? MEMORY_MAX
						    : SW_ALIGN(size, SW_PAGE);
}

void header_fill(struct sw_header *h, const char *name, uint64_t asked)
{
	uint64_t area_size = chosen_area_size(asked);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	h->major = SW_MAJOR;
	h->minor = SW_MINOR;
	h->word_bits = SW_WORD_BITS;
	h->byte_order = BYTE_ORDER_MARK;
	h->area_offset = SW_HEADERS_SIZE;
	h->area_size = area_size;
	h->file_size = SW_HEADERS_SIZE + SW_MAX * area_size;
	h->max_areas = SW_MAX;
	h->mac_entries = SW_MAC_ENTRIES;
	h->created_ns = (uint64_t)now.tv_sec * 1000000000u +
			(uint64_t)now.tv_nsec;
	h->creator_uid = geteuid();
	snprintf(h->name, sizeof(h->name), "%s", name);
}

static int check_version(const char *name, const struct sw_header *h,
			 struct nmd_error *err)
{
	if (h->word_bits != SW_WORD_BITS || h->byte_order != BYTE_ORDER_MARK)
		return error_set(err, -EPROTO,
				 "%s: switch made by a program of another word "
				 "size or byte order (%u bits); end its "
				 "programs or use another switch name",
				 name, h->word_bits);
	if (h->major != SW_MAJOR)
		return error_set(err, -EPROTO,
				 "%s: switch made by layout version %u.%u, "
				 "this is %u.%u; end the programs of the other "
				 "version or use another switch name",
				 name, h->major, h->minor, SW_MAJOR, SW_MINOR);
	return 0;
}

static int damaged(const char *name, struct nmd_error *err)
{
	return error_set(err, -EPROTO,
			 "%s: the switch's shared file is damaged; end "
			 "its programs and remove it",
			 name);
}

static bool read_whole(int fd, struct sw_header *h, struct stat *st)
{
	return pread(fd, h, sizeof(*h), 0) == sizeof(*h) &&
	       fstat(fd, st) == 0 && load_relaxed(&h->magic) == SW_MAGIC;
}

int header_read(int dir_fd, int fd, const char *name, struct sw_header *h,
		struct nmd_error *err)
{
	struct stat st;
	int r;

	/*
	 * A port is open only in a file that was whole before: so one that
	 * still is not has been spoiled, unless it has made way for another.
	 */
	if (!read_whole(fd, h, &st)) {
		if (!fifo_any_alive(dir_fd))
			return -ESTALE;
		if (!read_whole(fd, h, &st))
			return fstat(fd, &st) == 0 && st.st_nlink > 0
				       ? damaged(name, err)
				       : -ESTALE;
	}
	r = check_version(name, h, err);
	if (r < 0)
		return r;
	if (h->area_offset != SW_HEADERS_SIZE || h->max_areas != SW_MAX ||
	    h->mac_entries != SW_MAC_ENTRIES || h->area_size % SW_PAGE ||
	    h->area_size < AREA_SIZE_MIN || h->area_size > MEMORY_MAX ||
	    h->file_size != SW_HEADERS_SIZE + SW_MAX * h->area_size ||
	    (uint64_t)st.st_size != h->file_size)
		return damaged(name, err);
	return 0;
}
