/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether a process has ended; one that nobody has waited for has, too. */
static bool has_ended(uint32_t pid)
{
	struct pollfd ended = {.events = POLLIN};
	int n;

	ended.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (ended.fd < 0) /* gone, or an old kernel, or not allowed */
		return kill((pid_t)pid, 0) < 0 && errno == ESRCH;
	n = poll(&ended, 1, 0);
	close(ended.fd);
	return n == 1;
}

/* The letter that /proc gives a process, 0 where it cannot be read. */
static char state_of(uint32_t pid)
{
	char path[32], text[128];
	const char *after_name;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	after_name = strrchr(text, ')');
	return after_name && after_name[1] == ' ' ? after_name[2] : 0;
}

enum lock_life process_life(uint32_t pid)
{
	char state;

	if (pid == 0 || pid > INT32_MAX)
		return LOCK_HOLDER_DEAD; /* a scribbled word; to kill(), a group */
	if (has_ended(pid))
		return LOCK_HOLDER_DEAD;
	state = state_of(pid);
	/* A signal stops all threads; by the first one's letter it is known. */
	if (state == 0 || state == 'T' || state == 't')
		return LOCK_HOLDER_LIVES;
	return LOCK_HOLDER_GOES_ON;
}
