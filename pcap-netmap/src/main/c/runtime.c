/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "room.h"

#define TRIES 1000
#define FILE_TRIES 200
#define FILE_PAUSE_NS 1000000
#define DEFAULT_PARENT "/dev/shm"
#define DEFAULT_PREFIX DEFAULT_PARENT "/pcap-netmap-"

int fd_above_stdio(int fd)
{
	int above;

	if (fd < 0 || fd > 2)
		return fd;
	above = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return above;
}

static int set_path(struct runtime *rt, struct nmd_error *err)
{
	const char *chosen = getenv("NETMAP_RUNTIME_DIR");
	int n;

	rt->is_default = !chosen || !*chosen;
	if (rt->is_default)
		n = snprintf(rt->path, sizeof(rt->path), DEFAULT_PREFIX "%u",
			     (unsigned)geteuid());
	else
		n = snprintf(rt->path, sizeof(rt->path), "%s", chosen);
	if (n < (int)sizeof(rt->path))
		return 0;
	return error_set(err, -EINVAL,
			 "NETMAP_RUNTIME_DIR: path longer than %zu bytes; "
			 "choose a shorter one",
			 sizeof(rt->path) - 1);
}

static int not_opened(const struct runtime *rt, int code, struct nmd_error *err)
{
	if (code == EACCES)
		return error_set(err, -EACCES,
				 "%s: runtime directory is another user's; "
				 "set NETMAP_RUNTIME_DIR to a tmpfs directory "
				 "of your own",
				 rt->path);
	if (code == ELOOP || code == ENOTDIR)
		return error_set(err, -EACCES,
				 "%s: runtime directory is not a plain "
				 "directory; remove it or set "
				 "NETMAP_RUNTIME_DIR",
				 rt->path);
	if (code == ENOENT)
		return error_set(err, -ENOENT,
				 "%s: there is no such directory; correct or "
				 "unset NETMAP_RUNTIME_DIR",
				 rt->path);
	return error_set(err, -code,
			 "%s: cannot open the runtime directory (%s); set "
			 "NETMAP_RUNTIME_DIR to a tmpfs directory of your own",
			 rt->path, strerror(code));
}

static int check_tmpfs(const struct runtime *rt, struct nmd_error *err)
{
	struct statfs fs;

	if (fstatfs(rt->fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC)
		return 0;
	return error_set(err, -ENOTSUP,
			 "%s: runtime directory is not on tmpfs; set "
			 "NETMAP_RUNTIME_DIR to a directory below /dev/shm",
			 rt->path);
}

uint64_t runtime_left(void)
{
	struct runtime rt;
	struct statfs fs;

	if (set_path(&rt, NULL) == 0 &&
	    (statfs(rt.path, &fs) == 0 ||
	     (rt.is_default && statfs(DEFAULT_PARENT, &fs) == 0)))
		return room_left(&fs);
	return UINT64_MAX;
}

static int check_owner(struct runtime *rt, struct nmd_error *err)
{
	struct stat st;

	if (fstat(rt->fd, &st) < 0)
		return not_opened(rt, errno, err);
	rt->owner = st.st_uid;
	rt->group = (st.st_mode & S_ISGID) && (st.st_mode & S_IWGRP);
	if (st.st_mode & S_IWOTH)
		return error_set(err, -EACCES,
				 "%s: everyone may write to the runtime "
				 "directory; set NETMAP_RUNTIME_DIR to a "
				 "directory of your own on tmpfs",
				 rt->path);
	if (rt->group && st.st_uid == 0)
		return 0;
	if ((st.st_mode & S_IWGRP) && st.st_uid == geteuid())
		return error_set(err, -EACCES,
				 "%s: others may write to the runtime "
				 "directory; chmod 700 it",
				 rt->path);
	if (st.st_uid == geteuid() || geteuid() == 0)
		return 0;
	return error_set(err, -EACCES,
			 "%s: runtime directory belongs to uid %u, not to you "
			 "(uid %u); set NETMAP_RUNTIME_DIR to a tmpfs "
			 "directory of your own",
			 rt->path, (unsigned)st.st_uid, (unsigned)geteuid());
}

int runtime_open(struct runtime *rt, bool create, struct nmd_error *err)
{
	bool make;
	int r = set_path(rt, err);

	rt->fd = -1;
	if (r < 0)
		return r;
	make = create && rt->is_default;
	/* The last close of another process may remove it again. */
	for (int i = 0; i < TRIES && rt->fd < 0 && (i == 0 || make); i++) {
		if (make)
			mkdir(rt->path, 0700);
		rt->fd = open(rt->path,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (rt->fd < 0 && errno != ENOENT)
			break;
	}
	rt->fd = fd_above_stdio(rt->fd);
	if (rt->fd < 0 && errno == ENOENT && !create)
		return -ENOENT;
	if (rt->fd < 0)
		return not_opened(rt, errno, err);
	r = check_tmpfs(rt, err);
	if (r == 0)
		r = check_owner(rt, err);
	if (r < 0)
		runtime_close(rt);
	return r;
}

void runtime_close(struct runtime *rt)
{
	if (rt->fd >= 0)
		close(rt->fd);
	rt->fd = -1;
}

void runtime_give_to_owner(const struct runtime *rt, int fd)
{
	if (geteuid() == 0 && rt->owner != 0)
		(void)!fchown(fd, rt->owner, (gid_t)-1);
}

static int make_file(const struct runtime *rt, const char *name)
{
	int fd = fd_above_stdio(openat(rt->fd, name,
				       O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
				       rt->group ? 0660 : 0600));

	if (fd < 0)
		return -errno;
	runtime_give_to_owner(rt, fd);
	return fd;
}

/*
 * Who may write to the directory can have linked another user's file there.
 * -EAGAIN: it is going, or root is still making it.
 */
static int check_file(const struct runtime *rt, int fd)
{
	struct stat st, directory;
	bool is_owners;

	if (fstat(fd, &st) < 0 || fstat(rt->fd, &directory) < 0)
		return -errno;
	if (S_ISREG(st.st_mode) && st.st_nlink == 0)
		return -EAGAIN;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return -EACCES;
	is_owners = rt->group ? st.st_gid == directory.st_gid
			      : st.st_uid == rt->owner;
	if (is_owners)
		return 0;
	return st.st_uid == 0 ? -EAGAIN : -EACCES;
}

static int open_file(const struct runtime *rt, const char *name)
{
	int fd = fd_above_stdio(openat(
		rt->fd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
	int r;

	if (fd < 0)
		return errno == ELOOP || errno == EISDIR ? -EACCES : -errno;
	r = check_file(rt, fd);
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

int runtime_open_file(const struct runtime *rt, const char *name, bool create)
{
	const struct timespec pause = {0, FILE_PAUSE_NS};
	int r = -EAGAIN;

	for (int i = 0; r == -EAGAIN && i < FILE_TRIES; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		r = create ? make_file(rt, name) : -EEXIST;
		if (r == -EEXIST)
			r = open_file(rt, name);
		if (r == -ENOENT && create)
			r = -EAGAIN; /* removed meanwhile */
	}
	return r == -EAGAIN ? -EACCES : r;
}

/* Who has opened it meanwhile, to lock it, finds it gone and makes another. */
void runtime_remove_unlocked(const struct runtime *rt, const char *name)
{
	int fd = runtime_open_file(rt, name, false);
	struct stat held, named;

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &held) == 0 &&
	    fstatat(rt->fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    named.st_ino == held.st_ino)
		unlinkat(rt->fd, name, 0);
	close(fd);
}

void runtime_remove_if_empty(const struct runtime *rt)
{
	if (rt->is_default)
		rmdir(rt->path);
}
