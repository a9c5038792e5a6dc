/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program's packet sockets: what is sent on an interface whose name is one
 * of ours goes to the port. A socket stays the kernel's in all else, and in
 * that as well when it sends on other interfaces, or by a ring of its own.
 *
 *   fd --table--> struct packet_socket --attachment[index]--> struct injector
 *
 * A port is opened when the program first names its interface on the socket
 * (bind, an interface request, an address), which is before it gives up its
 * privileges as a rule; sending takes no system call.
 */
#ifndef PACKET_SOCKET_H
#define PACKET_SOCKET_H

#include <sys/socket.h>

#include "descriptors.h"
#include "injector.h"

/* Interfaces that one socket can be attached to. */
#define ATTACHMENTS 32

/* What an interface's number means for a socket. */
struct attachment {
	int index;
	struct injector *injector;
	unsigned char address[6];
};

struct packet_socket {
	struct descriptor descriptor;
	struct packet_socket *next; /* of all there are */
	atomic_bool taken;
	bool cooked;               /* SOCK_DGRAM: we make the header */
	atomic_bool own_ring;      /* PACKET_TX_RING and the like: not ours */
	_Atomic uint16_t protocol; /* in network order */
	atomic_int bound;          /* interface number; 0: to none */
	atomic_uint attached;      /* entries that hold */
	struct attachment attachments[ATTACHMENTS];
	atomic_int kernels[ATTACHMENTS]; /* numbers of the kernel's; 0: free */
};

/* Notes a packet socket that the program has made, if memory allows. */
void packet_socket_note(int fd, int type, int protocol);

/* The packet socket behind fd, to be given back; NULL: it is none. */
struct packet_socket *packet_socket_take(int fd);
void packet_socket_give_back(struct packet_socket *s);

extern const struct descriptor_kind packet_socket_kind;

/* Whether fd is one: for those that only look. */
static inline bool packet_socket_is(int fd)
{
	const struct descriptor *d = descriptor_at(fd);

	return __builtin_expect(d && d->kind == &packet_socket_kind, 0);
}

/*
 * What stands behind the number; NULL: the kernel's interface. A negative
 * errno in *error when the port cannot be opened.
 */
const struct attachment *packet_socket_attach(struct packet_socket *s, int fd,
					      int index, int *error);

/*
 * Notes that the number is that of an interface of the kernel's, so that it is
 * not asked for again. No lock is taken and no system call made: the program
 * may have forbidden them.
 */
void packet_socket_leave_to_kernel(struct packet_socket *s, int index);

/*
 * Sends messages as sendmmsg does, all of them without waiting if flags say
 * so. How many were sent, or a negative errno if not even the first;
 * *kernels: the first that is not sent is the kernel's business.
 */
int packet_socket_send(struct packet_socket *s, int fd,
		       struct mmsghdr *messages, unsigned int count, int flags,
		       bool *kernels);

#endif
