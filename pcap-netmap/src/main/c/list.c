/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at all switches of the runtime directory from outside. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "atomics.h"
#include "fifo.h"
#include "stats.h"
#include "tables.h"

/* Where the entries go. */
struct listing {
	struct nmd_info *out;
	uint32_t max;
	uint32_t count;
};

static void describe(const struct vale *v, uint32_t i, struct nmd_info *out)
{
	const struct sw_opening *opening = vale_opening(v, i);
	uint32_t area = opening->area, port = opening->port;
	struct geometry g;

	memset(out, 0, sizeof(*out));
	snprintf(out->switch_name, sizeof(out->switch_name), "%s", v->name);
	snprintf(out->program, sizeof(out->program), "%.31s", opening->program);
	out->mode = opening->mode;
	out->pid = opening->pid;
	out->uid = opening->uid;
	out->index = i;
	out->generation = sw_generation_of(load_relaxed(&opening->state));
	out->opened_ns = opening->opened_ns;
	if (port < SW_MAX)
		snprintf(out->port_name, sizeof(out->port_name), "%.31s",
			 vale_port(v, port)->name);
	if (area >= SW_MAX ||
	    !geometry_read(vale_area(v, area), v->area_size, &g))
		return;
	out->tx_rings = g.tx_rings;
	out->rx_rings = g.rx_rings;
	out->tx_slots = g.tx_slots;
	out->rx_slots = g.rx_slots;
	out->buf_size = g.buf_size;
	out->filter_length = load_relaxed(&vale_area(v, area)->filter_length);
	stats_read(vale_area(v, area), &out->stats);
}

static void list_openings(const struct vale *v, struct listing *l)
{
	for (uint32_t i = 0; i < SW_MAX; i++) {
		uint64_t state = load_acquire(&vale_opening(v, i)->state);

		if (sw_state_of(state) != SW_LIVE ||
		    fifo_alive(v, i, sw_generation_of(state)) == 0)
			continue;
		if (l->count < l->max)
			describe(v, i, &l->out[l->count]);
		l->count++;
	}
}

static bool worth_sweeping(const struct vale *v)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (sw_state_of(load_acquire(&vale_opening(v, i)->state)) !=
		    SW_FREE)
			return tables_has_dead(v);
	return true; /* nobody at all */
}

/* Sweeps up after killed processes; a switch in order is left alone. */
static void sweep(struct vale *v)
{
	int lock_fd;

	if (v->base && !worth_sweeping(v))
		return;
	lock_fd = vale_lock(v);
	if (lock_fd < 0)
		return;
	/* Without a whole file to map, look once more: it may be new. */
	if (v->base ? tables_tidy(v) == 0 : !vale_is_whole(v))
		vale_remove(v);
	vale_unlock(lock_fd);
}

static int list_switch(const struct runtime *rt, const char *name,
		       struct listing *l, struct nmd_error *err)
{
	struct vale v;
	int r = vale_peek(rt, name, &v, err);

	if (r == 0)
		list_openings(&v, l);
	if (r == 0 || r == -ESTALE)
		sweep(&v);
	vale_unpeek(&v);
	/* An empty directory is all a process that changed user leaves. */
	if (r == -ESTALE)
		unlinkat(rt->fd, name, AT_REMOVEDIR);
	return r == -ESTALE ? 0 : r;
}

static int list_all(const struct runtime *rt, DIR *dir, struct listing *l,
		    struct nmd_error *err)
{
	struct dirent *entry;
	int first = 0, r;

	/* One switch that cannot be read does not hide the others. */
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "vale", 4) != 0)
			continue;
		r = list_switch(rt, entry->d_name, l, first ? NULL : err);
		first = first ? first : r;
	}
	return l->count > 0 ? 0 : first;
}

NMD_API int nmd_list(struct nmd_info *out, uint32_t max, struct nmd_error *err)
{
	struct listing l = {out, max, 0};
	struct runtime rt;
	DIR *dir;
	int r = runtime_open(&rt, false, err);

	if (r == -ENOENT)
		return 0; /* no directory, no switches */
	if (r < 0)
		return r;
	dir = fdopendir(fcntl(rt.fd, F_DUPFD_CLOEXEC, 3));
	r = dir ? list_all(&rt, dir, &l, err) : -errno;
	if (dir)
		closedir(dir);
	runtime_remove_if_empty(&rt);
	runtime_close(&rt);
	return r < 0 ? r : (int)l.count;
}
