/* SPDX-License-Identifier: BSD-2-Clause */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "settings.h"

#define TRIES 100

void filter_forget(struct filter_copy *copy)
{
	copy->known = false;
}

void filter_free(struct filter_copy *copy, struct jit *jit)
{
	jit_drop(jit, &copy->compiled);
	if (copy->took_prog)
		free(copy->prog);
	copy->took_prog = false;
	copy->prog = NULL;
	filter_forget(copy);
}

/* Copies the program; false when it changed meanwhile. */
static bool copy_program(struct filter_copy *copy, const struct area *area,
			 uint64_t seq)
{
	const struct rx_settings *settings = settings_of(area, seq);
	uint32_t length = load_relaxed(&settings->filter_length);
	uint32_t snaplen = load_relaxed(&settings->snaplen);

	copy->length = length > AREA_MAX_FILTER ? AREA_MAX_FILTER : length;
	copy->snaplen = snaplen ? snaplen : UINT32_MAX;
	copy->direction = load_relaxed(&settings->direction);
	if (copy->length && !copy->prog) {
		copy->prog = malloc(AREA_MAX_FILTER * sizeof(*copy->prog));
		copy->took_prog = copy->prog != NULL;
	}
	if (copy->length && !copy->prog)
		return false;
	if (copy->length)
		memcpy(copy->prog, settings_prog(area, seq),
		       copy->length * sizeof(*copy->prog));
	atomic_thread_fence(memory_order_acquire);
	return load_relaxed(&area->settings_seq) == seq;
}

/*
 * A program that only says how much to keep, as libpcap compiles the empty
 * expression, is a snap length: nothing needs to be run.
 */
static void simplify(struct filter_copy *copy)
{
	uint32_t kept = bpf_always_keeps(copy->prog, copy->length);

	if (kept == 0)
		return;
	if (kept < copy->snaplen)
		copy->snaplen = kept;
	copy->length = 0;
}

static bool take_copy(struct filter_copy *copy, const struct area *area)
{
	/* What a half-made copy says must not be run. */
	filter_forget(copy);
	for (int i = 0; i < TRIES; i++) {
		uint64_t seq = load_acquire(&area->settings_seq);

		if (copy_program(copy, area, seq)) {
			simplify(copy);
			copy->broken = copy->length &&
				       !bpf_valid(copy->prog, copy->length);
			copy->seq = seq;
			copy->known = true;
			return true;
		}
		cpu_relax();
	}
	return false;
}

/* The code belongs to another copy, or to an era that is over. */
static void compile(struct filter_copy *copy, struct jit *jit)
{
	jit_drop(jit, &copy->compiled);
	if (jit_era(jit) && copy->length && !copy->broken)
		jit_compile(jit, copy->prog, copy->length, copy->ifindex,
			    &copy->compiled);
	else
		copy->compiled.era = jit_era(jit);
}

bool filter_refresh(struct filter_copy *copy, const struct area *area,
		    struct jit *jit)
{
	bool stands = copy->known &&
		      load_acquire(&area->settings_seq) == copy->seq;

	if (stands && copy->compiled.era == jit_era(jit))
		return true;
	if (!stands && !take_copy(copy, area))
		return false;
	compile(copy, jit);
	return true;
}
