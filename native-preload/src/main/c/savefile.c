/* SPDX-License-Identifier: BSD-2-Clause */
/* Savefile headers take snap length, precision and link type of the handle. */
#include "calls.h"

static pcap_dumper_t *checked(struct handle *h, pcap_dumper_t *dumper)
{
	if (!dumper)
		handle_take_error(h);
	return dumper;
}

static pcap_dumper_t *too_early(struct handle *h, const char *file,
				const char *call)
{
	handle_error(h, "%s: not-yet-activated pcap_t passed to %s", file,
		     call);
	return NULL;
}

pcap_dumper_t *ours_pcap_dump_open(struct handle *h, const char *file)
{
	if (!h->port)
		return too_early(h, file, "pcap_dump_open");
	return checked(h, real()->pcap_dump_open(h->inner, file));
}

pcap_dumper_t *ours_pcap_dump_open_append(struct handle *h, const char *file)
{
	if (!h->port)
		return too_early(h, file, "pcap_dump_open_append");
	return checked(h, real()->pcap_dump_open_append(h->inner, file));
}

pcap_dumper_t *ours_pcap_dump_fopen(struct handle *h, FILE *file)
{
	if (!h->port)
		return real()->pcap_dump_fopen(handle_key(h), file);
	return checked(h, real()->pcap_dump_fopen(h->inner, file));
}
