/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nmd.h"
#include "tap.h"

#define LIKE "looks like eth1=vale0:1 or eth1=vale0:1,10.0.0.1/24"

/* Copies what is before end; false if it is nothing or too long. */
static bool cut(char *to, size_t size, const char *from, const char *end)
{
	size_t length = (size_t)(end - from);

	if (length == 0 || length >= size)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static bool is_interface_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (isspace((unsigned char)*c) || *c == '/' || *c == ':')
			return false;
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool read_address(const char *text, struct tap_address *out)
{
	if (inet_pton(AF_INET, text, &out->v4) == 1)
		out->family = AF_INET;
	else if (inet_pton(AF_INET6, text, &out->v6) == 1)
		out->family = AF_INET6;
	else
		return false;
	return true;
}

/* "10.0.0.1/24", up to end. */
static const char *add_address(const char *from, const char *end,
			       struct tap_request *out)
{
	struct tap_address *address = &out->addresses[out->address_count];
	char text[INET6_ADDRSTRLEN + sizeof("/128")];
	char *slash, *rest;
	unsigned long prefix;

	if (out->address_count == TAP_ADDRESSES)
		return "an interface gets four addresses at most";
	if (!cut(text, sizeof(text), from, end))
		return "an address " LIKE;
	slash = strchr(text, '/');
	if (!slash)
		return "an address needs the length of its network's prefix, "
		       "as 10.0.0.1/24";
	*slash = '\0';
	if (!read_address(text, address))
		return "no IPv4 or IPv6 address; it " LIKE;
	prefix = strtoul(slash + 1, &rest, 10);
	if (!isdigit((unsigned char)slash[1]) || *rest ||
	    prefix > (address->family == AF_INET ? 32 : 128))
		return "the prefix behind the / is 0 to 32, in IPv6 0 to 128";
	address->prefix = (unsigned int)prefix;
	out->address_count++;
	return NULL;
}

const char *tap_parse(const char *text, struct tap_request *out)
{
	const char *equals = strchr(text, '='), *end, *why = NULL;

	memset(out, 0, sizeof(*out));
	if (!equals || !cut(out->name, sizeof(out->name), text, equals))
		return "an interface, of 15 letters at most, " LIKE;
	if (!is_interface_name(out->name))
		return "no name for an interface; it " LIKE;
	end = strchrnul(equals + 1, ',');
	if (!cut(out->port, sizeof(out->port), equals + 1, end) ||
	    !nmd_is_port_name(out->port) || strpbrk(out->port, "/*"))
		return "no port that this host could join; it " LIKE;
	while (*end && !why) {
		const char *from = end + 1;

		end = strchrnul(from, ',');
		why = add_address(from, end, out);
	}
	return why;
}
