/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A descriptor of ours, which the program may close, and reuse the number of.
 * Descriptors without a file of their own (eventfd, epoll, bpf) share one
 * inode: those can only be told from files and sockets.
 */
#ifndef NIC_FD_H
#define NIC_FD_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

struct nic_fd {
	int fd; /* -1: none */
	dev_t dev;
	ino_t ino;
};

static inline struct nic_fd nic_fd_none(void)
{
	return (struct nic_fd){.fd = -1};
}

/*
 * As socket and bind, past a library in the same process that puts ports in
 * the place of the program's own packet sockets.
 */
static inline int nic_socket(int family, int type, int protocol)
{
	return (int)syscall(SYS_socket, family, type, protocol);
}

static inline int nic_bind(int fd, const void *address, socklen_t size)
{
	return (int)syscall(SYS_bind, fd, address, size);
}

/* Takes fd, or the error of the call that made it; 0 or a negative errno. */
int nic_fd_keep(struct nic_fd *to, int fd);

bool nic_owns(const struct nic_fd *fd);

/* Closes it if it is still ours. */
void nic_fd_close(struct nic_fd *fd);

#endif
