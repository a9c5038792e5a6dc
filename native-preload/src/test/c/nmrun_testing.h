/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the launcher share: running it, from the build folder. */
#ifndef NMRUN_TESTING_H
#define NMRUN_TESTING_H

#include <stdarg.h>

#include "pcap_testing.h"

static char nmrun[256];
static char output[32768];

/* Runs nmrun with arguments for the shell; what both streams got is output. */
static inline int run(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static inline int run(const char *format, ...)
{
	char arguments[2048], command[2560];
	va_list list;
	size_t length;
	FILE *pipe;
	int status;

	va_start(list, format);
	vsnprintf(arguments, sizeof(arguments), format, list);
	va_end(list);
	snprintf(command, sizeof(command), "%s %s 2>&1", nmrun, arguments);
	pipe = popen(command, "re");
	CHECK(pipe);
	length = fread(output, 1, sizeof(output) - 1, pipe);
	output[length] = '\0';
	status = pclose(pipe);
	/* Some shells become the command that they shall run. */
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* Starts it with arguments that end with NULL. */
static inline pid_t start(const char *const *arguments)
{
	const char *all[32] = {nmrun};
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	for (int i = 0; arguments[i]; i++)
		all[i + 1] = arguments[i];
	execv(nmrun, (char *const *)all);
	_exit(99);
}

static inline void expect_text(const char *text)
{
	if (strstr(output, text))
		return;
	printf("\"%s\" is not in:\n%s\n", text, output);
	exit(1);
}

static inline void find_nmrun_of_build(void)
{
	const char *folder = getenv("NATIVE_OUT");

	if (!folder)
		SKIP("NATIVE_OUT does not say where nmrun is; use make test");
	unsetenv("PCAP_NETMAP_MAP");
	unsetenv("LD_PRELOAD");
	snprintf(nmrun, sizeof(nmrun), "%s/nmrun", folder);
}

/* Skips where nmrun cannot be run as users run it. */
static inline void find_nmrun(void)
{
	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitized library cannot be preloaded into a shell");
	find_nmrun_of_build();
}

/*
 * For programs that need nothing preloaded: the launcher itself can be
 * sanitized where it does not find its library.
 */
static inline void find_nmrun_alone(void)
{
	char command[1024];

	find_nmrun_of_build();
	if (UNDER_ASAN + UNDER_TSAN == 0)
		return;
	snprintf(command, sizeof(command),
		 "mkdir -p %s.alone && cp -f %s %s.alone/nmrun", nmrun, nmrun,
		 nmrun);
	CHECK_EQ(system(command), 0);
	strcat(nmrun, ".alone/nmrun");
}

#endif
