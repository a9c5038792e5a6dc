/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_link.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "atomics.h"
#include "nic.h"

int nic_ask_link(const struct nic *nic, unsigned long what,
		 struct ifreq *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->ifr_ifindex = nic->ifindex;
	if (ioctl(nic->socket.fd, SIOCGIFNAME, answer) < 0)
		return -errno;
	return ioctl(nic->socket.fd, what, answer) < 0 ? -errno : 0;
}

/* What cannot be asked, for want of a socket, is as it was. */
void nic_look_at_link(struct nic *nic)
{
	struct nic_link *link = &nic->link;
	struct ifreq answer;
	int r;

	if (!nic_owns(&nic->socket))
		return;
	r = nic_ask_link(nic, SIOCGIFFLAGS, &answer);
	if (r == -ENODEV)
		store_relaxed(&link->lost, r);
	else if (r == 0)
		store_relaxed(&link->lost,
			      answer.ifr_flags & IFF_UP ? 0 : -ENETDOWN);
	if (nic_ask_link(nic, SIOCGIFMTU, &answer) == 0)
		store_relaxed(&link->mtu, (uint32_t)answer.ifr_mtu);
}

void nic_glance_at_link(struct nic *nic)
{
	struct timespec now;
	int64_t now_ns;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	now_ns = now.tv_sec * 1000000000ll + now.tv_nsec;
	if (now_ns == load_relaxed(&nic->link.looked_ns))
		return;
	store_relaxed(&nic->link.looked_ns, now_ns);
	nic_look_at_link(nic);
}
