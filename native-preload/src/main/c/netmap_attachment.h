/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces attached to a switch: vale-ctl -a vale0:eth1. The module forwards
 * for them itself; here a process does, which has the interface and a port of
 * its name on the switch. It is nmrun under another name (nmrun/vale_attach.h),
 * of a session of its own, has none of the program's descriptors and writes
 * nothing anywhere.
 *
 * It lives until it is detached, or the interface goes. Both are told by a file
 * of the runtime directory, which it keeps locked: without the lock it has been
 * killed, without the file it ends.
 */
#ifndef NETMAP_ATTACHMENT_H
#define NETMAP_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime.h"

/* The name by which nmrun is started; what it gets: "vale0:eth1", host rings? */
#define ATTACHMENT_PROGRAM "vale-attach"
#define ATTACHMENT_HOST "host"
/* Where it writes an int when it forwards, 0, or cannot: an errno. */
#define ATTACHMENT_STATUS 3

#define ATTACHMENT_FILE_SIZE 64

/*
 * What stands in the file. The process says how many rings it forwards for,
 * the face says which processors are to poll them instead of waiting; its
 * changes are seen by who watches the file.
 */
struct attachment_polling {
	uint32_t rings;
	uint32_t first_cpu, cpus; /* cpus 0: none */
};

/* The name of the file in the runtime directory. */
void attachment_file(const char *name, char file[static ATTACHMENT_FILE_SIZE]);

/* All of it; false: it is not there, or not to be written. */
bool attachment_read(int fd, struct attachment_polling *p);
bool attachment_write(int fd, const struct attachment_polling *p);

/*
 * Of "vale0:eth1", an interface that no program has open. Returns when frames
 * pass, or no more: 0 or an errno. EBUSY: it is attached already. ENXIO: it is
 * not.
 */
int attachment_begin(const char *name, bool host);
int attachment_end(const char *name);

/*
 * The file of one whose process lives, or -1. Polled, it cannot be ended:
 * EBUSY.
 */
int attachment_open(const char *name);

#endif
