/* SPDX-License-Identifier: BSD-2-Clause */
/* ioctl, which more than one face has something to do in. */
#include <stdarg.h>

#include "interfaces.h"
#include "libc_calls.h"
#include "packet_calls.h"

EXPORTED int ioctl(int fd, unsigned long request, ...)
{
	unsigned long argument = OPTIONAL_ARGUMENT(request);

	if (interface_request(request))
		return packet_ioctl(fd, request, (struct ifreq *)argument);
	return libc_calls.ioctl(fd, request, argument);
}
