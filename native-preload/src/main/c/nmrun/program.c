/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, X_OK) == 0;
}

bool program_find(const char *name, char *path, size_t size)
{
	const char *folder = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return is_program(path);
	}
	while (folder && *folder) {
		size_t length = strcspn(folder, ":");

		snprintf(path, size, "%.*s/%s", (int)length, folder, name);
		if (is_program(path))
			return true;
		folder += length;
		folder += *folder == ':';
	}
	return false;
}

/* The next word that is no option and no assignment of env's. */
static char *program_of_env(char **rest)
{
	char *word;

	do
		word = strtok_r(NULL, " \t", rest);
	while (word && (*word == '-' || strchr(word, '=')));
	return word;
}

bool program_interpreter(const char *first_line, char *path, size_t size)
{
	char line[PATH_MAX], *word, *rest;
	const char *slash;

	if (strncmp(first_line, "#!", 2) != 0)
		return false;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(first_line, "\n"),
		 first_line);
	word = strtok_r(line + 2, " \t", &rest);
	slash = word ? strrchr(word, '/') : NULL;
	if (slash && strcmp(slash, "/env") == 0)
		word = program_of_env(&rest);
	return word && program_find(word, path, size);
}

const char *program_privilege(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return "it is setuid: the dynamic linker ignores LD_PRELOAD in "
		       "it; start it as the user that it becomes";
	if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) &&
	    st.st_gid != getgid())
		return "it is setgid: the dynamic linker ignores LD_PRELOAD in "
		       "it; start it with the group that it gets";
	if (getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
		return "it has file capabilities: the dynamic linker ignores "
		       "LD_PRELOAD in it; start it as root";
	return NULL;
}

/* "	libm.so.6 => /lib/libm.so.6 (0x...)" or "	/lib/ld.so (0x...)" */
static void visit_line(char *line, void (*visit)(void *to, const char *library),
		       void *to)
{
	char *path = strchr(line, '/'), *end = strrchr(line, '(');

	if (!path || !end || end < path + 2)
		return;
	end[-1] = '\0';
	visit(to, path);
}

static void list(int out, const char *dynamic_linker, const char *path)
{
	dup2(out, STDOUT_FILENO);
	execl(dynamic_linker, dynamic_linker, "--list", path, NULL);
	_exit(127);
}

int program_libraries(const char *dynamic_linker, const char *path,
		      void (*visit)(void *to, const char *library), void *to)
{
	char line[2 * PATH_MAX];
	int ends[2], status = 0;
	FILE *output;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child == 0)
		list(ends[1], dynamic_linker, path);
	close(ends[1]);
	output = child > 0 ? fdopen(ends[0], "re") : NULL;
	if (!output) {
		close(ends[0]);
		return -ENOMEM;
	}
	while (fgets(line, sizeof(line), output))
		visit_line(line, visit, to);
	fclose(output);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ENOEXEC;
}
