// SPDX-License-Identifier: BSD-2-Clause
/*
 * The table of descriptors: duplicates are found, whatever way they are made;
 * the last close ends the object, once; a vfork child changes nothing, a forked
 * one its own table; what is not in the table goes through untouched.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>

/* The table itself, with calls before those of the library. */
#include "../../main/c/descriptor_calls.c"
#include "../../main/c/descriptors.c"
#include "../../main/c/libc_calls.c"
#include "testing.h"

static int duplicates, closes, ends;

static void duplicated(struct descriptor *d, int from, int fd)
{
	CHECK(d && descriptor_at(from) == d && descriptor_at(fd) == d);
	duplicates++;
}

static void closing(struct descriptor *d, int fd)
{
	CHECK(descriptor_at(fd) != d);
	CHECK(fcntl(fd, F_GETFD) >= 0); /* it is still open */
	closes++;
}

static void unused(struct descriptor *d)
{
	CHECK_EQ(d->references, 0);
	ends++;
}

static const struct descriptor_kind kind = {
	.duplicated = duplicated, .closing = closing, .unused = unused};
static const struct descriptor_kind other_kind;
static struct descriptor ours_one = {.kind = &kind};
static struct descriptor another = {.kind = &kind};

static void check_counts(int expected_duplicates, int expected_closes,
			 int expected_ends)
{
	CHECK_EQ(duplicates, expected_duplicates);
	CHECK_EQ(closes, expected_closes);
	CHECK_EQ(ends, expected_ends);
	duplicates = closes = ends = 0;
}

static int null_device(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	CHECK(fd >= 0);
	return fd;
}

static int one_of_ours(void)
{
	int fd = null_device();

	CHECK(descriptor_add(fd, &ours_one));
	return fd;
}

static void check_every_duplicate(void)
{
	int fd = one_of_ours(), victim = null_device();
	int made[] = {dup(fd), fcntl(fd, F_DUPFD, 3),
		      fcntl(fd, F_DUPFD_CLOEXEC, 900), dup2(fd, victim),
		      dup3(fd, 901, O_CLOEXEC)};

	CHECK_EQ(made[3], victim);
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		CHECK(descriptor_at(made[i]) == &ours_one);
	CHECK_EQ(dup2(fd, fd), fd);
	check_counts(5, 0, 0);
	CHECK_EQ(close(fd), 0);
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		CHECK_EQ(ends, 0);
		CHECK_EQ(close(made[i]), 0);
		CHECK_EQ(close(made[i]), -1);
	}
	check_counts(0, 6, 1);
}

static void check_overwriting(void)
{
	int fd = one_of_ours(), foreign = null_device();

	CHECK_EQ(dup2(-1, fd), -1);
	CHECK_EQ(errno, EBADF);
	CHECK(descriptor_at(fd) == &ours_one);
	check_counts(0, 0, 0);
	CHECK_EQ(dup2(foreign, fd), fd);
	CHECK(!descriptor_at(fd));
	check_counts(0, 1, 1);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(foreign), 0);
	check_counts(0, 0, 0);
}

static void check_ranges(void)
{
	int fd = one_of_ours(), high = fcntl(fd, F_DUPFD, 500);

	if (close_range((unsigned int)fd, (unsigned int)fd, 0) < 0) {
		printf("close_range: %s; not checked\n", strerror(errno));
		close(fd);
	}
	check_counts(1, 1, 0);
	CHECK(!descriptor_at(fd) && descriptor_at(high));
	close_range(400, ~0u, CLOSE_RANGE_CLOEXEC);
	CHECK(descriptor_at(high));
	closefrom(400);
	CHECK(!descriptor_at(high));
	CHECK_EQ(fcntl(high, F_GETFD), -1);
	check_counts(0, 1, 1);
}

static void check_high_numbers(void)
{
	struct rlimit limit;
	int fd = one_of_ours(), high;

	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	high = fcntl(fd, F_DUPFD, 4000);
	if (high < 0)
		printf("ulimit -Hn is below 4000; high numbers not checked\n");
	else
		CHECK(descriptor_at(high) == &ours_one);
	closefrom(fd);
	check_counts(high >= 0, 1 + (high >= 0), 1);
	CHECK(!descriptor_at(5000) && !descriptor_at(-1));
	CHECK(!descriptor_at(INT32_MAX));
}

static void check_taken(void)
{
	int fd = one_of_ours();
	struct descriptor *d = descriptor_take(fd, &kind);

	CHECK(d == &ours_one);
	CHECK(!descriptor_take(fd, &other_kind));
	CHECK_EQ(close(fd), 0);
	check_counts(0, 1, 0);
	CHECK(!descriptor_take(fd, &kind));
	descriptor_give_back(d);
	check_counts(0, 0, 1);
}

/* Closed by a call that we do not see, and the number used again. */
static void check_stale(void)
{
	int fd = one_of_ours();

	CHECK_EQ(libc_calls.close(fd), 0);
	CHECK_EQ(null_device(), fd);
	CHECK(descriptor_add(fd, &another));
	check_counts(0, 1, 1);
	CHECK_EQ(close(fd), 0);
	check_counts(0, 1, 1);
}

static void close_in_child(void *argument)
{
	CHECK_EQ(close(*(int *)argument), 0);
	check_counts(0, 1, 1);
}

/* vfork, as the compiler does not let us use it: shared memory, own numbers. */
static int child_with_our_memory(void *argument)
{
	int fd = *(int *)argument;

	return close(fd) != 0 || dup(fd) != -1 || closes || ends;
}

static void check_children(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	int fd = one_of_ours(), status;
	pid_t pid;

	join(spawn(close_in_child, &fd));
	CHECK(descriptor_at(fd) == &ours_one);
	pid = clone(child_with_our_memory, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | SIGCHLD, &fd);
	CHECK(pid > 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	CHECK(descriptor_at(fd) == &ours_one);
	check_counts(0, 0, 0);
	CHECK_EQ(close(fd), 0);
	check_counts(0, 1, 1);
}

static void *open_and_close(void *unused_argument)
{
	for (int i = 0; i < 20000; i++) {
		int fd = null_device(), copy = dup(fd);

		CHECK(copy >= 0 && !descriptor_at(fd));
		CHECK_EQ(close(copy), 0);
		CHECK_EQ(close(fd), 0);
	}
	return unused_argument;
}

/* Others get and give numbers while ours come and go between them. */
static void check_threads(void)
{
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, open_and_close, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		int fd = one_of_ours();

		CHECK_EQ(close(fd), 0);
	}
	CHECK_EQ(pthread_join(thread, NULL), 0);
	check_counts(0, 20000, 20000);
}

int main(void)
{
	check_every_duplicate();
	check_overwriting();
	check_ranges();
	check_high_numbers();
	check_taken();
	check_stale();
	check_children();
	check_threads();
	return 0;
}
