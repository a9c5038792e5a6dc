/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The side table: which libpcap handles are ours.
 *
 * Readers take no lock, since pcap_breakloop is called from signal handlers
 * and every intercepted call begins here. Entries are pushed to the front of
 * their chain, never unlinked, and used again after a close.
 */
#include "handle.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

#define CHAINS 64

static _Atomic(struct handle *) chains[CHAINS];

static _Atomic(struct handle *) *chain_of(const pcap_t *p)
{
	/* Addresses from malloc differ from bit 4 on. */
	uintptr_t bits = (uintptr_t)p >> 4;

	return &chains[(bits ^ (bits >> 6)) % CHAINS];
}

struct handle *handle_of(const pcap_t *p)
{
	struct handle *h = atomic_load_explicit(chain_of(p),
						memory_order_acquire);

	while (h && atomic_load_explicit(&h->key, memory_order_acquire) != p)
		h = h->next;
	return p ? h : NULL;
}

pcap_t *handle_key(const struct handle *h)
{
	return atomic_load_explicit(&h->key, memory_order_relaxed);
}

/* An entry of a closed handle; its key is p when this returns. */
static struct handle *reuse(_Atomic(struct handle *) *chain, pcap_t *p)
{
	struct handle *h = atomic_load_explicit(chain, memory_order_acquire);

	for (; h; h = h->next) {
		pcap_t *none = NULL;

		if (atomic_compare_exchange_strong(&h->key, &none, p))
			return h;
	}
	return NULL;
}

struct handle *handle_add(pcap_t *p)
{
	_Atomic(struct handle *) *chain = chain_of(p);
	struct handle *h = reuse(chain, p);

	if (h)
		return h;
	if (posix_memalign((void **)&h, _Alignof(struct handle), sizeof(*h)))
		return NULL;
	memset(h, 0, sizeof(*h));
	atomic_init(&h->key, p);
	h->next = atomic_load_explicit(chain, memory_order_relaxed);
	while (!atomic_compare_exchange_weak(chain, &h->next, h))
		;
	return h;
}

void handle_remove(struct handle *h)
{
	atomic_store_explicit(&h->key, NULL, memory_order_release);
}

void handle_each(void (*visit)(struct handle *h))
{
	for (unsigned int i = 0; i < CHAINS; i++) {
		struct handle *h = atomic_load_explicit(&chains[i],
							memory_order_acquire);

		for (; h; h = h->next)
			if (handle_key(h))
				visit(h);
	}
}

int handle_error(struct handle *h, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(real()->pcap_geterr(handle_key(h)), ABI_ERRBUF_SIZE, format,
		  arguments);
	va_end(arguments);
	return ABI_ERROR;
}

void handle_take_error(struct handle *h)
{
	handle_error(h, "%s", real()->pcap_geterr(h->inner));
}

int handle_not_activated(struct handle *h)
{
	handle_error(h, "This handle hasn't been activated yet");
	return ABI_ERROR_NOT_ACTIVATED;
}

void handle_default_options(struct handle_options *options)
{
	memset(options, 0, sizeof(*options));
	options->snaplen = MAX_SNAPLEN;
	options->precision = ABI_PRECISION_MICRO;
}

bool handle_make_inner(struct handle *h, int linktype)
{
	pcap_t *inner = real()->pcap_open_dead_with_tstamp_precision(
		linktype, h->options.snaplen,
		(unsigned int)h->options.precision);

	if (!inner)
		return false;
	if (h->inner)
		real()->pcap_close(h->inner);
	h->inner = inner;
	h->linktype = linktype;
	return true;
}
