/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "nmd.h"

static bool switched_off(void)
{
	const char *value = getenv("PCAP_NETMAP");

	return value && !strcmp(value, "off");
}

static bool copy_name(char *to, const char *from, size_t length)
{
	if (!length || length >= DEVICE_NAME_SIZE)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
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
	return copy_name(port, entry, (size_t)(end - entry));
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

bool names_port(const char *device, char port[static DEVICE_NAME_SIZE])
{
	if (!device || !*device || switched_off())
		return false;
	return (mapped(device, port) ||
		copy_name(port, device, strlen(device))) &&
	       nmd_is_port_name(port);
}
