/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "environment.h"
#include "nmd.h"

/* What does not fit is longer than any port's name, and stays so. */
static void copy_name(char *to, const char *from, size_t length)
{
	if (length >= DEVICE_NAME_SIZE)
		length = DEVICE_NAME_SIZE - 1;
	memcpy(to, from, length);
	to[length] = '\0';
}

/* Whether the entry "name=port" that ends at end is the one for device. */
static bool entry_is(const char *entry, const char *end, const char *device,
		     char *port)
{
	size_t length = strlen(device);

	if ((size_t)(end - entry) <= length || entry[length] != '=' ||
	    memcmp(entry, device, length) != 0)
		return false;
	entry += length + 1;
	copy_name(port, entry, (size_t)(end - entry));
	return true;
}

static bool mapped(const char *device, char *port)
{
	const char *entry = getenv("PCAP_NETMAP_MAP");

	while (entry && *entry) {
		const char *end = strchrnul(entry, ',');

		if (entry_is(entry, end, device, port))
			return true;
		entry = *end ? end + 1 : end;
	}
	return false;
}

/* The entry "name=port" that ends at end, if it is one. */
static bool split(const char *entry, const char *end,
		  char device[static DEVICE_NAME_SIZE],
		  char port[static DEVICE_NAME_SIZE])
{
	const char *equals = memchr(entry, '=', (size_t)(end - entry));

	if (!equals || equals == entry)
		return false;
	copy_name(device, entry, (size_t)(equals - entry));
	copy_name(port, equals + 1, (size_t)(end - equals - 1));
	return true;
}

void names_each_mapped(void (*visit)(void *to, const char *device,
				     const char *port),
		       void *to)
{
	const char *entry = names_off() ? NULL : getenv("PCAP_NETMAP_MAP");
	char device[DEVICE_NAME_SIZE], port[DEVICE_NAME_SIZE];

	while (entry && *entry) {
		const char *end = strchrnul(entry, ',');

		if (split(entry, end, device, port))
			visit(to, device, port);
		entry = *end ? end + 1 : end;
	}
}

/*
 * A switch without a port, or one that can be called so by nobody, and no
 * interface that happens to have the name: the error tells what is wrong.
 */
static bool means_port(const char *device)
{
	const char *end = device + 4;
	int error = errno;
	bool means;

	if (strncmp(device, "vale", 4) != 0)
		return false;
	while (isalnum((unsigned char)*end))
		end++;
	means = ((end > device + 4 && !*end) || strchr(end, ':')) &&
		if_nametoindex(device) == 0;
	errno = error;
	return means;
}

bool names_off(void)
{
	return environment_off() || agent_present();
}

bool names_port(const char *device, char port[static DEVICE_NAME_SIZE])
{
	if (!device || !*device || names_off())
		return false;
	if (mapped(device, port))
		return true;
	copy_name(port, device, strlen(device));
	return nmd_is_port_name(port) || means_port(device);
}
