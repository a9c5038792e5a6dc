/* SPDX-License-Identifier: BSD-2-Clause */
#include "spare.h"

#include <sys/mman.h>
#include <sys/statfs.h>

#include "atomics.h"
#include "hook.h"

static bool is_free(const struct vale *v, uint32_t i)
{
	return sw_state_of(load_relaxed(&vale_area_entry(v, i)->state)) ==
	       SW_FREE;
}

static uint64_t bytes_kept(const struct vale *v, uint32_t i)
{
	const volatile struct sw_area_entry *entry = vale_area_entry(v, i);

	return is_free(v, i) ? (uint64_t)entry->spare_pages * SW_PAGE : 0;
}

uint32_t spare_find_area(const struct vale *v, uint32_t taken, uint64_t bytes)
{
	uint32_t bare = SW_NONE, any = SW_NONE;

	for (uint32_t i = SW_MAX; i-- > 0;) {
		uint64_t kept = bytes_kept(v, i);

		if (!is_free(v, i) || i == taken)
			continue;
		if (kept == bytes)
			return i;
		any = i;
		if (kept == 0)
			bare = i;
	}
	return bare != SW_NONE ? bare : any;
}

void spare_remove(struct vale *v, uint32_t area, uint64_t from)
{
	if (from < v->area_size)
		madvise((uint8_t *)vale_area(v, area) + from,
			v->area_size - from, MADV_REMOVE);
}

static bool has(const struct bitset *set, uint32_t i)
{
	return set->word[i / 64] >> i % 64 & 1;
}

/* Its mark goes last: who is killed before gives back once more. */
static void give_back(struct vale *v, uint32_t i)
{
	spare_remove(v, i, AREA_FILTER_AT);
	HOOK(spare_removed);
	vale_area_entry(v, i)->spare_pages = 0;
}

/* What is kept for longest goes first, until no more than that is kept. */
static void shrink_to(struct vale *v, uint64_t most,
		      const struct bitset *in_use)
{
	for (uint32_t n = 0; n < SW_MAX; n++) {
		uint32_t oldest = SW_NONE;
		uint64_t all = 0, since = UINT64_MAX;

		for (uint32_t i = 0; i < SW_MAX; i++) {
			uint64_t kept = has(in_use, i) ? 0 : bytes_kept(v, i);

			all += kept;
			if (kept == 0 ||
			    vale_area_entry(v, i)->spare_since >= since)
				continue;
			since = vale_area_entry(v, i)->spare_since;
			oldest = i;
		}
		if (all <= most || oldest == SW_NONE)
			return;
		give_back(v, oldest);
	}
}

void spare_give_back(struct vale *v, const struct bitset *in_use)
{
	shrink_to(v, 0, in_use);
}

static bool tmpfs_has_plenty(const struct vale *v, uint64_t bytes)
{
	struct statfs fs;

	if (!vale_dir_ok(v) || fstatfs(v->dir_fd, &fs) < 0)
		return false;
	/* One without a size limit reports no blocks at all. */
	return fs.f_blocks == 0 ||
	       (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize / SPARE_PART >=
		       bytes;
}

void spare_keep(struct vale *v, uint32_t area, uint64_t bytes,
		const struct bitset *in_use)
{
	struct sw_area_entry *entry = vale_area_entry(v, area);

	if (bytes == 0 || bytes > SPARE_MOST ||
	    entry->spare_pages != bytes / SW_PAGE ||
	    !tmpfs_has_plenty(v, bytes)) {
		spare_remove(v, area, AREA_FILTER_AT);
		entry->spare_pages = 0;
		return;
	}
	shrink_to(v, SPARE_MOST - bytes, in_use);
	entry->spare_since = load_relaxed(&vale_header(v)->epoch);
}
