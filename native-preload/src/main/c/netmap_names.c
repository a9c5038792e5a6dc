/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

#define MONITOR (REGISTER_MONITOR_RX | REGISTER_MONITOR_TX)

static int port_of(const char *name, char *spec)
{
	char port[DEVICE_NAME_SIZE];

	if (!*name)
		return ENXIO;
	if (names_port(name, port))
		snprintf(spec, NETMAP_SPEC_SIZE, "%s", port);
	else if (strpbrk(name, "{}"))
		snprintf(spec, NETMAP_SPEC_SIZE, "valepipe:%s", name);
	else
		snprintf(spec, NETMAP_SPEC_SIZE, "netmap:%s", name);
	return 0;
}

static void append(char *spec, const char *text)
{
	size_t length = strlen(spec);

	snprintf(spec + length, NETMAP_SPEC_SIZE - length, "%s", text);
}

/* Which rings; a switch's port has none of the host's. */
static int append_rings(char *spec, const struct register_request *r)
{
	switch (r->mode) {
	case MODE_ALL_NIC:
		return 0;
	case MODE_ONE_NIC:
		return r->ringid == 0 ? 0 : EINVAL;
	case MODE_HOST:
	case MODE_NIC_AND_HOST:
		if (strncmp(spec, "netmap:", 7) != 0)
			return EINVAL;
		append(spec, r->mode == MODE_HOST ? "^" : "*");
		return 0;
	default:
		return EINVAL;
	}
}

static void append_letters(char *spec, const struct register_request *r)
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
		/* What sends nothing by its nature need not be kept from it. */
		if (!(r->flags & letters[i].flag))
			continue;
		append(spec, before);
		append(spec, letters[i].letter);
		before = "";
	}
}

int netmap_spec(const char *name, const struct register_request *r,
		char spec[static NETMAP_SPEC_SIZE])
{
	int error = port_of(name, spec);

	if (r->flags & REGISTER_ZERO_COPY && !(r->flags & MONITOR))
		return EINVAL;
	if (error == 0)
		error = append_rings(spec, r);
	if (error == 0)
		append_letters(spec, r);
	return error;
}

int netmap_open_error(int code, const struct register_request *r)
{
	switch (code) {
	case -ENODEV: /* nothing to monitor, or no such interface */
		return r->flags & MONITOR ? EINVAL : ENXIO;
	case -ENOSPC:
	case -E2BIG:
		return ENOMEM;
	default:
		return -code;
	}
}
