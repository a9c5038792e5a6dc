/* SPDX-License-Identifier: BSD-2-Clause */
#include "fifo.h"

#include "directory.h"
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct fifo_name {
	char text[32];
};

static struct fifo_name name_of(uint32_t index, uint64_t generation)
{
	struct fifo_name name;

	snprintf(name.text, sizeof(name.text), "p%u.%" PRIu64, index,
		 generation);
	return name;
}

static struct flock whole_file(short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

static int open_and_lock(const struct vale *v, const char *name)
{
	struct flock lock = whole_file(F_WRLCK);
	/* Read and write: a FIFO open this way never sees end of file. */
	int fd = openat(v->dir_fd, name,
			O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

	fd = fd_above_stdio(fd);
	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		int code = errno;

		close(fd);
		return -code;
	}
	return fd;
}

int fifo_create(const struct vale *v, uint32_t index, uint64_t generation)
{
	struct fifo_name name = name_of(index, generation);
	int fd;

	unlinkat(v->dir_fd, name.text, 0);
	if (mkfifoat(v->dir_fd, name.text, 0600) < 0)
		return -errno;
	HOOK(fifo_made);
	fd = open_and_lock(v, name.text);
	if (fd < 0) {
		unlinkat(v->dir_fd, name.text, 0);
		return fd;
	}
	/* Whoever gets this far may wake; the outer directory guards. */
	fchmod(fd, 0666);
	return fd;
}

static int open_existing(const struct vale *v, uint32_t index,
			 uint64_t generation, int access)
{
	struct fifo_name name = name_of(index, generation);
	int fd;

	if (!vale_dir_ok(v))
		return -EBADF;
	fd = openat(v->dir_fd, name.text,
		    access | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* Of the opening whose FIFO was opened, or not (-errno); closes it. */
static int life_of(int fd)
{
	struct flock lock = whole_file(F_WRLCK);
	int asked;

	if (fd == -ENXIO || fd == -ENOENT)
		return 0; /* nobody reads, or its name is gone */
	if (fd < 0)
		return -1;
	asked = fcntl(fd, F_OFD_GETLK, &lock);
	close(fd);
	if (asked < 0)
		return -1;
	return lock.l_type != F_UNLCK;
}

int fifo_alive(const struct vale *v, uint32_t index, uint64_t generation)
{
	return life_of(open_existing(v, index, generation, O_WRONLY));
}

/* Also a reader ourselves: the last reader's end raises no SIGPIPE. */
static int open_to_wake(struct vale *v, uint32_t index, uint64_t generation)
{
	int fd = open_existing(v, index, generation, O_RDWR);

	if ((fd != -EMFILE && fd != -ENFILE) || !vale_give_up_spare(v))
		return fd;
	fd = open_existing(v, index, generation, O_RDWR);
	if (fd < 0)
		vale_take_spare(v, -1);
	return fd;
}

bool fifo_wake(struct vale *v, uint32_t index, uint64_t generation)
{
	int fd = open_to_wake(v, index, generation);
	bool written;

	if (fd < 0)
		return fd == -ENOENT;
	HOOK(fifo_opened);
	/* A full FIFO is readable already. */
	written = write(fd, "", 1) == 1 || errno == EAGAIN;
	if (vale_lacks_spare(v))
		vale_take_spare(v, fd);
	else
		close(fd);
	return written;
}

void fifo_unlink(const struct vale *v, uint32_t index, uint64_t generation)
{
	unlinkat(v->dir_fd, name_of(index, generation).text, 0);
}

static bool unlink_it(void *dir_fd, const char *name)
{
	unlinkat(*(const int *)dir_fd, name, 0);
	return false;
}

void fifo_unlink_all(int dir_fd)
{
	directory_any(dir_fd, 'p', unlink_it, &dir_fd);
}

static bool may_be_alive(void *dir_fd, const char *name)
{
	int fd = openat(*(const int *)dir_fd, name,
			O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

	return life_of(fd < 0 ? -errno : fd) != 0;
}

/* Also if it cannot be told. */
bool fifo_any_alive(int dir_fd)
{
	return directory_any(dir_fd, 'p', may_be_alive, &dir_fd) != 0;
}

void fifo_drain(int fd)
{
	char bytes[512];

	while (read(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
		;
}
