/* SPDX-License-Identifier: BSD-2-Clause */
/* What is put into epoll sets and taken out, and what becomes of it there. */
#include "netmap_epoll.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errand.h"
#include "libc_calls.h"

#define EXCLUSIVE ((uint32_t)EPOLLEXCLUSIVE)
/* What may be wanted together with it. */
#define WITH_EXCLUSIVE \
	(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET)

static int failed(int error)
{
	errno = error;
	return -1;
}

/*
 * Its FIFO is kept true from now on, should the set be waited for where we do
 * not look; and who waits in the kernel finds what is there already.
 */
static void keep_true(struct netmap_file *f)
{
	struct nmd_port *port = atomic_load(&f->port);

	atomic_store(&f->watched, true);
	if (port && f->receives)
		nmd_arm(port);
}

static int add(struct set *s, int epfd, int fd, struct netmap_file *f,
	       const struct epoll_event *event)
{
	struct watched *w = set_new_watched(s);

	if (!w)
		return failed(ENOMEM);
	*w = (struct watched){
		.fd = fd, .file = f, .life = f->life, .event = *event};
	watched_renew(w);
	w->next = s->watched;
	s->watched = w;
	keep_true(f);
	if (watched_add(epfd, w, f) == 0)
		return 0;
	set_forget(s, &s->watched);
	return -1;
}

static int modify(int epfd, struct watched *w, struct netmap_file *f,
		  const struct epoll_event *event)
{
	if ((w->event.events | event->events) & EXCLUSIVE)
		return failed(EINVAL);
	w->event = *event;
	watched_renew(w);
	keep_true(f);
	return watched_ask(epfd, w, f);
}

/* The kernel may know it from another process, or number of the set. */
static int change_unknown(struct set *s, int epfd, int op, int fd,
			  struct netmap_file *f,
			  const struct epoll_event *event)
{
	if (libc_calls.epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL) < 0)
		return -1;
	return op == EPOLL_CTL_MOD ? add(s, epfd, fd, f, event) : 0;
}

static int change(struct set *s, int epfd, int op, int fd,
		  struct netmap_file *f, const struct epoll_event *event)
{
	struct watched **at = set_find(s, fd);
	int result;

	if (*at && !watched_is_of(*at, f))
		set_forget(s, at);
	at = set_find(s, fd);
	if (op == EPOLL_CTL_ADD)
		return *at ? failed(EEXIST) : add(s, epfd, fd, f, event);
	if (!*at)
		return change_unknown(s, epfd, op, fd, f, event);
	if (op == EPOLL_CTL_MOD)
		return modify(epfd, *at, f, event);
	result = watched_remove(s, epfd, *at, f);
	set_forget(s, at);
	return result;
}

/* A number that was never a set's, say, is none of ours. */
static void drop_if_empty(struct set *s, int epfd)
{
	if (!s->watched && descriptor_at(epfd) == &s->descriptor)
		descriptor_give_back(descriptor_leave(epfd));
}

static int control(int epfd, int op, int fd, struct netmap_file *f,
		   const struct epoll_event *event)
{
	bool known = netmap_epoll_watches(epfd);
	struct set *s = set_make(epfd);
	int result, state, error;

	if (!s)
		return failed(epfd < 0 ? EBADF : ENOMEM);
	state = set_lock(s);
	result = change(s, epfd, op, fd, f, event);
	error = errno;
	if (result < 0 && !known)
		drop_if_empty(s, epfd);
	set_unlock(s, state);
	set_give_back(s);
	errno = error;
	return result;
}

int netmap_epoll_ctl(int epfd, int op, int fd, struct netmap_file *f,
		     const struct epoll_event *event)
{
	uint32_t events = event ? event->events : 0;

	if (op == EPOLL_CTL_DEL)
		return control(epfd, op, fd, f, NULL);
	if (!event)
		return failed(EFAULT);
	if (op != EPOLL_CTL_ADD && op != EPOLL_CTL_MOD)
		return failed(EINVAL);
	if (events & EXCLUSIVE &&
	    (op == EPOLL_CTL_MOD || events & ~(EXCLUSIVE | WITH_EXCLUSIVE)))
		return failed(EINVAL);
	return control(epfd, op, fd, f, event);
}

static void each_of(struct netmap_file *f,
		    void (*act)(struct set *s, int epfd, struct watched *w,
				struct netmap_file *f))
{
	for (struct set *s = set_after(NULL); s; s = set_after(s)) {
		int state = set_lock(s);
		int epfd = descriptor_number(&s->descriptor);

		for (struct watched *w = s->watched; w; w = w->next)
			if (watched_is_of(w, f))
				act(s, epfd, w, f);
		set_unlock(s, state);
	}
}

static void unwatch(struct set *s, int epfd, struct watched *w,
		    struct netmap_file *f)
{
	watched_remove(s, epfd, w, f);
}

static void watch_again(struct set *s, int epfd, struct watched *w,
			struct netmap_file *f)
{
	(void)s;
	watched_renew(w);
	keep_true(f);
	if (watched_add(epfd, w, f) < 0 && errno == EEXIST)
		watched_ask(epfd, w, f);
}

void netmap_epoll_unbind(struct netmap_file *f)
{
	if (atomic_load(&f->watched))
		each_of(f, unwatch);
}

void netmap_epoll_bind(struct netmap_file *f)
{
	if (atomic_load(&f->watched))
		each_of(f, watch_again);
}

/* Of a fork's parent the kernel would forget it, too. */
void netmap_epoll_closing(struct netmap_file *f, int fd)
{
	int error = errno;

	if (!atomic_load(&f->watched))
		return;
	for (struct set *s = set_after(NULL); s; s = set_after(s)) {
		struct watched **at;

		if (s->born != set_generation || !set_try_lock(s))
			continue;
		at = set_find(s, fd);
		if (*at && watched_is_of(*at, f)) {
			watched_remove(s, descriptor_number(&s->descriptor),
				       *at, f);
			set_forget(s, at);
		}
		pthread_mutex_unlock(&s->lock);
	}
	errno = error;
}

/* What the set's owner had asked the kernel itself is our task from now on. */
static void take_over(int epfd, int fd, struct netmap_file *f)
{
	char path[64], line[256];
	struct epoll_event event;
	bool found = false;
	uint32_t events = 0;
	uint64_t data = 0;
	FILE *info;
	int number;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", epfd);
	info = fopen(path, "re");
	while (info && !found && fgets(line, sizeof(line), info))
		found = sscanf(line,
			       "tfd: %d events: %" SCNx32 " data: %" SCNx64,
			       &number, &events, &data) == 3 &&
			number == fd;
	if (info)
		fclose(info);
	if (!found)
		return;
	event = (struct epoll_event){.events = events, .data.u64 = data};
	control(epfd, EPOLL_CTL_MOD, fd, f, &event);
}

static bool is_set(int dir, const char *name)
{
	static const char link[] = "anon_inode:[eventpoll]";
	char target[sizeof(link)];

	return readlinkat(dir, name, target, sizeof(target)) ==
		       (ssize_t)sizeof(link) - 1 &&
	       memcmp(target, link, sizeof(link) - 1) == 0;
}

void netmap_epoll_adopted(int fd)
{
	struct netmap_file *f = errands_only() ? NULL : netmap_file_take(fd);
	DIR *numbers = f ? opendir("/proc/self/fd") : NULL;
	int error = errno;
	struct dirent *entry;

	while (numbers && (entry = readdir(numbers)))
		if (is_set(dirfd(numbers), entry->d_name))
			take_over(atoi(entry->d_name), fd, f);
	if (numbers)
		closedir(numbers);
	if (f)
		netmap_file_give_back(f);
	errno = error;
}
