/* SPDX-License-Identifier: BSD-2-Clause */
/* What the netmap face and the process that forwards have in common. */
#include "netmap_attachment.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void attachment_file(const char *name, char file[static ATTACHMENT_FILE_SIZE])
{
	snprintf(file, ATTACHMENT_FILE_SIZE, RUNTIME_ATTACHED "%.40s", name);
}

bool attachment_read(int fd, struct attachment_polling *p)
{
	memset(p, 0, sizeof(*p));
	return pread(fd, p, sizeof(*p), 0) == (ssize_t)sizeof(*p);
}

bool attachment_write(int fd, const struct attachment_polling *p)
{
	return pwrite(fd, p, sizeof(*p), 0) == (ssize_t)sizeof(*p);
}
