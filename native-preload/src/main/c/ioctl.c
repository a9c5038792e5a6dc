/* SPDX-License-Identifier: BSD-2-Clause */
/* ioctl, which more than one face has something to do in. */
#include <stdarg.h>

#include "interfaces.h"
#include "libc_calls.h"
#include "netmap_file.h"
#include "packet_calls.h"

EXPORTED int ioctl(int fd, unsigned long request, ...)
{
	unsigned long argument = OPTIONAL_ARGUMENT(request);
	struct netmap_file *f = netmap_file_take(fd);
	int result;

	if (!f && netmap_is_request(request) && netmap_file_adopt(fd))
		f = netmap_file_take(fd);
	if (f) {
		result = netmap_ioctl(f, request, (void *)argument);
		netmap_file_give_back(f);
		return result;
	}
	if (interface_request(request))
		return packet_ioctl(fd, request, (struct ifreq *)argument);
	return libc_calls.ioctl(fd, request, argument);
}
