/* SPDX-License-Identifier: BSD-2-Clause */
#include "java_agent.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload.h"

#define JAVA "java"
#define OPTION "-javaagent:"
#define JAR "pcap4j-adapter.jar"

/* Seen from nmrun: beside it, the build tree, then an installation. */
static const char *const places[] = {
	JAR,
	"../../../pcap4j-adapter/target/" JAR,
	"../share/java/" JAR,
};

static bool is_java(const char *program)
{
	const char *slash = strrchr(program, '/');

	return !strcmp(slash ? slash + 1 : program, JAVA);
}

static bool has_adapter(char **arguments)
{
	for (; *arguments; arguments++)
		if (!strncmp(*arguments, OPTION, strlen(OPTION)) &&
		    strstr(*arguments, JAR))
			return true;
	return false;
}

/* The option with the jar's place; NULL if there is none. */
static char *find(void)
{
	char folder[PATH_MAX], *option = NULL;

	if (preload_own_folder(folder, sizeof(folder)) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char candidate[2 * PATH_MAX], path[PATH_MAX];

		snprintf(candidate, sizeof(candidate), "%s/%s", folder,
			 places[i]);
		if (!realpath(candidate, path))
			continue;
		if (asprintf(&option, OPTION "%s", path) < 0)
			option = NULL;
		return option;
	}
	return NULL;
}

static char **insert(char **program, char *option)
{
	size_t count = 0;
	char **all;

	while (program[count])
		count++;
	all = malloc((count + 2) * sizeof(*all));
	if (!all)
		return program;
	all[0] = program[0];
	all[1] = option;
	/* The NULL at the end, too. */
	memcpy(all + 2, program + 1, count * sizeof(*all));
	return all;
}

int java_agent_add(char ***program, bool strict)
{
	const char *said = getenv("PCAP_NETMAP");
	char *option;

	if (!is_java(**program) || (said && !strcmp(said, "off")) ||
	    has_adapter(*program))
		return 0;
	option = find();
	if (option)
		*program = insert(*program, option);
	else
		fprintf(stderr,
			"nmrun: %s" JAR " is not built, so pcap4j opens no "
			"netmap ports; make it with mvn -q package, or leave "
			"it out with --no-adapter\n",
			strict ? "--strict: " : "");
	return option || !strict ? 0 : -1;
}
