/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#include "adopt.h"
#include "close.h"
#include "libc_calls.h"
#include "netmap_csb.h"
#include "netmap_guest.h"
#include "netmap_memory.h"

_Atomic unsigned int netmap_files;

static _Atomic(struct netmap_file *) all;

/* One that nobody uses; what it was before is forgotten. */
static struct netmap_file *reuse(void)
{
	struct netmap_file *f = atomic_load(&all);

	for (; f; f = f->next) {
		bool used = false;

		if (atomic_compare_exchange_strong(&f->used, &used, true))
			return f;
	}
	return NULL;
}

static struct netmap_file *file_new(void)
{
	struct netmap_file *f = reuse();

	if (!f) {
		f = calloc(1, sizeof(*f));
		if (!f)
			return NULL;
		f->descriptor.kind = &netmap_file_kind;
		atomic_store(&f->used, true);
		f->next = atomic_load(&all);
		while (!atomic_compare_exchange_weak(&all, &f->next, f))
			;
	}
	f->life++;
	f->sends = f->receives = f->fills = false;
	f->no_tx_poll = f->do_rx_poll = false;
	f->guest = NULL;
	f->lender = NULL;
	f->global = false;
	f->exclusive = false;
	f->null = false;
	atomic_store(&f->watched, false);
	return f;
}

static bool enter(int fd, struct netmap_file *f)
{
	atomic_fetch_add(&netmap_files, 1);
	if (descriptor_add(fd, &f->descriptor))
		return true;
	atomic_fetch_sub(&netmap_files, 1);
	atomic_store(&f->used, false);
	return false;
}

/*
 * A timer that never goes off, with an interval that nobody else has: what
 * another process has opened is known by it, without a look at any path.
 */
static const struct itimerspec mark = {
	.it_interval = {.tv_sec = 0x6e65746d, .tv_nsec = 0x6170}, /* netmap */
};

static int open_unregistered(int flags)
{
	int fd = timerfd_create(CLOCK_MONOTONIC,
				TFD_NONBLOCK |
					(flags & O_CLOEXEC ? TFD_CLOEXEC : 0));

	if (fd >= 0)
		timerfd_settime(fd, 0, &mark, NULL);
	return fd;
}

static bool is_unregistered(int fd)
{
	struct itimerspec t;
	int error = errno;
	bool is = timerfd_gettime(fd, &t) == 0 &&
		  t.it_interval.tv_sec == mark.it_interval.tv_sec &&
		  t.it_interval.tv_nsec == mark.it_interval.tv_nsec;

	errno = error;
	return is;
}

/* Of a device that is there. */
static int refusal(int flags)
{
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return EEXIST;
	return flags & O_DIRECTORY ? ENOTDIR : 0;
}

int netmap_file_open(int flags)
{
	struct netmap_file *f;
	int fd;

	errno = refusal(flags);
	if (errno)
		return -1;
	f = file_new();
	if (!f) {
		errno = ENOMEM;
		return -1;
	}
	fd = open_unregistered(flags);
	if (fd < 0) {
		atomic_store(&f->used, false);
		return -1;
	}
	if (enter(fd, f))
		return fd;
	libc_calls.close(fd);
	errno = EMFILE;
	return -1;
}

bool netmap_file_adopt(int fd)
{
	struct nmd_port *port = NULL;
	struct netmap_file *f;

	bool registered = !is_unregistered(fd);

	if (descriptor_at(fd) || (registered && !adopt_possible(fd)))
		return false;
	f = file_new();
	if (!f)
		return false;
	if (!registered)
		return enter(fd, f);
	if (adopt_port(fd, &port) < 0) {
		atomic_store(&f->used, false);
		return false;
	}
	netmap_remember(f, port, 0);
	f->mem_id = netmap_memory_id(port);
	f->memsize = lender_memory_size(&port->geometry);
	atomic_store(&f->port, port);
	if (enter(fd, f)) {
		netmap_epoll_adopted(fd);
		return true;
	}
	atomic_store(&f->port, NULL);
	nmd_close(port);
	return false;
}

/* At the program's end no duplicate may keep the port. */
static void close_duplicates(const struct descriptor *d)
{
	for (int fd = descriptor_number(d); fd >= 0;
	     fd = descriptor_number_after(d, fd))
		libc_calls.close(fd);
}

/* The port goes on under another number of the file, or one of its own. */
static void closing(struct descriptor *d, int fd)
{
	struct netmap_file *f = (struct netmap_file *)d;
	struct nmd_port *port = atomic_load(&f->port);
	int other;

	/* The kernel would go on to watch it for the other numbers. */
	if (!close_is_leaving() && descriptor_number(d) >= 0)
		netmap_epoll_closing(f, fd);
	if (!port || port->fd != fd)
		return;
	if (close_is_leaving()) {
		close_duplicates(d);
		return;
	}
	other = descriptor_number(d);
	if (other < 0)
		other = libc_calls.fcntl(fd, F_DUPFD_CLOEXEC, 3);
	port_move_fd(port, other);
}

static void unused(struct descriptor *d)
{
	struct netmap_file *f = (struct netmap_file *)d;

	if (close_is_leaving())
		return;
	csb_forget(f);
	guest_close(f->guest);
	netmap_forget_memory(f);
	nmd_close(atomic_exchange(&f->port, NULL));
	atomic_fetch_sub(&netmap_files, 1);
	atomic_store(&f->used, false);
}

const struct descriptor_kind netmap_file_kind = {
	.closing = closing,
	.unused = unused,
	.never_blocks = true,
};

/* The first of those with a port that is so, taken, or NULL. */
static struct netmap_file *find(bool (*is)(const struct netmap_file *f,
					   const struct nmd_port *port,
					   const void *wanted),
				const void *wanted)
{
	for (struct netmap_file *f = atomic_load(&all); f; f = f->next) {
		struct netmap_file *taken;
		struct nmd_port *port;

		if (!atomic_load(&f->port))
			continue;
		taken = netmap_file_take(descriptor_number(&f->descriptor));
		port = taken ? atomic_load(&taken->port) : NULL;
		if (port && is(taken, port, wanted))
			return taken;
		if (taken)
			netmap_file_give_back(taken);
	}
	return NULL;
}

static bool lends(const struct netmap_file *f, const struct nmd_port *port,
		  const void *id)
{
	return !f->guest && lender_lends(&port->geometry) &&
	       netmap_memory_id(port) == *(const uint16_t *)id;
}

struct netmap_file *netmap_file_of_memory(uint16_t id)
{
	return find(lends, &id);
}

static bool is_in(const struct netmap_file *f, const struct nmd_port *port,
		  const void *id)
{
	(void)port;
	return f->mem_id == *(const uint16_t *)id;
}

struct netmap_file *netmap_file_in_memory(uint16_t id)
{
	return find(is_in, &id);
}

static bool is_called(const struct netmap_file *f, const struct nmd_port *port,
		      const void *spec)
{
	size_t length = strcspn(port->name, "/");

	(void)f;
	return strlen(spec) == length && memcmp(port->name, spec, length) == 0;
}

struct netmap_file *netmap_file_of_port(const char *spec)
{
	return find(is_called, spec);
}

static int put_under(int from, int fd)
{
	int flags = libc_calls.fcntl(fd, F_GETFD);

	if (flags < 0)
		return -errno;
	flags = flags & FD_CLOEXEC ? O_CLOEXEC : 0;
	return libc_calls.dup3(from, fd, flags) < 0 ? -errno : 0;
}

static int put_under_all(struct netmap_file *f, struct nmd_port *port)
{
	int own = port->fd, first = descriptor_number(&f->descriptor), r = 0;

	for (int fd = first; fd >= 0 && r == 0;
	     fd = descriptor_number_after(&f->descriptor, fd))
		r = put_under(own, fd);
	if (first < 0 || r < 0)
		return first < 0 ? -EBADF : r;
	port_move_fd(port, first);
	libc_calls.close(own);
	atomic_store_explicit(&f->port, port, memory_order_release);
	return 0;
}

int netmap_file_bind(struct netmap_file *f, struct nmd_port *port)
{
	int r;

	netmap_epoll_unbind(f);
	r = put_under_all(f, port);
	netmap_epoll_bind(f);
	return r;
}
