/* SPDX-License-Identifier: BSD-2-Clause */
/* What the netmap face and the process that forwards have in common. */
#include <stdio.h>

#include "netmap_attachment.h"

void attachment_file(const char *name, char file[static ATTACHMENT_FILE_SIZE])
{
	snprintf(file, ATTACHMENT_FILE_SIZE, RUNTIME_ATTACHED "%.40s", name);
}
