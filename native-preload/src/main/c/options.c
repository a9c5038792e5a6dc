/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that set options: legal until activate. */
#include "calls.h"

static int activated(struct handle *h)
{
	/* Both blanks are libpcap's. */
	handle_error(h, "can't perform  operation on activated capture");
	return ABI_ERROR_ACTIVATED;
}

#define SET(field, value)                    \
	do {                                 \
		if (h->port)                 \
			return activated(h); \
		h->options.field = (value);  \
		return 0;                    \
	} while (0)

int ours_pcap_set_snaplen(struct handle *h, int snaplen)
{
	SET(snaplen, snaplen);
}

/* A port of a switch has no other mode than what this asks of an interface. */
int ours_pcap_set_promisc(struct handle *h, int promisc)
{
	SET(promisc, promisc);
}

int ours_pcap_set_timeout(struct handle *h, int to_ms)
{
	SET(timeout_ms, to_ms);
}

int ours_pcap_set_immediate_mode(struct handle *h, int immediate)
{
	SET(immediate, immediate);
}

/* libpcap, too, ignores a size that is not positive. */
int ours_pcap_set_buffer_size(struct handle *h, int bytes)
{
	SET(buffer_size, bytes > 0 ? bytes : h->options.buffer_size);
}

int ours_pcap_set_rfmon(struct handle *h, int rfmon)
{
	SET(rfmon, rfmon);
}

int ours_pcap_can_set_rfmon(struct handle *h)
{
	(void)h;
	return 0;
}

int ours_pcap_set_protocol_linux(struct handle *h, int protocol)
{
	SET(protocol, protocol);
}

int ours_pcap_set_tstamp_type(struct handle *h, int type)
{
	if (h->port)
		return activated(h);
	return type == ABI_TSTAMP_HOST ? 0 : ABI_WARNING_TSTAMP_TYPE_NOTSUP;
}

int ours_pcap_set_tstamp_precision(struct handle *h, int precision)
{
	if (!h->port && precision != ABI_PRECISION_MICRO &&
	    precision != ABI_PRECISION_NANO)
		return ABI_ERROR_TSTAMP_PRECISION_NOTSUP;
	SET(precision, precision);
}
