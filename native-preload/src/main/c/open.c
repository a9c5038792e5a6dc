/* SPDX-License-Identifier: BSD-2-Clause */
/* From create to close. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "closing.h"
#include "environment.h"
#include "report.h"

pcap_t *ours_pcap_create(const char *device, const char *port, char *errbuf)
{
	pcap_t *p = real()->pcap_open_dead_with_tstamp_precision(
		ABI_DLT_EN10MB, MAX_SNAPLEN, ABI_PRECISION_MICRO);
	struct handle *h = p ? handle_add(p) : NULL;

	if (!h) {
		if (p)
			real()->pcap_close(p);
		snprintf(errbuf, ABI_ERRBUF_SIZE, "%s: %s", device,
			 strerror(ENOMEM));
		return NULL;
	}
	snprintf(h->device, sizeof(h->device), "%s", device);
	snprintf(h->spec, sizeof(h->spec), "%s", port);
	handle_default_options(&h->options);
	h->port = NULL;
	h->inner = NULL;
	memset(&h->tx, 0, sizeof(h->tx));
	h->report = NULL;
	h->polled = false;
	h->nonblock = false;
	atomic_store(&h->broken, false);
	atomic_store(&h->reading, 0);
	atomic_store(&h->reader, 0);
	atomic_store(&h->closing, NOT_CLOSING);
	return p;
}

/*
 * Receive slots that the user asks for; 0: what the program asks for. An error
 * if it cannot be.
 */
static int wanted_slots(struct handle *h, uint32_t *slots)
{
	char complaint[COMPLAINT_SIZE];

	if (!environment_slots(slots, complaint)) {
		handle_error(h, "%s: %s", h->device, complaint);
		errno = EINVAL;
		return ABI_ERROR;
	}
	return 0;
}

/*
 * A negative errno of the device library as libpcap's number. What libpcap
 * calls "no permission" is that to open an interface: programs add advice of
 * their own to that, which is not for a directory of ours (-EACCES). An
 * interface that is down is any error: programs tell the reason and the remedy
 * then, not just that it is not up.
 */
static int error_number(int code)
{
	switch (code) {
	case -ENODEV:
		return ABI_ERROR_NO_SUCH_DEVICE;
	case -EPERM:
		return ABI_ERROR_PERM_DENIED;
	default:
		return ABI_ERROR;
	}
}

/* Puts a reason where pcap_geterr finds it, behind the device's name. */
static void name_and_reason(struct handle *h, const char *reason)
{
	size_t length = strlen(h->device);

	if (!strncmp(reason, h->device, length) && reason[length] == ':')
		handle_error(h, "%s", reason);
	else
		handle_error(h, "%s: %s", h->device, reason);
}

static int open_port(struct handle *h)
{
	struct nmd_options options = {
		.size = sizeof(options),
		.mode = NMD_CAPTURE,
		.flags = h->options.promisc ? NMD_PROMISC : 0,
		.rx_room = (uint32_t)h->options.buffer_size,
	};
	struct nmd_error why;
	int code = wanted_slots(h, &options.rx_slots);

	if (code < 0)
		return code;
	code = nmd_open(h->spec, &options, &h->port, &why);
	if (code >= 0)
		return 0;
	h->port = NULL;
	name_and_reason(h, why.text);
	errno = -code; /* some programs print it as well */
	return error_number(code);
}

/* A handler that breaks the read finds the port, or none. */
static void close_port(struct handle *h)
{
	struct nmd_port *port = h->port;

	reader_stop(h);
	transmitter_stop(&h->tx);
	h->port = NULL;
	atomic_signal_fence(memory_order_seq_cst);
	nmd_close(port);
}

/* What an opened port needs before it can be used. */
static int set_up(struct handle *h)
{
	int status;

	if (!reader_start(h) || !handle_make_inner(h, ABI_DLT_EN10MB) ||
	    transmitter_start(&h->tx, h->port) < 0)
		return handle_error(h, "%s: %s", h->device, strerror(ENOMEM));
	status = nmd_set_snaplen(h->port, (uint32_t)h->options.snaplen);
	if (status < 0)
		return handle_device_error(h, "set the snap length", status);
	return filter_install(h, NULL);
}

/*
 * Everything that reading, statistics and close need is taken here. After an
 * error the handle is as before, so that activate may be called again.
 */
static int start(struct handle *h)
{
	int status = open_port(h);

	if (status < 0)
		return status;
	status = set_up(h);
	if (status < 0)
		close_port(h);
	else
		h->report = report_begin(h->device, h->spec);
	return status;
}

int ours_pcap_activate(struct handle *h)
{
	int status;

	if (h->port) {
		handle_error(h, "can't perform  operation on activated "
				"capture");
		return ABI_ERROR_ACTIVATED;
	}
	if (h->options.rfmon) {
		handle_error(h, "%s",
			     real()->pcap_statustostr(ABI_ERROR_RFMON_NOTSUP));
		return ABI_ERROR_RFMON_NOTSUP;
	}
	if (h->options.snaplen <= 0 || h->options.snaplen > MAX_SNAPLEN)
		h->options.snaplen = MAX_SNAPLEN;
	/* A negative timeout is libpcap's other way to say nonblocking. */
	h->nonblock = h->options.nonblock || h->options.timeout_ms < 0;
	handle_error(h, "%s", "");
	status = start(h);
	return status;
}

static void finish_close(struct handle *h)
{
	pcap_t *p = handle_key(h);

	if (h->port) {
		report_end(h->report, h->port, h->frames);
		close_port(h);
	}
	if (h->inner)
		real()->pcap_close(h->inner);
	h->inner = NULL;
	handle_remove(h);
	real()->pcap_close(p);
}

void ours_pcap_close(struct handle *h)
{
	closing_close(h, finish_close);
}

/* Where libpcap would name the device in front, the text does. */
static void explain(struct handle *h, int status, char *errbuf)
{
	const char *text = real()->pcap_geterr(handle_key(h));

	if (status == ABI_ERROR)
		snprintf(errbuf, ABI_ERRBUF_SIZE, "%s", text);
	else
		snprintf(errbuf, ABI_ERRBUF_SIZE, "%s: %s (%s)", h->device,
			 real()->pcap_statustostr(status), text);
}

pcap_t *ours_pcap_open_live(const char *device, const char *port, int snaplen,
			    int promisc, int to_ms, char *errbuf)
{
	pcap_t *p = ours_pcap_create(device, port, errbuf);
	struct handle *h = p ? handle_of(p) : NULL;
	int status;

	if (!h)
		return NULL;
	ours_pcap_set_snaplen(h, snaplen);
	ours_pcap_set_promisc(h, promisc);
	ours_pcap_set_timeout(h, to_ms);
	status = ours_pcap_activate(h);
	if (status >= 0)
		return p;
	explain(h, status, errbuf);
	ours_pcap_close(h);
	return NULL;
}
