/* SPDX-License-Identifier: BSD-2-Clause */
#include "join_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

#define LOCK_PATIENCE_MS 2000

/* The thread that took one last and has it; 0: none. */
static _Atomic pthread_t holder;

bool join_lock_is_own(void)
{
	return atomic_load(&holder) == pthread_self();
}

static int lock_wait(int fd)
{
	struct timespec pause = {0, 1000000};
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	for (int ms = 0; ms < LOCK_PATIENCE_MS; ms++) {
		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return 0;
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return -ETIMEDOUT;
}

static int make_file(int dir_fd)
{
	int fd = openat(dir_fd, "lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);

	if (fd >= 0)
		fchmod(fd, 0666); /* for those that have changed user */
	return fd;
}

/* Who made it may have been killed before others could open it. */
static void repair(int fd, const struct stat *st)
{
	if (st->st_uid == geteuid() && st->st_nlink == 1 &&
	    (st->st_mode & 0666) != 0666)
		fchmod(fd, 0666);
}

/*
 * The file, which is changed by nobody but who makes it: who may write to the
 * directory can have put another user's file there.
 */
static int open_file(int dir_fd, bool create)
{
	int fd = create ? make_file(dir_fd) : -1;
	struct stat st;

	if (fd < 0 && (!create || errno == EEXIST))
		fd = openat(dir_fd, "lock",
			    O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	fd = fd_above_stdio(fd);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink <= 1) {
		repair(fd, &st);
		return fd;
	}
	close(fd);
	return -EACCES;
}

int join_lock_take(int dir_fd, bool create)
{
	int fd = open_file(dir_fd, create), r;
	struct stat st;

	if (fd < 0)
		return fd;
	r = lock_wait(fd);
	if (r == 0 && (fstat(fd, &st) < 0 || st.st_nlink == 0))
		r = -ESTALE;
	if (r < 0) {
		join_lock_release(fd);
		return r;
	}
	atomic_store(&holder, pthread_self());
	return fd;
}

void join_lock_release(int fd)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
	pthread_t self = pthread_self();

	fcntl(fd, F_OFD_SETLK, &lock);
	close(fd);
	atomic_compare_exchange_strong(&holder, &self, 0);
}
