/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <unistd.h>

#include "pump_state.h"

/* Frames of the host that wait, up to BATCH; -1: the interface is gone. */
static int read_batch(struct pump *p, struct iovec *parts)
{
	int count = 0;

	while (count < BATCH) {
		unsigned char *to = p->frames + (size_t)count * LONGEST;
		ssize_t length = read(p->fd, to, LONGEST);

		if (length < 0 && count == 0 && is_gone())
			return -1;
		if (length < 0)
			break;
		parts[count++] = (struct iovec){to, (size_t)length};
	}
	return count;
}

static void send_batch(struct pump *p, const struct iovec *parts, int count)
{
	struct frame frames[BATCH];
	unsigned int good = 0;

	for (int i = 0; i < count; i++) {
		if (parts[i].iov_len < MIN_FRAME ||
		    parts[i].iov_len > p->transmitter.max_frame)
			continue;
		frames[good++] = (struct frame){
			.parts = &parts[i],
			.length = (uint32_t)parts[i].iov_len,
		};
	}
	p->lost += (unsigned int)count - good;
	pthread_mutex_lock(&p->sending);
	if (transmitter_send(&p->transmitter, frames, good, false) < 0)
		p->lost += good;
	else
		p->sent += good;
	pthread_mutex_unlock(&p->sending);
}

/* False: the interface is gone. */
static bool forward_from_host(struct pump *p)
{
	struct iovec parts[BATCH];
	int count;

	do {
		count = read_batch(p, parts);
		if (count > 0)
			send_batch(p, parts, count);
	} while (count == BATCH);
	return count >= 0;
}

void *pump_from_host(void *pump)
{
	struct pump *p = pump;
	struct pollfd fds[] = {{p->fd, POLLIN, 0}, {p->stop, POLLIN, 0}};
	bool ending = false;

	pump_begin(p);
	while (!ending) {
		poll(fds, 2, -1);
		ending = fds[1].revents & POLLIN;
		if (!forward_from_host(p))
			break;
		if (fds[0].revents & POLLERR)
			pause_briefly();
	}
	return NULL;
}
