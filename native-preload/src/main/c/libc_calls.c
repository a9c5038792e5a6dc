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

/* The kernel writes the time that is left; glibc does not show it. */
static int early_ppoll(struct pollfd *fds, nfds_t n,
		       const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec left, *at = NULL;

	if (timeout) {
		left = *timeout;
		at = &left;
	}
	return (int)syscall(SYS_ppoll, fds, n, at, mask, (size_t)(_NSIG / 8));
}

static int early_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000,
				   timeout_ms % 1000 * 1000000L};

	return early_ppoll(fds, n, timeout_ms < 0 ? NULL : &timeout, NULL);
}

static int early_pselect(int n, fd_set *read, fd_set *write, fd_set *except,
			 const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec left, *at = NULL;
	struct {
		const sigset_t *mask;
		size_t size;
	} masked = {mask, _NSIG / 8};

	if (timeout) {
		left = *timeout;
		at = &left;
	}
	return (int)syscall(SYS_pselect6, n, read, write, except, at, &masked);
}

/* What is left of the time is not told: nobody uses it so early. */
static int early_select(int n, fd_set *read, fd_set *write, fd_set *except,
			struct timeval *timeout)
{
	struct timespec t;

	if (timeout) {
		t.tv_sec = timeout->tv_sec;
		t.tv_nsec = timeout->tv_usec * 1000;
	}
	return early_pselect(n, read, write, except, timeout ? &t : NULL, NULL);
}

/* A plug-in may have brought libseccomp long after we looked for it. */
static int late_seccomp_load(const void *filter)
{
	void *library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_NOLOAD);
	int (*load)(const void *) = NULL;
	int result;

	if (library)
		*(void **)&load = dlsym(library, "seccomp_load");
	result = load ? load(filter) : -ENOSYS;
	if (library)
		dlclose(library);
	return result;
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
