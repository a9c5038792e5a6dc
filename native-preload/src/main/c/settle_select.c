/* SPDX-License-Identifier: BSD-2-Clause */
/* select and pselect with handles' descriptors in the sets. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "netmap_poll.h"
#include "settle.h"

#define SETS 3
#define BITS (8 * (int)sizeof(fd_mask))

/* One call, whose sets the kernel writes its answer into. */
struct asked {
	int n;
	fd_set *const *sets;
	size_t bytes;            /* of each */
	char *kept;              /* copies of them */
	struct timeval *timeout; /* of select, which Linux counts down */
	const sigset_t *mask;    /* of pselect */
	bool masked;             /* it is pselect */
};

static void copy_sets(const struct asked *a, bool back)
{
	for (int i = 0; i < SETS; i++) {
		char *kept = a->kept + (size_t)i * a->bytes;

		if (a->sets[i] && back)
			memcpy(a->sets[i], kept, a->bytes);
		else if (a->sets[i])
			memcpy(kept, a->sets[i], a->bytes);
	}
}

static int ask(const struct asked *a, int64_t left)
{
	struct timespec timeout = {left / 1000000000, left % 1000000000};

	if (!a->masked)
		return libc_calls.select(a->n, a->sets[0], a->sets[1],
					 a->sets[2], a->timeout);
	return libc_calls.pselect(a->n, a->sets[0], a->sets[1], a->sets[2],
				  left < 0 ? NULL : &timeout, a->mask);
}

/* Takes back what does not hold of those readable; how many marks are left. */
static int that_hold(const struct asked *a, int ready)
{
	fd_mask *read = (fd_mask *)a->sets[0];

	for (int fd = 0; read && fd < a->n && ready > 0; fd++) {
		fd_mask bit = (fd_mask)(1UL << fd % BITS);

		if (!(read[fd / BITS] & bit) || !settle_due(fd) || settle(fd))
			continue;
		read[fd / BITS] &= ~bit;
		ready--;
	}
	return ready;
}

static int64_t left_of(const struct asked *a, int64_t timeout_ns,
		       int64_t deadline)
{
	if (a->masked)
		return netmap_poll_left(timeout_ns, deadline);
	if (!a->timeout)
		return -1;
	return a->timeout->tv_sec || a->timeout->tv_usec ? 1 : 0;
}

static int ask_until_it_holds(const struct asked *a, int64_t timeout_ns)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns);
	unsigned int times = 0;

	copy_sets(a, false);
	for (;;) {
		int64_t left = left_of(a, timeout_ns, deadline);
		int told = ask(a, left);
		int ready = told > 0 ? that_hold(a, told) : told;

		if (ready != 0 || told == 0 || left == 0)
			return ready;
		settle_again(&times);
		copy_sets(a, true);
	}
}

static int ask_keeping(struct asked *a, int64_t timeout_ns)
{
	int result;

	a->bytes = (size_t)((a->n + BITS - 1) / BITS) * sizeof(fd_mask);
	a->kept = malloc(SETS * a->bytes);
	if (!a->kept) {
		errno = ENOMEM;
		return -1;
	}
	pthread_cleanup_push(free, a->kept);
	result = ask_until_it_holds(a, timeout_ns);
	pthread_cleanup_pop(1);
	return result;
}

int settle_select(int n, fd_set *const sets[3], struct timeval *timeout)
{
	struct asked a = {.n = n, .sets = sets, .timeout = timeout};

	return ask_keeping(&a, -1);
}

int settle_pselect(int n, fd_set *const sets[3], int64_t timeout_ns,
		   const sigset_t *mask)
{
	struct asked a = {.n = n, .sets = sets, .mask = mask, .masked = true};

	return ask_keeping(&a, timeout_ns);
}
