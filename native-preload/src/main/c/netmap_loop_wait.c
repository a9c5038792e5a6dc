/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_loop_wait.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "libc_calls.h"

#define LONGEST_MS 50
#define BRIEF_MS 1
#define EVENTFD "anon_inode:[eventfd]"

/* Where /proc is not there, any descriptor. */
static int check_eventfd(int fd)
{
	char link[64], name[64];
	ssize_t n;

	if (libc_calls.fcntl(fd, F_GETFD) < 0)
		return EBADF;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name) - 1);
	if (n < 0)
		return 0;
	name[n] = '\0';
	return strcmp(name, EVENTFD) == 0 ? 0 : EINVAL;
}

/*
 * By its edges: the program's count stays as it is, which the module does not
 * read, either.
 */
static int watch(const struct loop_wait *w, int fd)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};

	if (libc_calls.epoll_ctl(w->kicks, EPOLL_CTL_ADD, fd, &event) == 0 ||
	    errno == EEXIST)
		return 0;
	return errno;
}

int loop_wait_open(struct loop_wait *w, const struct loop_eventfds *rings,
		   uint32_t count, bool by_kicks)
{
	int error = 0;

	/* Before the set takes a number that the program has given wrongly. */
	for (uint32_t i = 0; i < count && error == 0; i++) {
		if (rings[i].irq >= 0)
			error = check_eventfd(rings[i].irq);
		if (error == 0 && by_kicks)
			error = check_eventfd(rings[i].kick);
	}
	if (error || !by_kicks)
		return error;
	w->kicks = epoll_create1(EPOLL_CLOEXEC);
	if (w->kicks < 0)
		return errno;
	for (uint32_t i = 0; i < count && error == 0; i++)
		error = watch(w, rings[i].kick);
	return error;
}

void loop_wait_close(struct loop_wait *w)
{
	if (w->kicks >= 0)
		libc_calls.close(w->kicks);
}

void loop_wait(const struct loop_wait *w, struct nmd_port *port, bool brief)
{
	struct pollfd fds[2] = {{w->kicks, POLLIN, 0}, {-1, POLLIN, 0}};
	struct timespec longest = {0,
				   (brief ? BRIEF_MS : LONGEST_MS) * 1000000l};
	struct epoll_event kicked[8];

	if (port && nmd_arm(port) == 0)
		fds[1].fd = nmd_fd(port);
	if (libc_calls.ppoll(fds, 2, &longest, NULL) > 0 && fds[0].revents)
		libc_calls.epoll_wait(w->kicks, kicked, 8, 0);
}

void loop_ring_eventfd(int fd)
{
	const uint64_t one = 1;
	int error = errno;

	if (libc_calls.write(fd, &one, sizeof(one)) < 0)
		errno = error; /* it is full, which tells as much */
}
