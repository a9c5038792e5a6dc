/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that read. */
#include <string.h>

#include "calls.h"
#include "closing.h"

int ours_pcap_dispatch(struct handle *h, int count, abi_handler callback,
		       unsigned char *user)
{
	if (!h->port)
		return handle_not_activated(h);
	return reader_read(h, count, !h->nonblock, callback, user);
}

int ours_pcap_loop(struct handle *h, int count, abi_handler callback,
		   unsigned char *user)
{
	bool forever = count <= 0;

	if (!h->port)
		return handle_not_activated(h);
	do {
		int done = reader_read(h, count, true, callback, user);

		if (done < 0)
			return done;
		count -= forever ? 0 : done;
	} while (forever || count > 0);
	return 0;
}

/* Makes one packet stay: same addresses, unchanged until the next call. */
static void keep(unsigned char *user, const struct abi_pkthdr *header,
		 const unsigned char *bytes)
{
	struct handle *h = (struct handle *)user;

	h->header = *header;
	if (bytes != h->packet)
		memcpy(h->packet, bytes, header->caplen);
}

/* A break that comes once the packet is taken is the next read's. */
static int read_one(struct handle *h)
{
	uint64_t before = h->frames;
	int result;

	if (!h->port)
		return handle_not_activated(h);
	result = reader_read(h, 1, !h->nonblock, keep, (unsigned char *)h);
	if (result != ABI_ERROR_BREAK || h->frames == before)
		return result;
	atomic_store(&h->broken, true);
	return 1;
}

int ours_pcap_next_ex(struct handle *h, struct abi_pkthdr **header,
		      const unsigned char **bytes)
{
	int result;

	*header = &h->header;
	result = read_one(h);
	if (result == 1)
		*bytes = h->packet;
	return result;
}

const unsigned char *ours_pcap_next(struct handle *h, struct abi_pkthdr *header)
{
	if (read_one(h) <= 0)
		return NULL;
	*header = h->header;
	return h->packet;
}

/*
 * May be called from a signal handler or by another thread, while the handle is
 * closed, too: a second Ctrl-C finds a program there.
 */
void ours_pcap_breakloop(struct handle *h)
{
	atomic_store(&h->broken, true);
	if (!closing_use_begins(h))
		return;
	/* No key: it was closed since this call has found it. */
	if (handle_key(h) && h->port)
		nmd_interrupt(h->port);
	closing_use_ends(h);
}

/* Legal before activate, and remembered. */
int ours_pcap_setnonblock(struct handle *h, int nonblock, char *errbuf)
{
	(void)errbuf;
	h->options.nonblock = nonblock;
	h->nonblock = nonblock;
	return 0;
}

int ours_pcap_getnonblock(struct handle *h, char *errbuf)
{
	(void)errbuf; /* libpcap fills it for no other error than -1 */
	return h->port ? h->nonblock : handle_not_activated(h);
}

int ours_pcap_get_selectable_fd(struct handle *h)
{
	return h->port ? reader_give_descriptor(h) : ABI_ERROR;
}

int ours_pcap_fileno(struct handle *h)
{
	return ours_pcap_get_selectable_fd(h);
}
