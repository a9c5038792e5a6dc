/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int child_exec(char **program)
{
	execvp(program[0], program);
	fprintf(stderr, "nmrun: %s: %s\n", program[0], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}

/*
 * What nmrun takes for the program: all that ends or stops it. It stops only
 * when the program does, which may have other uses for the terminal's signals.
 */
static void forwarded(sigset_t *set)
{
	static const int not_taken[] = {SIGCONT, SIGSEGV, SIGBUS,  SIGFPE,
					SIGILL,  SIGABRT, SIGTRAP, SIGSYS};

	sigfillset(set);
	for (size_t i = 0; i < sizeof(not_taken) / sizeof(*not_taken); i++)
		sigdelset(set, not_taken[i]);
}

/*
 * A shell continues the whole group, and the terminal may have stopped the
 * child again since: it is continued only if nothing has happened to it.
 */
static void go_on(pid_t child)
{
	siginfo_t news = {0};

	waitid(P_PID, (id_t)child, &news,
	       WCONTINUED | WSTOPPED | WEXITED | WNOHANG | WNOWAIT);
	if (news.si_pid == 0)
		kill(child, SIGCONT);
}

/* By /proc; where that tells nothing, it is. */
static bool is_stopped(pid_t pid)
{
	char path[32], line[128];
	const char *name_end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[n < 0 ? 0 : n] = '\0';
	name_end = strrchr(line, ')');
	if (!name_end || name_end[1] != ' ')
		return true;
	return name_end[2] == 'T' || name_end[2] == 't';
}

/*
 * Who stops the child with a signal of its own continues or ends only that, and
 * nobody would continue nmrun: this process does. It asks again and again, as
 * nmrun may not have stopped yet, until nmrun ends it.
 */
static pid_t start_waker(pid_t child)
{
	const struct timespec pause = {0, 20000000};
	pid_t stopped = getpid(), waker = fork();

	if (waker != 0)
		return waker;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == stopped) {
		if (!is_stopped(child))
			kill(stopped, SIGCONT);
		nanosleep(&pause, NULL);
	}
	_exit(0);
}

static void end_waker(pid_t waker)
{
	if (waker < 0)
		return;
	kill(waker, SIGKILL);
	waitpid(waker, NULL, 0);
}

static void stop_with(pid_t child, const struct pumps *pumps)
{
	pid_t waker;

	for (int i = 0; i < pumps->count; i++)
		pump_pause(pumps->all[i]);
	waker = start_waker(child);
	raise(SIGSTOP);
	end_waker(waker);
	for (int i = 0; i < pumps->count; i++)
		pump_resume(pumps->all[i]);
	go_on(child);
}

struct family {
	pid_t child;
	bool ended; /* the child has, by status */
	int status;
	bool alone; /* nobody is left that the child has started */
};

/* Takes note of all that has happened to the child and who it started. */
static void look(struct family *f, const struct pumps *pumps)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) >
	       0) {
		if (pid != f->child || WIFCONTINUED(status))
			continue;
		if (WIFSTOPPED(status)) {
			stop_with(f->child, pumps);
			continue;
		}
		f->ended = true;
		f->status = status;
	}
	f->alone = pid < 0 && errno == ECHILD;
}

/*
 * Waits for the child's end; with interfaces, which are to last as long as
 * anybody may use them, also for the end of all that it has left behind, or for
 * a signal to nmrun.
 */
static void attend(struct family *f, const struct pumps *pumps,
		   const sigset_t *signals)
{
	siginfo_t info;

	for (look(f, pumps); !f->ended || (pumps->count && !f->alone);
	     look(f, pumps)) {
		int number = sigwaitinfo(signals, &info);

		if (number <= 0 || number == SIGCHLD)
			continue;
		if (f->ended)
			return;
		/* The terminal's go to the whole group: to it as well. */
		if (info.si_code <= 0)
			kill(f->child, number);
	}
}

int child_run(char **program, const struct pumps *pumps)
{
	void (*on_child)(int);
	sigset_t signals, before;
	struct family f = {0};

	forwarded(&signals);
	/* An inherited SIG_IGN would take the program's end from us. */
	on_child = signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (pumps->count)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	f.child = fork();
	if (f.child < 0) {
		fprintf(stderr, "nmrun: fork: %s\n", strerror(errno));
		return -1;
	}
	if (f.child == 0) {
		signal(SIGCHLD, on_child);
		sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(child_exec(program));
	}
	for (int i = 0; i < pumps->count; i++)
		pump_start(pumps->all[i]);
	attend(&f, pumps, &signals);
	return f.status;
}

int child_exit_status(int wait_status)
{
	const struct rlimit no_core = {0, 0};
	sigset_t all;
	int number;

	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status);
	number = WTERMSIG(wait_status);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(number, SIG_DFL);
	sigfillset(&all);
	raise(number); /* blocked until here */
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	return 128 + number;
}
