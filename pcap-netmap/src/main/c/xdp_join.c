/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking part in the XDP program that another opening of the interface has
 * attached, in this process or another: each holds program, map and link, and
 * they go with the last of them.
 *
 * They are found by their ids, which takes CAP_SYS_ADMIN. Who has not got that
 * sees a foreign program.
 */
#include <errno.h>
#include <string.h>

#include "ebpf.h"
#include "xdp.h"

static bool is_ours(const char name[static BPF_OBJ_NAME_LEN])
{
	return strncmp(name, EBPF_NAME, BPF_OBJ_NAME_LEN) == 0;
}

/* What cannot be had is gone, or not for us. */
static int refusal(int code)
{
	return code == -ENOENT ? -ENOENT : -EBUSY;
}

static int take_program(uint32_t id, struct nic_fd *program, uint32_t *map)
{
	struct bpf_prog_info info = {.nr_map_ids = 1,
				     .map_ids = (uintptr_t)map};
	int r = nic_fd_keep(program, ebpf_by_id(BPF_PROG_GET_FD_BY_ID, id));

	if (r < 0)
		return refusal(r);
	r = ebpf_info(program->fd, &info, sizeof(info));
	return r == 0 && is_ours(info.name) && info.nr_map_ids == 1 ? 0
								    : -EBUSY;
}

/* One of another number of queues is as good as foreign. */
static int take_map(uint32_t id, uint32_t queues, struct nic_fd *map)
{
	struct bpf_map_info info = {0};
	int r = nic_fd_keep(map, ebpf_by_id(BPF_MAP_GET_FD_BY_ID, id));

	if (r < 0)
		return refusal(r);
	r = ebpf_info(map->fd, &info, sizeof(info));
	return r == 0 && is_ours(info.name) &&
			       info.type == BPF_MAP_TYPE_XSKMAP &&
			       info.max_entries == queues
		       ? 0
		       : -EBUSY;
}

/* The link by which the program is attached: it is so by one. */
static int take_link(uint32_t program, struct nic_fd *link)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	while (ebpf(BPF_LINK_GET_NEXT_ID, &attr) == 0) {
		struct bpf_link_info info = {0};
		int fd = ebpf_by_id(BPF_LINK_GET_FD_BY_ID, attr.next_id);

		attr.start_id = attr.next_id;
		if (fd < 0)
			continue;
		if (ebpf_info(fd, &info, sizeof(info)) == 0 &&
		    info.type == BPF_LINK_TYPE_XDP && info.prog_id == program)
			return nic_fd_keep(link, fd);
		close(fd);
	}
	return -ENOENT;
}

int xdp_join(struct xdp *xdp, int ifindex)
{
	struct nic_fd program = nic_fd_none(), map = program, link = program;
	uint32_t id = xdp_attached(ifindex), map_id = 0;
	int r = id ? take_program(id, &program, &map_id) : -ENOENT;

	if (r == 0)
		r = take_map(map_id, xdp->queues, &map);
	if (r == 0)
		r = take_link(id, &link);
	if (r < 0) {
		nic_fd_close(&program);
		nic_fd_close(&map);
		nic_fd_close(&link);
		return r;
	}
	nic_fd_close(&xdp->program);
	nic_fd_close(&xdp->map);
	xdp->program = program;
	xdp->map = map;
	xdp->link = link;
	xdp->driver = !xdp_is_generic(ifindex);
	return 0;
}
