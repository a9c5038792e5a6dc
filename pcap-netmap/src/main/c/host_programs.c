/* SPDX-License-Identifier: BSD-2-Clause */
/* The three programs between an interface and its TAP. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stddef.h>

#include "ebpf.h"
#include "host.h"

/* From Linux 6.6 on; headers may be older. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define TCX_GO_ON (-1)

/* Of frames from the interface to the TAP, where others have no business. */
#define MARK 0x6e6d6870

#define MARK_AT offsetof(struct __sk_buff, mark)
#define LENGTH(program) (sizeof(program) / sizeof(*(program)))

/* skb->mark = MARK; return bpf_redirect(tap, 0); */
static int load_to_tap(int tap)
{
	const struct bpf_insn program[] = {
		EBPF_SET(BPF_REG_2, MARK),
		EBPF_STORE_WORD(BPF_REG_1, BPF_REG_2, MARK_AT),
		EBPF_SET(BPF_REG_1, tap),
		EBPF_SET(BPF_REG_2, 0),
		EBPF_CALL(BPF_FUNC_redirect),
		EBPF_EXIT,
	};

	return ebpf_load(BPF_PROG_TYPE_SCHED_CLS, program, LENGTH(program), 0);
}

/* return bpf_redirect(interface, BPF_F_INGRESS); */
static int load_to_host(int interface)
{
	const struct bpf_insn program[] = {
		EBPF_SET(BPF_REG_1, interface),
		EBPF_SET(BPF_REG_2, BPF_F_INGRESS),
		EBPF_CALL(BPF_FUNC_redirect),
		EBPF_EXIT,
	};

	return ebpf_load(BPF_PROG_TYPE_SCHED_CLS, program, LENGTH(program), 0);
}

/* return skb->mark == MARK ? TCX_NEXT : TC_ACT_SHOT; */
static int load_only_marked(void)
{
	const struct bpf_insn program[] = {
		EBPF_LOAD_WORD(BPF_REG_2, BPF_REG_1, MARK_AT),
		EBPF_SET(BPF_REG_0, TCX_GO_ON),
		EBPF_INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_2, 0, 1, MARK),
		EBPF_SET(BPF_REG_0, TC_ACT_SHOT),
		EBPF_EXIT,
	};

	return ebpf_load(BPF_PROG_TYPE_SCHED_CLS, program, LENGTH(program), 0);
}

static int attach(struct host *host, int n, int program, int ifindex,
		  uint32_t where)
{
	int r = program < 0 ? program : nic_fd_keep(&host->program[n], program);

	return r < 0 ? r
		     : nic_fd_keep(&host->link[n],
				   ebpf_attach(host->program[n].fd, ifindex,
					       where, 0));
}

/* The host's frames are moved last, when all else is there. */
int host_attach(struct host *host, int ifindex)
{
	int tap = host->tap_index;
	int r = attach(host, 0, load_only_marked(), tap, TCX_EGRESS);

	if (r == 0)
		r = attach(host, 1, load_to_host(ifindex), tap, TCX_INGRESS);
	if (r == 0)
		r = attach(host, 2, load_to_tap(tap), ifindex, TCX_EGRESS);
	return r;
}
