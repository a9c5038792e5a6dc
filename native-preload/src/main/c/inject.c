/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that send. */
#include <errno.h>
#include <string.h>

#include "calls.h"

/* What stock libpcap refuses, too, in its words. */
static int send_error(struct handle *h, int code)
{
	handle_error(h, "send: %s", strerror(code));
	errno = code;
	return ABI_ERROR;
}

/*
 * What an interface says of frames, and not the device of its ports; and what
 * is to be tried again.
 */
static bool in_words_of_stock(int result)
{
	return result == -EMSGSIZE || result == -ENETDOWN || result == -ENXIO ||
	       result == -EAGAIN || result == -EINTR;
}

static int send_frame(struct handle *h, const void *bytes, uint32_t length)
{
	const struct iovec whole = {(void *)(uintptr_t)bytes, length};
	const struct frame frame = {.parts = &whole, .length = length};
	int result = transmitter_send(&h->tx, &frame, 1, h->nonblock);

	if (in_words_of_stock(result))
		return send_error(h, -result);
	return result < 0 ? handle_device_error(h, "send", result)
			  : (int)length;
}

static int inject(struct handle *h, const void *frame, size_t length)
{
	if (!h->port)
		return handle_not_activated(h);
	if (length < MIN_FRAME)
		return send_error(h, EINVAL);
	if (length > h->tx.max_frame)
		return send_error(h, EMSGSIZE);
	return send_frame(h, frame, (uint32_t)length);
}

int ours_pcap_inject(struct handle *h, const void *frame, size_t length)
{
	if (!length)
		return handle_error(h,
				    "The number of bytes to be injected "
				    "must not be zero: %s",
				    strerror(errno));
	return inject(h, frame, length);
}

/* Before activate libpcap answers 0, since it looks only for -1. */
int ours_pcap_sendpacket(struct handle *h, const unsigned char *frame,
			 int length)
{
	if (length <= 0)
		return handle_error(h,
				    "The number of bytes to be sent must be "
				    "positive: %s",
				    strerror(errno));
	return inject(h, frame, (size_t)length) == ABI_ERROR ? ABI_ERROR : 0;
}
