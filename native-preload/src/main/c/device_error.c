/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the device on a port that is open: in words, with the remedy. */
#include <errno.h>
#include <string.h>

#include "handle.h"

static const struct {
	int number;
	const char *text;
} reasons[] = {
	{EBADF, "the program has closed the port's descriptor, and with it the "
		"opening; close only descriptors that are the program's own, "
		"and open the port again"},
	{EBUSY, "another thread or process is using the same rings and does "
		"not go on; try again after it"},
	{EIO, "another user of the switch has written into the port's rings, "
	      "which are mended; send the frame again"},
	{ENOBUFS, "a signal handler sends while the thread that it interrupts "
		  "does; send again after it"},
	{EOPNOTSUPP, "it was opened to receive only; leave /R, /r and /t off "
		     "its name to send"},
	{ENOMEM, "out of memory; end other programs or raise the memory "
		 "limit"},
};

static const char *reason_of(int number)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].number == number)
			return reasons[i].text;
	return NULL;
}

int handle_device_error(struct handle *h, const char *what, int code)
{
	const char *reason = reason_of(-code);

	if (code == -ENODEV) /* in libpcap's words */
		handle_error(h, "The interface disappeared");
	else if (reason)
		handle_error(h, "%s: cannot %s: %s", h->device, what, reason);
	else
		handle_error(h,
			     "%s: cannot %s: %s; close the port and open "
			     "it again",
			     h->device, what, strerror(-code));
	errno = -code; /* some programs print it as well */
	return ABI_ERROR;
}
