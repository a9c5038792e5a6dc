/* SPDX-License-Identifier: BSD-2-Clause */
/* What the TAP had no room for, which its own counters say. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "atomics.h"
#include "errand.h"
#include "nic.h"
#include "port.h"

struct request {
	struct nlmsghdr header;
	struct if_stats_msg what;
};

#define MESSAGE NLMSG_LENGTH(sizeof(struct if_stats_msg))

static bool find_drops(const struct nlmsghdr *answer, ssize_t size,
		       uint64_t *drops)
{
	const struct rtattr *at =
		(const void *)((const char *)answer + NLMSG_ALIGN(MESSAGE));
	struct rtnl_link_stats64 stats;
	ssize_t left = size - (ssize_t)NLMSG_ALIGN(MESSAGE);

	if (left <= 0 || answer->nlmsg_type != RTM_NEWSTATS)
		return false;
	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		size_t length = RTA_PAYLOAD(at);

		if (at->rta_type != IFLA_STATS_LINK_64)
			continue;
		memset(&stats, 0, sizeof(stats));
		memcpy(&stats, RTA_DATA(at),
		       length < sizeof(stats) ? length : sizeof(stats));
		*drops = stats.tx_dropped;
		return true;
	}
	return false;
}

static bool read_drops(const struct host *host, uint64_t *drops)
{
	struct request ask = {
		.header = {.nlmsg_len = MESSAGE,
			   .nlmsg_type = RTM_GETSTATS,
			   .nlmsg_flags = NLM_F_REQUEST},
		.what = {.ifindex = (uint32_t)host->tap_index,
			 .filter_mask =
				 IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)},
	};
	_Alignas(struct nlmsghdr) char answer[4096];
	int fd = host->counts.fd;

	return nic_owns(&host->counts) &&
	       send(fd, &ask, MESSAGE, MSG_DONTWAIT) == (ssize_t)MESSAGE &&
	       find_drops((const void *)answer,
			  recv(fd, answer, sizeof(answer), MSG_DONTWAIT),
			  drops);
}

int host_begin_counting(struct host *host)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int r = nic_fd_keep(&host->counts, fd < 0 ? -errno : fd);

	return r < 0 ? r : read_drops(host, &host->dropped) ? 0 : -EPROTO;
}

void host_count(struct nmd_port *port)
{
	struct nic *nic = port->nic;
	uint32_t r = nic->xdp ? nic->xdp->queues : 0;
	uint64_t now;

	if (errand_needed() || !read_drops(nic->host, &now) ||
	    now <= nic->host->dropped)
		return;
	counter_add_shared(&port->area->rx[r].dropped,
			   now - nic->host->dropped);
	nic->host->dropped = now;
}
