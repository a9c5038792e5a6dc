// SPDX-License-Identifier: BSD-2-Clause
/*
 * Programs that close descriptors wholesale: standard input before they open a
 * port, everything after it, and in the child of a vfork. No descriptor of a
 * port is 0, 1 or 2; and where a program has given a port's number to a file of
 * its own, that file is left alone.
 */
#include <fcntl.h>

#include "pcap_testing.h"

#define FILES 64
#define LAST (FILES + 2)

static void close_standard_ones(void)
{
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
}

/* stdout is gone: the exit code tells the line. */
#define CHECK_SILENTLY(condition)              \
	do {                                   \
		if (!(condition))              \
			_exit(__LINE__ % 256); \
	} while (0)

/* A daemon that was started with its standard descriptors closed. */
static void open_without_standard_ones(void *unused)
{
	struct seen seen = {0};
	struct opened peer;
	pcap_t *p;

	(void)unused;
	close_standard_ones();
	p = activated("vale0:1");
	CHECK_SILENTLY(pcap_fileno(p) >= 3);
	CHECK_SILENTLY(pcap_get_selectable_fd(p) >= 3);
	for (int fd = 0; fd <= 2; fd++)
		CHECK_SILENTLY(fcntl(fd, F_GETFD) < 0);
	peer = open_raw("vale0:2");
	feed(&peer, 0, 1);
	CHECK_SILENTLY(dispatch(p, 1, &seen) == 1);
	pcap_close(p);
	nmd_close(peer.port);
	_exit(0);
}

/* Before activate there is none, and 0 is not "none". */
static void check_none_before_activate(void)
{
	pcap_t *p = create("vale0:1");

	CHECK_EQ(pcap_fileno(p), -1);
	CHECK_EQ(pcap_get_selectable_fd(p), -1);
	pcap_close(p);
}

/* Files of the program's own on every number that it has just closed. */
static void fill_numbers(const char *folder, int *files)
{
	char name[96];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%s/own%d", folder, i);
		files[i] = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
		CHECK(files[i] >= 3);
	}
}

static void check_untouched(const char *folder, const int *files)
{
	char name[96];

	for (int i = 0; i < FILES; i++) {
		CHECK_EQ(lseek(files[i], 0, SEEK_END), 0);
		CHECK_EQ(close(files[i]), 0);
		snprintf(name, sizeof(name), "%s/own%d", folder, i);
		CHECK_EQ(unlink(name), 0);
	}
}

static struct event ready, fed;

/* As daemons do after a double fork; the port is lost with its descriptor. */
static void close_everything_after(void *folder)
{
	uint8_t frame[60];
	struct seen seen = {0};
	int files[FILES];
	pcap_t *p = nonblocking("vale0:1");

	make_frame(frame, 255, 1, sizeof(frame), 0);
	CHECK(pcap_get_selectable_fd(p) >= 3);
	for (int fd = 3; fd < 1024; fd++)
		if (fd != ready.fd && fd != fed.fd)
			close(fd);
	fill_numbers(folder, files);
	event_set(ready);
	event_wait(fed);
	/* It may still read what came before anybody noticed, no more. */
	dispatch(p, -1, &seen);
	pcap_inject(p, frame, sizeof(frame));
	pcap_breakloop(p);
	pcap_close(p);
	check_untouched(folder, files);
}

static void check_close_everything(void)
{
	char folder[] = "/dev/shm/own-files-XXXXXX";
	struct opened peer;
	pid_t child;

	CHECK(mkdtemp(folder));
	ready = event_new();
	fed = event_new();
	peer = open_raw("vale0:2");
	child = spawn(close_everything_after, folder);
	event_wait(ready);
	feed(&peer, 0, 10);
	event_set(fed);
	join(child);
	CHECK_EQ(rmdir(folder), 0);
	CHECK_EQ(listed(), 1);
	nmd_close(peer.port);
}

/* What the child of a vfork closes is its own; the memory is the parent's. */
static void vfork_and_close(int fd)
{
	int status;
	pid_t child = vfork();

	CHECK(child >= 0);
	if (child == 0) {
		/* More than is allowed, as Python and the JVM do it. */
		close(fd); /* NOLINT(clang-analyzer-unix.Vfork) */
		for (int other = 3; other < LAST; other++)
			close(other); /* NOLINT(clang-analyzer-unix.Vfork) */
		execl("/bin/true", "true", (char *)NULL);
		_exit(127);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
}

static void check_vfork(void)
{
	struct opened peer = open_raw("vale0:2");
	pcap_t *p = nonblocking("vale0:1");
	int fd = pcap_get_selectable_fd(p);
	struct pollfd poller = {fd, POLLIN, 0};
	struct seen seen = {0};
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	for (int round = 0; round < 20; round++) {
		vfork_and_close(fd);
		CHECK_EQ(poll(&poller, 1, 0), 0);
		feed(&peer, (uint8_t)round, 1);
		CHECK_EQ(poll(&poller, 1, PATIENCE_MS), 1);
		CHECK_EQ(dispatch(p, -1, &seen), 1);
		CHECK_EQ(seen.last, round);
		CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
		CHECK_EQ(discard(&peer), 1);
	}
	CHECK_EQ(listed(), 2);
	pcap_close(p);
	nmd_close(peer.port);
}

int main(void)
{
	begin();
	check_none_before_activate();
	join(spawn(open_without_standard_ones, NULL));
	check_close_everything();
	check_vfork();
	finish();
	return 0;
}
