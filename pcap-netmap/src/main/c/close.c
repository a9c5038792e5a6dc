/* SPDX-License-Identifier: BSD-2-Clause */
#include "close.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "errand.h"
#include "forward.h"
#include "hold.h"
#include "hook.h"
#include "join_lock.h"
#include "tables.h"
#include "view.h"

/*
 * Every port this process has open, for a program that ends without closing.
 * Ports are in the list from open to close; the lock is held for links only.
 */
static struct nmd_port *open_ports;
static pthread_mutex_t open_ports_lock = PTHREAD_MUTEX_INITIALIZER;

void close_remember(struct nmd_port *port)
{
	pthread_mutex_lock(&open_ports_lock);
	port->next = open_ports;
	open_ports = port;
	pthread_mutex_unlock(&open_ports_lock);
}

static void forget(struct nmd_port *port)
{
	struct nmd_port **at = &open_ports;

	pthread_mutex_lock(&open_ports_lock);
	while (*at && *at != port)
		at = &(*at)->next;
	if (*at)
		*at = port->next;
	pthread_mutex_unlock(&open_ports_lock);
}

bool close_has_ports(void)
{
	bool some;

	pthread_mutex_lock(&open_ports_lock);
	some = open_ports != NULL;
	pthread_mutex_unlock(&open_ports_lock);
	return some;
}

void close_after_fork(void)
{
	pthread_mutex_init(&open_ports_lock, NULL);
}

/* Closes the descriptor, having said that this is not a crash. */
static void leave_descriptor(const struct nmd_port *port)
{
	if (!port_owns_fd(port))
		return;
	store_relaxed(&vale_opening(port->vale, port->index)->leaving, 1);
	close(port->fd);
}

/*
 * Leaves the tables, if no other process (after fork) holds the opening: its
 * lock is gone with our descriptor then, and tidying takes it for dead.
 */
static void leave_tables(struct vale *v)
{
	int lock_fd = vale_lock(v);

	if (lock_fd < 0)
		return; /* the next join or list sweeps up */
	if (tables_tidy(v) == 0)
		vale_remove(v);
	vale_unlock(lock_fd);
}

static _Atomic bool leaving_all;

bool close_is_leaving(void)
{
	return load_relaxed(&leaving_all);
}

/*
 * Other threads may be closing ports. None holds the lock for long, but for
 * one that a signal interrupted, whose handler has come here.
 */
static bool lock_for_the_last_time(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	return pthread_mutex_timedlock(&open_ports_lock, &until) == 0;
}

void close_leave_all(void)
{
	bool locked = lock_for_the_last_time();

	store_relaxed(&leaving_all, true);
	for (struct nmd_port *port = open_ports; port; port = port->next) {
		leave_descriptor(port);
		if (!join_lock_is_own())
			leave_tables(port->vale);
	}
	if (locked)
		pthread_mutex_unlock(&open_ports_lock);
}

/*
 * At the end of a program that did not close. Nothing is freed: other threads
 * may still be running. A vfork child, which has its parent's memory and
 * another process id, touches nothing.
 */
__attribute__((destructor)) static void leave_at_exit(void)
{
	if (!open_ports)
		return;
	if (errands_only())
		errand_leave();
	else if ((uint32_t)getpid() == tables_pid())
		close_leave_all();
}

NMD_API void nmd_close(struct nmd_port *port)
{
	if (!port)
		return;
	forget(port);
	hold_end(port);
	errands_forget();
	leave_descriptor(port);
	HOOK(fd_closed);
	leave_tables(port->vale);
	vale_release(port->vale);
	view_drop(port);
	port_free(port);
}
