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
#include "xdp_filter.h"

static bool is_ours(const char name[static BPF_OBJ_NAME_LEN])
{
	return strncmp(name, EBPF_NAME, BPF_OBJ_NAME_LEN) == 0;
}

/* What cannot be had is gone, or not for us. */
static int refusal(int code)
{
	return code == -ENOENT ? -ENOENT : -EBUSY;
}

#define MAPS 3 /* a program that filters has so many, another one */

static int take_program(uint32_t id, struct nic_fd *program, uint32_t *maps,
			uint32_t *count)
{
	struct bpf_prog_info info = {.nr_map_ids = MAPS,
				     .map_ids = (uintptr_t)maps};
	int r = nic_fd_keep(program, ebpf_by_id(BPF_PROG_GET_FD_BY_ID, id));

	if (r < 0)
		return refusal(r);
	r = ebpf_info(program->fd, &info, sizeof(info));
	*count = info.nr_map_ids;
	return r == 0 && is_ours(info.name) && (*count == 1 || *count == MAPS)
		       ? 0
		       : -EBUSY;
}

/* One of another number of queues is as good as foreign. */
static int take_sockets(int fd, const struct bpf_map_info *info,
			struct xdp *parts)
{
	int r = nic_fd_keep(&parts->map, fd);

	return r == 0 && info->max_entries == parts->queues ? 0 : -EBUSY;
}

static int take_map(uint32_t id, struct xdp *parts)
{
	struct bpf_map_info info = {0};
	int fd = ebpf_by_id(BPF_MAP_GET_FD_BY_ID, id), r = -EBUSY;

	if (fd < 0)
		return refusal(fd);
	if (ebpf_info(fd, &info, sizeof(info)) == 0 && is_ours(info.name)) {
		if (info.type == BPF_MAP_TYPE_XSKMAP)
			return take_sockets(fd, &info, parts);
		r = info.type == BPF_MAP_TYPE_ARRAY
			    ? xdp_rules_join(fd, parts->queues, &parts->rules)
			    : 0;
	}
	close(fd);
	return r;
}

static int take_maps(const uint32_t *id, uint32_t count, struct xdp *parts)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < count; i++)
		r = take_map(id[i], parts);
	return r == 0 && parts->map.fd < 0 ? -EBUSY : r;
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

static void give_up(struct xdp *parts)
{
	nic_fd_close(&parts->program);
	nic_fd_close(&parts->map);
	nic_fd_close(&parts->link);
	xdp_rules_free(parts->rules, parts->queues);
}

int xdp_join(struct xdp *xdp, int ifindex)
{
	struct nic_fd none = nic_fd_none();
	struct xdp parts = {.queues = xdp->queues,
			    .program = none,
			    .map = none,
			    .link = none};
	uint32_t id = xdp_attached(ifindex), maps[MAPS], count;
	int r = id ? take_program(id, &parts.program, maps, &count) : -ENOENT;

	if (r == 0)
		r = take_maps(maps, count, &parts);
	if (r == 0)
		r = take_link(id, &parts.link);
	if (r < 0) {
		give_up(&parts);
		return r;
	}
	give_up(xdp);
	xdp->program = parts.program;
	xdp->map = parts.map;
	xdp->link = parts.link;
	xdp->rules = parts.rules;
	xdp->driver = !xdp_is_generic(ifindex);
	return 0;
}
