/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent on a packet socket, as the kernel would send it. */
#include <errno.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>

#include "libc_calls.h"
#include "packet_socket.h"

/* Messages that are sent together. */
#define BATCH 32

/* A message on its way. */
struct outgoing {
	struct frame frame;
	unsigned char header[MIN_FRAME];
};

/* The address of a message, or NULL: it has none. */
static const struct sockaddr_ll *address_of(const struct msghdr *m)
{
	return m->msg_name && m->msg_namelen ? m->msg_name : NULL;
}

/* Addresses that the kernel refuses, it shall refuse. */
static bool is_good(const struct msghdr *m)
{
	const struct sockaddr_ll *to = address_of(m);

	return !to ||
	       (m->msg_namelen >= sizeof(*to) && to->sll_family == AF_PACKET);
}

/* The port that the message goes to; NULL: to the kernel, or an error. */
static const struct attachment *destination(struct packet_socket *s, int fd,
					    const struct msghdr *m, int *error)
{
	const struct sockaddr_ll *to = address_of(m);
	int index = to ? to->sll_ifindex : atomic_load(&s->bound);

	*error = 0;
	if (!is_good(m) || atomic_load(&s->own_ring))
		return NULL;
	return packet_socket_attach(s, fd, index, error);
}

/* Ethernet's header; the kernel, too, refuses to send to no address. */
static int make_header(const struct packet_socket *s,
		       const struct attachment *a, const struct msghdr *m,
		       struct outgoing *o)
{
	const struct sockaddr_ll *to = address_of(m);
	uint16_t protocol = to ? to->sll_protocol : atomic_load(&s->protocol);

	if (!to || to->sll_halen < 6)
		return -EINVAL;
	memcpy(o->header, to->sll_addr, 6);
	memcpy(o->header + 6, a->address, 6);
	memcpy(o->header + 12, &protocol, sizeof(protocol));
	o->frame.header = o->header;
	o->frame.header_length = sizeof(o->header);
	return 0;
}

/* The length in all, as long as it is not above max. */
static int measure(const struct msghdr *m, struct frame *frame, uint32_t max)
{
	size_t length = frame->header_length;

	for (size_t i = 0; i < m->msg_iovlen; i++) {
		if (m->msg_iov[i].iov_len > max - length)
			return -EMSGSIZE;
		length += m->msg_iov[i].iov_len;
	}
	if (length < MIN_FRAME)
		return -EINVAL;
	frame->length = (uint32_t)length;
	return 0;
}

static int compose(const struct packet_socket *s, const struct attachment *a,
		   const struct msghdr *m, struct outgoing *o)
{
	int result;

	o->frame.header = NULL;
	o->frame.header_length = 0;
	o->frame.parts = m->msg_iov;
	result = s->cooked ? make_header(s, a, m, o) : 0;
	if (result < 0)
		return result;
	return measure(m, &o->frame, a->injector->tx.max_frame);
}

/* Only who must wait is asked whether he wants to: it is a system call. */
static bool waits(int fd, int flags)
{
	int error = errno;
	int status = flags & MSG_DONTWAIT ? O_NONBLOCK
					  : libc_calls.fcntl(fd, F_GETFL);

	errno = error;
	return !(status & O_NONBLOCK);
}

/* In the kernel's words. */
static int as_kernel(int result)
{
	if (result == -EBUSY)
		return -ENOBUFS;
	return result == -EBADF ? -ENETDOWN : result;
}

static int send_frames(struct injector *i, int fd, const struct frame *frames,
		       unsigned int count, int flags)
{
	int result = transmitter_send(&i->tx, frames, count, true);

	if (result == -EAGAIN && waits(fd, flags))
		result = transmitter_send(&i->tx, frames, count, false);
	return as_kernel(result);
}

/* As many messages as go to the same port and make good frames. */
static unsigned int compose_batch(struct packet_socket *s, int fd,
				  const struct attachment *a,
				  struct mmsghdr *messages, unsigned int count,
				  struct frame *frames,
				  struct outgoing *outgoing)
{
	unsigned int n = 0;
	int error;

	while (n < count && n < BATCH &&
	       destination(s, fd, &messages[n].msg_hdr, &error) == a &&
	       compose(s, a, &messages[n].msg_hdr, &outgoing[n]) == 0) {
		frames[n] = outgoing[n].frame;
		messages[n].msg_len = frames[n].length -
				      frames[n].header_length;
		n++;
	}
	return n;
}

/* Several messages, on a switch, which takes them all. */
static int send_batch(struct packet_socket *s, int fd,
		      const struct attachment *a, struct mmsghdr *messages,
		      unsigned int count, int flags)
{
	struct outgoing outgoing[BATCH];
	struct frame frames[BATCH];
	unsigned int n = compose_batch(s, fd, a, messages, count, frames,
				       outgoing);
	int result = send_frames(a->injector, fd, frames, n, flags);

	return result < 0 ? result : (int)n;
}

static int send_first(struct packet_socket *s, int fd, struct mmsghdr *messages,
		      unsigned int count, int flags, bool *kernels)
{
	const struct msghdr *m = &messages->msg_hdr;
	struct outgoing o;
	int result;
	const struct attachment *a = destination(s, fd, m, &result);

	*kernels = !a && result == 0;
	if (!a)
		return result;
	result = compose(s, a, m, &o);
	if (result < 0)
		return result;
	if (count > 1 && a->injector->batches)
		return send_batch(s, fd, a, messages, count, flags);
	messages->msg_len = o.frame.length - o.frame.header_length;
	result = send_frames(a->injector, fd, &o.frame, 1, flags);
	return result < 0 ? result : 1;
}

int packet_socket_send(struct packet_socket *s, int fd,
		       struct mmsghdr *messages, unsigned int count, int flags,
		       bool *kernels)
{
	unsigned int sent = 0;
	int result = 0;

	*kernels = false;
	while (sent < count) {
		result = send_first(s, fd, messages + sent, count - sent, flags,
				    kernels);
		if (result <= 0)
			break;
		sent += (unsigned int)result;
	}
	return sent ? (int)sent : result;
}
