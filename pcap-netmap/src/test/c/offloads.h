/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the far end leaves to its interface what a network card would do. */
#ifndef OFFLOADS_H
#define OFFLOADS_H

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "veth.h"

/* A network card's frames come whole; a veth's have their checksums open. */
static inline void far_finishes_checksums(bool finishes)
{
	struct ethtool_value offload = {.cmd = ETHTOOL_STXCSUM,
					.data = !finishes};
	struct ifreq ask = {.ifr_name = "far"};
	int fd = far_socket();

	ask.ifr_data = (void *)&offload;
	CHECK_EQ(ioctl(fd, SIOCETHTOOL, &ask), 0);
	close(fd);
}

#endif
