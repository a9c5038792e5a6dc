/* SPDX-License-Identifier: BSD-2-Clause */
#include "area.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "atomics.h"
#include "backing.h"
#include "error.h"
#include "hook.h"
#include "room.h"
#include "seal.h"
#include "spare.h"
#include "tables.h"

/* Zeroes a control block but for its locks, which late senders may try. */
static void reset_control(struct area *area)
{
	memset(area, 0, offsetof(struct area, rx));
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++) {
		struct rx_control *rx = &area->rx[r];

		memset((uint8_t *)rx + sizeof(rx->lock), 0,
		       sizeof(*rx) - sizeof(rx->lock));
	}
	memset(area->tx, 0, sizeof(*area) - offsetof(struct area, tx));
	store_relaxed(&area->awake, 1);
}

static uint32_t direction_of(const struct spec *spec)
{
	if (spec->monitors_rx && spec->monitors_tx)
		return NMD_INOUT;
	return spec->monitors_rx ? NMD_IN : NMD_OUT;
}

static int check_size(const struct opening_plan *plan, const struct geometry *g,
		      const struct vale *v, struct nmd_error *err)
{
	if (g->memory <= v->area_size && g->view <= MEMORY_MAX)
		return 0;
	return error_set(err, -E2BIG,
			 "%s: rings need %llu MiB, but each opening "
			 "of switch %s has %llu MiB; use fewer slots "
			 "or make the switch with a larger "
			 "NETMAP_AREA_SIZE",
			 plan->spec_text, (unsigned long long)g->memory >> 20,
			 v->name, (unsigned long long)v->area_size >> 20);
}

/* Whether as much may be kept, when the area closes, of what is left now. */
static uint32_t pages_to_keep(const struct opening_plan *plan, uint64_t bytes,
			      uint64_t left)
{
	/* An interface's driver may still write into buffers of its own. */
	if (sw_is_outside(plan->kind) || left / SPARE_PART < bytes)
		return 0;
	return (uint32_t)(bytes / SW_PAGE);
}

/* Takes memory, should others' spare have to go for it. */
static int take(const struct opening_plan *plan, const struct geometry *g,
		uint32_t index, int fd, struct vale *v, struct nmd_error *err)
{
	uint64_t at = v->area_offset + index * v->area_size, left;
	struct bitset sealed = {{0}};
	int r = room_reserve(fd, at, g->memory, plan->spec_text, &left, err);

	if (r < 0 && !seal_is_broken(v, &sealed)) {
		spare_give_back(v, &sealed);
		r = room_reserve(fd, at, g->memory, plan->spec_text, &left,
				 err);
	}
	if (r == 0)
		vale_area_entry(v, index)->spare_pages =
			pages_to_keep(plan, g->memory, left);
	return r;
}

/* 1: the area's memory is new, 0: all of it was there. */
static int reserve(const struct opening_plan *plan, const struct geometry *g,
		   uint32_t index, struct vale *v, struct nmd_error *err)
{
	struct sw_area_entry *entry = vale_area_entry(v, index);
	uint64_t kept = (uint64_t)entry->spare_pages * SW_PAGE;
	int fd = vale_open_shm(v), r;

	if (fd < 0)
		return error_set(err, fd,
				 "%s: cannot open the switch's "
				 "shared file (%s)",
				 plan->spec_text, strerror(-fd));
	/* An entry may have been spoiled: the kernel knows. */
	if (kept == g->memory &&
	    backing_from(fd, v->area_offset + index * v->area_size) >= kept) {
		close(fd);
		if (sw_is_outside(plan->kind))
			entry->spare_pages = 0;
		return 0;
	}
	if (kept > g->memory)
		spare_remove(v, index, g->memory);
	r = take(plan, g, index, fd, v, err);
	close(fd);
	return r < 0 ? r : 1;
}

static int make_area(const struct opening_plan *plan, const struct geometry *g,
		     uint32_t index, struct vale *v, struct nmd_error *err)
{
	struct sw_area_entry *entry = vale_area_entry(v, index);
	struct area *area = vale_area(v, index);
	uint64_t generation = sw_generation_of(load_relaxed(&entry->state));
	int r = check_size(plan, g, v, err);

	if (r < 0)
		return r;
	/* From here on a tidying takes back what we take. */
	store_release(&entry->state, sw_state_make(generation, SW_MAKING));
	HOOK(area_claimed);
	r = reserve(plan, g, index, v, err);
	if (r < 0)
		return r;
	HOOK(area_reserved);
	/*
	 * New pages are zeroed before anybody sends here: a reader who did it
	 * once it is seen would find its ring full.
	 */
	backing_touch(area, r > 0 ? g->memory : g->pool_at);
	reset_control(area);
	memset((uint8_t *)area + AREA_IF_AT, 0, g->pool_at - AREA_IF_AT);
	geometry_build(area, g, plan->spec_text);
	area->generation = generation + 1;
	area->port = (uint16_t)plan->port;
	area->mode = plan->mode;
	if (spec_is_monitor(&plan->spec))
		store_relaxed(&area->settings[0].direction,
			      direction_of(&plan->spec));
	seal_area(v, index, generation + 1, g);
	HOOK(area_built);
	store_release(&entry->state, sw_state_make(generation + 1, SW_LIVE));
	HOOK(area_live);
	return 0;
}

int areas_make(const struct opening_plan *plan, struct vale *v,
	       struct nmd_error *err)
{
	int r = make_area(plan, &plan->geometry, plan->area, v, err);
	struct geometry other;

	if (r < 0 || !plan->geometry.pipe_end)
		return r;
	other = geometry_of_other_end(&plan->geometry);
	return make_area(plan, &other, plan->other_area, v, err);
}
