/* SPDX-License-Identifier: BSD-2-Clause */
/* ioctl, which more than one face has something to do in. */
#include <errno.h>

#include "interfaces.h"
#include "libc_calls.h"
#include "netmap_copies.h"
#include "netmap_file.h"
#include "packet_calls.h"

/*
 * What Linux answers before any driver is asked. The FIFO stays as it is, for
 * netmap has nothing to read or write that could block.
 */
static bool is_of_all_files(unsigned long request)
{
	return request == FIOCLEX || request == FIONCLEX ||
	       request == FIONBIO || request == FIOASYNC || request == FIOQSIZE;
}

static int ioctl_of_all_files(int fd, unsigned long request,
			      unsigned long argument)
{
	int on = 1, asked;

	if (request != FIONBIO)
		return libc_calls.ioctl(fd, request, argument);
	if (copy_in(&asked, argument, sizeof(asked)) == 0)
		return libc_calls.ioctl(fd, FIONBIO, (unsigned long)&on);
	errno = EFAULT;
	return -1;
}

/* What a request is of, in the way that most of them are numbered. */
static inline unsigned long type_of(unsigned long request)
{
	return request >> 8 & 0xff;
}

static __attribute__((noinline)) int ioctl_any(int fd, unsigned long request,
					       unsigned long argument)
{
	struct netmap_file *f = netmap_file_take(fd);
	int result;

	if (!f && netmap_is_request(request) && netmap_file_adopt(fd))
		f = netmap_file_take(fd);
	if (f) {
		result = is_of_all_files(request)
				 ? ioctl_of_all_files(fd, request, argument)
				 : netmap_ioctl(f, request, argument);
		netmap_file_give_back(f);
		return result;
	}
	if (interface_request(request))
		return packet_ioctl(fd, request, (struct ifreq *)argument);
	return libc_calls.ioctl(fd, request, argument);
}

int fixed_ioctl(int fd, unsigned long request, unsigned long argument)
	EXPORTED_AS(ioctl);

/* What neither packet sockets nor netmap know leaves by a jump. */
int fixed_ioctl(int fd, unsigned long request, unsigned long argument)
{
	if (descriptor_is_foreign(fd) &&
	    type_of(request) != type_of(SIOCGIFINDEX) &&
	    type_of(request) != type_of(NETMAP_CONTROL))
		return libc_calls.ioctl(fd, request, argument);
	return ioctl_any(fd, request, argument);
}
