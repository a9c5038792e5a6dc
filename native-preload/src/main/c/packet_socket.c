/* SPDX-License-Identifier: BSD-2-Clause */
/* Which sockets there are, and which ports they send on. */
#include "packet_socket.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "interfaces.h"

#define SOCKET_KIND 0xf /* of a socket's type; the rest are flags */

/* Entries are used again and never freed (descriptors.h). */
static _Atomic(struct packet_socket *) all;

/* Held while a socket is attached to one more interface. */
static pthread_mutex_t attaching = PTHREAD_MUTEX_INITIALIZER;

/* A child has no thread that would unlock it; entries count when complete. */
static void after_fork(void)
{
	pthread_mutex_init(&attaching, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

static void unused(struct descriptor *d)
{
	struct packet_socket *s = (struct packet_socket *)d;

	for (unsigned int i = 0; i < atomic_load(&s->attached); i++)
		injector_put(s->attachments[i].injector);
	atomic_store(&s->attached, 0);
	atomic_store(&s->taken, false);
}

const struct descriptor_kind packet_socket_kind = {.unused = unused};

static struct packet_socket *reuse(void)
{
	struct packet_socket *s = atomic_load(&all);

	for (; s; s = s->next)
		if (!atomic_exchange(&s->taken, true))
			return s;
	return NULL;
}

static struct packet_socket *new_socket(void)
{
	struct packet_socket *s = reuse();

	if (s)
		return s;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->descriptor.kind = &packet_socket_kind;
	atomic_store(&s->taken, true);
	s->next = atomic_load(&all);
	while (!atomic_compare_exchange_weak(&all, &s->next, s))
		;
	return s;
}

void packet_socket_note(int fd, int type, int protocol)
{
	int kind = type & SOCKET_KIND, error = errno;
	struct packet_socket *s;

	if ((kind != SOCK_RAW && kind != SOCK_DGRAM) || environment_off() ||
	    !descriptors_own_memory())
		return;
	s = new_socket();
	if (s) {
		s->cooked = kind == SOCK_DGRAM;
		atomic_store(&s->own_ring, false);
		atomic_store(&s->protocol, (uint16_t)protocol);
		atomic_store(&s->bound, 0);
		for (int i = 0; i < ATTACHMENTS; i++)
			atomic_store(&s->kernels[i], 0);
		if (!descriptor_add(fd, &s->descriptor))
			atomic_store(&s->taken, false);
	}
	errno = error;
}

struct packet_socket *packet_socket_take(int fd)
{
	return (struct packet_socket *)descriptor_take(fd, &packet_socket_kind);
}

void packet_socket_give_back(struct packet_socket *s)
{
	descriptor_give_back(&s->descriptor);
}

static const struct attachment *find(const struct packet_socket *s, int index)
{
	unsigned int count = atomic_load_explicit(&s->attached,
						  memory_order_acquire);

	for (unsigned int i = 0; i < count; i++)
		if (s->attachments[i].index == index)
			return &s->attachments[i];
	return NULL;
}

static bool is_kernels(struct packet_socket *s, int index)
{
	for (int i = 0; i < ATTACHMENTS; i++) {
		int noted = atomic_load_explicit(&s->kernels[i],
						 memory_order_relaxed);

		if (!noted || noted == index)
			return noted;
	}
	return false;
}

/* One that finds no room is asked for again with every frame. */
void packet_socket_leave_to_kernel(struct packet_socket *s, int index)
{
	for (int i = 0; i < ATTACHMENTS; i++) {
		int noted = 0;

		if (atomic_compare_exchange_strong(&s->kernels[i], &noted,
						   index) ||
		    noted == index)
			return;
	}
}

/* The lock is held. Sockets that know too many interfaces get no more. */
static const struct attachment *attach(struct packet_socket *s, int fd,
				       int index, int *error)
{
	unsigned int count = atomic_load(&s->attached);
	struct attachment *a = &s->attachments[count];
	struct interface interface;

	if (!interface_by_index(fd, index, &interface)) {
		packet_socket_leave_to_kernel(s, index);
		return NULL;
	}
	if (count == ATTACHMENTS) {
		*error = -ENOBUFS;
		return NULL;
	}
	a->index = index;
	memcpy(a->address, interface.address, sizeof(a->address));
	*error = injector_get(interface.name, interface.spec, &a->injector);
	if (*error < 0)
		return NULL;
	atomic_store_explicit(&s->attached, count + 1, memory_order_release);
	return a;
}

/* No signal handler comes in between, since it may send itself. */
static const struct attachment *attach_once(struct packet_socket *s, int fd,
					    int index, int *error)
{
	const struct attachment *a;
	sigset_t every, before;

	sigfillset(&every);
	pthread_sigmask(SIG_BLOCK, &every, &before);
	pthread_mutex_lock(&attaching);
	a = find(s, index);
	if (!a)
		a = attach(s, fd, index, error);
	pthread_mutex_unlock(&attaching);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return a;
}

const struct attachment *packet_socket_attach(struct packet_socket *s, int fd,
					      int index, int *error)
{
	const struct attachment *a = find(s, index);

	*error = 0;
	if (!a && index > 0 && !is_kernels(s, index))
		a = attach_once(s, fd, index, error);
	return a;
}
