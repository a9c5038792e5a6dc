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
	struct settle_wait wait;
	int n;
	fd_set *const *sets;
	size_t bytes; /* of each */
	char *kept;   /* copies of them */
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

static int ask(const struct asked *a)
{
	int64_t ns = settle_left(&a->wait);
	struct timespec timeout = {ns / 1000000000, ns % 1000000000};
	struct timeval rounded = {timeout.tv_sec,
				  (timeout.tv_nsec + 999) / 1000};

	if (a->wait.plain && !a->wait.mask)
		return libc_calls.select(a->n, a->sets[0], a->sets[1],
					 a->sets[2], ns < 0 ? NULL : &rounded);
	return libc_calls.pselect(a->n, a->sets[0], a->sets[1], a->sets[2],
				  ns < 0 ? NULL : &timeout, a->wait.mask);
}

static int nap(int us)
{
	struct timeval timeout = {0, us};

	return libc_calls.select(0, NULL, NULL, NULL, &timeout);
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

static int ask_until_it_holds(struct asked *a)
{
	copy_sets(a, false);
	for (;;) {
		bool last = settle_left(&a->wait) == 0;
		int told = ask(a);
		int ready = told > 0 ? that_hold(a, told) : told;

		if (ready != 0 || told == 0 || last)
			return ready;
		copy_sets(a, true);
		if (!settle_pause(&a->wait, nap))
			return -1;
	}
}

static void end(void *asked)
{
	struct asked *a = asked;

	settle_end(&a->wait);
	free(a->kept);
}

int settle_select(int n, fd_set *const sets[3], int64_t timeout_ns,
		  const sigset_t *mask)
{
	struct asked a = {.n = n, .sets = sets};
	int result;

	a.bytes = (size_t)((n + BITS - 1) / BITS) * sizeof(fd_mask);
	a.kept = malloc(SETS * a.bytes);
	if (!a.kept) {
		errno = ENOMEM;
		return -1;
	}
	settle_begin(&a.wait, timeout_ns, mask);
	pthread_cleanup_push(end, &a);
	result = ask_until_it_holds(&a);
	pthread_cleanup_pop(1);
	return result;
}
