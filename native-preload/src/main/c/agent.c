/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTION "-javaagent:"
#define ADAPTER "pcap4j-adapter"

/* Whether one of the words in text, which blanks end, starts the adapter. */
static bool names_adapter(const char *text)
{
	for (text = strstr(text, OPTION); text; text = strstr(text, OPTION)) {
		const char *jar = text + strlen(OPTION);
		size_t length = strcspn(jar, " \t\n");

		if (memmem(jar, length, ADAPTER, strlen(ADAPTER)))
			return true;
		text = jar;
	}
	return false;
}

/* The arguments, each of which ends with a 0; the first 64 KiB are enough. */
static bool among_arguments(void)
{
	static const size_t size = 65536;
	char *text = malloc(size);
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 || !text ? -1 : read(fd, text, size - 1);
	bool found = false;

	if (fd >= 0)
		close(fd);
	if (length > 0)
		text[length] = '\0';
	for (ssize_t i = 0; i < length; i += (ssize_t)strlen(text + i) + 1)
		found |= !strncmp(text + i, OPTION, strlen(OPTION)) &&
			 names_adapter(text + i);
	free(text);
	return found;
}

static bool in_variable(const char *name)
{
	const char *value = getenv(name);

	return value && names_adapter(value);
}

/* The virtual machine comes with the launcher, after the constructors. */
bool agent_present(void)
{
	enum {
		UNKNOWN,
		PRESENT,
		ABSENT
	};
	static atomic_int known;
	bool present;

	if (!dlsym(RTLD_DEFAULT, "JNI_GetCreatedJavaVMs")) {
		dlerror(); /* the program is not to find this one */
		return false;
	}
	if (atomic_load(&known) != UNKNOWN)
		return atomic_load(&known) == PRESENT;
	present = in_variable("JAVA_TOOL_OPTIONS") ||
		  in_variable("JDK_JAVA_OPTIONS") || among_arguments();
	atomic_store(&known, present ? PRESENT : ABSENT);
	return present;
}
