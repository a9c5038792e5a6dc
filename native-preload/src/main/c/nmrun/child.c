/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int child_exec(char **program)
{
	execvp(program[0], program);
	fprintf(stderr, "nmrun: %s: %s\n", program[0], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}

/* What nmrun takes for the program: all that ends, but not what stops. */
static void forwarded(sigset_t *set)
{
	static const int not_taken[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT,
					SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,
					SIGABRT, SIGTRAP, SIGSYS};

	sigfillset(set);
	for (size_t i = 0; i < sizeof(not_taken) / sizeof(*not_taken); i++)
		sigdelset(set, not_taken[i]);
}

/* Whether the program is gone; stops with it when it is stopped. */
static int ended(pid_t child, int *status)
{
	while (waitpid(child, status, WNOHANG | WUNTRACED) == child) {
		if (!WIFSTOPPED(*status))
			return 1;
		raise(SIGSTOP);
		kill(child, SIGCONT);
	}
	return 0;
}

static int attend(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status = 0;

	while (!ended(child, &status)) {
		int number = sigwaitinfo(signals, &info);

		/* The terminal's go to the whole group: to it as well. */
		if (number > 0 && number != SIGCHLD && info.si_code <= 0)
			kill(child, number);
	}
	return status;
}

int child_run(char **program)
{
	void (*on_child)(int);
	sigset_t signals, before;
	pid_t child;

	forwarded(&signals);
	/* An inherited SIG_IGN would take the program's end from us. */
	on_child = signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &signals, &before);
	child = fork();
	if (child < 0) {
		fprintf(stderr, "nmrun: fork: %s\n", strerror(errno));
		return -1;
	}
	if (child == 0) {
		signal(SIGCHLD, on_child);
		sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(child_exec(program));
	}
	return attend(child, &signals);
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
