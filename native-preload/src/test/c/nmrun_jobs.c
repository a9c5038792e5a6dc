// SPDX-License-Identifier: BSD-2-Clause
/*
 * Job control: under nmrun that stays as the parent a program stops, goes on
 * and ends by the terminal's keys as it does without, and a shell sees it.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "nmrun_testing.h"

#define CTRL_C "\003"
#define CTRL_Z "\032"

static int terminal, keyboard;
static char line[256]; /* the last that was expected */

static void press(const char *key)
{
	CHECK_EQ(write(keyboard, key, 1), 1);
}

/* Reads what the terminal shows, echoed keys too, up to a line with text. */
static void expect_line(const char *text)
{
	size_t length = 0;

	for (;;) {
		struct pollfd fd = {keyboard, POLLIN, 0};

		if (poll(&fd, 1, PATIENCE_MS) != 1) {
			printf("no line with %s but %.*s\n", text, (int)length,
			       line);
			exit(1);
		}
		CHECK_EQ(read(keyboard, line + length, 1), 1);
		if (line[length++] != '\n' && length < sizeof(line))
			continue;
		line[length - 1] = '\0';
		if (strstr(line, text))
			return;
		length = 0;
	}
}

/* A session of its own, whose terminal is ours to type on. */
static void open_terminal(void)
{
	keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(keyboard >= 0);
	CHECK_EQ(grantpt(keyboard), 0);
	CHECK_EQ(unlockpt(keyboard), 0);
	CHECK(setsid() >= 0);
	terminal = open(ptsname(keyboard), O_RDWR | O_CLOEXEC);
	CHECK(terminal >= 0);
	CHECK_EQ(ioctl(terminal, TIOCSCTTY, 0), 0);
	/* A shell is not stopped when it takes the terminal back. */
	signal(SIGTTOU, SIG_IGN);
}

/* What a shell does for a job in the foreground. */
static pid_t start_nmrun(const char *option, const char *script)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	setpgid(0, 0);
	tcsetpgrp(terminal, getpid());
	signal(SIGTTOU, SIG_DFL);
	for (int fd = 0; fd <= 2; fd++)
		dup2(terminal, fd);
	execl(nmrun, nmrun, option, "sh", "-c", script, NULL);
	_exit(99);
}

static void expect_stopped(pid_t pid)
{
	int status;

	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
}

static void foreground(pid_t pid)
{
	CHECK_EQ(tcsetpgrp(terminal, pid), 0);
	CHECK_EQ(kill(-pid, SIGCONT), 0);
}

static void check_stop_and_go(void)
{
	pid_t pid = start_nmrun("--stats",
				"trap 'echo caught; exit 3' INT; echo ready; "
				"while read line; do echo got $line; done");

	expect_line("ready");
	press(CTRL_Z);
	expect_stopped(pid);
	foreground(pid);
	/* The program goes on, too. */
	CHECK_EQ(write(keyboard, "word\n", 5), 5);
	expect_line("got word");
	press(CTRL_Z);
	expect_stopped(pid);
	foreground(pid);
	press(CTRL_C);
	/* A shell that was not yet reading looks at traps after a line. */
	press("\n");
	expect_line("caught");
	expect_line("nmrun: no netmap port was opened by libpcap or "
		    "a packet socket");
	CHECK_EQ(ending_of(pid), 3);
}

/* A program that does not want to stop goes on, and so does nmrun. */
static void check_no_stop(void)
{
	pid_t pid = start_nmrun("--stats",
				"trap '' TSTP; echo ready; "
				"while read line; do echo got $line; done");

	expect_line("ready");
	press(CTRL_Z);
	CHECK_EQ(write(keyboard, "word\n", 5), 5);
	expect_line("got word");
	CHECK_EQ(kill(pid, SIGHUP), 0);
	CHECK_EQ(ending_of(pid), -SIGHUP);
}

/* A signal that ends the program by a key ends nmrun by the same one. */
static void check_ended_by_key(void)
{
	pid_t pid = start_nmrun("--stats", "echo ready; exec cat");

	expect_line("ready");
	press(CTRL_C);
	CHECK_EQ(ending_of(pid), -SIGINT);
}

/* A program in the background that reads the terminal is stopped by it. */
static void check_background(void)
{
	pid_t pid = start_nmrun("--stats",
				"echo ready; kill -STOP $$; read line; "
				"echo got $line");

	expect_line("ready");
	expect_stopped(pid);
	CHECK_EQ(tcsetpgrp(terminal, getpgrp()), 0);
	CHECK_EQ(kill(-pid, SIGCONT), 0);
	expect_stopped(pid);
	foreground(pid);
	CHECK_EQ(write(keyboard, "word\n", 5), 5);
	expect_line("got word");
	CHECK_EQ(ending_of(pid), 0);
}

/* Starts a program that stops itself, and nmrun with it; the program's pid. */
static pid_t start_stopped(pid_t *pid)
{
	const char *number;

	*pid = start_nmrun("--stats",
			   "echo ready $$; kill -STOP $$; echo goes on");
	expect_line("ready ");
	number = strstr(line, "ready ") + strlen("ready ");
	expect_stopped(*pid);
	return (pid_t)strtol(number, NULL, 10);
}

/* Who continues or ends the program alone need not know of nmrun. */
static void check_continued_alone(void)
{
	pid_t pid, program = start_stopped(&pid);

	CHECK_EQ(kill(program, SIGCONT), 0);
	expect_line("goes on");
	expect_line("nmrun: no netmap port was opened by libpcap or "
		    "a packet socket");
	CHECK_EQ(ending_of(pid), 0);
	program = start_stopped(&pid);
	CHECK_EQ(kill(program, SIGKILL), 0);
	CHECK_EQ(ending_of(pid), -SIGKILL);
}

static void session(void *unused)
{
	(void)unused;
	open_terminal();
	check_stop_and_go();
	check_no_stop();
	check_ended_by_key();
	check_background();
	check_continued_alone();
}

int main(void)
{
	find_nmrun_alone();
	begin();
	join(spawn(session, NULL));
	finish();
	return 0;
}
