/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Epoll sets with netmap descriptors among what they watch.
 *
 * The kernel watches the FIFOs, as the module's own descriptors are watched;
 * what it says of one of ours only means "look again". So a wait syncs ours
 * first, as the module's poll does, waits for all if nothing is there, and
 * tells of ours what the syncs have shown.
 *
 * A set may be waited for where we do not look: by a thread that began before
 * the first of ours was in it, by another process, or through a set that it is
 * in. So the kernel is given the program's own data for ours, and asked to say
 * only what may hold. To be told apart from others with the same data, ours are
 * asked about by two names of each event, which programs do not do.
 *
 *	readable   frames are wanted, and have not been told (nmd_arm)
 *	writable   room is wanted; FIFOs have it always, so that a change of
 *	           what is wanted wakes who waits. Until a look finds none.
 */
#ifndef NETMAP_EPOLL_H
#define NETMAP_EPOLL_H

#include <pthread.h>
#include <sys/epoll.h>

#include "netmap_poll.h"

#define EPOLL_READS ((uint32_t)(EPOLLIN | EPOLLRDNORM))
#define EPOLL_WRITES ((uint32_t)(EPOLLOUT | EPOLLWRNORM))

/* One of ours in a set. */
struct watched {
	struct watched *next;
	int fd;
	const struct netmap_file *file; /* behind fd, while fd is open ... */
	uint32_t life;                  /* ... in this life of it */
	struct epoll_event event;       /* the program's */
	uint32_t asked;                 /* of the kernel */
	bool bound; /* the kernel watches a port, not what it will be */
	bool nic;   /* ... which has another descriptor for its frames */
	bool full;  /* room was wanted and there was none */
	bool spent; /* EPOLLONESHOT: told */
	/* EPOLLET: how far the rings had come when it was told; at first ~0. */
	uint64_t told_rx, told_tx;
	bool told_error;
};

/* An epoll descriptor that watches, or has watched, one of ours. */
struct set {
	struct descriptor descriptor; /* first */
	struct set *next;             /* of all there are; never unlinked */
	atomic_bool used;
	uint32_t born; /* set_generation */
	pthread_mutex_t lock;
	struct watched *watched;
	/* Not freed: the kernel may still tell of them. */
	struct watched *spare;
	atomic_int sleepers;      /* threads in the kernel's wait */
	atomic_bool others_first; /* ours had all the room in the last wait */
};

/* How many forks led to this process, of those that the C library knows. */
extern uint32_t set_generation;

/* The set behind epfd, to be given back, or NULL. */
static inline struct set *set_take(int epfd)
{
	return netmap_files_any() ? netmap_epoll_set(epfd) : NULL;
}

/* The same, a new one if need be; NULL: no memory, or no such number. */
struct set *set_make(int epfd);

static inline void set_give_back(struct set *s)
{
	descriptor_give_back(&s->descriptor);
}

/*
 * No thread is cancelled with the lock: what the second returns goes to the
 * third. set_try_lock is for signal handlers, and may fail.
 */
int set_lock(struct set *s);
bool set_try_lock(struct set *s);
void set_unlock(struct set *s, int cancel_state);

/* All that are used, in turn: from NULL to NULL. */
struct set *set_after(const struct set *s);

/* With the set's lock: */

/* Where one of this number stands, or would. */
struct watched **set_find(struct set *s, int fd);
void set_forget(struct set *s, struct watched **at);
struct watched *set_new_watched(struct set *s); /* NULL: no memory */

/* A number may have been closed behind our back, and be another file's. */
static inline bool watched_is_of(const struct watched *w,
				 const struct netmap_file *f)
{
	return w->file == f && w->life == f->life;
}

/* The file of one of ours, to be given back; NULL: the program closed it. */
struct netmap_file *watched_file(const struct watched *w);

/* As just put into the set: nothing has been told. */
void watched_renew(struct watched *w);

/* Has the kernel watch it, watch what is wanted now, or not watch it. */
int watched_add(int epfd, struct watched *w, const struct netmap_file *f);
int watched_ask(int epfd, struct watched *w, const struct netmap_file *f);
void watched_ask_if_changed(int epfd, struct watched *w,
			    const struct netmap_file *f);
int watched_remove(struct set *s, int epfd, struct watched *w,
		   const struct netmap_file *f);

#endif
