/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a descriptor came from is told by the name of its FIFO, which says the
 * switch and the opening, and proved by its inode, which stands in the tables.
 */
#include "adopt.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomics.h"
#include "close.h"
#include "rings.h"
#include "seal.h"
#include "tables.h"

/* What a FIFO's path says. */
struct origin {
	char switch_name[16];
	uint32_t opening;
	uint64_t generation;
};

static bool path_of(int fd, char path[static PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	return path[0] == '/';
}

static bool find_origin(int fd, struct origin *from)
{
	char path[PATH_MAX], *file, *directory;

	if (!path_of(fd, path))
		return false;
	file = strrchr(path, '/');
	*file++ = '\0';
	directory = strrchr(path, '/');
	if (!directory || strlen(directory + 1) >= sizeof(from->switch_name))
		return false;
	strcpy(from->switch_name, directory + 1);
	return sscanf(file, "p%" SCNu32 ".%" SCNu64, &from->opening,
		      &from->generation) == 2 &&
	       from->opening < SW_MAX;
}

bool adopt_possible(int fd)
{
	struct origin from;
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) &&
	       find_origin(fd, &from);
}

/* What the tables say of the opening, as a plan that has been carried out. */
static bool recall(const struct vale *v, const struct origin *from, ino_t inode,
		   struct opening_plan *plan, char *text, size_t size)
{
	const struct sw_opening *opening = vale_opening(v, from->opening);
	char name[sizeof(((struct sw_port *)NULL)->name) + 1];

	if (load_acquire(&opening->state) !=
		    sw_state_make(from->generation, SW_LIVE) ||
	    !seal_holds(v, from->opening) || opening->fifo_inode != inode ||
	    opening->port >= SW_MAX || opening->area >= SW_MAX)
		return false;
	plan->opening = from->opening;
	plan->port = opening->port;
	plan->area = opening->area;
	plan->other_area = opening->other_area;
	plan->kind = opening->kind;
	plan->mode = opening->mode;
	snprintf(name, sizeof(name), "%.*s", (int)sizeof(name) - 1,
		 vale_port(v, plan->port)->name);
	snprintf(text, size, "%s:%s%s%s%s%s", from->switch_name, name,
		 opening->flags & (SW_MONITOR_RX | SW_MONITOR_TX) ? "/" : "",
		 opening->flags & SW_MONITOR_RX ? "r" : "",
		 opening->flags & SW_MONITOR_TX ? "t" : "",
		 opening->flags & SW_ZERO_COPY ? "z" : "");
	plan->spec_text = text;
	if (opening->flags & SW_WITH_PORT)
		plan->options.flags = NMD_WITH_PORT;
	return spec_parse(text, &plan->spec, NULL) == 0 &&
	       (plan->kind == SW_VALE || plan->kind == SW_PIPE ||
		plan->kind == SW_NIC_MONITOR);
}

static int adopt(struct vale *v, int fd, const struct origin *from,
		 struct nmd_port **out)
{
	struct opening_plan plan = {0};
	struct nmd_port *port;
	struct stat st;
	char text[64];

	if (fstat(fd, &st) < 0 ||
	    !recall(v, from, st.st_ino, &plan, text, sizeof(text)))
		return -EBADF;
	port = open_new(&plan);
	if (!port)
		return -ENOMEM;
	port->vale = v;
	port->generation = from->generation;
	port->fd = fd;
	port->fd_dev = st.st_dev;
	port->fd_ino = st.st_ino;
	if (open_describe(port, &plan, NULL) < 0) {
		port_free(port);
		return -EBADF;
	}
	port->rings = rings_within(&vale_opening(v, from->opening)->rings,
				   port->geometry.tx_rings,
				   port->geometry.rx_rings);
	*out = port;
	return 0;
}

int adopt_port(int fd, struct nmd_port **out)
{
	struct origin from;
	struct vale *v;
	int lock_fd, r;

	if (!adopt_possible(fd) || !find_origin(fd, &from))
		return -EBADF;
	r = vale_join(from.switch_name, 0, &v, &lock_fd, NULL);
	if (r < 0)
		return r;
	r = adopt(v, fd, &from, out);
	if (r < 0 && tables_tidy(v) == 0)
		vale_remove(
			v); /* of another runtime directory: made just now */
	vale_unlock(lock_fd);
	if (r < 0)
		vale_release(v);
	else
		close_remember(*out);
	return r;
}
