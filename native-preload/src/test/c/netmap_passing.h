/* SPDX-License-Identifier: BSD-2-Clause */
/* Registered descriptors on their way over a Unix socket. */
#ifndef NETMAP_PASSING_H
#define NETMAP_PASSING_H

#include <sys/socket.h>

#include "netmap_testing.h"

/* What goes with a descriptor over the socket. */
static inline void pass(int socket, int fd, const struct register_request *r)
{
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec body = {(void *)(uintptr_t)r, sizeof(*r)};
	struct msghdr m = {.msg_iov = &body,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	CHECK_EQ(sendmsg(socket, &m, 0), (ssize_t)sizeof(*r));
}

/* Not mapped yet. */
static inline struct netmap_port receive_unmapped(int socket)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct netmap_port p;
	struct iovec body = {&p.answer, sizeof(p.answer)};
	struct msghdr m = {.msg_iov = &body,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};

	struct cmsghdr *passed;

	CHECK_EQ(recvmsg(socket, &m, 0), (ssize_t)sizeof(p.answer));
	passed = CMSG_FIRSTHDR(&m);
	CHECK(passed);
	memcpy(&p.fd, CMSG_DATA(passed), sizeof(int));
	return p;
}

static inline struct netmap_port receive_passed(int socket)
{
	struct netmap_port p = receive_unmapped(socket);

	netmap_map(&p);
	return p;
}

#endif
