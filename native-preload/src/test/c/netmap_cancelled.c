// SPDX-License-Identifier: BSD-2-Clause
/*
 * A thread that is cancelled while it sleeps in poll, select or epoll_wait
 * keeps nothing: the port goes with the last close, as it does in the kernel.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>

#include "netmap_testing.h"

#define LARGE 20 /* descriptors: more than poll has room for on the stack */

/* What the thread waits for, and the end of its way to say that it does. */
struct sleeper {
	int fd;
	int ends[2];
};

static void say_ready(const struct sleeper *s)
{
	CHECK_EQ(write(s->ends[1], "", 1), 1);
}

static void *poll_one(void *sleeper)
{
	const struct sleeper *s = sleeper;
	struct pollfd fd = {s->fd, POLLIN, 0};

	say_ready(s);
	poll(&fd, 1, -1);
	return NULL;
}

static void *poll_many(void *sleeper)
{
	const struct sleeper *s = sleeper;
	struct pollfd fds[LARGE];

	for (int i = 0; i < LARGE; i++)
		fds[i] = (struct pollfd){i % 2 ? -1 : s->fd, POLLIN, 0};
	say_ready(s);
	poll(fds, LARGE, -1);
	return NULL;
}

static void *select_one(void *sleeper)
{
	const struct sleeper *s = sleeper;
	fd_set set;

	FD_ZERO(&set);
	FD_SET(s->fd, &set);
	say_ready(s);
	select(s->fd + 1, &set, NULL, NULL, NULL);
	return NULL;
}

static void *wait_in_epoll(void *sleeper)
{
	const struct sleeper *s = sleeper;
	struct epoll_event event = {.events = EPOLLIN};
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);

	CHECK_EQ(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s->fd, &event), 0);
	say_ready(s);
	epoll_wait(epoll_fd, &event, 1, -1);
	return NULL;
}

static void check_cancelled(void *(*wait)(void *))
{
	struct netmap_port p = netmap_port("vale0:1");
	struct sleeper s = {.fd = p.fd};
	pthread_t thread;
	void *result;
	char byte;

	CHECK_EQ(pipe(s.ends), 0);
	CHECK_EQ(pthread_create(&thread, NULL, wait, &s), 0);
	CHECK_EQ(read(s.ends[0], &byte, 1), 1);
	usleep(20000); /* most likely it sleeps by now; if not, it is fine, too */
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	close(s.ends[0]);
	close(s.ends[1]);
	netmap_close(&p);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	begin();
	check_cancelled(poll_one);
	check_cancelled(poll_many);
	check_cancelled(select_one);
	check_cancelled(wait_in_epoll);
	finish();
	return 0;
}
