/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "pipe.h"

/* Maps bytes of an area, from its offset on, at a place of the view. */
static bool map_part(const struct nmd_port *port, int fd, uint8_t *at,
		     uint32_t area, uint64_t from, uint64_t bytes)
{
	const struct vale *v = port->vale;

	return mmap(at, bytes, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd,
		    (off_t)(v->area_offset + area * v->area_size + from)) !=
	       MAP_FAILED;
}

/* The control block and the rings, then the left end's half, the right's. */
static bool map_pipe(const struct nmd_port *port, int fd, uint8_t *view)
{
	const struct geometry *g = &port->geometry;
	uint32_t own = port->area_index, other = pipe_other_area(port);
	uint64_t others_pool = geometry_of_other_end(g).pool_at;
	uint8_t *left = view + g->pool_at, *right = left + g->pool_half;
	bool is_left = g->pipe_end == SW_LEFT;

	return map_part(port, fd, view, own, 0, g->pool_at) &&
	       map_part(port, fd, is_left ? left : right, own, g->pool_at,
			g->pool_half) &&
	       map_part(port, fd, is_left ? right : left, other, others_pool,
			g->pool_half);
}

bool view_map_at(const struct nmd_port *port, int fd, uint8_t *at)
{
	if (port->pipe)
		return map_pipe(port, fd, at);
	return map_part(port, fd, at, port->area_index, 0, port->geometry.view);
}

static uint8_t *map_all(const struct nmd_port *port, int fd)
{
	const struct geometry *g = &port->geometry;
	uint8_t *view = mmap(NULL, g->view, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			     0);

	if (view == MAP_FAILED)
		return NULL;
	if (view_map_at(port, fd, view))
		return view;
	munmap(view, g->view);
	return NULL;
}

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
/* What the kernel maps around a page that is read; its default, aligned. */
#define AROUND 65536u

void view_fill_page_table(uint8_t *at, uint64_t size)
{
	uint8_t *end = at + size;

	while (at < end) {
		madvise(at, 1, MADV_POPULATE_READ);
		at += AROUND - (uintptr_t)at % AROUND;
	}
}

int view_map(struct nmd_port *port, struct nmd_error *err)
{
	int fd = vale_open_shm(port->vale), code = fd < 0 ? -fd : 0;
	uint8_t *view = NULL;

	if (fd >= 0) {
		view = map_all(port, fd);
		code = errno;
		close(fd);
	}
	if (!view)
		return error_set(err, -ENOMEM,
				 "%s: cannot map the port's memory (%s); raise "
				 "the limits (ulimit -v, vm.max_map_count)",
				 port->name, strerror(code));
	madvise(view, port->geometry.view, MADV_DONTDUMP);
	view_fill_page_table(view, port->geometry.view);
	port->area = (void *)view;
	return 0;
}

void view_drop(struct nmd_port *port)
{
	size_t size = port->geometry.view;

	if (!port->keep_view ||
	    mmap(port->area, size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		munmap(port->area, size);
}
