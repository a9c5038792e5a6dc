/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that ask what a handle is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

int ours_pcap_stats(struct handle *h, struct abi_stat *stats)
{
	struct nmd_stats counters = {.size = sizeof(counters)};
	int result;

	if (!h->port)
		return handle_not_activated(h);
	result = nmd_stats(h->port, &counters);
	if (result < 0)
		return handle_device_error(h, "count", result);
	/* As the kernel counts: the lost ones passed the filter, too. */
	stats->ps_recv = (unsigned int)(counters.accepted + counters.dropped);
	stats->ps_drop = (unsigned int)counters.dropped;
	stats->ps_ifdrop = 0;
	return 0;
}

int ours_pcap_snapshot(struct handle *h)
{
	return h->port ? h->options.snaplen : ABI_ERROR_NOT_ACTIVATED;
}

int ours_pcap_datalink(struct handle *h)
{
	return h->port ? h->linktype : ABI_ERROR_NOT_ACTIVATED;
}

int ours_pcap_datalink_ext(struct handle *h)
{
	return h->port ? real()->pcap_datalink_ext(h->inner)
		       : ABI_ERROR_NOT_ACTIVATED;
}

/* Those of any Ethernet interface. */
static const int linktypes[] = {ABI_DLT_EN10MB, ABI_DLT_DOCSIS};
#define LINKTYPES ((int)(sizeof(linktypes) / sizeof(*linktypes)))

int ours_pcap_list_datalinks(struct handle *h, int **list)
{
	if (!h->port)
		return ABI_ERROR_NOT_ACTIVATED;
	*list = malloc(sizeof(linktypes));
	if (!*list)
		return handle_error(h, "malloc: %s", strerror(errno));
	memcpy(*list, linktypes, sizeof(linktypes));
	return LINKTYPES;
}

static int unknown_linktype(struct handle *h, int linktype)
{
	const char *name = real()->pcap_datalink_val_to_name(linktype);
	char number[24];

	snprintf(number, sizeof(number), "DLT %d", linktype);
	return handle_error(h,
			    "%s is not one of the DLTs supported by this "
			    "device",
			    name ? name : number);
}

/* Until activate libpcap takes only the 0 that it has written there itself. */
int ours_pcap_set_datalink(struct handle *h, int linktype)
{
	if (!h->port && !linktype)
		return 0;
	for (int i = 0; h->port && i < LINKTYPES; i++) {
		if (linktypes[i] != linktype)
			continue;
		if (handle_make_inner(h, linktype))
			return 0;
		return handle_error(h, "malloc: %s", strerror(ENOMEM));
	}
	return unknown_linktype(h, linktype);
}

int ours_pcap_get_tstamp_precision(struct handle *h)
{
	return h->options.precision;
}

int ours_pcap_is_swapped(struct handle *h)
{
	return h->port ? real()->pcap_is_swapped(h->inner)
		       : ABI_ERROR_NOT_ACTIVATED;
}

int ours_pcap_major_version(struct handle *h)
{
	return h->port ? real()->pcap_major_version(h->inner)
		       : ABI_ERROR_NOT_ACTIVATED;
}

int ours_pcap_minor_version(struct handle *h)
{
	return h->port ? real()->pcap_minor_version(h->inner)
		       : ABI_ERROR_NOT_ACTIVATED;
}

/* Bytes that one packet can take. */
int ours_pcap_bufsize(struct handle *h)
{
	return h->port ? h->options.snaplen : ABI_ERROR_NOT_ACTIVATED;
}

/* A port has no address; an interface that is mapped to one may have. */
int ours_pcap_lookupnet(const char *device, const char *port, uint32_t *net,
			uint32_t *mask, char *errbuf)
{
	if (strcmp(device, port) != 0 &&
	    real()->pcap_lookupnet(device, net, mask, errbuf) == 0)
		return 0;
	errno = EADDRNOTAVAIL; /* some programs print it */
	snprintf(errbuf, ABI_ERRBUF_SIZE, "%s: no IPv4 address assigned",
		 device);
	return ABI_ERROR;
}
