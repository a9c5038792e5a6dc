/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_offloads.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

#include "checksum.h"

/* In the order in which they are switched off: some need others. */
static const struct {
	uint32_t get, set;
} offloads[] = {
	{ETHTOOL_GGSO, ETHTOOL_SGSO},
	{ETHTOOL_GTSO, ETHTOOL_STSO},
	{ETHTOOL_GGRO, ETHTOOL_SGRO},
	{ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM},
};

#define OFFLOADS (sizeof(offloads) / sizeof(*offloads))

static bool ask(int socket, const char *interface, uint32_t command,
		uint32_t *value)
{
	struct ethtool_value v = {.cmd = command, .data = *value};
	struct ifreq request;
	bool answered;

	memset(&request, 0, sizeof(request));
	strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
	request.ifr_data = (void *)&v;
	answered = ioctl(socket, SIOCETHTOOL, &request) == 0;
	*value = v.data;
	return answered;
}

uint32_t kernel_offloads_off(int socket, const char *interface)
{
	uint32_t which = 0;

	for (uint32_t i = 0; i < OFFLOADS; i++) {
		uint32_t on = 0, off = 0;

		if (ask(socket, interface, offloads[i].get, &on) && on &&
		    ask(socket, interface, offloads[i].set, &off))
			which |= 1u << i;
	}
	return which;
}

void kernel_offloads_back(int socket, const char *interface, uint32_t which)
{
	for (uint32_t i = OFFLOADS; i > 0; i--) {
		uint32_t on = 1;

		if (which >> (i - 1) & 1)
			ask(socket, interface, offloads[i - 1].set, &on);
	}
}

#define ETHERNET 14
#define TCP 6
#define UDP 17

/* Where a frame's TCP or UDP begins, and what its pseudo-header adds up to. */
struct transport {
	uint8_t *at;
	uint32_t length;
	uint32_t checksum_at;
	uint32_t pseudo;
};

/* False: no such header, or only a part of it. */
static bool finish_look(struct transport *t, const uint8_t *addresses,
			uint32_t bytes, uint32_t protocol)
{
	if (protocol != TCP && protocol != UDP)
		return false;
	t->checksum_at = protocol == TCP ? 16 : 6;
	t->pseudo = checksum_sum(addresses, bytes, protocol + t->length);
	return t->length >= t->checksum_at + 2;
}

static bool look_at_ipv4(uint8_t *ip, uint32_t length, struct transport *t)
{
	uint32_t header, whole;

	if (length < 20)
		return false;
	header = (ip[0] & 15u) * 4;
	whole = word_at(ip + 2);
	/* Only the first fragment has the header, and not all that it sums. */
	if (header < 20 || whole < header || whole > length ||
	    word_at(ip + 6) & 0x3fff)
		return false;
	t->at = ip + header;
	t->length = whole - header;
	return finish_look(t, ip + 12, 8, ip[9]);
}

static bool look_at_ipv6(uint8_t *ip, uint32_t length, struct transport *t)
{
	if (length < 40 || word_at(ip + 4) > length - 40)
		return false;
	t->at = ip + 40;
	t->length = word_at(ip + 4);
	return finish_look(t, ip + 8, 32, ip[6]);
}

void kernel_finish_checksum(uint8_t *frame, uint32_t length)
{
	struct transport t;
	uint8_t *field;
	uint16_t found;

	if (length < ETHERNET)
		return;
	if (word_at(frame + 12) == 0x0800
		    ? !look_at_ipv4(frame + ETHERNET, length - ETHERNET, &t)
		    : word_at(frame + 12) != 0x86dd ||
			      !look_at_ipv6(frame + ETHERNET, length - ETHERNET,
					    &t))
		return;
	field = t.at + t.checksum_at;
	if (word_at(field) != t.pseudo)
		return;
	/* The field itself stands for the pseudo-header in the sum. */
	found = (uint16_t)~checksum_sum(t.at, t.length, 0);
	if (found == 0 && t.checksum_at == 6)
		found = 0xffff; /* UDP: 0 would mean that there is none */
	field[0] = (uint8_t)(found >> 8);
	field[1] = (uint8_t)found;
}
