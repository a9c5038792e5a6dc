/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_names.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "netmap_persistent.h"
#include "netmap_switches.h"

#define MONITOR (REGISTER_MONITOR_RX | REGISTER_MONITOR_TX)

static void append(char *spec, const char *text)
{
	size_t length = strlen(spec);

	snprintf(spec + length, NETMAP_SPEC_SIZE - length, "%s", text);
}

/* A persistent port, by itself or on a switch that it is attached to. */
static int persistent_port(const char *name, char *spec, bool *found)
{
	const char *colon = strncmp(name, "vale", 4) == 0 ? strchr(name, ':')
							  : NULL;
	size_t length = strcspn(colon ? colon + 1 : name, "{}");
	struct persistent_port port;
	char base[NETMAP_NAME_SIZE], sw[NETMAP_NAME_SIZE];

	snprintf(base, sizeof(base), "%.*s", (int)length,
		 colon ? colon + 1 : name);
	*found = persistent_get(base, &port);
	if (!*found)
		return 0;
	if (!colon) {
		persistent_spec(&port, spec, NETMAP_SPEC_SIZE);
		append(spec, name + length);
		return 0;
	}
	snprintf(sw, sizeof(sw), "%.*s", (int)(colon - name), name);
	if (persistent_switch(&port, sw) < 0)
		return EINVAL; /* attach it first */
	snprintf(spec, NETMAP_SPEC_SIZE, "%s", name);
	return 0;
}

/* "-<k>" at the end is one ring of a port. */
static bool ends_with_ring(const char *port, size_t length)
{
	size_t n = length;

	while (n > 0 && isdigit((unsigned char)port[n - 1]))
		n--;
	return n < length && n > 1 && port[n - 1] == '-';
}

/*
 * As the module: of a switch's name letters, digits and _, of a port's (or a
 * pipe's) 15 characters. What stands for something in the names of this
 * project's programs is no part of one here, where flags say it.
 */
static int check_name(const char *name)
{
	const char *port = strncmp(name, "vale", 4) == 0 ? strchr(name, ':')
							 : NULL;
	size_t length = strcspn(name, "{}");

	if (strncmp(name, "vale", 4) != 0)
		return strpbrk(name, "/@") ? ENXIO : 0;
	for (const char *c = name; c < port; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return ENOMEM;
	if (!port || port > name + length || name + length - port > 16)
		return ENOMEM;
	return strpbrk(port, "/@^*+") || ends_with_ring(name, strlen(name)) ||
			       ends_with_ring(name, length)
		       ? EINVAL
		       : 0;
}

/* *interface: what the kernel calls so, not what the user maps the name to. */
static int port_of(const char *name, char *spec, bool *interface)
{
	char port[DEVICE_NAME_SIZE];
	bool found;
	int error;

	*interface = false;
	if (!*name)
		return ENXIO;
	error = check_name(name);
	if (error)
		return error;
	error = persistent_port(name, spec, &found);
	if (error || found)
		return error;
	if (names_port(name, port))
		snprintf(spec, NETMAP_SPEC_SIZE, "%s", port);
	else if (strpbrk(name, "{}"))
		snprintf(spec, NETMAP_SPEC_SIZE, "valepipe:%s", name);
	else
		*interface = snprintf(spec, NETMAP_SPEC_SIZE, "netmap:%s",
				      name) > 0;
	return 0;
}

bool netmap_name_exists(const char *name)
{
	const char *colon = strchr(name, ':');
	struct persistent_port port;
	char sw[NETMAP_NAME_SIZE];

	if (!colon)
		return persistent_get(name, &port) || if_nametoindex(name) != 0;
	snprintf(sw, sizeof(sw), "%.*s", (int)(colon - name), name);
	return netmap_port_is_open(sw, colon + 1) ||
	       (persistent_get(colon + 1, &port) &&
		persistent_switch(&port, sw) >= 0);
}

static bool wants_host_rings(const struct register_request *r)
{
	return r->mode == MODE_HOST || r->mode == MODE_ONE_HOST ||
	       r->mode == MODE_NIC_AND_HOST;
}

/* Which rings; a switch's port has none of the host's. */
static int append_rings(char *spec, const struct register_request *r,
			bool interface)
{
	char number[16];

	switch (r->mode) {
	case MODE_ALL_NIC:
		return 0;
	case MODE_ONE_NIC:
		snprintf(number, sizeof(number), "-%u", r->ringid);
		append(spec, number);
		return 0;
	case MODE_HOST:
	case MODE_ONE_HOST:
	case MODE_NIC_AND_HOST:
		if (!netmap_is_interface(spec) ||
		    (r->mode == MODE_ONE_HOST && r->ringid != 0))
			return EINVAL;
		if (r->mode != MODE_NIC_AND_HOST)
			append(spec, "^");
		else if (!interface)
			append(spec, "*");
		return 0;
	default:
		return EINVAL;
	}
}

static void append_letters(char *spec, uint64_t flags)
{
	static const struct {
		uint32_t flag;
		const char *letter;
	} letters[] = {
		{REGISTER_EXCLUSIVE, "x"},  {REGISTER_MONITOR_RX, "r"},
		{REGISTER_MONITOR_TX, "t"}, {REGISTER_ZERO_COPY, "z"},
		{REGISTER_RX_ONLY, "R"},    {REGISTER_TX_ONLY, "T"},
	};
	const char *before = "/";

	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		if (!(flags & letters[i].flag))
			continue;
		append(spec, before);
		append(spec, letters[i].letter);
		before = "";
	}
}

int netmap_spec(const char *name, const struct register_request *r,
		char spec[static NETMAP_SPEC_SIZE])
{
	uint64_t flags = r->flags;
	bool interface;
	int error = port_of(name, spec, &interface);

	/* A monitor's rings are its own, whatever it asks for. */
	if (flags & (MONITOR | REGISTER_ZERO_COPY))
		flags &= ~(uint64_t)(REGISTER_EXCLUSIVE | REGISTER_RX_ONLY |
				     REGISTER_TX_ONLY);
	/* An interface in netmap mode is not the host's meanwhile. */
	else if (interface &&
		 (!wants_host_rings(r) || r->mode == MODE_NIC_AND_HOST))
		flags |= REGISTER_EXCLUSIVE;
	if (error == 0)
		error = append_rings(spec, r, interface);
	if (error == 0)
		append_letters(spec, flags);
	return error;
}

bool netmap_watches_interface(const char *name,
			      const struct register_request *r)
{
	char spec[NETMAP_SPEC_SIZE];
	bool interface;

	return r->flags & (MONITOR | REGISTER_ZERO_COPY) &&
	       port_of(name, spec, &interface) == 0 && interface;
}

int netmap_open_error(int code, const struct register_request *r)
{
	switch (code) {
	case -ENODEV: /* nothing to monitor, or no such interface */
		return r->flags & (MONITOR | REGISTER_ZERO_COPY) ||
				       wants_host_rings(r)
			       ? EINVAL
			       : ENXIO;
	case -EPROTONOSUPPORT: /* no Ethernet, or no AF_XDP in the kernel */
		return EOPNOTSUPP;
	case -ENOSPC:
	case -E2BIG:
		return ENOMEM;
	default:
		return -code;
	}
}
