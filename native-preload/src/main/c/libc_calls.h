/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's own functions, for those that stand in front of them.
 *
 * libc_calls.close(fd) closes. The functions can be used at any time, also
 * from signal handlers: before this library's constructor has looked them up
 * they are plain system calls, so that nothing is looked up inside a call (the
 * dynamic linker may ask an allocator for memory, and that one may call us).
 */
#ifndef LIBC_CALLS_H
#define LIBC_CALLS_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

struct libc_calls {
#define LIBC(result, name, parameters, call) result(*name) parameters;
#define LIBC_OPEN(result, name, parameters, last, call) \
	result(*name) parameters;
#include "libc_calls.def"
};

extern struct libc_calls libc_calls;

/*
 * To define a call that is declared with "...": it gets what may stand there as
 * its last argument, an unsigned long (something, where there is nothing), in
 * the register that the caller has put it in. So it can leave by a jump, which
 * a function of variable arguments cannot; and each return on the way out of
 * the kernel costs eight nanoseconds.
 */
#define EXPORTED_AS(name) __asm__(#name) EXPORTED

/* Of a call that is declared with "...": what may stand there. */
#define OPTIONAL_ARGUMENT(last)                                \
	({                                                     \
		va_list arguments_;                            \
		unsigned long argument_;                       \
                                                               \
		va_start(arguments_, last);                    \
		argument_ = va_arg(arguments_, unsigned long); \
		va_end(arguments_);                            \
		argument_;                                     \
	})

#endif
