/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of the C library that make packet sockets, tell them their
 * interface, and send on them. For all other descriptors each costs one look
 * into the table.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "interfaces.h"
#include "libc_calls.h"
#include "packet_calls.h"
#include "packet_socket.h"

/* Newer than some headers. */
#ifndef PACKET_VNET_HDR_SZ
#define PACKET_VNET_HDR_SZ 24
#endif

EXPORTED int socket(int domain, int type, int protocol)
{
	int fd = libc_calls.socket(domain, type, protocol);

	if (fd >= 0 && domain == AF_PACKET)
		packet_socket_note(fd, type, protocol);
	return fd;
}

static int fail(int error)
{
	errno = -error;
	return -1;
}

/* The kernel knows nothing of numbers that are made up. */
static int bind_real(int fd, const struct sockaddr_ll *to, socklen_t length)
{
	if (interface_is_made_up(to->sll_ifindex))
		return 0;
	return libc_calls.bind(fd, (const struct sockaddr *)to, length);
}

static int bind_ours(struct packet_socket *s, int fd,
		     const struct sockaddr_ll *to, socklen_t length)
{
	int error, result = bind_real(fd, to, length);

	if (result < 0)
		return result;
	packet_socket_attach(s, fd, to->sll_ifindex, &error);
	if (error < 0)
		return fail(error);
	atomic_store(&s->bound, to->sll_ifindex);
	if (to->sll_protocol)
		atomic_store(&s->protocol, to->sll_protocol);
	return 0;
}

EXPORTED int bind(int fd, const struct sockaddr *to, socklen_t length)
{
	struct packet_socket *s = packet_socket_take(fd);
	int result;

	if (s && to && length >= sizeof(struct sockaddr_ll) &&
	    to->sa_family == AF_PACKET)
		result = bind_ours(s, fd, (const struct sockaddr_ll *)to,
				   length);
	else
		result = libc_calls.bind(fd, to, length);
	if (s)
		packet_socket_give_back(s);
	return result;
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

/* Rings, and headers in front of the frames, are between it and the kernel. */
static bool means_own_ring(int level, int option, const void *value,
			   socklen_t length)
{
	int first = 0;

	if (level != SOL_PACKET ||
	    (option != PACKET_TX_RING && option != PACKET_VNET_HDR &&
	     option != PACKET_VNET_HDR_SZ))
		return false;
	if (value && length >= sizeof(first))
		memcpy(&first, value, sizeof(first));
	return first != 0;
}

/* Promiscuous mode and the like of an interface that is made up: granted. */
static bool joins_made_up(int level, int option, const void *value,
			  socklen_t length)
{
	const struct packet_mreq *what = value;

	return level == SOL_PACKET &&
	       (option == PACKET_ADD_MEMBERSHIP ||
		option == PACKET_DROP_MEMBERSHIP) &&
	       what && length >= sizeof(*what) &&
	       interface_is_made_up(what->mr_ifindex);
}

EXPORTED int setsockopt(int fd, int level, int option, const void *value,
			socklen_t length)
{
	struct packet_socket *s;
	int result;

	if (!packet_socket_is(fd))
		return libc_calls.setsockopt(fd, level, option, value, length);
	s = packet_socket_take(fd);
	if (!s)
		return libc_calls.setsockopt(fd, level, option, value, length);
	result = joins_made_up(level, option, value, length)
			 ? 0
			 : libc_calls.setsockopt(fd, level, option, value,
						 length);
	if (result == 0 && means_own_ring(level, option, value, length))
		atomic_store(&s->own_ring, true);
	packet_socket_give_back(s);
	return result;
}

/* Says of a made up interface what the kernel says of a real one. */
static void describe(struct packet_socket *s, int fd, int index,
		     struct sockaddr_ll *name)
{
	int error;
	const struct attachment *a = packet_socket_attach(s, fd, index, &error);

	if (!a)
		return;
	name->sll_ifindex = index;
	name->sll_hatype = ARPHRD_ETHER;
	name->sll_halen = sizeof(a->address);
	memcpy(name->sll_addr, a->address, sizeof(a->address));
}

EXPORTED int getsockname(int fd, struct sockaddr *name, socklen_t *length)
{
	socklen_t room = length ? *length : 0;
	int result = libc_calls.getsockname(fd, name, length);
	struct packet_socket *s = packet_socket_take(fd);

	if (!s)
		return result;
	if (result == 0 && room >= sizeof(struct sockaddr_ll) &&
	    interface_is_made_up(atomic_load(&s->bound))) {
		describe(s, fd, atomic_load(&s->bound),
			 (struct sockaddr_ll *)name);
		*length = sizeof(struct sockaddr_ll);
	}
	packet_socket_give_back(s);
	return result;
}

/* Whoever asks a packet socket about an interface is going to send there. */
static void attach_by_name(int fd, const char *name)
{
	struct packet_socket *s = packet_socket_take(fd);
	int index, error = errno, ignored;

	if (!s)
		return;
	index = interface_index(fd, name);
	if (index)
		packet_socket_attach(s, fd, index, &ignored);
	packet_socket_give_back(s);
	errno = error;
}

int packet_ioctl(int fd, unsigned long request, struct ifreq *about)
{
	int error = errno;
	int result = libc_calls.ioctl(fd, request, about);

	if (result < 0 && errno == ENODEV && interface_answer(request, about)) {
		errno = error;
		result = 0;
	}
	if (result == 0 && packet_socket_is(fd))
		attach_by_name(fd, about->ifr_name);
	return result;
}
