/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XDP program: to the queue's socket, or on to the host where the queue
 * has none. Loaded and attached by bpf(2) itself.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ebpf.h"
#include "xdp.h"

int xdp_load_map(uint32_t entries)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_XSKMAP,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint32_t),
		.max_entries = entries,
		.map_name = EBPF_NAME,
	};

	return ebpf(BPF_MAP_CREATE, &attr);
}

int xdp_map_set(int map, uint32_t queue, int socket)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = (uintptr_t)&queue;
	attr.value = (uintptr_t)&socket;
	attr.flags = BPF_NOEXIST;
	return ebpf(BPF_MAP_UPDATE_ELEM, &attr);
}

int xdp_map_clear(int map, uint32_t queue)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = (uintptr_t)&queue;
	return ebpf(BPF_MAP_DELETE_ELEM, &attr);
}

int xdp_load_program(int map, bool several)
{
	/* return bpf_redirect_map(&map, ctx->rx_queue_index, XDP_PASS); */
	const struct bpf_insn program[] = {
		EBPF_LOAD_WORD(BPF_REG_2, BPF_REG_1,
			       offsetof(struct xdp_md, rx_queue_index)),
		EBPF_INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1,
			  BPF_PSEUDO_MAP_FD, 0, map),
		EBPF_INSN(0, 0, 0, 0, 0),
		EBPF_SET(BPF_REG_3, XDP_PASS),
		EBPF_CALL(BPF_FUNC_redirect_map),
		EBPF_EXIT,
	};

	return ebpf_load(BPF_PROG_TYPE_XDP, program,
			 sizeof(program) / sizeof(*program),
			 several ? BPF_F_XDP_HAS_FRAGS : 0);
}

/* A driver that cannot, or not with this MTU, leaves it to the stack. */
int xdp_attach(int program, int ifindex, bool *driver)
{
	int fd = ebpf_attach(program, ifindex, BPF_XDP, XDP_FLAGS_DRV_MODE);

	*driver = fd >= 0;
	if (fd >= 0 || fd == -EBUSY || fd == -EEXIST || fd == -EPERM)
		return fd;
	return ebpf_attach(program, ifindex, BPF_XDP, XDP_FLAGS_SKB_MODE);
}

struct link_request {
	struct nlmsghdr header;
	struct ifinfomsg info;
};

static const struct rtattr *find(const struct rtattr *at, int len, int type)
{
	for (; RTA_OK(at, len); at = RTA_NEXT(at, len))
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
	return NULL;
}

/* What an answer about a link says of its program; 0: there is none. */
static uint32_t word_in(const struct nlmsghdr *answer, ssize_t size, int what)
{
	const struct rtattr *xdp, *word;
	uint32_t number = 0;

	if (size < 0 || !NLMSG_OK(answer, (size_t)size) ||
	    answer->nlmsg_type != RTM_NEWLINK)
		return 0;
	xdp = find(IFLA_RTA(NLMSG_DATA(answer)), (int)IFLA_PAYLOAD(answer),
		   IFLA_XDP);
	if (!xdp)
		return 0;
	word = find(RTA_DATA(xdp), (int)RTA_PAYLOAD(xdp), what);
	if (word && RTA_PAYLOAD(word) <= sizeof(number))
		memcpy(&number, RTA_DATA(word), RTA_PAYLOAD(word));
	return number;
}

static uint32_t attached_program(int ifindex, int what)
{
	struct link_request ask = {
		.header = {.nlmsg_len = sizeof(ask),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST},
		.info = {.ifi_index = ifindex},
	};
	_Alignas(struct nlmsghdr) char answer[16384];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t n = -1;

	if (fd < 0)
		return 0;
	if (send(fd, &ask, sizeof(ask), 0) == sizeof(ask))
		n = recv(fd, answer, sizeof(answer), 0);
	close(fd);
	return word_in((const void *)answer, n, what);
}

uint32_t xdp_attached(int ifindex)
{
	return attached_program(ifindex, IFLA_XDP_PROG_ID);
}

bool xdp_is_generic(int ifindex)
{
	uint32_t how = attached_program(ifindex, IFLA_XDP_ATTACHED);

	return (how & 0xff) == XDP_ATTACHED_SKB;
}

void xdp_name_foreign(int ifindex, char *name, size_t size)
{
	uint32_t id = xdp_attached(ifindex);
	struct bpf_prog_info info = {0};
	int fd = ebpf_by_id(BPF_PROG_GET_FD_BY_ID, id);

	if (id == 0)
		snprintf(name, size, "an XDP program");
	else if (fd >= 0 && ebpf_info(fd, &info, sizeof(info)) == 0)
		snprintf(name, size, "the XDP program \"%.*s\" (id %u)",
			 (int)sizeof(info.name), info.name, id);
	else
		snprintf(name, size, "the XDP program with id %u", id);
	if (fd >= 0)
		close(fd);
}
