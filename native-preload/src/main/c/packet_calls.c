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

/*
 * Out of the exported functions, so that what is not a packet socket is left
 * by a jump: programs make these calls for everything.
 */
#define SLOW __attribute__((noinline))

static int fail(int error)
{
	errno = -error;
	return -1;
}

/*
 * Instead of a result: the kernel is to do it, by the call that was made. The
 * program may have forbidden itself all others.
 */
#define KERNELS (-2)

/* A packet socket's message, to its port. */
static ssize_t send_message(int fd, const struct msghdr *m, int flags)
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
		return KERNELS;
	return result < 0 ? fail(result) : (ssize_t)one.msg_len;
}

static ssize_t send_bytes(int fd, const void *bytes, size_t length, int flags,
			  const struct sockaddr *to, socklen_t to_length)
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

static SLOW ssize_t packet_send(int fd, const void *bytes, size_t length,
				int flags)
{
	ssize_t sent = send_bytes(fd, bytes, length, flags, NULL, 0);

	return sent == KERNELS ? libc_calls.send(fd, bytes, length, flags)
			       : sent;
}

EXPORTED ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	if (!packet_socket_is(fd))
		return libc_calls.send(fd, bytes, length, flags);
	return packet_send(fd, bytes, length, flags);
}

static SLOW ssize_t packet_sendto(int fd, const void *bytes, size_t length,
				  int flags, const struct sockaddr *to,
				  socklen_t to_length)
{
	ssize_t sent = send_bytes(fd, bytes, length, flags, to, to_length);

	return sent == KERNELS ? libc_calls.sendto(fd, bytes, length, flags, to,
						   to_length)
			       : sent;
}

EXPORTED ssize_t sendto(int fd, const void *bytes, size_t length, int flags,
			const struct sockaddr *to, socklen_t to_length)
{
	if (!packet_socket_is(fd))
		return libc_calls.sendto(fd, bytes, length, flags, to,
					 to_length);
	return packet_sendto(fd, bytes, length, flags, to, to_length);
}

static SLOW ssize_t packet_sendmsg(int fd, const struct msghdr *message,
				   int flags)
{
	ssize_t sent = send_message(fd, message, flags);

	return sent == KERNELS ? libc_calls.sendmsg(fd, message, flags) : sent;
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	if (!packet_socket_is(fd) || !message)
		return libc_calls.sendmsg(fd, message, flags);
	return packet_sendmsg(fd, message, flags);
}

static SLOW int packet_sendmmsg(int fd, struct mmsghdr *messages,
				unsigned int count, int flags)
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
	return packet_sendmmsg(fd, messages, count, flags);
}

static SLOW ssize_t packet_write(int fd, const void *bytes, size_t length)
{
	ssize_t sent = send_bytes(fd, bytes, length, 0, NULL, 0);

	return sent == KERNELS ? libc_calls.write(fd, bytes, length) : sent;
}

EXPORTED ssize_t write(int fd, const void *bytes, size_t length)
{
	if (!packet_socket_is(fd))
		return libc_calls.write(fd, bytes, length);
	return packet_write(fd, bytes, length);
}

static SLOW ssize_t packet_writev(int fd, const struct iovec *parts, int count)
{
	const struct msghdr m = {
		.msg_iov = (struct iovec *)(uintptr_t)parts,
		.msg_iovlen = (size_t)count,
	};
	ssize_t sent = send_message(fd, &m, 0);

	return sent == KERNELS ? libc_calls.writev(fd, parts, count) : sent;
}

EXPORTED ssize_t writev(int fd, const struct iovec *parts, int count)
{
	if (!packet_socket_is(fd) || count < 0 || !parts)
		return libc_calls.writev(fd, parts, count);
	return packet_writev(fd, parts, count);
}
