/* SPDX-License-Identifier: BSD-2-Clause */
#include "vale.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "fifo.h"
#include "header.h"
#include "hook.h"
#include "join_lock.h"
#include "room.h"
#include "tables.h"

/* Every switch this process has mapped; they stay mapped. */
static struct vale *mapped;
static pthread_mutex_t mapped_lock = PTHREAD_MUTEX_INITIALIZER;

/* A switch being joined. */
struct joining {
	struct runtime rt;
	const char *name;
	int dir_fd, lock_fd, shm_fd;
	struct stat dir_st;
};

static void joining_end(struct joining *j)
{
	if (j->dir_fd >= 0)
		close(j->dir_fd);
	if (j->shm_fd >= 0)
		close(j->shm_fd);
	runtime_close(&j->rt);
}

static int failed(const struct joining *j, const char *what, int code,
		  struct nmd_error *err)
{
	return error_set(err, -code,
			 "%s: cannot %s in %s (%s); check the "
			 "directory's permissions and room",
			 j->name, what, j->rt.path, strerror(code));
}

static bool is_dir(const struct vale *v, int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == v->dir_dev &&
	       st.st_ino == v->dir_ino;
}

bool vale_dir_ok(const struct vale *v)
{
	return is_dir(v, v->dir_fd);
}

/* The program may have closed it, and reused the number. */
bool vale_give_up_spare(struct vale *v)
{
	int fd = atomic_load(&v->spare_fd);

	if (fd < 0 ||
	    !atomic_compare_exchange_strong(&v->spare_fd, &fd, VALE_NO_SPARE) ||
	    !is_dir(v, fd))
		return false;
	close(fd);
	return true;
}

void vale_take_spare(struct vale *v, int fd)
{
	int none = VALE_NO_SPARE;
	int spare = fd < 0 ? fcntl(v->dir_fd, F_DUPFD_CLOEXEC, 3)
			   : dup3(v->dir_fd, fd, O_CLOEXEC);

	if (spare >= 0 &&
	    !atomic_compare_exchange_strong(&v->spare_fd, &none, spare))
		close(spare);
}

/* A new switch may have been made in the directory of the one we mapped. */
static bool shm_is_ours(const struct vale *v)
{
	struct stat st;

	return fstatat(v->dir_fd, "shm", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_dev == v->shm_dev && st.st_ino == v->shm_ino;
}

int vale_lock(const struct vale *v)
{
	int fd;

	if (!vale_dir_ok(v))
		return -EBADF;
	fd = join_lock_take(v->dir_fd, false);
	if (fd >= 0 && v->base && !shm_is_ours(v)) {
		join_lock_release(fd);
		return -ESTALE;
	}
	return fd;
}

void vale_unlock(int lock_fd)
{
	if (lock_fd >= 0)
		join_lock_release(lock_fd);
}

/* The default runtime directory goes with its last switch. */
static int runtime_again(struct joining *j)
{
	int r;

	runtime_close(&j->rt);
	r = runtime_open(&j->rt, true, NULL);
	return r < 0 ? r : -ESTALE;
}

static int enter_once(struct joining *j)
{
	mode_t mode = j->rt.group ? 02770 : 0733;
	bool made = mkdirat(j->rt.fd, j->name, 0700) == 0;

	if (!made && errno != EEXIST)
		return errno == ENOENT ? runtime_again(j) : -errno;
	j->dir_fd = fd_above_stdio(
		openat(j->rt.fd, j->name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	if (j->dir_fd < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	if (made)
		runtime_give_to_owner(&j->rt, j->dir_fd);
	HOOK(dir_made);
	fchmod(j->dir_fd, mode); /* fails, rightly, in another's directory */
	j->lock_fd = join_lock_take(j->dir_fd, true);
	if (j->lock_fd < 0)
		return j->lock_fd;
	HOOK(join_locked);
	return fstat(j->dir_fd, &j->dir_st) < 0 || j->dir_st.st_nlink == 0
		       ? -ESTALE
		       : 0;
}

/* Makes and locks the switch's directory; starts over when it goes away. */
static int enter(struct joining *j, struct nmd_error *err)
{
	int r = -ESTALE;

	for (int i = 0; r == -ESTALE && i < 1000; i++) {
		r = enter_once(j);
		if (r < 0 && j->lock_fd >= 0)
			join_lock_release(j->lock_fd);
		if (r < 0 && j->dir_fd >= 0)
			close(j->dir_fd);
		if (r < 0)
			j->lock_fd = j->dir_fd = -1;
	}
	if (r == -ETIMEDOUT)
		return error_set(err, r,
				 "%s: another process holds the switch's lock "
				 "and does not go on; continue or end it",
				 j->name);
	return r < 0 ? failed(j, "enter the switch's directory", -r, err) : 0;
}

/* Makes an empty switch; its magic is written last. */
static int make_shm(struct joining *j, uint64_t asked, struct nmd_error *err)
{
	struct sw_header h = {0};
	uint64_t magic = SW_MAGIC;

	unlinkat(j->dir_fd, "shm", 0);
	j->shm_fd = fd_above_stdio(openat(
		j->dir_fd, "shm",
		O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
	if (j->shm_fd < 0)
		return failed(j, "make the shared file", errno, err);
	HOOK(shm_made);
	header_fill(&h, j->name, asked);
	fchmod(j->shm_fd, j->rt.group ? 0660 : 0600);
	runtime_give_to_owner(&j->rt, j->shm_fd);
	if (ftruncate(j->shm_fd, (off_t)h.file_size) < 0)
		return failed(j, "size the shared file", errno, err);
	HOOK(shm_sized);
	if (room_allocate(j->shm_fd, 0, SW_HEADERS_SIZE) < 0)
		return error_set(err, -ENOMEM,
				 "%s: tmpfs has no room for a switch's tables "
				 "(1 MiB); make room in %s",
				 j->name, j->rt.path);
	if (pwrite(j->shm_fd, &h, sizeof(h), 0) != sizeof(h))
		return failed(j, "write the shared file", errno, err);
	HOOK(header_written);
	if (pwrite(j->shm_fd, &magic, sizeof(magic), 0) != sizeof(magic))
		return failed(j, "write the shared file", errno, err);
	HOOK(shm_whole);
	return 0;
}

/* Finds the shared file this process has mapped already. */
static struct vale *find_mapped(const struct stat *st)
{
	struct vale *v = mapped;

	while (v && (v->shm_dev != st->st_dev || v->shm_ino != st->st_ino))
		v = v->next;
	return v;
}

static int map_shm(struct vale *v, int fd, const struct sw_header *h,
		   int protection, struct nmd_error *err)
{
	void *base = mmap(
		v->base, h->file_size, protection,
		MAP_SHARED | MAP_NORESERVE | (v->base ? MAP_FIXED : 0), fd, 0);

	if (base == MAP_FAILED)
		return error_set(err, -ENOMEM,
				 "%s: cannot map %llu GiB of address space "
				 "(%s); raise the limit (ulimit -v)",
				 v->name,
				 (unsigned long long)(h->file_size >> 30),
				 strerror(errno));
	madvise(base, h->file_size, MADV_DONTDUMP);
	v->base = base;
	v->file_size = h->file_size;
	v->area_offset = h->area_offset;
	v->area_size = h->area_size;
	return 0;
}

/*
 * Where to map a switch: over one that no opening of this process uses any
 * more, so that opening and closing for ever does not eat up the address
 * space. Programs look at their rings through mappings of their own.
 */
static struct vale *find_place(uint64_t file_size)
{
	struct vale *v = mapped;

	while (v && (v->users > 0 || (v->base && v->file_size != file_size)))
		v = v->next;
	if (v)
		return v;
	v = calloc(1, sizeof(*v));
	if (v) {
		v->next = mapped;
		mapped = v;
	}
	return v;
}

static struct vale *map_new(const struct joining *j, const struct stat *st,
			    const struct sw_header *h, struct nmd_error *err)
{
	struct vale *v = find_place(h->file_size);

	if (!v) {
		error_set(err, -ENOMEM, "%s: out of memory", j->name);
		return NULL;
	}
	snprintf(v->name, sizeof(v->name), "%s", j->name);
	v->dir_fd = -1;
	atomic_store(&v->spare_fd, VALE_NO_SPARE);
	v->runtime = j->rt;
	v->runtime.fd = -1;
	v->shm_ino = 0; /* no file's, for as long as it is not mapped */
	if (map_shm(v, j->shm_fd, h, PROT_READ | PROT_WRITE, err) < 0)
		return NULL;
	v->shm_dev = st->st_dev;
	v->shm_ino = st->st_ino;
	return v;
}

/* Maps the opened shared file, or finds it mapped; counts a user. */
static int attach(struct joining *j, struct vale **out, struct nmd_error *err)
{
	struct sw_header h;
	struct stat st;
	int r = header_read(j->dir_fd, j->shm_fd, j->name, &h, err);

	if (r < 0)
		return r;
	if (fstat(j->shm_fd, &st) < 0)
		return failed(j, "look at the shared file", errno, err);
	*out = find_mapped(&st);
	if (!*out)
		*out = map_new(j, &st, &h, err);
	if (!*out)
		return -ENOMEM;
	(*out)->users++;
	/* The first opening, or one of a program that closed all files. */
	if (!vale_dir_ok(*out)) {
		(*out)->dir_fd = fcntl(j->dir_fd, F_DUPFD_CLOEXEC, 3);
		(*out)->dir_dev = j->dir_st.st_dev;
		(*out)->dir_ino = j->dir_st.st_ino;
	}
	if (!is_dir(*out, (*out)->spare_fd)) {
		atomic_store(&(*out)->spare_fd, VALE_NO_SPARE);
		vale_take_spare(*out, -1);
	}
	return 0;
}

static void release(struct vale *v)
{
	if (--v->users > 0)
		return;
	if (vale_dir_ok(v)) /* or the program may have reused the number */
		close(v->dir_fd);
	vale_give_up_spare(v);
	v->dir_fd = -1;
}

static int tidy_or_leave(struct vale *v, struct nmd_error *err)
{
	uint32_t live = tables_tidy(v);

	if (live > 0 && live != TABLES_SPOILED)
		return 0;
	release(v);
	if (live == 0)
		return -ESTALE;
	return error_set(err, -EPROTO,
			 "%s: a program has spoiled the switch's tables; end "
			 "those that use it",
			 v->name);
}

/*
 * Attaches to what is there if it is whole and somebody uses it; -ESTALE if
 * not, with what killed processes left swept away.
 */
static int attach_existing(struct joining *j, struct vale **out,
			   struct nmd_error *err)
{
	int r;

	j->shm_fd = fd_above_stdio(
		openat(j->dir_fd, "shm", O_RDWR | O_CLOEXEC | O_NOFOLLOW));
	if (j->shm_fd < 0)
		return errno == ENOENT
			       ? -ESTALE
			       : failed(j, "open the shared file", errno, err);
	r = attach(j, out, err);
	if (r == 0)
		r = tidy_or_leave(*out, err);
	else if (r == -EPROTO && !fifo_any_alive(j->dir_fd)) {
		/* Another version's, or damaged, and all its programs dead. */
		fifo_unlink_all(j->dir_fd);
		r = -ESTALE;
	}
	if (r < 0) {
		close(j->shm_fd);
		j->shm_fd = -1;
	}
	return r;
}

static int join_locked(struct joining *j, uint64_t area_size, struct vale **out,
		       struct nmd_error *err)
{
	int r = attach_existing(j, out, err);

	if (r != -ESTALE)
		return r;
	r = make_shm(j, area_size, err);
	return r < 0 ? r : attach(j, out, err);
}

int vale_join(const char *name, uint64_t area_size, struct vale **out,
	      int *lock_fd, struct nmd_error *err)
{
	struct joining j = {
		.name = name, .dir_fd = -1, .lock_fd = -1, .shm_fd = -1};
	int r = runtime_open(&j.rt, true, err);

	if (r < 0)
		return r;
	pthread_mutex_lock(&mapped_lock);
	r = enter(&j, err);
	if (r == 0)
		r = join_locked(&j, area_size, out, err);
	pthread_mutex_unlock(&mapped_lock);
	if (r < 0)
		vale_unlock(j.lock_fd);
	else
		*lock_fd = j.lock_fd;
	joining_end(&j);
	return r;
}

void vale_release(struct vale *v)
{
	pthread_mutex_lock(&mapped_lock);
	release(v);
	pthread_mutex_unlock(&mapped_lock);
}

void vale_after_fork(void)
{
	pthread_mutex_init(&mapped_lock, NULL);
}

int vale_open_shm(const struct vale *v)
{
	int fd = openat(v->dir_fd, "shm", O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? -errno : fd_above_stdio(fd);
}

/* Removes the switch's own directory, if that is what the name means. */
static void remove_dir(const struct vale *v)
{
	struct stat st;
	int fd = open(v->runtime.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (fstatat(fd, v->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_dev == v->dir_dev && st.st_ino == v->dir_ino)
		unlinkat(fd, v->name, AT_REMOVEDIR);
	close(fd);
	runtime_remove_if_empty(&v->runtime);
}

/* The lock goes last but one: a joiner that waits for it sees it unlinked. */
void vale_remove(const struct vale *v)
{
	if (!vale_dir_ok(v))
		return;
	unlinkat(v->dir_fd, "shm", 0);
	HOOK(shm_unlinked);
	fifo_unlink_all(v->dir_fd);
	unlinkat(v->dir_fd, "lock", 0);
	HOOK(lock_unlinked);
	remove_dir(v);
}

int vale_peek(const struct runtime *rt, const char *name, struct vale *out,
	      struct nmd_error *err)
{
	struct sw_header h;
	struct stat st;
	int fd, r;

	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%s", name);
	out->runtime = *rt;
	out->runtime.fd = -1;
	atomic_store(&out->spare_fd, VALE_NEEDS_NO_SPARE);
	out->dir_fd = openat(rt->fd, name,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out->dir_fd < 0 || fstat(out->dir_fd, &st) < 0)
		return -ESTALE;
	out->dir_dev = st.st_dev;
	out->dir_ino = st.st_ino;
	fd = vale_open_shm(out);
	r = fd < 0 || fstat(fd, &st) < 0
		    ? -ESTALE
		    : header_read(out->dir_fd, fd, name, &h, err);
	out->shm_dev = st.st_dev;
	out->shm_ino = st.st_ino;
	if (r == 0)
		r = map_shm(out, fd, &h, PROT_READ | PROT_WRITE, err);
	if (fd >= 0)
		close(fd);
	return r;
}

bool vale_is_whole(const struct vale *v)
{
	struct sw_header h;
	int fd = vale_open_shm(v), r;

	if (fd < 0)
		return fd != -ENOENT;
	r = header_read(v->dir_fd, fd, v->name, &h, NULL);
	close(fd);
	return r != -ESTALE;
}

void vale_unpeek(struct vale *v)
{
	if (v->base)
		munmap(v->base, v->file_size);
	if (v->dir_fd >= 0)
		close(v->dir_fd);
	v->base = NULL;
	v->dir_fd = -1;
}
