/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of the C library that send. For all other descriptors each costs
 * one look into the table.
 */
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "libc_calls.h"
#include "packet_socket.h"

static int fail(int error)
{
	errno = -error;
	return -1;
}

/* A packet socket's message, to the port or to the kernel. */
static __attribute__((noinline)) ssize_t
send_message(int fd, const struct msghdr *m, int flags)
{
	struct packet_socket *s = packet_socket_take(fd);
	struct mmsghdr one = {.msg_hdr = *m};
	bool kernels = true;
	int result = 0;

	if (s) {
		result = packet_socket_send(s, fd, &one, 1, flags, &kernels);
		packet_socket_give_back(s);
	}
	if (result == 0 && kernels)
		return libc_calls.sendmsg(fd, m, flags);
	return result < 0 ? fail(result) : (ssize_t)one.msg_len;
}

static __attribute__((noinline)) ssize_t send_bytes(int fd, const void *bytes,
						    size_t length, int flags,
						    const struct sockaddr *to,
						    socklen_t to_length)
{
	struct iovec whole = {(void *)(uintptr_t)bytes, length};
	struct msghdr m = {
		.msg_name = (void *)(uintptr_t)to,
		.msg_namelen = to_length,
		.msg_iov = &whole,
		.msg_iovlen = 1,
	};

	return send_message(fd, &m, flags);
}

/*
 * What is not a packet socket is left by a jump: programs make these calls
 * for everything.
 */
EXPORTED ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	if (!packet_socket_is(fd))
		return libc_calls.send(fd, bytes, length, flags);
	return send_bytes(fd, bytes, length, flags, NULL, 0);
}

EXPORTED ssize_t sendto(int fd, const void *bytes, size_t length, int flags,
			const struct sockaddr *to, socklen_t to_length)
{
	if (!packet_socket_is(fd))
		return libc_calls.sendto(fd, bytes, length, flags, to,
					 to_length);
	return send_bytes(fd, bytes, length, flags, to, to_length);
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	if (!packet_socket_is(fd) || !message)
		return libc_calls.sendmsg(fd, message, flags);
	return send_message(fd, message, flags);
}

static __attribute__((noinline)) int
send_messages(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	struct packet_socket *s = packet_socket_take(fd);
	bool kernels = true;
	int sent = 0;

	if (s) {
		sent = packet_socket_send(s, fd, messages, count, flags,
					  &kernels);
		packet_socket_give_back(s);
	}
	if (sent == 0 && kernels)
		return libc_calls.sendmmsg(fd, messages, count, flags);
	return sent < 0 ? fail(sent) : sent;
}

EXPORTED int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count,
		      int flags)
{
	if (!packet_socket_is(fd) || !messages)
		return libc_calls.sendmmsg(fd, messages, count, flags);
	return send_messages(fd, messages, count, flags);
}

EXPORTED ssize_t write(int fd, const void *bytes, size_t length)
{
	if (!packet_socket_is(fd))
		return libc_calls.write(fd, bytes, length);
	return send_bytes(fd, bytes, length, 0, NULL, 0);
}

static __attribute__((noinline)) ssize_t
send_parts(int fd, const struct iovec *parts, size_t count)
{
	const struct msghdr m = {
		.msg_iov = (struct iovec *)(uintptr_t)parts,
		.msg_iovlen = count,
	};

	return send_message(fd, &m, 0);
}

EXPORTED ssize_t writev(int fd, const struct iovec *parts, int count)
{
	if (!packet_socket_is(fd) || count < 0 || !parts)
		return libc_calls.writev(fd, parts, count);
	return send_parts(fd, parts, (size_t)count);
}
