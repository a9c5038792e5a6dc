/* SPDX-License-Identifier: BSD-2-Clause */
#include "pump.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pump_state.h"

#define TX_SLOTS 1024
#define RX_SLOTS 4096

/* What a stop or an end waits for while nothing moves: a pipe may be full for
 * ever. */
#define STOP_SECONDS 1
#define END_SECONDS 3

static struct timespec in_seconds(int seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += seconds;
	return t;
}

static int open_port(struct pump *p)
{
	struct nmd_options options = {
		.size = sizeof(options),
		.mode = NMD_CAPTURE,
		.tx_slots = TX_SLOTS,
		.rx_slots = RX_SLOTS,
	};
	struct nmd_error why;
	int result = nmd_open(p->tap.port, &options, &p->port, &why);

	if (result < 0) {
		fprintf(stderr, "nmrun: --tap %s: %s\n", p->tap.name, why.text);
		return result;
	}
	nmd_region(p->port, &p->region);
	nmd_set_direction(p->port, NMD_IN);
	p->next = nmd_rx_ring(p->port, 0)->head % p->region.rx_slots;
	return transmitter_start(&p->transmitter, p->port);
}

/* Signals are for nmrun's first thread. */
static int create_threads(struct pump *p)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&p->from_host, NULL, pump_from_host, p);
	if (!error)
		error = pthread_create(&p->to_host, NULL, pump_to_host, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void complain(const struct tap_request *tap, int error)
{
	fprintf(stderr, "nmrun: --tap %s: %s\n", tap->name, strerror(error));
}

static void discard(struct pump *p)
{
	transmitter_stop(&p->transmitter);
	nmd_close(p->port);
	if (p->frames != MAP_FAILED)
		munmap(p->frames, (size_t)BATCH * LONGEST);
	if (p->fd >= 0)
		close(p->fd);
	if (p->stop >= 0)
		close(p->stop);
	free(p);
}

/* 0 or an errno. */
static int prepare(struct pump *p)
{
	p->fd = -1;
	p->frames = mmap(NULL, (size_t)BATCH * LONGEST, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	p->stop = eventfd(0, EFD_CLOEXEC);
	if (p->frames == MAP_FAILED || p->stop < 0)
		return errno;
	pthread_mutex_init(&p->gate, NULL);
	pthread_mutex_init(&p->sending, NULL);
	pthread_mutex_lock(&p->gate);
	return 0;
}

struct pump *pump_open(const struct tap_request *tap)
{
	struct pump *p = calloc(1, sizeof(*p));
	int error = p ? prepare(p) : ENOMEM;

	if (p)
		p->tap = *tap;
	if (!error) {
		p->fd = tap_open(tap);
		if (p->fd < 0 || open_port(p) < 0) {
			discard(p);
			return NULL;
		}
		error = create_threads(p);
	}
	if (!error)
		return p;
	complain(tap, error);
	if (p)
		discard(p);
	return NULL;
}

void pump_start(struct pump *p)
{
	pthread_mutex_unlock(&p->gate);
}

void pump_pause(struct pump *p)
{
	struct timespec until = in_seconds(STOP_SECONDS);

	p->paused = pthread_mutex_timedlock(&p->sending, &until) == 0;
}

void pump_resume(struct pump *p)
{
	if (p->paused)
		pthread_mutex_unlock(&p->sending);
	p->paused = false;
}

/* False: it does not end, and no frame has passed for a while. */
static bool join(struct pump *p, pthread_t thread)
{
	uint64_t passed;
	struct timespec until;
	int error;

	do {
		passed = p->sent + p->received + p->lost;
		until = in_seconds(END_SECONDS);
		error = pthread_timedjoin_np(thread, NULL, &until);
	} while (error && passed != p->sent + p->received + p->lost);
	return !error;
}

/* A thread that hangs in a full pipe goes with nmrun, and so does its port. */
static bool end_threads(struct pump *p)
{
	const uint64_t one = 1;
	bool ended;

	atomic_store(&p->ending, true);
	if (write(p->stop, &one, sizeof(one)) < 0)
		return false;
	nmd_interrupt(p->port);
	ended = join(p, p->to_host);
	return join(p, p->from_host) && ended;
}

static void print(const struct pump *p)
{
	fprintf(stderr,
		"nmrun: %s=%s (TAP): %" PRIu64 " from this host, %" PRIu64
		" to it, %" PRIu64 " lost\n",
		p->tap.name, p->tap.port, p->sent, p->received, p->lost);
}

void pump_close(struct pump *p, bool report)
{
	bool ended = end_threads(p);

	if (report)
		print(p);
	if (ended)
		discard(p);
	else
		close(p->fd);
}
