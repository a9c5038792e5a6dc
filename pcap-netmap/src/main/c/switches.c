/* SPDX-License-Identifier: BSD-2-Clause */
#include "switches.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "atomics.h"
#include "fifo.h"
#include "nic.h"
#include "tables.h"

static bool worth_sweeping(const struct vale *v)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (sw_state_of(load_acquire(&vale_opening(v, i)->state)) !=
		    SW_FREE)
			return tables_need_tidying(v);
	return true; /* nobody at all */
}

static void look_when_swept(const struct vale *v, const struct visitor *visitor)
{
	if (v->base && visitor->look_when_swept)
		visitor->look_when_swept(v, visitor->to);
}

/* Sweeps up after killed processes; a switch in order is left alone. */
static void sweep(struct vale *v, const struct visitor *visitor)
{
	int lock_fd = -1;
	bool unused = false;

	if (!v->base || worth_sweeping(v))
		lock_fd = vale_lock(v);
	/* Without a whole file to map, look once more: it may be new. */
	if (lock_fd >= 0)
		unused = v->base ? tables_tidy(v) == 0 : !vale_is_whole(v);
	look_when_swept(v, visitor);
	if (unused)
		vale_remove(v);
	vale_unlock(lock_fd);
}

/*
 * A switch of another version, or a damaged one, whose programs have all been
 * killed: that much their FIFOs tell in every version. False: it stays.
 */
static bool remove_derelict(const struct vale *v)
{
	int lock_fd = fifo_any_alive(v->dir_fd) ? -1 : vale_lock(v);
	/* Once more: somebody may just have opened a port. */
	bool derelict = lock_fd >= 0 && !fifo_any_alive(v->dir_fd);

	if (derelict)
		vale_remove(v);
	vale_unlock(lock_fd);
	return derelict;
}

static int visit_switch(const struct runtime *rt, const char *name,
			const struct visitor *visitor, struct nmd_error *err)
{
	struct vale v;
	int r = vale_peek(rt, name, &v, err);

	if (r == 0 && visitor->look)
		visitor->look(&v, visitor->to);
	if (r == 0 || r == -ESTALE)
		sweep(&v, visitor);
	else if (r == -EPROTO && remove_derelict(&v))
		r = 0;
	vale_unpeek(&v);
	/* An empty directory is all a process that changed user leaves. */
	if (r == -ESTALE)
		unlinkat(rt->fd, name, AT_REMOVEDIR);
	return r == -ESTALE ? 0 : r;
}

static int visit_all(const struct runtime *rt, DIR *dir,
		     const struct visitor *visitor, struct nmd_error *err)
{
	struct dirent *entry;
	int first = 0, r;

	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, RUNTIME_ATTACHED,
			    strlen(RUNTIME_ATTACHED)) == 0)
			runtime_remove_unlocked(rt, entry->d_name);
		if (strncmp(entry->d_name, "vale", 4) != 0 &&
		    strcmp(entry->d_name, NIC_SWITCH) != 0)
			continue;
		r = visit_switch(rt, entry->d_name, visitor,
				 first ? NULL : err);
		first = first ? first : r;
	}
	return first;
}

int switches_visit(const struct visitor *visitor, struct nmd_error *err)
{
	struct runtime rt;
	DIR *dir;
	int r = runtime_open(&rt, false, err);

	if (r == -ENOENT)
		return 0; /* no directory, no switches */
	if (r < 0)
		return r;
	dir = fdopendir(fcntl(rt.fd, F_DUPFD_CLOEXEC, 3));
	r = dir ? visit_all(&rt, dir, visitor, err) : -errno;
	if (dir)
		closedir(dir);
	runtime_remove_if_empty(&rt);
	runtime_close(&rt);
	return r;
}
