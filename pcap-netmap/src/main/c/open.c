/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening a port, and closing it. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "fifo.h"
#include "port.h"
#include "room.h"
#include "spec.h"
#include "tables.h"

#define RAW_SLOTS 1024
#define CAPTURE_TX_SLOTS 256
#define CAPTURE_RX_SLOTS 4096

/* What is being opened, while it is. */
struct opening_plan {
	const char *spec_text;
	struct spec spec;
	struct nmd_options options;
	struct geometry geometry;
	bool new_port, new_area;
	uint32_t port, opening, area;
};

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

static int plan_options(struct opening_plan *plan,
			const struct nmd_options *options,
			struct nmd_error *err)
{
	if (options && options->size != sizeof(*options))
		return error_set(err, -EINVAL,
				 "%s: options of another version of the "
				 "library; rebuild the program",
				 plan->spec_text);
	if (options)
		plan->options = *options;
	if (plan->options.mode > NMD_CAPTURE ||
	    (plan->options.flags & ~NMD_EXCLUSIVE))
		return error_set(err, -EINVAL,
				 "%s: unknown mode or flag in the options; "
				 "use those of nmd.h",
				 plan->spec_text);
	plan->spec.exclusive |= (plan->options.flags & NMD_EXCLUSIVE) != 0;
	if (plan->options.mode != NMD_CAPTURE && plan->spec.port_name[0] == '*')
		return error_set(err, -EINVAL,
				 "%s: the switch-wide tap can only be "
				 "captured from; name a port to send",
				 plan->spec_text);
	return 0;
}

static int plan_geometry(struct opening_plan *plan, struct nmd_error *err)
{
	const struct nmd_options *o = &plan->options;
	struct geometry *g = &plan->geometry;
	bool capture = o->mode == NMD_CAPTURE;

	g->tx_rings = or_default(o->tx_rings, 1);
	g->rx_rings = or_default(o->rx_rings, 1);
	g->tx_slots = or_default(o->tx_slots,
				 capture ? CAPTURE_TX_SLOTS : RAW_SLOTS);
	g->rx_slots = or_default(o->rx_slots,
				 capture ? CAPTURE_RX_SLOTS : RAW_SLOTS);
	g->buf_size = or_default(o->buf_size, BUF_SIZE_DEFAULT);
	if (!geometry_valid(g))
		return error_set(err, -EINVAL,
				 "%s: rings of %u and %u slots, %u and %u "
				 "rings, buffers of %u bytes; slots must be "
				 "16 to 65536, rings 1 to 16, buffers a "
				 "multiple of 64 up to 65536, and a ring at "
				 "most 1 GiB",
				 plan->spec_text, g->tx_slots, g->rx_slots,
				 g->tx_rings, g->rx_rings, g->buf_size);
	geometry_compute(g);
	return 0;
}

static int plan_make(struct opening_plan *plan, const char *spec,
		     const struct nmd_options *options, struct nmd_error *err)
{
	int r = spec_parse(spec, &plan->spec, err);

	plan->spec_text = spec;
	if (r == 0)
		r = plan_options(plan, options, err);
	return r < 0 ? r : plan_geometry(plan, err);
}

/* Whether anybody else may be let in. */
static int check_exclusive(const struct opening_plan *plan,
			   const struct sw_port *port, struct nmd_error *err)
{
	if (port->exclusive != SW_NONE)
		return error_set(err, -EBUSY,
				 "%s: the port is open exclusively; close it "
				 "there or use another port",
				 plan->spec_text);
	if (plan->spec.exclusive && port->raw_area != SW_NONE)
		return error_set(err, -EBUSY,
				 "%s: the port is open already, and /x asks "
				 "for it alone; close it there or drop the /x",
				 plan->spec_text);
	return 0;
}

static int full(const struct opening_plan *plan, struct nmd_error *err)
{
	return error_set(err, -ENOSPC,
			 "%s: switch %s is full (%u openings); close one or "
			 "use another switch",
			 plan->spec_text, plan->spec.switch_name, SW_MAX);
}

/* Chooses the port, the opening and the area; changes nothing. */
static int choose(struct opening_plan *plan, const struct vale *v,
		  struct nmd_error *err)
{
	bool raw = plan->options.mode == NMD_RAW;
	const struct sw_port *port;
	int r;

	plan->opening = tables_free_opening(v);
	plan->area = tables_free_area(v);
	plan->port = tables_find_port(v, plan->spec.port_name);
	plan->new_port = plan->port == SW_NONE;
	plan->new_area = true;
	if (plan->new_port)
		plan->port = tables_free_port(v);
	if (plan->opening == SW_NONE || plan->port == SW_NONE)
		return full(plan, err);
	port = vale_port(v, plan->port);
	if (raw && !plan->new_port) {
		r = check_exclusive(plan, port, err);
		if (r < 0)
			return r;
		if (port->raw_area < SW_MAX) {
			plan->area = port->raw_area;
			plan->new_area = false;
		}
	}
	return plan->area == SW_NONE ? full(plan, err) : 0;
}

/* Zeroes a control block but for its locks, which late senders may try. */
static void reset_control(struct area *area)
{
	memset(area, 0, offsetof(struct area, rx));
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++) {
		struct rx_control *rx = &area->rx[r];

		memset((uint8_t *)rx + sizeof(rx->lock), 0,
		       sizeof(*rx) - sizeof(rx->lock));
	}
	memset(area->tx, 0, sizeof(area->tx));
}

static int make_area(const struct opening_plan *plan, struct vale *v,
		     struct nmd_error *err)
{
	struct sw_area_entry *entry = vale_area_entry(v, plan->area);
	struct area *area = vale_area(v, plan->area);
	uint64_t generation = sw_generation_of(load_relaxed(&entry->state));
	int fd, r;

	if (plan->geometry.memory > v->area_size)
		return error_set(
			err, -E2BIG,
			"%s: rings need %llu MiB, but each opening "
			"of switch %s has %llu MiB; use fewer slots "
			"or make the switch with a larger "
			"NETMAP_AREA_SIZE",
			plan->spec_text,
			(unsigned long long)plan->geometry.memory >> 20,
			v->name, (unsigned long long)v->area_size >> 20);
	fd = vale_open_shm(v);
	if (fd < 0)
		return error_set(err, fd,
				 "%s: cannot open the switch's "
				 "shared file (%s)",
				 plan->spec_text, strerror(-fd));
	r = room_reserve(fd, v->area_offset + plan->area * v->area_size,
			 plan->geometry.memory, plan->spec_text, err);
	close(fd);
	if (r < 0)
		return r;
	reset_control(area);
	geometry_build(area, &plan->geometry, plan->spec_text);
	area->generation = generation + 1;
	area->port = (uint16_t)plan->port;
	area->mode = (uint16_t)plan->options.mode;
	store_release(&entry->state, sw_state_make(generation + 1, SW_LIVE));
	return 0;
}

static void make_port(const struct opening_plan *plan, struct vale *v)
{
	struct sw_port *port = vale_port(v, plan->port);
	uint64_t generation = sw_generation_of(load_relaxed(&port->state));

	if (plan->new_port) {
		snprintf(port->name, sizeof(port->name), "%s",
			 plan->spec.port_name);
		port->raw_area = port->exclusive = SW_NONE;
		store_release(&port->state,
			      sw_state_make(generation + 1, SW_LIVE));
	}
	if (plan->options.mode == NMD_RAW)
		port->raw_area = (uint16_t)plan->area;
	if (plan->spec.exclusive && plan->options.mode == NMD_RAW)
		port->exclusive = (uint16_t)plan->opening;
}

static void read_program_name(char *name, size_t size)
{
	int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, name, size - 1);

	if (fd >= 0)
		close(fd);
	name[n > 0 ? n - 1 : 0] = '\0'; /* without the newline */
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
	opening->mode = (uint16_t)plan->options.mode;
	opening->flags = plan->spec.exclusive ? NMD_EXCLUSIVE : 0;
	opening->pid = tables_pid();
	opening->uid = geteuid();
	read_program_name(opening->program, sizeof(opening->program));
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
	port->fd = fifo_create(v, plan->opening, port->generation);
	if (port->fd < 0)
		return error_set(err, port->fd,
				 "%s: cannot make the port's descriptor (%s); "
				 "close descriptors or make room in tmpfs",
				 plan->spec_text, strerror(-port->fd));
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
	int r = choose(plan, v, err);

	if (r < 0)
		return r;
	r = make_fd(port, plan, v, err);
	if (r == 0 && plan->new_area)
		r = make_area(plan, v, err);
	if (r < 0)
		return r;
	make_port(plan, v);
	opening = vale_opening(v, plan->opening);
	fill_opening(plan, opening, port->fd_ino);
	store_release(&opening->state,
		      sw_state_make(port->generation, SW_LIVE));
	tables_changed(v);
	return 0;
}

static int describe(struct nmd_port *port, const struct opening_plan *plan,
		    struct nmd_error *err)
{
	struct vale *v = port->vale;

	port->index = plan->opening;
	port->port_index = plan->port;
	port->area_index = plan->area;
	port->mode = plan->options.mode;
	port->area = vale_area(v, plan->area);
	port->area_generation = sw_generation_of(
		load_relaxed(&vale_area_entry(v, plan->area)->state));
	snprintf(port->name, sizeof(port->name), "%s", plan->spec_text);
	/* A shared area's rings are as its first opener made them. */
	if (geometry_read(port->area, v->area_size, &port->geometry))
		return 0;
	return error_set(err, -EPROTO,
			 "%s: the port's rings are damaged; end "
			 "the programs that have it open",
			 plan->spec_text);
}

/*
 * Every port this process has open, for a program that ends without closing.
 * Ports are in the list from open to close; the lock is held for links only.
 */
static struct nmd_port *open_ports;
static pthread_mutex_t open_ports_lock = PTHREAD_MUTEX_INITIALIZER;

static void remember(struct nmd_port *port)
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

/* fork: what was cached about the process is the parent's. */
static void after_fork(void)
{
	tables_after_fork();
	vale_after_fork();
	pthread_mutex_init(&open_ports_lock, NULL);
}

static void at_first_open(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

static void undo(struct nmd_port *port, struct vale *v, int lock_fd)
{
	if (port->fd >= 0)
		close(port->fd);
	if (tables_tidy(v) == 0)
		vale_remove(v);
	vale_unlock(lock_fd);
	vale_release(v);
	free(port);
}

NMD_API int nmd_open(const char *spec, const struct nmd_options *options,
		     struct nmd_port **out, struct nmd_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct opening_plan plan = {0};
	struct nmd_port *port;
	int lock_fd = -1;
	int r = plan_make(&plan, spec, options, err);

	if (r < 0)
		return r;
	pthread_once(&once, at_first_open);
	port = calloc(1, sizeof(*port));
	if (!port)
		return error_set(err, -ENOMEM, "%s: out of memory", spec);
	port->fd = -1;
	r = vale_join(plan.spec.switch_name, plan.options.area_size,
		      &port->vale, &lock_fd, err);
	if (r < 0) {
		free(port);
		return r;
	}
	r = enter_tables(port, &plan, port->vale, err);
	if (r == 0)
		r = describe(port, &plan, err);
	if (r < 0) {
		undo(port, port->vale, lock_fd);
		return r;
	}
	vale_unlock(lock_fd);
	remember(port);
	*out = port;
	return 0;
}

/* The program may have closed our descriptor and opened its own there. */
static bool fd_is_ours(const struct nmd_port *port)
{
	struct stat st;

	return fstat(port->fd, &st) == 0 && st.st_dev == port->fd_dev &&
	       st.st_ino == port->fd_ino;
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

/*
 * At the end of a program that did not close. Nothing is freed: other threads
 * may still be running. A vfork child, which has its parent's memory and
 * another process id, touches nothing.
 */
__attribute__((destructor)) static void leave_at_exit(void)
{
	if (!open_ports || (uint32_t)getpid() != tables_pid())
		return;
	for (struct nmd_port *port = open_ports; port; port = port->next) {
		if (fd_is_ours(port))
			close(port->fd);
		leave_tables(port->vale);
	}
}

NMD_API void nmd_close(struct nmd_port *port)
{
	if (!port)
		return;
	forget(port);
	if (fd_is_ours(port))
		close(port->fd);
	leave_tables(port->vale);
	vale_release(port->vale);
	forwarder_free(port->forwarder);
	free(port);
}

NMD_API void nmd_region(const struct nmd_port *port, struct nmd_region *out)
{
	const struct geometry *g = &port->geometry;

	out->base = port->area;
	out->size = g->memory;
	out->if_offset = AREA_IF_AT;
	out->arrivals_offset = g->arrivals_at;
	out->arrivals_stride = g->arrivals_stride;
	out->tx_rings = g->tx_rings;
	out->rx_rings = g->rx_rings;
	out->tx_slots = g->tx_slots;
	out->rx_slots = g->rx_slots;
	out->buf_size = g->buf_size;
	out->buffers = g->buffers;
}

NMD_API int nmd_peers(struct nmd_port *port)
{
	int live = 0;

	for (uint32_t i = 0; i < SW_MAX; i++)
		live += i != port->index &&
			sw_state_of(load_acquire(
				&vale_opening(port->vale, i)->state)) ==
				SW_LIVE;
	return live;
}

NMD_API const char *nmd_name(const struct nmd_port *port)
{
	return port->name;
}
