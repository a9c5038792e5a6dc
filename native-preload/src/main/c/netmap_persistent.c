/* SPDX-License-Identifier: BSD-2-Clause */
/* The file: a line for each port, "-" for a switch that is none. */
#include "netmap_persistent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime.h"

#define FILE_NAME "persistent"
#define LINE_MOST 128

static bool parse(const char *line, struct persistent_port *p)
{
	if (sscanf(line, "%15s %u %u %u %u %u %15s %15s", p->name, &p->number,
		   &p->tx_slots, &p->rx_slots, &p->tx_rings, &p->rx_rings,
		   p->switches[0], p->switches[1]) != 8)
		return false;
	for (int i = 0; i < PERSISTENT_SWITCHES; i++)
		if (strcmp(p->switches[i], "-") == 0)
			p->switches[i][0] = '\0';
	return true;
}

static void read_ports(struct persistent_ports *ports)
{
	char text[PERSISTENT_MOST * LINE_MOST + 1], *line, *rest = NULL;
	ssize_t n = pread(ports->fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	for (line = strtok_r(text, "\n", &rest);
	     line && ports->count < PERSISTENT_MOST;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct persistent_port *p = &ports->port[ports->count];

		if (!parse(line, p))
			continue;
		ports->count++;
		if (p->number >= ports->next_number)
			ports->next_number = p->number + 1;
	}
}

static const char *or_dash(const char *name)
{
	return *name ? name : "-";
}

static int write_ports(const struct persistent_ports *ports)
{
	char text[PERSISTENT_MOST * LINE_MOST];
	size_t n = 0;

	for (uint32_t i = 0; i < ports->count; i++) {
		const struct persistent_port *p = &ports->port[i];

		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s %u %u %u %u %u %s %s\n",
			p->name, p->number, p->tx_slots, p->rx_slots,
			p->tx_rings, p->rx_rings, or_dash(p->switches[0]),
			or_dash(p->switches[1]));
	}
	if (pwrite(ports->fd, text, n, 0) != (ssize_t)n ||
	    ftruncate(ports->fd, (off_t)n) < 0)
		return errno ? errno : ENOSPC;
	return 0;
}

/* Opens and locks the file that has the name when it is locked; or -errno. */
static int open_locked(const struct runtime *rt, bool create)
{
	struct stat held, named;
	int fd, error;

	for (;;) {
		fd = runtime_open_file(rt, FILE_NAME, create);
		if (fd < 0)
			return fd;
		if (flock(fd, LOCK_EX) < 0 || fstat(fd, &held) < 0)
			break;
		if (fstatat(rt->fd, FILE_NAME, &named, 0) == 0 &&
		    named.st_ino == held.st_ino)
			return fd;
		close(fd); /* removed with the last port, meanwhile */
	}
	error = errno;
	close(fd);
	return -error;
}

int persistent_open(struct persistent_ports *ports, bool create)
{
	struct runtime rt;
	int r = runtime_open(&rt, create, NULL);

	memset(ports, 0, sizeof(*ports));
	ports->fd = -1;
	if (r < 0)
		return create ? -r : 0;
	ports->fd = open_locked(&rt, create);
	r = ports->fd < 0 && create ? -ports->fd : 0;
	if (ports->fd >= 0)
		read_ports(ports);
	runtime_close(&rt);
	return r;
}

static void remove_file(void)
{
	struct runtime rt;

	if (runtime_open(&rt, false, NULL) < 0)
		return;
	unlinkat(rt.fd, FILE_NAME, 0);
	runtime_remove_if_empty(&rt);
	runtime_close(&rt);
}

int persistent_close(struct persistent_ports *ports, bool changed)
{
	int error = 0;

	if (ports->fd < 0)
		return 0;
	if (changed)
		error = write_ports(ports);
	if (ports->count == 0)
		remove_file();
	close(ports->fd);
	ports->fd = -1;
	return error;
}

struct persistent_port *persistent_find(struct persistent_ports *ports,
					const char *name)
{
	for (uint32_t i = 0; i < ports->count; i++)
		if (strcmp(ports->port[i].name, name) == 0)
			return &ports->port[i];
	return NULL;
}

bool persistent_get(const char *name, struct persistent_port *out)
{
	struct persistent_ports ports;
	const struct persistent_port *found;

	if (persistent_open(&ports, false) != 0)
		return false;
	found = persistent_find(&ports, name);
	if (found)
		*out = *found;
	persistent_close(&ports, false);
	return found != NULL;
}

int persistent_switch(const struct persistent_port *port,
		      const char *switch_name)
{
	for (int i = 0; i < PERSISTENT_SWITCHES; i++)
		if (strcmp(port->switches[i], switch_name) == 0)
			return i;
	return -1;
}

void persistent_spec(const struct persistent_port *port, char *spec,
		     unsigned long size)
{
	for (int i = 0; i < PERSISTENT_SWITCHES; i++)
		if (port->switches[i][0]) {
			snprintf(spec, size, "%s:%s", port->switches[i],
				 port->name);
			return;
		}
	snprintf(spec, size, "valeoff%u:%s", port->number % 100000000,
		 port->name);
}
