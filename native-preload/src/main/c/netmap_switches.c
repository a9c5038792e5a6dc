/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What vale-ctl asks: persistent ports come and go, are attached and detached,
 * and the ports of all switches are listed.
 */
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "netmap_attachment.h"
#include "netmap_file.h"
#include "netmap_names.h"
#include "netmap_persistent.h"
#include "netmap_switches.h"

#define NO_PORT 254 /* as the module says "none" */
#define SLOTS_DEFAULT 1024

/* What was killed lets go of its ports one after the other. */
#define GOING_TRIES 50
#define GOING_PAUSE_NS 10000000

/* All ports that are open, as nmd_list shows them; how many, or 0. */
static uint32_t open_ports(struct nmd_info **list)
{
	int n = nmd_list(NULL, 0, NULL), found;

	*list = n > 0 ? calloc((size_t)n, sizeof(**list)) : NULL;
	if (!*list)
		return 0;
	found = nmd_list(*list, (uint32_t)n, NULL);
	if (found < 0)
		return 0;
	return (uint32_t)(found < n ? found : n);
}

bool netmap_find_open(const char *spec, struct nmd_info *info)
{
	size_t length = strcspn(spec, ":");
	struct nmd_info *list;
	uint32_t n = open_ports(&list);
	bool open = false;

	for (uint32_t i = 0; i < n && !open && spec[length]; i++) {
		open = strcmp(list[i].port_name, spec + length + 1) == 0 &&
		       strlen(list[i].switch_name) == length &&
		       memcmp(list[i].switch_name, spec, length) == 0;
		if (open)
			*info = list[i];
	}
	free(list);
	return open;
}

bool netmap_port_is_open(const char *switch_name, const char *port)
{
	char spec[NETMAP_SPEC_SIZE];
	struct nmd_info info;

	snprintf(spec, sizeof(spec), "%s:%s", switch_name, port);
	return netmap_find_open(spec, &info);
}

/* "vale0:v0" in two; false: it is not of that form. */
static bool split(const char *name, char sw[static 16], char port[static 16])
{
	const char *colon = strchr(name, ':');

	if (strncmp(name, "vale", 4) != 0 || !colon || colon - name > 15 ||
	    colon[1] == '\0' || strlen(colon + 1) > 15)
		return false;
	snprintf(sw, 16, "%.*s", (int)(colon - name), name);
	snprintf(port, 16, "%s", colon + 1);
	return true;
}

static bool is_name(const char *name)
{
	size_t n = 0;

	while (isalnum((unsigned char)name[n]) || strchr("_.-", name[n])) {
		if (name[n] == '\0')
			break;
		n++;
	}
	return n > 0 && n < 16 && name[n] == '\0';
}

static uint32_t or_default(uint32_t value, uint32_t fallback, uint32_t most)
{
	value = value ? value : fallback;
	return value > most ? most : value;
}

int netmap_new_port(const char *name, struct new_port_request *r)
{
	struct persistent_ports ports;
	struct persistent_port *p;
	int error;

	if (!is_name(name) || strncmp(name, "vale", 4) == 0)
		return EINVAL;
	if (if_nametoindex(name) != 0)
		return EEXIST;
	error = persistent_open(&ports, true);
	if (error)
		return error;
	if (persistent_find(&ports, name) || ports.count == PERSISTENT_MOST) {
		error = ports.count == PERSISTENT_MOST ? ENOMEM : EEXIST;
		persistent_close(&ports, false);
		return error;
	}
	p = &ports.port[ports.count++];
	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->number = ports.next_number;
	p->tx_slots = r->tx_slots = or_default(r->tx_slots, SLOTS_DEFAULT,
					       4096);
	p->rx_slots = r->rx_slots = or_default(r->rx_slots, SLOTS_DEFAULT,
					       4096);
	p->tx_rings = r->tx_rings = (uint16_t)or_default(r->tx_rings, 1, 16);
	p->rx_rings = r->rx_rings = (uint16_t)or_default(r->rx_rings, 1, 16);
	return persistent_close(&ports, true);
}

static bool is_attached(const struct persistent_port *p)
{
	return p->switches[0][0] || p->switches[1][0];
}

/* Whether some program has it open, wherever it is attached. */
static bool is_open(const struct persistent_port *p)
{
	char spec[64], sw[16], port[16];

	for (int i = 0; i < PERSISTENT_SWITCHES; i++)
		if (p->switches[i][0] &&
		    netmap_port_is_open(p->switches[i], p->name))
			return true;
	persistent_spec(p, spec, sizeof(spec));
	return split(spec, sw, port) && netmap_port_is_open(sw, port);
}

int netmap_delete_port(const char *name)
{
	struct persistent_ports ports;
	struct persistent_port *p;
	int error = persistent_open(&ports, false);

	if (error)
		return error;
	p = persistent_find(&ports, name);
	if (!p)
		error = if_nametoindex(name) ? EINVAL : ENXIO;
	else if (is_attached(p) || is_open(p))
		error = EBUSY;
	else
		*p = ports.port[--ports.count];
	if (error) {
		persistent_close(&ports, false);
		return error;
	}
	return persistent_close(&ports, true);
}

static int attach(struct persistent_ports *ports, const char *sw,
		  const char *port, uint32_t *index)
{
	struct persistent_port *p = persistent_find(ports, port);
	int place;

	if (!p && netmap_port_is_open(sw, port))
		return EBUSY;
	if (!p)
		return EINVAL;
	place = persistent_switch(p, "");
	if (persistent_switch(p, sw) >= 0 || place < 0 || is_open(p))
		return EBUSY;
	snprintf(p->switches[place], sizeof(p->switches[place]), "%s", sw);
	*index = (uint32_t)(p - ports->port);
	return 0;
}

static int detach(struct persistent_ports *ports, const char *sw,
		  const char *port, uint32_t *index)
{
	struct persistent_port *p = persistent_find(ports, port);
	int place = p ? persistent_switch(p, sw) : -1;

	if (place < 0)
		return netmap_port_is_open(sw, port) ? EBUSY : ENXIO;
	/* The first of two attachments goes after the second. */
	if (netmap_port_is_open(sw, port) ||
	    (place == 0 && p->switches[1][0] != '\0'))
		return EBUSY;
	p->switches[place][0] = '\0';
	*index = (uint32_t)(p - ports->port);
	return 0;
}

static int change(const char *name, uint32_t *index,
		  int (*act)(struct persistent_ports *, const char *,
			     const char *, uint32_t *))
{
	struct persistent_ports ports;
	char sw[16], port[16];
	int error, written;

	if (!split(name, sw, port))
		return EINVAL;
	if (!nmd_is_port_name(name))
		return EINVAL;
	error = persistent_open(&ports, false);
	if (error)
		return error;
	error = act(&ports, sw, port, index);
	written = persistent_close(&ports, error == 0);
	return error ? error : written;
}

/* A port of some switch. */
struct place {
	char switch_name[16];
	char port[32];
};

static int compare(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = strcmp(a->switch_name, b->switch_name);

	return order ? order : strcmp(a->port, b->port);
}

static void add_place(struct place *all, uint32_t *n, const char *sw,
		      const char *port)
{
	snprintf(all[*n].switch_name, sizeof(all->switch_name), "%s", sw);
	snprintf(all[*n].port, sizeof(all->port), "%s", port);
	for (uint32_t i = 0; i < *n; i++)
		if (compare(&all[i], &all[*n]) == 0)
			return;
	++*n;
}

/* Of a null port: "valenull" and the number of its process. */
static bool is_of_null_port(const char *sw)
{
	return strncmp(sw, "valenull", 8) == 0 && sw[8] != '\0' &&
	       sw[8 + strspn(sw + 8, "0123456789")] == '\0';
}

/* The module's list has neither pipes nor ports without a switch. */
static bool is_listed(const struct nmd_info *info)
{
	return info->mode == NMD_RAW &&
	       strncmp(info->switch_name, "vale", 4) == 0 &&
	       strncmp(info->switch_name, "valeoff", 7) != 0 &&
	       !is_of_null_port(info->switch_name) &&
	       !strpbrk(info->port_name, "{}/*");
}

/* All ports, in order; the caller frees them. */
static struct place *all_places(uint32_t *n)
{
	struct persistent_ports ports;
	struct nmd_info *list;
	uint32_t open = open_ports(&list);
	struct place *all = calloc(
		open + PERSISTENT_MOST * PERSISTENT_SWITCHES + 1, sizeof(*all));

	*n = 0;
	for (uint32_t i = 0; all && i < open; i++)
		if (is_listed(&list[i]))
			add_place(all, n, list[i].switch_name,
				  list[i].port_name);
	free(list);
	if (!all || persistent_open(&ports, false) != 0)
		return all;
	for (uint32_t i = 0; i < ports.count; i++)
		for (int k = 0; k < PERSISTENT_SWITCHES; k++)
			if (ports.port[i].switches[k][0])
				add_place(all, n, ports.port[i].switches[k],
					  ports.port[i].name);
	persistent_close(&ports, false);
	qsort(all, *n, sizeof(*all), compare);
	return all;
}

/* Numbers of place i: which switch, which port of it. */
static void number(const struct place *all, uint32_t i, uint32_t *sw,
		   uint32_t *port)
{
	*sw = *port = 0;
	for (uint32_t k = 1; k <= i; k++) {
		bool same = strcmp(all[k].switch_name,
				   all[k - 1].switch_name) == 0;

		*port = same ? *port + 1 : 0;
		*sw += !same;
	}
}

static int find(const struct place *all, uint32_t n, const char *name,
		struct list_request *r)
{
	const char *colon = strchr(name, ':');
	size_t length = colon ? (size_t)(colon - name) : strlen(name);
	int error = ENOENT;

	if (strncmp(name, "vale", 4) != 0)
		return EINVAL;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t sw, port;

		if (strlen(all[i].switch_name) != length ||
		    strncmp(all[i].switch_name, name, length) != 0)
			continue;
		number(all, i, &sw, &port);
		if (error)
			r->port_index = NO_PORT;
		error = 0;
		r->switch_index = (uint16_t)sw;
		if (colon && strcmp(all[i].port, colon + 1) == 0)
			r->port_index = port;
	}
	return error;
}

static int next(const struct place *all, uint32_t n, char name[static 64],
		struct list_request *r)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t sw, port;

		number(all, i, &sw, &port);
		if (sw < r->switch_index ||
		    (sw == r->switch_index && port < r->port_index))
			continue;
		r->switch_index = (uint16_t)sw;
		r->port_index = port;
		snprintf(name, 64, "%s:%s", all[i].switch_name, all[i].port);
		return 0;
	}
	return ENOENT;
}

int netmap_list(char name[static 64], struct list_request *r)
{
	uint32_t n;
	struct place *all = all_places(&n);
	int error;

	if (!all)
		return ENOMEM;
	error = name[0] ? find(all, n, name, r) : next(all, n, name, r);
	free(all);
	return error;
}

/* Whether the name is "vale0:eth1", and eth1 an interface. */
static bool is_interface(const char *name)
{
	struct persistent_port p;
	char sw[16], port[16];

	return split(name, sw, port) && nmd_is_port_name(name) &&
	       !persistent_get(port, &p) && if_nametoindex(port) != 0;
}

/* The place of a port that is in the list, as the module counts ports. */
static uint32_t place_of(const char *name)
{
	struct list_request r = {0};
	char copy[64];

	snprintf(copy, sizeof(copy), "%s", name);
	return netmap_list(copy, &r) == 0 ? r.port_index : 0;
}

/* Of a process that forwards: it may have been killed just now. */
static bool may_be_going(const char *name)
{
	struct nmd_info info;

	return netmap_find_open(name, &info) &&
	       strcmp(info.program, ATTACHMENT_PROGRAM) == 0;
}

static int attach_interface(const char *name, bool host, uint32_t *index)
{
	const struct timespec pause = {0, GOING_PAUSE_NS};
	struct nmd_info info;
	int error;

	for (int i = 0; i < GOING_TRIES && may_be_going(name); i++)
		nanosleep(&pause, NULL);
	if (netmap_find_open(name, &info))
		return EBUSY;
	error = attachment_begin(name, host);
	if (error == 0)
		*index = place_of(name);
	return error;
}

int netmap_attach(const char *name, bool host, uint32_t *index)
{
	return is_interface(name) ? attach_interface(name, host, index)
				  : change(name, index, attach);
}

/* What is attached may be one that has gone, and its process not yet. */
int netmap_detach(const char *name, uint32_t *index)
{
	uint32_t place = place_of(name);
	int error = ENXIO;
	char sw[16], port[16];

	if (split(name, sw, port) && nmd_is_port_name(name))
		error = attachment_end(name);
	if (error != ENXIO) {
		*index = place;
		return error;
	}
	return change(name, index, detach);
}
