/* SPDX-License-Identifier: BSD-2-Clause */
#include "vale_attach.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "netmap_attachment.h"
#include "vale_link.h"

#define LINKS 2 /* the interface, its host rings */

/* A process that was killed lets go of its files one after the other. */
#define LOCK_TRIES 50
#define LOCK_PAUSE_NS 10000000

struct attachment {
	const char *name; /* vale0:eth1 */
	int fd;           /* of the file */
	bool locked;      /* it is ours */
	int watch;        /* readable: something has happened to it */
	int gone;         /* readable: the interface has */
	struct vale_link link[LINKS];
	int links;
};

bool vale_attach_is_meant(int argc, char **argv)
{
	return (argc == 2 || argc == 3) &&
	       strcmp(argv[0], ATTACHMENT_PROGRAM) == 0;
}

static bool is_there(const struct attachment *a)
{
	struct stat st;

	return fstat(a->fd, &st) == 0 && st.st_nlink > 0;
}

/* Who is attached and alive has been found by its port before. */
static int lock_file(int fd)
{
	const struct timespec pause = {0, LOCK_PAUSE_NS};

	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (errno != EWOULDBLOCK)
			return errno;
		if (i == LOCK_TRIES)
			return EBUSY;
		nanosleep(&pause, NULL);
	}
	return 0;
}

/*
 * Makes the file, or takes over that of one that was killed, and locks it. The
 * watch is there before the file is looked at. 0 or an errno.
 */
static int take_file(struct attachment *a)
{
	char file[ATTACHMENT_FILE_SIZE], path[512];
	struct runtime rt;
	int r = runtime_open(&rt, true, NULL);

	if (r < 0)
		return -r;
	attachment_file(a->name, file);
	snprintf(path, sizeof(path), "%s/%s", rt.path, file);
	do {
		if (a->fd >= 0)
			close(a->fd); /* detached meanwhile */
		a->fd = runtime_open_file(&rt, file, true);
		r = a->fd < 0 ? -a->fd : lock_file(a->fd);
		a->locked = r == 0;
	} while (r == 0 && !is_there(a));
	/* One that was killed may have been polled. */
	if (r == 0 && ftruncate(a->fd, 0) < 0)
		r = errno;
	a->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (r == 0 &&
	    (a->watch < 0 ||
	     inotify_add_watch(a->watch, path, IN_ATTRIB | IN_MODIFY) < 0))
		r = errno;
	runtime_close(&rt);
	return r;
}

/* The module has no buffers for its frames, and the host would lose itself. */
static bool is_loopback(const char *interface)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ask = {0};
	bool yes;

	snprintf(ask.ifr_name, sizeof(ask.ifr_name), "%.15s", interface);
	yes = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &ask) == 0 &&
	      (ask.ifr_flags & IFF_LOOPBACK);
	if (fd >= 0)
		close(fd);
	return yes;
}

static int open_links(struct attachment *a, bool host)
{
	const char *interface = strchr(a->name, ':') + 1;
	char nic[64], port[96];
	int r;

	if (is_loopback(interface))
		return EINVAL;
	snprintf(nic, sizeof(nic), "netmap:%.31s/x", interface);
	snprintf(port, sizeof(port), "%.47s/x", a->name);
	r = vale_link_open(&a->link[a->links], nic, port, a->gone);
	a->links += r == 0;
	if (r != 0 || !host)
		return r;
	snprintf(nic, sizeof(nic), "netmap:%.31s^", interface);
	snprintf(port, sizeof(port), "%.47s-host/x", a->name);
	r = vale_link_open(&a->link[a->links], nic, port, a->gone);
	a->links += r == 0;
	return r;
}

/* Nobody has it polled yet. */
static void say_rings(const struct attachment *a)
{
	struct attachment_polling p = {0};
	struct nmd_region region;

	nmd_region(a->link[0].nic, &region);
	p.rings = region.rx_rings;
	attachment_write(a->fd, &p);
}

static void poll_as_told(struct attachment *a)
{
	struct attachment_polling p;

	if (attachment_read(a->fd, &p))
		vale_link_poll(&a->link[0], p.first_cpu, p.cpus);
}

/* Until it is detached, the interface goes, or somebody ends the process. */
static void stay(struct attachment *a, int signals)
{
	struct pollfd fds[] = {{a->watch, POLLIN, 0},
			       {a->gone, POLLIN, 0},
			       {signals, POLLIN, 0}};
	char events[4096];

	while (is_there(a)) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents || fds[2].revents)
			return;
		while (read(a->watch, events, sizeof(events)) > 0)
			;
		poll_as_told(a);
	}
}

static void say(int status)
{
	ssize_t n = write(ATTACHMENT_STATUS, &status, sizeof(status));

	close(ATTACHMENT_STATUS);
	(void)n; /* who asked is gone: what was asked for is done */
}

static void remove_file(const struct attachment *a)
{
	char file[ATTACHMENT_FILE_SIZE];
	struct stat named, held;
	struct runtime rt;

	if (!is_there(a) || runtime_open(&rt, false, NULL) < 0)
		return;
	attachment_file(a->name, file);
	if (fstatat(rt.fd, file, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstat(a->fd, &held) == 0 && named.st_ino == held.st_ino)
		unlinkat(rt.fd, file, 0);
	runtime_remove_if_empty(&rt);
	runtime_close(&rt);
}

/* It is in no file system's way, if it finds its own files again. */
static void leave_folder(void)
{
	const char *folder = getenv("NETMAP_RUNTIME_DIR");

	if ((!folder || !*folder || *folder == '/') && chdir("/") < 0)
		return; /* it stays, then */
}

static int forward(struct attachment *a, bool host, int signals)
{
	int status = take_file(a);

	if (status == 0)
		status = open_links(a, host);
	if (status == 0)
		say_rings(a);
	for (int i = 0; status == 0 && i < a->links; i++)
		status = vale_link_start(&a->link[i]);
	say(status);
	leave_folder();
	if (status == 0)
		stay(a, signals);
	if (a->locked)
		remove_file(a);
	/* The interface's own port goes last: whoever waits looks at it. */
	for (int i = a->links; i-- > 0;)
		vale_link_close(&a->link[i]);
	return status != 0;
}

static void lift(int limit)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)limit, &now) < 0)
		return;
	now.rlim_cur = now.rlim_max;
	setrlimit((__rlimit_resource_t)limit, &now);
	now.rlim_cur = now.rlim_max = RLIM_INFINITY;
	setrlimit((__rlimit_resource_t)limit, &now); /* who may */
}

/* The program's time is not the interface's, and its haste neither. */
static void lift_limits(void)
{
	lift(RLIMIT_CPU);
	lift(RLIMIT_RTTIME);
	if (getpriority(PRIO_PROCESS, 0) > 0)
		setpriority(PRIO_PROCESS, 0, 0); /* who may */
}

int vale_attach_run(int argc, char **argv)
{
	struct attachment a = {.name = argv[1], .fd = -1, .watch = -1};
	sigset_t ends;
	int signals;

	fcntl(ATTACHMENT_STATUS, F_SETFD, FD_CLOEXEC);
	prctl(PR_SET_NAME, ATTACHMENT_PROGRAM);
	lift_limits();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* The program may have ignored them. */
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	signals = signalfd(-1, &ends, SFD_CLOEXEC);
	a.gone = eventfd(0, EFD_CLOEXEC);
	if (signals < 0 || a.gone < 0 || !strchr(a.name, ':')) {
		say(errno ? errno : EINVAL);
		return 1;
	}
	return forward(&a, argc == 3, signals);
}
