/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that end without closing: their openings are swept up by the next
 * list or join, their names and addresses are free again, what they had
 * offered and received stays in the sums, and nothing is left on the disk.
 */
#include "testing.h"

#include <dirent.h>
#include <fcntl.h>
#include <time.h>

#include "layout.h"

#define KILLS 60

static struct event opened;

static void open_and_hang(void *argument)
{
	struct opened o = open_raw(argument);

	send_to(&o, 255, 33);
	event_set(opened);
	for (;;)
		pause();
}

static pid_t spawn_opened(const char *spec)
{
	pid_t pid = spawn(open_and_hang, (void *)(uintptr_t)spec);

	event_wait(opened);
	return pid;
}

static int entries(void)
{
	DIR *dir = opendir(runtime_dir);
	int n = -2; /* . and .. */

	CHECK(dir != NULL);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void list_sweeps_the_last(void)
{
	pid_t pid = spawn_opened("vale0:a"), other = spawn_opened("vale1:a");

	CHECK_EQ(listed(), 2);
	kill_and_reap(pid);
	CHECK_EQ(entries(), 2);
	CHECK_EQ(listed(), 1);
	CHECK_EQ(entries(), 1);
	kill_and_reap(other);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(entries(), 0);
}

static void a_join_sweeps(void)
{
	pid_t pid = spawn_opened("vale0:a/x");
	struct opened o;

	kill_and_reap(pid);
	o = open_raw("vale0:a/x"); /* the name is free again */
	CHECK_EQ(nmd_peers(o.port), 0);
	CHECK_EQ(listed(), 1);
	nmd_close(o.port);
	CHECK_EQ(entries(), 0);
}

/* The tables of a switch as they lie in its file. */
static struct sw_header header_of(const char *name)
{
	struct sw_header h;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/shm", runtime_dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_EQ(pread(fd, &h, sizeof(h), 0), sizeof(h));
	close(fd);
	return h;
}

static void survivors_go_on(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	pid_t pid = spawn_opened("vale0:c");
	struct sw_header h;

	CHECK_EQ(discard(&a) + discard(&b), 2);
	send_to(&a, 33, 1); /* learned */
	CHECK_EQ(discard(&b), 0);
	kill_and_reap(pid);
	/* Nobody has looked yet: its ring fills, which stops nobody. */
	for (int i = 0; i < 3000; i++)
		send_to(&a, 33, 1);
	CHECK_EQ(listed(), 2);
	send_to(&a, 33, 1); /* its address is forgotten: flooded */
	CHECK_EQ(discard(&b), 1);
	h = header_of("vale0");
	CHECK_EQ(h.retired[h.retired_word & 1].openings, 1);
	CHECK_EQ(h.retired[h.retired_word & 1].offered, 2);
	CHECK_EQ(h.retired[h.retired_word & 1].published +
			 h.retired[h.retired_word & 1].dropped,
		 3001);
	CHECK_EQ(h.retired[h.retired_word & 1].abandoned,
		 h.retired[h.retired_word & 1].published);
	CHECK_EQ(stats_of(&a).offered, 3002);
	nmd_close(a.port);
	nmd_close(b.port);
}

static void exit_without_close(void *argument)
{
	(void)open_raw("vale0:a");
	(void)open_capture("vale0:a");
	(void)open_raw("vale1:b");
	if (argument)
		_exit(0);
	exit(0);
}

static void an_exit_closes(void)
{
	join(spawn(exit_without_close, NULL));
	CHECK_EQ(entries(), 0);
	join(spawn(exit_without_close, "at once"));
	CHECK_EQ(entries(), 2);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(entries(), 0);
}

/* With small rings, so that many opens fit between two kills. */
static void open_and_close_for_ever(void *argument)
{
	struct nmd_options options = {.tx_slots = 64, .rx_slots = 64};
	char spec[32];

	event_set(opened);
	for (uint32_t i = 0;; i++) {
		struct opened o;

		snprintf(spec, sizeof(spec), "vale0:%s%u", (char *)argument,
			 i % 3);
		options.mode = i % 2 ? NMD_RAW : NMD_CAPTURE;
		o = open_with(spec, options);
		send_to(&o, 255, (uint8_t)i);
		nmd_close(o.port);
	}
}

/* Killed anywhere in open, send or close, with and without a survivor. */
static void killed_anywhere(bool survivor)
{
	struct opened o = {0};
	struct timespec a_while = {0, 0};

	if (survivor)
		o = open_raw("vale0:survivor");
	for (int i = 0; i < KILLS; i++) {
		pid_t one = spawn(open_and_close_for_ever, "one");
		pid_t two = spawn(open_and_close_for_ever, "two");

		event_wait(opened);
		event_wait(opened);
		a_while.tv_nsec = 100000L * (i % 50);
		nanosleep(&a_while, NULL);
		kill_and_reap(one);
		kill_and_reap(two);
		CHECK_EQ(listed(), survivor);
		CHECK_EQ(entries(), survivor);
		if (survivor)
			discard(&o);
	}
	if (survivor) {
		struct sw_header h = header_of("vale0");

		CHECK(h.retired[h.retired_word & 1].openings >= 1);
		nmd_close(o.port);
	}
}

static void put_file(const char *dir, const char *name, const void *data,
		     size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", runtime_dir, dir);
	CHECK(mkdir(path, 0700) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), "%s/%s/%s", runtime_dir, dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	CHECK_EQ(write(fd, data, size), (ssize_t)size);
	close(fd);
}

/* What is left when the maker of a switch is killed before it is whole. */
static void half_made_switches_go(void)
{
	static const char zeroes[8192];
	struct opened o;

	for (int i = 0; i < 2; i++) {
		put_file("vale0", "lock", "", 0);
		put_file("vale1", "lock", "", 0);
		put_file("vale1", "shm", "", 0);
		put_file("vale2", "lock", "", 0);
		put_file("vale2", "shm", zeroes, sizeof(zeroes));
		if (i == 0) {
			CHECK_EQ(listed(), 0);
			CHECK_EQ(entries(), 0);
		}
	}
	for (int i = 0; i < 3; i++) {
		char spec[] = "vale0:a";

		spec[4] = (char)('0' + i);
		o = open_raw(spec);
		nmd_close(o.port);
	}
	CHECK_EQ(entries(), 0);
}

int main(void)
{
	begin();
	opened = event_new();
	list_sweeps_the_last();
	a_join_sweeps();
	survivors_go_on();
	an_exit_closes();
	half_made_switches_go();
	killed_anywhere(false);
	killed_anywhere(true);
	finish();
	return 0;
}
