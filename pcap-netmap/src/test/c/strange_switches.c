/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Switches that cannot be joined: made by another version or for another word
 * size, damaged, not permitted, or locked by somebody who does not go on. A
 * minor difference of versions is none.
 */
#include "testing.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "layout.h"

static char shm_path[128];

static int try_open(const char *spec, struct nmd_error *why)
{
	struct nmd_port *port = NULL;
	int r;

	memset(why, 0, sizeof(*why));
	r = nmd_open(spec, NULL, &port, why);
	nmd_close(port);
	return r;
}

static void is_refused(int code, const char *reason, const char *remedy)
{
	struct nmd_error why;

	CHECK_EQ(try_open("vale0:b", &why), code);
	CHECK_EQ(why.code, code);
	if (strncmp(why.text, "vale0", 5) != 0 || !strstr(why.text, reason) ||
	    !strstr(why.text, remedy) || strchr(why.text, '\n')) {
		printf("said: %s\n", why.text);
		exit(1);
	}
}

/* Writes over a field of the header, tries, and puts it back. */
static void with_field(size_t at, const void *value, size_t size,
		       const char *reason, const char *remedy)
{
	int fd = open(shm_path, O_RDWR | O_CLOEXEC);
	struct nmd_error why;
	char before[16];

	CHECK(fd >= 0 && size <= sizeof(before));
	CHECK_EQ(pread(fd, before, size, (off_t)at), (ssize_t)size);
	CHECK_EQ(pwrite(fd, value, size, (off_t)at), (ssize_t)size);
	is_refused(-EPROTO, reason, remedy);
	CHECK_EQ(nmd_list(NULL, 0, &why), -EPROTO);
	CHECK(strstr(why.text, reason) != NULL);
	CHECK_EQ(pwrite(fd, before, size, (off_t)at), (ssize_t)size);
	CHECK_EQ(try_open("vale0:b", &why), 0);
	close(fd);
}

#define WITH(field, type, number, reason, remedy)                      \
	with_field(offsetof(struct sw_header, field), &(type){number}, \
		   sizeof(type), reason, remedy)

static void other_versions(void)
{
	struct opened a = open_raw("vale0:a");
	struct nmd_error why;
	uint16_t minor = 77;
	int fd;

	WITH(major, uint16_t, 4, "layout version 4.0, this is 5.0",
	     "another switch name");
	WITH(major, uint16_t, 0, "layout version 0.0", "another switch name");
	WITH(word_bits, uint16_t, 32, "word size", "another switch name");
	WITH(byte_order, uint16_t, 0x3412, "byte order", "another switch name");
	/* Not half made: somebody uses it. */
	WITH(magic, uint64_t, 0, "damaged", "remove it");
	WITH(area_size, uint64_t, 4096, "damaged", "remove it");
	WITH(area_size, uint64_t, UINT64_MAX, "damaged", "remove it");
	WITH(file_size, uint64_t, 1, "damaged", "remove it");
	WITH(area_offset, uint64_t, 0, "damaged", "remove it");
	WITH(max_areas, uint32_t, UINT32_MAX, "damaged", "remove it");
	WITH(mac_entries, uint32_t, 1, "damaged", "remove it");
	fd = open(shm_path, O_RDWR | O_CLOEXEC);
	CHECK_EQ(pwrite(fd, &minor, sizeof(minor),
			offsetof(struct sw_header, minor)),
		 sizeof(minor));
	CHECK_EQ(try_open("vale0:b", &why), 0);
	CHECK_EQ(listed(), 1);
	close(fd);
	nmd_close(a.port);
	CHECK_EQ(listed(), 0);
}

static void open_and_stand(void *ready)
{
	open_raw("vale0:a");
	event_set(*(struct event *)ready);
	for (;;)
		pause();
}

/* What a killed program of another version left, as far as one can see. */
static void leave_another_version(uint16_t major)
{
	struct event ready = event_new();
	pid_t pid = spawn(open_and_stand, &ready);
	int fd;

	event_wait(ready);
	fd = open(shm_path, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_EQ(pwrite(fd, &major, sizeof(major),
			offsetof(struct sw_header, major)),
		 sizeof(major));
	close(fd);
	is_refused(-EPROTO, "layout version", "another switch name");
	CHECK_EQ(listed(), -EPROTO);
	kill_and_reap(pid);
}

/* Nobody lives, so there is nobody to be ended: it is swept up. */
static void derelicts(void)
{
	struct opened a;

	leave_another_version(1);
	a = open_raw("vale0:a");
	CHECK_EQ(listed(), 1);
	nmd_close(a.port);
	CHECK_EQ(listed(), 0);
	leave_another_version(999);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(access(shm_path, F_OK), -1);
}

static void join_lock_path(char *path, size_t size)
{
	snprintf(path, size, "%s/vale0/lock", runtime_dir);
}

/* Holds the join lock as a joiner does. */
static void hold_join_lock(void *argument)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct event *ready = argument;
	char path[128];
	int fd;

	join_lock_path(path, sizeof(path));
	fd = open(path, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_EQ(fcntl(fd, F_OFD_SETLK, &lock), 0);
	event_set(*ready);
	for (;;)
		pause();
}

static void a_stopped_joiner(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:c");
	struct event ready = event_new();
	struct nmd_error why;
	pid_t pid = spawn(hold_join_lock, &ready);

	event_wait(ready);
	stop(pid);
	is_refused(-ETIMEDOUT, "lock", "continue or end it");
	/* Traffic and looking need no lock. */
	send_to(&a, 255, 1);
	CHECK_EQ(discard(&b), 1);
	CHECK_EQ(listed(), 2);
	kill_and_reap(pid);
	CHECK_EQ(try_open("vale0:b", &why), 0);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
}

/* Somebody who may write there has put another file in the lock's place. */
static void a_foreign_lock(void)
{
	struct opened a = open_raw("vale0:a");
	char path[128], other[128];
	struct stat st;
	int fd;

	join_lock_path(path, sizeof(path));
	snprintf(other, sizeof(other), "%s/other", runtime_dir);
	fd = open(other, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	CHECK_EQ(unlink(path), 0);
	CHECK_EQ(link(other, path), 0);
	is_refused(-EACCES, "enter", "check the");
	CHECK_EQ(fstat(fd, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0600);
	close(fd);
	CHECK_EQ(unlink(path), 0);
	CHECK_EQ(mkfifo(path, 0666), 0);
	is_refused(-EACCES, "enter", "check the");
	CHECK_EQ(unlink(path), 0);
	CHECK_EQ(unlink(other), 0);
	nmd_close(a.port);
	CHECK_EQ(listed(), 0);
}

/* As by one that was killed before it let others have it. */
static void a_lock_that_only_its_maker_may_open(void)
{
	struct opened a = open_raw("vale0:a"), b;
	char path[128];
	struct stat st;

	join_lock_path(path, sizeof(path));
	CHECK_EQ(chmod(path, 0600), 0);
	b = open_raw("vale0:b");
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0666);
	nmd_close(a.port);
	nmd_close(b.port);
	CHECK_EQ(listed(), 0);
}

/* The file is another user's; root is not kept out by that. */
static void open_as_nobody(void *argument)
{
	(void)argument;
	CHECK_EQ(setgid(65534), 0);
	CHECK_EQ(setuid(65534), 0);
	is_refused(-EACCES, "Permission denied", "check the");
}

static void a_file_that_may_not_be_opened(void)
{
	struct opened a;

	CHECK_EQ(chown(runtime_dir, 65534, 65534), 0);
	a = open_raw("vale0:a");
	CHECK_EQ(chown(shm_path, 0, 0), 0);
	CHECK_EQ(chmod(shm_path, 0600), 0);
	join(spawn(open_as_nobody, NULL));
	nmd_close(a.port);
	CHECK_EQ(chown(runtime_dir, 0, 0), 0);
}

#define DESCRIPTORS 64

/* In a child: its limit. */
static void open_with_few_descriptors(void *argument)
{
	struct rlimit limit = {DESCRIPTORS, DESCRIPTORS};
	struct nmd_error why;
	int last = 0, opened = 0;

	(void)argument;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while (dup(0) >= 0)
		last++;
	CHECK_EQ(errno, EMFILE);
	/* With none free, with one, and so on: fails or works, leaks none. */
	for (int left = 0; left < 12; left++) {
		if (left > 0)
			close(DESCRIPTORS - left);
		for (int again = 0; again < 3; again++) {
			int r = try_open("vale0:b", &why);

			CHECK(r == 0 || (r == -EMFILE && !opened));
			CHECK(r == 0 || strchr(why.text, ';'));
			opened += r == 0;
		}
	}
	CHECK(opened > 0 && opened < 33);
}

static void no_descriptors_left(void)
{
	struct opened a = open_raw("vale0:a");

	join(spawn(open_with_few_descriptors, NULL));
	nmd_close(a.port);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	begin();
	snprintf(shm_path, sizeof(shm_path), "%s/vale0/shm", runtime_dir);
	other_versions();
	derelicts();
	a_stopped_joiner();
	a_foreign_lock();
	a_lock_that_only_its_maker_may_open();
	no_descriptors_left();
	if (geteuid() == 0)
		a_file_that_may_not_be_opened();
	finish();
	if (geteuid() != 0)
		SKIP("only root can try a file of another user");
	return 0;
}
