/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_fd.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime.h"

int nic_fd_keep(struct nic_fd *to, int fd)
{
	struct stat st;

	to->fd = fd_above_stdio(fd);
	if (to->fd < 0 || fstat(to->fd, &st) < 0)
		return -errno;
	to->dev = st.st_dev;
	to->ino = st.st_ino;
	return 0;
}

bool nic_owns(const struct nic_fd *fd)
{
	struct stat st;

	return fd->fd >= 0 && fstat(fd->fd, &st) == 0 && st.st_dev == fd->dev &&
	       st.st_ino == fd->ino;
}

void nic_fd_close(struct nic_fd *fd)
{
	if (nic_owns(fd))
		close(fd->fd);
	*fd = nic_fd_none();
}
