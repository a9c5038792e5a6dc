/* SPDX-License-Identifier: BSD-2-Clause */
#include "injector.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report.h"

/* The least there can be: nothing is received. */
#define RX_SLOTS 16
#define BPF_RETURN_CONSTANT 0x06

/* Held while ports are opened and closed, never while anything is sent. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct injector *all;

/*
 * In the child nobody is left who would unlock it. What another thread was
 * about to open or close is not used there: users is written last, or first.
 */
static void after_fork(void)
{
	pthread_mutex_init(&mutex, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

static bool is_pipe(const char *spec)
{
	return strpbrk(spec, "{}");
}

/*
 * An end of a pipe has no second reader that could be given a copy: the rings
 * are shared with whoever reads there, and the filter stays his.
 */
static int open_port(const char *spec, struct nmd_port **port)
{
	const struct nmd_insn nothing = {BPF_RETURN_CONSTANT, 0, 0, 0};
	struct nmd_options options = {
		.size = sizeof(options),
		.mode = is_pipe(spec) ? NMD_RAW : NMD_CAPTURE,
		.rx_slots = is_pipe(spec) ? 0 : RX_SLOTS,
	};
	int result = nmd_open(spec, &options, port, NULL);

	if (result < 0 || is_pipe(spec))
		return result;
	result = nmd_set_filter(*port, &nothing, 1);
	if (result < 0)
		nmd_close(*port);
	return result;
}

static struct injector *find(const char *spec)
{
	struct injector *i = all;

	while (i && (!i->users || strcmp(i->spec, spec) != 0))
		i = i->next;
	return i;
}

/* Entries are used again and never freed: a signal handler may be sending. */
static struct injector *unused(void)
{
	struct injector *i = all;

	while (i && i->users)
		i = i->next;
	if (i)
		return i;
	i = calloc(1, sizeof(*i));
	if (i) {
		i->next = all;
		all = i;
	}
	return i;
}

static int start(struct injector *i, const char *device, const char *spec)
{
	struct nmd_port *port;
	int result = open_port(spec, &port);

	if (result < 0)
		return result;
	result = transmitter_start(&i->tx, port);
	if (result < 0) {
		nmd_close(port);
		return result;
	}
	snprintf(i->spec, sizeof(i->spec), "%s", spec);
	i->batches = !is_pipe(spec);
	i->report = report_begin(device, spec);
	i->users = 1;
	return 0;
}

int injector_get(const char *device, const char *spec,
		 struct injector **injector)
{
	struct injector *i;
	int result = 0;

	pthread_mutex_lock(&mutex);
	i = find(spec);
	if (i) {
		i->users++;
	} else {
		i = unused();
		result = i ? start(i, device, spec) : -ENOMEM;
	}
	pthread_mutex_unlock(&mutex);
	*injector = i;
	return result;
}

struct injector *injector_share(struct injector *i)
{
	pthread_mutex_lock(&mutex);
	i->users++;
	pthread_mutex_unlock(&mutex);
	return i;
}

static void stop(struct injector *i)
{
	struct nmd_port *port = i->tx.port;

	report_end(i->report, port, 0);
	transmitter_stop(&i->tx);
	nmd_close(port);
}

void injector_put(struct injector *i)
{
	if (!i)
		return;
	pthread_mutex_lock(&mutex);
	if (--i->users == 0)
		stop(i);
	pthread_mutex_unlock(&mutex);
}

/*
 * At the exit, which may have come from a signal's handler: a thread that it
 * interrupted while it opened or closed a port does not unlock any more.
 */
void injector_each(void (*visit)(struct injector *injector))
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	if (pthread_mutex_timedlock(&mutex, &until) != 0)
		return;
	for (struct injector *i = all; i; i = i->next)
		if (i->users)
			visit(i);
	pthread_mutex_unlock(&mutex);
}
