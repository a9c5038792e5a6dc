/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_pool.h"

#include <errno.h>
#include <stdlib.h>

#include "netmap_view.h"

/* What stands for 0. */
static const struct {
	uint32_t size, count;
} defaults[POOLS] = {
	[IFS] = {1024, 2},
	[RINGS] = {5 * SW_PAGE, 4},
	[BUFFERS] = {2048, 4098},
};

void pools_fill_in(struct pools_request *p)
{
	uint32_t *given[POOLS][2] = {
		[IFS] = {&p->if_size, &p->ifs},
		[RINGS] = {&p->ring_size, &p->rings},
		[BUFFERS] = {&p->buffer_size, &p->buffers},
	};

	for (int i = 0; i < POOLS; i++) {
		if (*given[i][0] == 0)
			*given[i][0] = defaults[i].size;
		if (*given[i][1] == 0)
			*given[i][1] = defaults[i].count;
	}
}

static int pool_make(struct pool *p, uint64_t at, uint64_t size, uint64_t count)
{
	p->at = at;
	p->size = (uint32_t)size;
	p->count = (uint32_t)count;
	p->taken = calloc((size_t)count + 1, sizeof(*p->taken));
	return p->taken ? 0 : ENOMEM;
}

/* In netmap a slot's 0 means that it has no buffer. */
static int reserve(struct pool *buffers)
{
	if (buffers->count < BUFFERS_RESERVED)
		return ENOMEM;
	for (uint32_t i = 0; i < BUFFERS_RESERVED; i++)
		buffers->taken[i] = true;
	return 0;
}

int pools_make(struct pool pools[POOLS], const struct pools_request *p,
	       uint64_t bytes, uint64_t *used)
{
	uint64_t sizes[POOLS] = {p->if_size, p->ring_size, p->buffer_size};
	uint64_t counts[POOLS] = {p->ifs, p->rings, p->buffers};
	uint64_t left = p->memsize, at = 0;

	for (int i = 0; i < POOLS; i++) {
		if (left < sizes[i] * counts[i])
			return ENOMEM;
		left -= sizes[i] * counts[i];
	}
	counts[BUFFERS] += (left + sizes[BUFFERS] - 1) / sizes[BUFFERS];
	for (int i = 0; i < POOLS; i++) {
		uint64_t size = SW_ALIGN(sizes[i], SW_LINE);
		uint64_t fit = (bytes - at) / size;

		fit = fit < counts[i] ? fit : counts[i];
		if (pool_make(&pools[i], at, size, fit) != 0)
			return ENOMEM;
		at += SW_ALIGN(fit * size, SW_PAGE);
	}
	*used = at;
	return reserve(&pools[BUFFERS]);
}

void pool_free(struct pool *p)
{
	free(p->taken);
}

uint32_t pool_take(struct pool *p)
{
	for (uint32_t tried = 0; tried < p->count; tried++) {
		uint32_t i = p->next;

		p->next = i + 1 < p->count ? i + 1 : 0;
		if (!p->taken[i]) {
			p->taken[i] = true;
			return i;
		}
	}
	return p->count;
}

void pool_return(struct pool *p, uint32_t i)
{
	if (i < p->count)
		p->taken[i] = false;
}
