/* SPDX-License-Identifier: BSD-2-Clause */
#include "libc_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>

/* dup3 refuses two equal numbers, and not every machine has the older call. */
static int early_dup2(int fd, int to)
{
	if (fd == to)
		return syscall(SYS_fcntl, fd, F_GETFD) < 0 ? -1 : to;
	return (int)syscall(SYS_dup3, fd, to, 0);
}

#define LIBC(result, name, parameters, call)  \
	static result first_##name parameters \
	{                                     \
		return (result)call;          \
	}
#define LIBC_OPEN(result, name, parameters, last, call)           \
	static result first_##name parameters                     \
	{                                                         \
		unsigned long argument = OPTIONAL_ARGUMENT(last); \
                                                                  \
		return (result)call;                              \
	}
#include "libc_calls.def"

struct libc_calls libc_calls = {
#define LIBC(result, name, parameters, call) .name = first_##name,
#define LIBC_OPEN(result, name, parameters, last, call) .name = first_##name,
#include "libc_calls.def"
};

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define LIBC(result, name, parameters, call) \
	{#name, offsetof(struct libc_calls, name)},
#define LIBC_OPEN(result, name, parameters, last, call) \
	{#name, offsetof(struct libc_calls, name)},
#include "libc_calls.def"
};

/* What an older C library lacks stays a system call. */
__attribute__((constructor)) static void look_up(void)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		void *found = dlsym(RTLD_NEXT, functions[i].name);
		void **at = (void *)((char *)&libc_calls + functions[i].offset);

		if (found)
			*at = found;
	}
}
