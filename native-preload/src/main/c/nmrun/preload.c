/* SPDX-License-Identifier: BSD-2-Clause */
#include "preload.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "libpcap-netmap.so"

#if defined(__x86_64__)
#define MULTIARCH "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define MULTIARCH "aarch64-linux-gnu"
#endif

/* Seen from nmrun: the build tree, then an installation. */
static const char *const places[] = {
	LIBRARY,
	"../lib/" LIBRARY ".0",
	"../lib64/" LIBRARY ".0",
	"../lib/" MULTIARCH "/" LIBRARY ".0",
};

/* Why it cannot be preloaded, if it cannot. */
static char *why;

__attribute__((format(printf, 1, 2))) static int because(const char *format,
							 ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&why, format, arguments) < 0)
		why = NULL;
	va_end(arguments);
	return -1;
}

int preload_own_folder(char *folder, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", folder, size - 1);
	char *slash;

	if (length < 0)
		return -1;
	folder[length] = '\0';
	slash = strrchr(folder, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	return 0;
}

static int find(const char *folder, char *path)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char candidate[2 * PATH_MAX];

		snprintf(candidate, sizeof(candidate), "%s/%s", folder,
			 places[i]);
		if (realpath(candidate, path))
			return 0;
	}
	return because(LIBRARY " is not beside nmrun in %s, nor in ../lib, "
			       "../lib64 or ../lib/" MULTIARCH
			       "; build or install it",
		       folder);
}

/* Whether a list of LD_PRELOAD's has exactly this path. */
static bool lists(const char *list, const char *path)
{
	while (*list) {
		size_t length = strcspn(list, ": ");

		if (length == strlen(path) && !strncmp(list, path, length))
			return true;
		list += length;
		list += strspn(list, ": ");
	}
	return false;
}

/* Behind what is preloaded already, unless it is there. */
static int append(const char *path)
{
	const char *before = getenv("LD_PRELOAD");
	char *all;
	int result;

	if (before && lists(before, path))
		return 0;
	if (asprintf(&all, "%s%s%s", before ? before : "",
		     before && *before ? ":" : "", path) < 0)
		return -1;
	result = setenv("LD_PRELOAD", all, 1);
	free(all);
	return result;
}

static int set(void)
{
	char folder[PATH_MAX], path[PATH_MAX];

	if (preload_own_folder(folder, sizeof(folder)) < 0)
		return because("/proc/self/exe: %s; mount /proc",
			       strerror(errno));
	if (find(folder, path) < 0)
		return -1;
	if (strpbrk(path, " :"))
		return because("%s: LD_PRELOAD cannot name a path with blanks "
			       "or colons; move or link it elsewhere",
			       path);
	return append(path) < 0 ? because("%s", strerror(errno)) : 0;
}

int preload_set(bool strict)
{
	int result = set();

	if (result < 0 && strict)
		fprintf(stderr, "nmrun: --strict: %s\n",
			why ? why : strerror(ENOMEM));
	free(why);
	return strict ? result : 0;
}
