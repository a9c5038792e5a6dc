/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
/* Of MAX_SLOTS, and one more: what is longer is out of range by its length. */
#define MAX_DIGITS 6

/* What is shown of a bad value. */
#define SHOWN 32

bool slots_read(const char *text, uint32_t *slots)
{
	size_t digits = strspn(text, DIGITS);

	if (digits == 0 || digits > MAX_DIGITS || text[digits])
		return false;
	*slots = (uint32_t)strtoul(text, NULL, 10);
	return *slots >= MIN_SLOTS && *slots <= MAX_SLOTS;
}

bool environment_off(void)
{
	const char *value = getenv("PCAP_NETMAP");

	return value && !strcmp(value, "off");
}

bool environment_slots(uint32_t *slots, char complaint[static COMPLAINT_SIZE])
{
	const char *value = getenv("PCAP_NETMAP_SLOTS");

	*slots = 0;
	if (!value || !*value || slots_read(value, slots))
		return true;
	snprintf(complaint, COMPLAINT_SIZE,
		 "PCAP_NETMAP_SLOTS=%.*s: slots are %d to %d; set it so, or "
		 "unset it",
		 SHOWN, value, MIN_SLOTS, MAX_SLOTS);
	return false;
}
