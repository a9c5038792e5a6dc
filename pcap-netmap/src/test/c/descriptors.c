/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor of an opening, for programs that poll by themselves: once
 * armed it is readable exactly when slots are unread, for poll, select and
 * epoll, by level and by edge; a frame that the filter rejects never shows;
 * nothing is ever done to another file that got its number.
 */
#include "testing.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <linux/filter.h>

#define BURSTS 300

static struct opened from, to;

static void open_both(void)
{
	from = open_raw("vale0:from");
	to = open_capture("vale0:to");
}

static void close_both(void)
{
	nmd_close(from.port);
	nmd_close(to.port);
}

static bool by_poll(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	return poll(&p, 1, 0) == 1 && p.revents == POLLIN;
}

static bool by_select(int fd)
{
	struct timeval none = {0, 0};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &none) == 1;
}

static bool by_epoll(int fd)
{
	struct epoll_event event = {.events = EPOLLIN};
	int set = epoll_create1(EPOLL_CLOEXEC), n;

	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
	n = epoll_wait(set, &event, 1, 0);
	close(set);
	return n == 1;
}

/* Arms, and asks all three ways. */
static bool shows(const struct opened *o)
{
	int fd = nmd_fd(o->port);
	bool is;

	CHECK_EQ(nmd_arm(o->port), 0);
	is = by_poll(fd);
	CHECK_EQ(by_select(fd), is);
	CHECK_EQ(by_epoll(fd), is);
	CHECK_EQ(by_poll(fd), is); /* asking changes nothing */
	return is;
}

static void readable_exactly_when_unread(void)
{
	open_both();
	CHECK(!shows(&to));
	send_to(&from, 255, 1);
	CHECK(by_poll(nmd_fd(to.port)));
	CHECK(shows(&to));
	send_to(&from, 255, 1);
	send_to(&from, 255, 1);
	CHECK_EQ(readable(&to), 3);
	CHECK(shows(&to)); /* shown to the program, not given back */
	give_back(&to, 1);
	CHECK(shows(&to));
	give_back(&to, 2);
	CHECK(!shows(&to));
	CHECK(!shows(&to));
	send_to(&from, 255, 1);
	CHECK(shows(&to));
	CHECK_EQ(discard(&to), 1);
	CHECK(!shows(&to));
	close_both();
}

/* Frames that came before the first arming. */
static void what_is_there_already_shows(void)
{
	open_both();
	send_to(&from, 255, 1);
	CHECK(shows(&to));
	close_both();
}

static void rejected_frames_never_show(void)
{
	static const struct nmd_insn only_ones[] = {
		{BPF_LD | BPF_B | BPF_ABS, 0, 0, 20},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 1},
		{BPF_RET | BPF_K, 0, 0, 65535},
		{BPF_RET | BPF_K, 0, 0, 0},
	};
	static const struct nmd_insn nothing[] = {
		{BPF_RET | BPF_K, 0, 0, 0},
	};
	uint8_t frame[60];

	open_both();
	CHECK_EQ(nmd_set_filter(to.port, only_ones, 4), 0);
	CHECK(!shows(&to));
	make_frame(frame, 255, 1, sizeof(frame), 0);
	for (int i = 0; i < 100; i++) {
		send_one(&from, frame, sizeof(frame));
		CHECK(!by_poll(nmd_fd(to.port)));
	}
	CHECK(!shows(&to));
	CHECK_EQ(checked_stats(&to).wakeups, 0);
	frame[20] = 1;
	send_one(&from, frame, sizeof(frame));
	CHECK(by_poll(nmd_fd(to.port)));
	CHECK_EQ(discard(&to), 1);
	CHECK(!shows(&to));
	/* A new filter looks at what is queued as well. */
	send_one(&from, frame, sizeof(frame));
	CHECK_EQ(nmd_set_filter(to.port, only_ones, 4), 0);
	CHECK(shows(&to));
	CHECK_EQ(nmd_set_filter(to.port, nothing, 1), 0);
	CHECK(!shows(&to));
	close_both();
}

/* Unarmed, a busy reader is not rung; one arming, one wake-up. */
static void only_the_armed_are_rung(void)
{
	open_both();
	for (int i = 0; i < 10; i++)
		send_to(&from, 255, 1);
	CHECK_EQ(checked_stats(&to).wakeups, 0);
	CHECK_EQ(discard(&to), 10);
	CHECK(!shows(&to));
	for (int i = 0; i < 10; i++)
		send_to(&from, 255, 1);
	CHECK_EQ(checked_stats(&to).wakeups, 1);
	close_both();
}

/* Shared rings: what one has read does not show on the other. */
static void shared_rings_show_the_same(void)
{
	struct opened one = open_raw("vale0:a"), two = open_raw("vale0:a");

	open_both();
	for (int i = 0; i < 3; i++) {
		CHECK(!shows(&one) && !shows(&two));
		send_to(&from, 255, 1);
		CHECK(by_poll(nmd_fd(one.port)) && by_poll(nmd_fd(two.port)));
		CHECK(shows(&two) && shows(&one));
		CHECK_EQ(discard(i % 2 ? &one : &two), 1);
		CHECK(!shows(&one) && !shows(&two));
		CHECK(!shows(&one) && !shows(&two));
	}
	nmd_close(one.port);
	nmd_close(two.port);
	close_both();
}

struct bursts {
	struct event burst, all_read;
};

static void send_bursts(void *argument)
{
	struct bursts *b = argument;
	struct opened o = open_raw("vale0:other");

	for (int i = 0; i < BURSTS; i++) {
		event_wait(b->burst);
		for (int k = 0; k <= i % 5; k++)
			send_to(&o, 255, 2);
	}
	event_wait(b->all_read);
	nmd_close(o.port);
}

/*
 * Each burst is sent when the one before has been read. An edge that is lost
 * would leave both sides waiting.
 */
static void no_edge_is_lost(uint32_t events)
{
	struct bursts b = {event_new(), event_new()};
	struct epoll_event event = {.events = EPOLLIN | events};
	int set = epoll_create1(EPOLL_CLOEXEC);
	pid_t pid = spawn(send_bursts, &b);
	uint32_t got;

	open_both();
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, nmd_fd(to.port), &event), 0);
	CHECK_EQ(nmd_arm(to.port), 0);
	for (int i = 0; i < BURSTS; i++) {
		event_set(b.burst);
		for (got = 0; got < (uint32_t)(i % 5 + 1);) {
			CHECK_EQ(epoll_wait(set, &event, 1, PATIENCE_MS), 1);
			/* One at a time: arming shows what is left. */
			if (readable(&to) > 0) {
				give_back(&to, 1);
				got++;
			}
			CHECK_EQ(nmd_arm(to.port), 0);
		}
	}
	event_set(b.all_read);
	join(pid);
	CHECK_EQ(readable(&to), 0);
	close(set);
	close_both();
}

static void descriptors_are_numbered_high_and_close_on_exec(void)
{
	int saved = dup(0);

	close(0);
	open_both();
	CHECK(nmd_fd(from.port) > 2 && nmd_fd(to.port) > 2);
	CHECK(fcntl(0, F_GETFD) < 0);
	CHECK_EQ(fcntl(nmd_fd(to.port), F_GETFD), FD_CLOEXEC);
	close_both();
	dup2(saved, 0);
	close(saved);
}

/* The program closed it, and opened a file of its own there. */
static void other_files_are_left_alone(void)
{
	char path[] = "/tmp/nmd-test-XXXXXX", text[16] = "";
	int file, fd, own = mkstemp(path);

	CHECK(own >= 0);
	open_both();
	fd = nmd_fd(to.port);
	CHECK(!shows(&to));
	CHECK_EQ(write(own, "precious", 8), 8);
	file = dup2(own, fd);
	CHECK_EQ(file, fd);
	CHECK_EQ(lseek(file, 0, SEEK_SET), 0);
	send_to(&from, 255, 1); /* would ring */
	CHECK_EQ(nmd_arm(to.port), -EBADF);
	CHECK_EQ(lseek(file, 0, SEEK_CUR), 0);
	close_both();
	CHECK_EQ(fcntl(file, F_GETFD) < 0, 0); /* not closed either */
	CHECK_EQ(pread(file, text, sizeof(text), 0), 8);
	CHECK_EQ(strcmp(text, "precious"), 0);
	close(file);
	close(own);
	unlink(path);
}

int main(void)
{
	begin();
	readable_exactly_when_unread();
	what_is_there_already_shows();
	rejected_frames_never_show();
	only_the_armed_are_rung();
	shared_rings_show_the_same();
	no_edge_is_lost(0);
	no_edge_is_lost(EPOLLET);
	descriptors_are_numbered_high_and_close_on_exec();
	other_files_are_left_alone();
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
