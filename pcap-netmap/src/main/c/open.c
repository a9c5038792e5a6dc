/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening a port. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "adopt.h"
#include "area.h"
#include "atomics.h"
#include "close.h"
#include "draw.h"
#include "errand.h"
#include "error.h"
#include "error_log.h"
#include "fifo.h"
#include "hook.h"
#include "nic.h"
#include "nic_owner.h"
#include "pipe.h"
#include "plan.h"
#include "port.h"
#include "released.h"
#include "rx_room.h"
#include "seal.h"
#include "tables.h"
#include "view.h"
#include "wake.h"

static void make_port(const struct opening_plan *plan, struct vale *v)
{
	struct sw_port *port = vale_port(v, plan->port);
	uint64_t generation = sw_generation_of(load_relaxed(&port->state));

	if (plan->new_port) {
		snprintf(port->name, sizeof(port->name), "%s", plan->port_name);
		port->raw_area = port->peer_area = SW_NONE;
		store_release(&port->state,
			      sw_state_make(generation + 1, SW_LIVE));
		HOOK(port_live);
	}
	if (plan->mode == NMD_RAW && !sw_is_outside(plan->kind) &&
	    !plan->spec.group) {
		port->raw_area = (uint16_t)plan->area;
		port->peer_area = (uint16_t)plan->other_area;
	}
}

static uint16_t flags_of(const struct opening_plan *plan)
{
	const struct spec *spec = &plan->spec;

	return (uint16_t)((plan_ends_with_port(plan) ? SW_WITH_PORT : 0) |
			  (spec->exclusive ? NMD_EXCLUSIVE : 0) |
			  (spec->monitors_rx ? SW_MONITOR_RX : 0) |
			  (spec->monitors_tx ? SW_MONITOR_TX : 0) |
			  (plan_is_zero_copy(plan) ? SW_ZERO_COPY : 0) |
			  (spec->one_ring ? SW_ONE_RING : 0) |
			  (spec->host_rings ? SW_HOST_RINGS : 0) |
			  (spec->rx_rings_only ? SW_RX_RINGS_ONLY : 0) |
			  (spec->tx_rings_only ? SW_TX_RINGS_ONLY : 0));
}

static void fill_opening(const struct opening_plan *plan,
			 struct sw_opening *opening, uint64_t inode)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	opening->fifo_inode = inode;
	opening->pid_namespace = tables_pid_namespace();
	opening->opened_ns = (uint64_t)now.tv_sec * 1000000000u +
			     (uint64_t)now.tv_nsec;
	opening->port = (uint16_t)plan->port;
	opening->area = (uint16_t)plan->area;
	opening->mode = plan->mode;
	opening->flags = flags_of(plan);
	if (plan->options.flags & NMD_SAME_MEMORY)
		opening->flags |= SW_SAME_MEMORY;
	opening->kind = plan->kind;
	opening->group = spec_group(&plan->spec);
	/* Of an interface they come with its start; till then it has none. */
	store_relaxed(&opening->nic_ways, 0);
	store_relaxed(&opening->nic_program,
		      plan->kind == SW_NIC_MONITOR ? plan->network : 0);
	opening->rings = plan->rings;
	opening->watched = plan->watched;
	opening->watched_of = plan->watched_of;
	opening->watched_generation = 0;
	opening->other_area = (uint16_t)plan->other_area;
	opening->pid = tables_pid();
	opening->uid = geteuid();
	error_log_program(opening->program, sizeof(opening->program));
	store_relaxed(&opening->leaving, 0);
}

/* Makes the descriptor; the entry says CLOSING, so that a kill is seen. */
static int make_fd(struct nmd_port *port, const struct opening_plan *plan,
		   struct vale *v, struct nmd_error *err)
{
	struct sw_opening *opening = vale_opening(v, plan->opening);
	struct stat st;

	port->generation = sw_generation_of(load_relaxed(&opening->state)) + 1;
	store_release(&opening->state,
		      sw_state_make(port->generation, SW_CLOSING));
	HOOK(opening_claimed);
	port->fd = fifo_create(v, plan->opening, port->generation);
	if (port->fd < 0)
		return error_set(err, port->fd,
				 "%s: cannot make the port's descriptor (%s); "
				 "close descriptors or make room in tmpfs",
				 plan->spec_text, strerror(-port->fd));
	HOOK(fd_made);
	if (fstat(port->fd, &st) == 0) {
		port->fd_dev = st.st_dev;
		port->fd_ino = st.st_ino;
	}
	return 0;
}

/* The tables' part of an open: under the join lock. */
static int enter_tables(struct nmd_port *port, struct opening_plan *plan,
			struct vale *v, struct nmd_error *err)
{
	struct sw_opening *opening;
	int r = plan_choose(plan, v, err);

	if (r < 0)
		return r;
	r = make_fd(port, plan, v, err);
	if (r == 0 && plan->new_area)
		r = areas_make(plan, v, err);
	if (r < 0)
		return r;
	make_port(plan, v);
	HOOK(port_made);
	opening = vale_opening(v, plan->opening);
	fill_opening(plan, opening, port->fd_ino);
	if (plan_ends_with_port(plan))
		opening->watched_generation = released_generation(v,
								  plan->port);
	if (plan_is_zero_copy(plan) && plan_ends_with_port(plan))
		released_begin(v, plan->port, plan->area);
	seal_opening(v, plan->opening, port->generation);
	store_release(&opening->state,
		      sw_state_make(port->generation, SW_LIVE));
	HOOK(opening_live);
	tables_changed(v);
	return 0;
}

static int describe(struct nmd_port *port, const struct opening_plan *plan,
		    struct nmd_error *err)
{
	struct vale *v = port->vale;

	port->index = plan->opening;
	port->port_index = plan->port;
	port->group = vale_opening(v, plan->opening)->group;
	port->area_index = plan->area;
	port->mode = plan->mode;
	port->rings = plan->rings;
	port->monitor = spec_is_monitor(&plan->spec);
	port->ends_with_port = plan_ends_with_port(plan);
	port->keep_view = plan->options.flags & NMD_KEEP_VIEW;
	port->indirect = plan->options.flags & NMD_INDIRECT;
	port->pid_namespace = tables_pid_namespace();
	tables_own_namespace(); /* asked now, not in a sync */
	port->area_generation = sw_generation_of(
		load_relaxed(&vale_area_entry(v, plan->area)->state));
	snprintf(port->name, sizeof(port->name), "%s", plan->spec_text);
	/* Rings that are shared are as their first opener made them. */
	if (!seal_geometry(v, plan->area, &port->geometry) ||
	    (port->pipe && !pipe_begin(port, plan)))
		return error_set(err, -EPROTO,
				 "%s: the port's rings are damaged; end "
				 "the programs that have it open",
				 plan->spec_text);
	port->arrivals = port->geometry.arrivals;
	if (plan->kind != SW_VALE || port->geometry.rx_rings != 1 ||
	    port->rings.rx != 1) {
		draw_free(port->draw);
		port->draw = NULL;
	}
	if (port->pipe)
		port->arrivals = pipe_want_arrivals(port, plan->arrivals);
	return view_map(port, err);
}

/* fork: what was cached about the process is the parent's. */
static void after_fork(void)
{
	tables_after_fork();
	vale_after_fork();
	close_after_fork();
	errands_after_fork();
}

static void at_first_open(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

/*
 * All memory is taken here: after the open a program may forbid itself the
 * system calls that would bring more.
 */
static struct nmd_port *port_new(const struct opening_plan *plan)
{
	bool pipe = plan->kind == SW_PIPE && plan->mode == NMD_RAW;
	bool releases = plan_releases(plan);
	struct nmd_port *port = calloc(1, sizeof(*port));

	if (!port)
		return NULL;
	wake_prepare();
	port->fd = -1;
	port->forwarder = forwarder_new();
	if (pipe)
		port->pipe = pipe_new();
	port->draw = draw_new();
	if (releases)
		port->released = released_new();
	if (port->forwarder && port->draw && (port->pipe || !pipe) &&
	    (port->released || !releases))
		return port;
	port_free(port);
	return NULL;
}

static void undo(struct nmd_port *port, struct vale *v, int lock_fd)
{
	if (port->fd >= 0)
		close(port->fd);
	if (tables_tidy(v) == 0)
		vale_remove(v);
	vale_unlock(lock_fd);
	vale_release(v);
	port_free(port);
}

/* Errors that need no switch come before it. */
static int join(struct nmd_port *port, struct opening_plan *plan, int *lock_fd,
		struct nmd_error *err)
{
	bool outside, nic = plan->spec.is_nic;
	int r = nic && !plan->kernel ? nic_owner_meet(plan, err) : 0;

	outside = sw_is_outside(plan->kind);
	if (r == 0 && outside)
		r = nic_open(port, plan, err);
	if (r < 0)
		return r;
	return vale_join(outside || nic ? NIC_SWITCH : plan->spec.switch_name,
			 plan->options.area_size, &port->vale, lock_fd, err);
}

static pthread_once_t first_open = PTHREAD_ONCE_INIT;

struct nmd_port *open_new(const struct opening_plan *plan)
{
	pthread_once(&first_open, at_first_open);
	return port_new(plan);
}

int open_describe(struct nmd_port *port, const struct opening_plan *plan,
		  struct nmd_error *err)
{
	return describe(port, plan, err);
}

static int open_once(const char *spec, const struct nmd_options *options,
		     struct nmd_port **out, struct nmd_error *err,
		     bool *owner_left)
{
	struct opening_plan plan = {0};
	struct nmd_port *port;
	int lock_fd = -1;
	int r = plan_make(&plan, spec, options, err);

	if (r < 0)
		return r;
	pthread_once(&first_open, at_first_open);
	port = port_new(&plan);
	if (!port)
		return error_set(err, -ENOMEM, "%s: out of memory", spec);
	r = join(port, &plan, &lock_fd, err);
	if (r < 0) {
		port_free(port);
		return r;
	}
	r = enter_tables(port, &plan, port->vale, err);
	if (r == 0)
		r = describe(port, &plan, err);
	if (r == 0 && port->nic)
		r = nic_start(port, err);
	if (r < 0) {
		*owner_left = r == -ENODEV && plan.met_owner;
		if (!rx_room_instead(&plan.options, r) && !*owner_left)
			error_log_note_open(port->vale, spec, r);
		undo(port, port->vale, lock_fd);
		return r;
	}
	HOOK(described);
	vale_unlock(lock_fd);
	close_remember(port);
	*out = port;
	return 0;
}

/* A monitor's owner may end meanwhile; then the interface is shared. */
static int open_with(const char *spec, const struct nmd_options *options,
		     struct nmd_port **out, struct nmd_error *err)
{
	bool owner_left = false;
	int r = open_once(spec, options, out, err, &owner_left);

	return owner_left ? open_once(spec, options, out, err, &owner_left) : r;
}

NMD_API int nmd_open(const char *spec, const struct nmd_options *options,
		     struct nmd_port **out, struct nmd_error *err)
{
	struct nmd_options smaller;
	int r = open_with(spec, options, out, err);

	while (r < 0 && options && rx_room_instead(options, r)) {
		smaller = *options;
		smaller.rx_room = rx_room_instead(options, r);
		options = &smaller;
		r = open_with(spec, options, out, err);
	}
	return r;
}
