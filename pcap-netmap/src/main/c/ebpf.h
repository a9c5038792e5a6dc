/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs for the kernel, by bpf(2) itself. */
#ifndef EBPF_H
#define EBPF_H

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* All that is ours is called so in the kernel. */
#define EBPF_NAME "pcap_netmap"

#define EBPF_INSN(op, dst, src, offset, value)                    \
	{                                                         \
		.code = (op), .dst_reg = (dst), .src_reg = (src), \
		.off = (offset), .imm = (value),                  \
	}
#define EBPF_SET(dst, value) \
	EBPF_INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define EBPF_LOAD_WORD(dst, src, offset) \
	EBPF_INSN(BPF_LDX | BPF_MEM | BPF_W, dst, src, offset, 0)
#define EBPF_STORE_WORD(dst, src, offset) \
	EBPF_INSN(BPF_STX | BPF_MEM | BPF_W, dst, src, offset, 0)
#define EBPF_CALL(function) EBPF_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define EBPF_EXIT EBPF_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1u << 5)
#endif

/* A new descriptor is always close-on-exec. 0, a descriptor or -errno. */
static inline int ebpf(enum bpf_cmd command, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, command, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

static inline int ebpf_load(uint32_t type, const struct bpf_insn *program,
			    uint32_t length, uint32_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uintptr_t)program;
	attr.insn_cnt = length;
	attr.license = (uintptr_t) "Dual BSD/GPL";
	attr.prog_flags = flags;
	memcpy(attr.prog_name, EBPF_NAME, sizeof(EBPF_NAME));
	return ebpf(BPF_PROG_LOAD, &attr);
}

/* Attaches by a link, which goes with its last descriptor. */
static inline int ebpf_attach(int program, int ifindex, uint32_t where,
			      uint32_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)program;
	attr.link_create.target_ifindex = (uint32_t)ifindex;
	attr.link_create.attach_type = where;
	attr.link_create.flags = flags;
	return ebpf(BPF_LINK_CREATE, &attr);
}

/* A descriptor of what has this id, for who may ask; -errno. */
static inline int ebpf_by_id(enum bpf_cmd command, uint32_t id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id; /* where all of them have theirs */
	return ebpf(command, &attr);
}

/* What the kernel says of a program, map or link. 0 or -errno. */
static inline int ebpf_info(int fd, void *info, uint32_t size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = size;
	attr.info.info = (uintptr_t)info;
	return ebpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

#endif
