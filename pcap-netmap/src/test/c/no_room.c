/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where memory is short an open says so and takes none: a full tmpfs, a
 * memory cgroup; pages of files that the cgroup could drop are not short
 * memory; signals do not disturb the reservation.
 */
#include "testing.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/time.h>

#include "port.h"

#define CGROUP_LIMIT (64ull << 20)

static bool says(const struct nmd_error *why, int code, const char *name,
		 const char *reason)
{
	if (why->code == code && strncmp(why->text, name, strlen(name)) == 0 &&
	    strstr(why->text, reason) && strchr(why->text, ';') &&
	    !strchr(why->text, '\n'))
		return true;
	printf("%d: %s\n", why->code, why->text);
	return false;
}

static int try_slots(const char *spec, uint32_t slots, struct nmd_error *why)
{
	struct nmd_options options = {
		.size = sizeof(options), .tx_slots = slots, .rx_slots = slots};
	struct nmd_port *port = NULL;
	int r = nmd_open(spec, &options, &port, why);

	nmd_close(port);
	return r;
}

static long long free_blocks(void)
{
	struct statfs fs;

	CHECK_EQ(statfs(runtime_dir, &fs), 0);
	return (long long)fs.f_bfree;
}

static void mount_small(const char *options)
{
	CHECK_EQ(mount("tmpfs", runtime_dir, "tmpfs", 0, options), 0);
	CHECK_EQ(chmod(runtime_dir, 0700), 0);
}

/* 8 MB: the tables and one default port, not two. In a child: its mounts. */
static void in_a_small_tmpfs(void *argument)
{
	struct opened first;
	struct nmd_error why;
	long long before;

	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	mount_small("size=8m");
	first = open_raw("vale0:a");
	before = free_blocks();
	CHECK_EQ(try_slots("vale0:b", 1024, &why), -ENOMEM);
	CHECK(says(&why, -ENOMEM, "vale0:b: ", "tmpfs"));
	CHECK_EQ(free_blocks(), before);
	CHECK_EQ(listed(), 1);
	send_to(&first, 255, 1);
	CHECK_EQ(try_slots("vale0:b", 64, &why), 0);
	nmd_close(first.port);
	/* What a port had is given back. */
	for (int i = 0; i < 10; i++)
		CHECK_EQ(try_slots("vale0:b", 1024, &why), 0);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
	/* Not even a switch's tables. */
	mount_small("size=512k");
	CHECK_EQ(try_slots("vale0:b", 64, &why), -ENOMEM);
	CHECK(says(&why, -ENOMEM, "vale0: ", "room"));
	CHECK_EQ(listed(), 0);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
	/* No names left. */
	mount_small("size=8m,nr_inodes=3");
	CHECK(try_slots("vale0:b", 64, &why) < 0);
	CHECK(says(&why, why.code, "vale0", "room"));
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
}

/* What containers have: the default port fits in several times. */
static void in_64_megabytes(void *argument)
{
	struct opened ports[6];
	char spec[16];

	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	mount_small("size=64m");
	for (int i = 0; i < 6; i++) {
		snprintf(spec, sizeof(spec), "vale0:%d", i / 2);
		ports[i] = i % 2 ? open_capture(spec) : open_raw(spec);
	}
	send_to(&ports[0], 255, 1);
	for (int i = 1; i < 6; i++)
		CHECK_EQ(discard(&ports[i]), 1);
	for (int i = 0; i < 6; i++)
		nmd_close(ports[i].port);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
}

static void send_frames(void *sender)
{
	for (int i = 0; i < 3000; i++)
		send_to(sender, 255, 1);
}

/*
 * A neighbour writes that its rings are larger than what was taken for them,
 * and tmpfs is full: who believed it would be ended by SIGBUS.
 */
static void rings_that_are_not_there(void *argument)
{
	static const uint8_t page[SW_PAGE];
	struct opened from, spoiled;
	char path[96];
	int fd;

	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	mount_small("size=16m");
	from = open_raw("vale0:a");
	spoiled = open_raw("vale0:b");
	snprintf(path, sizeof(path), "%s/filler", runtime_dir);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	while (write(fd, page, sizeof(page)) > 0)
		;
	close(fd);
	vale_area_entry(spoiled.port->vale, spoiled.port->area_index)
		->rx_slots = 65536;
	for (uint32_t i = 0; i < spoiled.rx->num_slots; i++)
		spoiled.rx->slot[i].buf_idx = 60000 + i;
	join(spawn(send_frames, &from));
	CHECK_EQ(listed(), 2);
	CHECK_EQ(unlink(path), 0);
	nmd_close(from.port);
	nmd_close(spoiled.port);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
}

static bool write_text(const char *folder, const char *file, const char *text)
{
	char path[160];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = write(fd, text, strlen(text));
	close(fd);
	return n == (ssize_t)strlen(text);
}

/* A memory cgroup of our own, if we may make one, of either version. */
static bool make_cgroup(char *folder, size_t size)
{
	static const char *const roots[][2] = {
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
		{"/sys/fs/cgroup", "memory.max"},
	};
	char limit[32];

	snprintf(limit, sizeof(limit), "%llu", CGROUP_LIMIT);
	for (int i = 0; i < 2; i++) {
		snprintf(folder, size, "%s/nmd-test-%d", roots[i][0],
			 (int)getpid());
		if (mkdir(folder, 0755) < 0)
			continue;
		if (write_text(folder, roots[i][1], limit))
			return true;
		rmdir(folder);
	}
	return false;
}

/* Reads a file of the size of the limit: the cgroup is full of its pages. */
static void fill_with_pages_of_a_file(void)
{
	char path[] = "/var/tmp/nmd-test-XXXXXX";
	static char block[1 << 20];
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	unlink(path);
	for (uint64_t n = 0; n < CGROUP_LIMIT; n += sizeof(block))
		CHECK_EQ(write(fd, block, sizeof(block)), sizeof(block));
	CHECK_EQ(fsync(fd), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	while (read(fd, block, sizeof(block)) > 0)
		;
	/* fd stays open: its pages stay. */
}

static void in_a_small_cgroup(void *argument)
{
	struct nmd_error why;

	CHECK(write_text(argument, "cgroup.procs", "0"));
	CHECK_EQ(try_slots("vale0:a", 65536, &why), -ENOMEM);
	CHECK(says(&why, -ENOMEM, "vale0:a: ", "cgroup"));
	CHECK_EQ(try_slots("vale0:a", 1024, &why), 0);
	fill_with_pages_of_a_file();
	CHECK_EQ(try_slots("vale0:a", 4096, &why), 0);
	CHECK_EQ(listed(), 0);
}

static bool test_cgroup(void)
{
	char folder[128];
	int code;

	if (!make_cgroup(folder, sizeof(folder)))
		return false;
	code = ending_of(spawn(in_a_small_cgroup, folder));
	CHECK_EQ(rmdir(folder), 0);
	CHECK_EQ(code, 0);
	return true;
}

static _Atomic int alarms;

static void count_alarm(int signal)
{
	(void)signal;
	alarms++;
}

/* A profiler's or a JVM's signals: many while a large ring is reserved. */
static void signals_do_not_disturb(void)
{
	struct sigaction action = {.sa_handler = count_alarm};
	struct itimerval often = {{0, 2000}, {0, 2000}},
			 never = {{0, 0}, {0, 0}};
	struct nmd_error why;

	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &often, NULL), 0);
	for (int i = 0; i < 3; i++)
		if (try_slots("vale0:a", 32768, &why) < 0) {
			printf("%s\n", why.text);
			exit(1);
		}
	CHECK_EQ(setitimer(ITIMER_REAL, &never, NULL), 0);
	CHECK(alarms > 0);
}

int main(void)
{
	bool cgroup = true;
	int code = 0;

	begin();
	if (!UNDER_TSAN) /* which has smaller areas */
		signals_do_not_disturb();
	if (geteuid() == 0) {
		code = ending_of(spawn(in_a_small_tmpfs, NULL));
		if (code == 0 && !UNDER_TSAN)
			code = ending_of(spawn(in_64_megabytes, NULL));
		if (code == 0 && !UNDER_TSAN)
			join(spawn(rings_that_are_not_there, NULL));
		cgroup = UNDER_TSAN || UNDER_ASAN || test_cgroup();
	}
	CHECK(code == 0 || code == 77);
	CHECK_EQ(listed(), 0);
	finish();
	if (geteuid() != 0)
		SKIP("only root can mount a small tmpfs and make a cgroup");
	if (code == 77)
		SKIP("no mounts in this container");
	if (!cgroup)
		SKIP("no memory cgroup can be made here");
	return 0;
}
