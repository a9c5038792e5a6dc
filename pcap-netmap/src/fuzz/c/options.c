/* SPDX-License-Identifier: BSD-2-Clause */
/* What an open is asked for: the options, and the environment's words. */
#include "input.h"

#include "plan.h"

static void set_or_not(const char *name, const char *value)
{
	if (*value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* What was accepted lies within the limits, and fits together. */
static void check(const struct opening_plan *plan)
{
	const struct geometry *g = &plan->geometry;
	uint64_t buffers = (uint64_t)g->tx_rings * g->tx_slots +
			   (uint64_t)g->rx_rings * g->rx_slots;

	INSIST(geometry_valid(g));
	INSIST(g->buffers >= buffers);
	INSIST(g->tx_ring_at >= AREA_IF_AT + sizeof(struct netmap_if));
	INSIST(g->rx_ring_at >= g->tx_ring_at);
	INSIST(g->arrivals_at >= g->rx_ring_at);
	INSIST(g->pool_at >= g->arrivals_at);
	INSIST(g->memory >= g->pool_at + buffers * g->buf_size);
	INSIST(g->memory < 1ull << 36);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct opening_plan plan = {0};
	struct nmd_options options;
	struct nmd_error why = {0};
	char *area, *device, *spec;
	uint8_t right_size;

	input_take(&in, &right_size, 1);
	input_take(&in, &options, sizeof(options));
	if (right_size % 8)
		options.size = sizeof(options);
	spec = input_text(&in);
	area = input_text(&in);
	device = input_text(&in);
	set_or_not("NETMAP_AREA_SIZE", area);
	set_or_not("NETMAP_DEVICE", device);
	if (plan_make(&plan, spec, right_size ? &options : NULL, &why) == 0)
		check(&plan);
	else
		INSIST(why.code < 0 && why.text[0]);
	free(spec);
	free(area);
	free(device);
	return 0;
}
