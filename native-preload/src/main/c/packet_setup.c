/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of the C library that make packet sockets and tell them their
 * interface.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "interfaces.h"
#include "libc_calls.h"
#include "packet_calls.h"
#include "packet_socket.h"

/* Newer than some headers. */
#ifndef PACKET_VNET_HDR_SZ
#define PACKET_VNET_HDR_SZ 24
#endif

/*
 * The device library, in here, has packet sockets of its own on interfaces in
 * netmap mode, which may be what the program's name is mapped to.
 */
static __attribute__((noinline)) int
socket_any(int domain, int type, int protocol, const void *caller)
{
	int fd = descriptor_opened(libc_calls.socket(domain, type, protocol),
				   caller);

	if (fd >= 0 && domain == AF_PACKET && !is_own_code(caller))
		packet_socket_note(fd, type, protocol);
	return fd;
}

EXPORTED int socket(int domain, int type, int protocol)
{
	if (domain != AF_PACKET && !descriptors_any())
		return libc_calls.socket(domain, type, protocol);
	return socket_any(domain, type, protocol, __builtin_return_address(0));
}

static int fail(int error)
{
	errno = -error;
	return -1;
}

/* Bound to no interface of the kernel's, it would receive from them all. */
static int silence(int fd)
{
	struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
	const struct sock_fprog program = {1, &nothing};

	return libc_calls.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
				     sizeof(program));
}

/* The kernel knows nothing of numbers that are made up. */
static int bind_real(int fd, const struct sockaddr_ll *to, socklen_t length)
{
	if (interface_is_made_up(to->sll_ifindex))
		return silence(fd);
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

static __attribute__((noinline)) int bind_any(int fd, const struct sockaddr *to,
					      socklen_t length)
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

EXPORTED int bind(int fd, const struct sockaddr *to, socklen_t length)
{
	if (!packet_socket_is(fd))
		return libc_calls.bind(fd, to, length);
	return bind_any(fd, to, length);
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

static __attribute__((noinline)) int name_any(int fd, struct sockaddr *name,
					      socklen_t *length)
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

EXPORTED int getsockname(int fd, struct sockaddr *name, socklen_t *length)
{
	if (!packet_socket_is(fd))
		return libc_calls.getsockname(fd, name, length);
	return name_any(fd, name, length);
}

/*
 * Whoever asks a packet socket about an interface is going to send there. By
 * then it may have forbidden itself to ask whose it is, so the kernel's are
 * noted as well.
 */
static void attach_by_name(int fd, unsigned long request,
			   const struct ifreq *about)
{
	struct packet_socket *s = packet_socket_take(fd);
	int index, error = errno, ignored;

	if (!s)
		return;
	index = interface_index(fd, about->ifr_name);
	if (index)
		packet_socket_attach(s, fd, index, &ignored);
	else if (request == SIOCGIFINDEX)
		packet_socket_leave_to_kernel(s, about->ifr_ifindex);
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
		attach_by_name(fd, request, about);
	return result;
}
