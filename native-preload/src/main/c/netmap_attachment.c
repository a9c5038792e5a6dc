/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_attachment.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libc_calls.h"

/* Seen from the library: the build tree, then an installation. */
static const char *const places[] = {"nmrun", "../bin/nmrun",
				     "../../bin/nmrun"};

#define CLOSED_BLINDLY 65536

#define END_TRIES 5000
#define END_PAUSE_NS 1000000

static bool find_nmrun(char path[static PATH_MAX])
{
	char library[PATH_MAX], candidate[PATH_MAX + 32], *slash;
	Dl_info ours;

	if (!dladdr(&libc_calls, &ours) || !realpath(ours.dli_fname, library))
		return false;
	slash = strrchr(library, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(candidate, sizeof(candidate), "%s/%s", library,
			 places[i]);
		if (realpath(candidate, path) && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* What the process needs of the program's environment: not its libraries. */
static char **environment_without_preload(void)
{
	size_t n = 0, kept = 0;
	char **all;

	while (environ && environ[n])
		n++;
	all = calloc(n + 1, sizeof(*all));
	for (size_t i = 0; all && i < n; i++)
		if (strncmp(environ[i], "LD_", 3) != 0)
			all[kept++] = environ[i];
	return all;
}

/* The process to be, made before the fork: after it nothing may be. */
struct launch {
	char path[PATH_MAX];
	char *arguments[4];
	char **environment;
	int status;  /* where it is to write */
	int nothing; /* /dev/null */
};

/*
 * A child of whose end the program hears nothing: it has no signal, and is not
 * among those that wait() finds. Past the C library: its handlers of forks are
 * not for us.
 */
static pid_t fork_unnoticed(void)
{
	return (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
}

struct entry { /* as getdents64 writes them */
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

/* -1: no number, as "." */
static int number_of(const char *name)
{
	int n = 0;

	for (; *name >= '0' && *name <= '9' && n < INT_MAX / 10 - 1; name++)
		n = n * 10 + (*name - '0');
	return *name ? -1 : n;
}

static void close_entries(const char *from, long size, int listing)
{
	const struct entry *e;

	for (long at = 0; at < size; at += e->length) {
		int fd;

		e = (const void *)(from + at);
		fd = number_of(e->name);
		if (fd > ATTACHMENT_STATUS && fd != listing)
			syscall(SYS_close, fd);
	}
}

/*
 * All descriptors behind it. Where close_range is refused, as by seccomp
 * filters that are older, by their list; where there is none, as far as can be
 * in a moment.
 */
static void close_the_rest(void)
{
	_Alignas(struct entry) char list[4096];
	int listing;
	long n;

	if (syscall(SYS_close_range, ATTACHMENT_STATUS + 1, ~0u, 0) == 0)
		return;
	listing = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd",
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (listing < 0) {
		for (int fd = ATTACHMENT_STATUS + 1; fd < CLOSED_BLINDLY; fd++)
			syscall(SYS_close, fd);
		return;
	}
	while ((n = syscall(SYS_getdents64, listing, list, sizeof(list))) > 0)
		close_entries(list, n, listing);
	syscall(SYS_close, listing);
}

/*
 * System calls only, as other threads may have held any lock; and raw ones, as
 * the descriptors are no longer the program's.
 */
static _Noreturn void become(const struct launch *l)
{
	sigset_t none;

	syscall(SYS_setsid);
	if (fork_unnoticed() != 0)
		syscall(SYS_exit_group, 0);
	for (int fd = 0; fd < 3; fd++)
		syscall(SYS_dup3, l->nothing, fd, 0);
	if (l->status != ATTACHMENT_STATUS)
		syscall(SYS_dup3, l->status, ATTACHMENT_STATUS, 0);
	else
		syscall(SYS_fcntl, l->status, F_SETFD, 0);
	close_the_rest();
	sigemptyset(&none);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, _NSIG / 8);
	syscall(SYS_execve, l->path, l->arguments, l->environment);
	syscall(SYS_exit_group, 1);
	__builtin_unreachable();
}

/* The first child ends at once, and nobody else may have waited for it. */
static int start(const struct launch *l)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork_unnoticed();
	if (pid == 0)
		become(l);
	while (pid > 0 && syscall(SYS_wait4, pid, NULL, __WALL, NULL) < 0 &&
	       errno == EINTR)
		;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? errno : 0;
}

/* What it says; EIO: nothing. */
static int await(int fd)
{
	int status;
	ssize_t n;

	do
		n = read(fd, &status, sizeof(status));
	while (n < 0 && errno == EINTR);
	return n == sizeof(status) ? status : EIO;
}

static int launch(struct launch *l)
{
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	ends[0] = fd_above_stdio(ends[0]);
	ends[1] = fd_above_stdio(ends[1]);
	l->status = ends[1];
	l->nothing = fd_above_stdio(
		libc_calls.open("/dev/null", O_RDWR | O_CLOEXEC));
	error = ends[0] < 0 || ends[1] < 0 || l->nothing < 0 ? errno : start(l);
	libc_calls.close(ends[1]);
	if (error == 0)
		error = await(ends[0]);
	libc_calls.close(ends[0]);
	libc_calls.close(l->nothing);
	return error;
}

int attachment_begin(const char *name, bool host)
{
	char copy[ATTACHMENT_FILE_SIZE];
	struct launch *l = calloc(1, sizeof(*l));
	int error = ENOMEM, before;

	if (!l)
		return ENOMEM;
	/* An ioctl is no point where a thread can be cancelled. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	snprintf(copy, sizeof(copy), "%s", name);
	l->arguments[0] = (char *)(uintptr_t)ATTACHMENT_PROGRAM;
	l->arguments[1] = copy;
	l->arguments[2] = host ? (char *)(uintptr_t)ATTACHMENT_HOST : NULL;
	l->environment = environment_without_preload();
	if (l->environment)
		error = find_nmrun(l->path) ? launch(l) : EOPNOTSUPP;
	pthread_setcancelstate(before, NULL);
	free(l->environment);
	free(l);
	return error;
}

/* It has let go of what it had when it has let go of the file. */
static int await_end(int fd)
{
	const struct timespec pause = {0, END_PAUSE_NS};

	for (int i = 0; i < END_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return EBUSY; /* it is stopped */
}

/* Held by the process as long as it lives. */
static bool lives(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) < 0;
}

int attachment_open(const char *name)
{
	char file[ATTACHMENT_FILE_SIZE];
	struct runtime rt;
	int fd;

	if (runtime_open(&rt, false, NULL) < 0)
		return -1;
	attachment_file(name, file);
	fd = runtime_open_file(&rt, file, false);
	runtime_close(&rt);
	if (fd < 0 || lives(fd))
		return fd;
	libc_calls.close(fd);
	return -1;
}

static bool is_polled(int fd)
{
	struct attachment_polling p;

	return attachment_read(fd, &p) && p.cpus > 0;
}

int attachment_end(const char *name)
{
	char file[ATTACHMENT_FILE_SIZE];
	struct runtime rt;
	int fd, error = ENXIO;

	if (runtime_open(&rt, false, NULL) < 0)
		return ENXIO;
	attachment_file(name, file);
	fd = fd_above_stdio(libc_calls.openat(rt.fd, file,
					      O_RDWR | O_CLOEXEC | O_NOFOLLOW));
	if (fd >= 0) {
		bool alive = lives(fd);

		error = alive && is_polled(fd) ? EBUSY : ENXIO;
		if (error != EBUSY)
			unlinkat(rt.fd, file, 0);
		if (alive && error != EBUSY)
			error = await_end(fd);
		libc_calls.close(fd);
	}
	runtime_remove_if_empty(&rt);
	runtime_close(&rt);
	return error;
}
