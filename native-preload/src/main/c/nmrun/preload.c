/* SPDX-License-Identifier: BSD-2-Clause */
#include "preload.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "libpcap-netmap.so"

/* Seen from nmrun: the build tree, then an installation. */
static const char *const places[] = {
	LIBRARY,
	"../lib/pcap-netmap/" LIBRARY,
	"../lib/" LIBRARY,
};

/* The folder that nmrun itself lies in, without a slash at its end. */
static int own_folder(char *folder, size_t size)
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
	fprintf(stderr,
		"nmrun: " LIBRARY " is not beside nmrun in %s, nor in "
		"../lib/pcap-netmap or ../lib; build or install it\n",
		folder);
	return -1;
}

/* Behind what is preloaded already, unless it is there. */
static int append(const char *path)
{
	const char *before = getenv("LD_PRELOAD");
	char *all;
	int result;

	if (before && strstr(before, path))
		return 0;
	if (asprintf(&all, "%s%s%s", before ? before : "",
		     before && *before ? ":" : "", path) < 0)
		return -1;
	result = setenv("LD_PRELOAD", all, 1);
	free(all);
	return result;
}

int preload_set(void)
{
	char folder[PATH_MAX], path[PATH_MAX];

	if (own_folder(folder, sizeof(folder)) < 0) {
		fprintf(stderr, "nmrun: /proc/self/exe: %s; mount /proc\n",
			strerror(errno));
		return -1;
	}
	if (find(folder, path) < 0)
		return -1;
	if (strpbrk(path, " :")) {
		fprintf(stderr,
			"nmrun: %s: LD_PRELOAD cannot name a path with "
			"blanks or colons; move or link it elsewhere\n",
			path);
		return -1;
	}
	return append(path);
}
