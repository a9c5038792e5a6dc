/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two threads of a pump share. */
#ifndef PUMP_STATE_H
#define PUMP_STATE_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "nmd.h"
#include "pump.h"
#include "transmitter.h"

/* Frames of one batch from the host, each of which finds room for the longest;
 * only pages that are written to take memory. */
#define BATCH 64
#define LONGEST 65536

/* After an error that may pass, as while the interface is down. */
#define PAUSE_NS 10000000

struct pump {
	struct tap_request tap;
	int fd;   /* the interface */
	int stop; /* readable: end */
	struct nmd_port *port;
	struct nmd_region region;
	struct transmitter transmitter;
	pthread_t from_host, to_host;
	atomic_bool ending;
	pthread_mutex_t gate;    /* held until the threads may begin */
	pthread_mutex_t sending; /* held while frames go to other rings */
	bool paused;
	uint32_t next;         /* slot of the receive ring to be read */
	unsigned char *frames; /* BATCH of LONGEST bytes */
	_Atomic uint64_t sent, received, lost;
};

/* The threads. */
void *pump_from_host(void *pump);
void *pump_to_host(void *pump);

static inline void pump_begin(struct pump *p)
{
	pthread_mutex_lock(&p->gate);
	pthread_mutex_unlock(&p->gate);
}

static inline void pause_briefly(void)
{
	const struct timespec pause = {0, PAUSE_NS};

	nanosleep(&pause, NULL);
}

/* The interface was deleted by somebody: nothing comes from it any more. */
static inline bool is_gone(void)
{
	return errno == EBADFD || errno == EBADF;
}

#endif
