/* SPDX-License-Identifier: BSD-2-Clause */
/* From a filter to rules for the interpreter in the kernel. */
#include "xdp_filter.h"

#include <errno.h>
#include <linux/bpf_common.h>
#include <sys/mman.h>
#include <unistd.h>

#include "atomics.h"
#include "bpf_extension.h"
#include "ebpf.h"

#define MAPPED (1u << 10) /* BPF_F_MMAPABLE, Linux 5.5 */
#define CLASS_MISC 0x07
#define TXA 0x80
#define RETURNS_A 0x10

static int new_map(enum bpf_map_type type, uint32_t size, uint32_t entries,
		   uint32_t flags)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = sizeof(uint32_t),
		.value_size = size,
		.max_entries = entries,
		.map_flags = flags,
		.map_name = EBPF_NAME,
	};

	return ebpf(BPF_MAP_CREATE, &attr);
}

static size_t size_of(uint32_t queues)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	_Static_assert(sizeof(struct xdp_rules) % 8 == 0,
		       "a map's values lie side by side");
	return (queues * sizeof(struct xdp_rules) + page - 1) / page * page;
}

static int map_rules(int map, uint32_t queues, struct xdp_rules **rules)
{
	void *at = mmap(NULL, size_of(queues), PROT_READ | PROT_WRITE,
			MAP_SHARED, map, 0);

	if (at == MAP_FAILED)
		return -errno;
	*rules = at;
	return 0;
}

int xdp_rules_new(uint32_t queues, struct xdp_rules **rules,
		  struct xdp_maps *maps)
{
	int r = new_map(BPF_MAP_TYPE_ARRAY, sizeof(struct xdp_rules), queues,
			MAPPED);

	if (r < 0)
		return r;
	maps->rules = r;
	r = maps->scratch = new_map(BPF_MAP_TYPE_PERCPU_ARRAY,
				    sizeof(struct xdp_scratch), 1, 0);
	if (r >= 0)
		r = map_rules(maps->rules, queues, rules);
	if (r == 0)
		return 0;
	if (maps->scratch >= 0)
		close(maps->scratch);
	close(maps->rules);
	return r;
}

int xdp_rules_join(int map, uint32_t queues, struct xdp_rules **rules)
{
	struct bpf_map_info info = {0};
	int r = ebpf_info(map, &info, sizeof(info));

	if (r < 0 || info.value_size != sizeof(struct xdp_rules) ||
	    info.max_entries != queues || !(info.map_flags & MAPPED))
		return -EBUSY;
	return map_rules(map, queues, rules);
}

void xdp_rules_free(struct xdp_rules *rules, uint32_t queues)
{
	if (rules)
		munmap(rules, size_of(queues));
}

/* Nothing else may be mapped in its place, since all is unmapped as one. */
void xdp_rules_leave(struct xdp_rules *queue)
{
	if (sizeof(*queue) % (size_t)sysconf(_SC_PAGESIZE) == 0)
		mmap(queue, sizeof(*queue), PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static struct xdp_rule plain(enum xdp_op op, uint32_t k)
{
	return (struct xdp_rule){.op = (uint8_t)op, .k = k};
}

static enum xdp_op sized(uint16_t code, enum xdp_op word)
{
	if (BPF_SIZE(code) == BPF_W)
		return word;
	return BPF_SIZE(code) == BPF_H ? word + 1 : word + 2;
}

static struct xdp_rule absolute(const struct nmd_insn *in, uint32_t ifindex)
{
	struct bpf_place place = bpf_place_of(in->k, ifindex);

	switch (place.source) {
	case BPF_IN_FRAME:
		return plain(sized(in->code, XDP_OP_LDW), place.at);
	case BPF_CONSTANT:
		return plain(XDP_OP_IMM, place.at);
	case BPF_XOR_X:
		return (struct xdp_rule){.op = XDP_OP_XOR, .by_x = 1};
	default:
		return plain(XDP_OP_DOUBT, 0);
	}
}

static struct xdp_rule load(const struct nmd_insn *in, uint32_t ifindex)
{
	bool x = BPF_CLASS(in->code) == BPF_LDX;

	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
		return plain(x ? XDP_OP_IMMX : XDP_OP_IMM, in->k);
	case BPF_LEN:
		return plain(x ? XDP_OP_LENX : XDP_OP_LEN, 0);
	case BPF_MEM:
		return plain(x ? XDP_OP_MEMX : XDP_OP_MEM, in->k);
	case BPF_ABS:
		return absolute(in, ifindex);
	case BPF_IND:
		return plain(sized(in->code, XDP_OP_LDWX), in->k);
	default:
		return plain(XDP_OP_MSH, in->k);
	}
}

static enum xdp_op calculation(uint16_t code)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return XDP_OP_ADD;
	case BPF_SUB:
		return XDP_OP_SUB;
	case BPF_MUL:
		return XDP_OP_MUL;
	case BPF_DIV:
		return XDP_OP_DIV;
	case BPF_MOD:
		return XDP_OP_MOD;
	case BPF_OR:
		return XDP_OP_OR;
	case BPF_AND:
		return XDP_OP_AND;
	case BPF_XOR:
		return XDP_OP_XOR;
	case BPF_LSH:
		return XDP_OP_LSH;
	case BPF_RSH:
		return XDP_OP_RSH;
	default:
		return XDP_OP_NEG;
	}
}

static enum xdp_op condition(uint16_t code)
{
	switch (BPF_OP(code)) {
	case BPF_JA:
		return XDP_OP_JA;
	case BPF_JEQ:
		return XDP_OP_JEQ;
	case BPF_JGT:
		return XDP_OP_JGT;
	case BPF_JGE:
		return XDP_OP_JGE;
	default:
		return XDP_OP_JSET;
	}
}

static struct xdp_rule with_operand(const struct nmd_insn *in, enum xdp_op op)
{
	return (struct xdp_rule){
		.op = (uint8_t)op,
		.by_x = BPF_SRC(in->code) == BPF_X,
		.jt = in->jt,
		.jf = in->jf,
		.k = in->k,
	};
}

/* Of a valid program. */
static struct xdp_rule rule_of(const struct nmd_insn *in, uint32_t ifindex)
{
	switch (BPF_CLASS(in->code)) {
	case BPF_LD:
	case BPF_LDX:
		return load(in, ifindex);
	case BPF_ST:
		return plain(XDP_OP_ST, in->k);
	case BPF_STX:
		return plain(XDP_OP_STX, in->k);
	case BPF_ALU:
		return with_operand(in, calculation(in->code));
	case BPF_JMP:
		return with_operand(in, condition(in->code));
	case BPF_RET:
		return plain(in->code & RETURNS_A ? XDP_OP_RETA : XDP_OP_RET,
			     in->k);
	default:
		return plain(in->code & TXA ? XDP_OP_TXA : XDP_OP_TAX, 0);
	}
}

/* All that comes to an XDP program comes in. */
static bool rejects_nothing(const struct filter_copy *filter)
{
	return filter->broken ||
	       (!filter->length && filter->direction != NMD_OUT);
}

static void write_rules(struct xdp_rule *to, const struct filter_copy *filter)
{
	to[0] = plain(XDP_OP_DOUBT, 0);
	if (rejects_nothing(filter))
		return;
	if (filter->direction == NMD_OUT)
		to[0] = plain(XDP_OP_RET, 0);
	else
		for (uint32_t i = 0; i < filter->length; i++)
			to[i] = rule_of(&filter->prog[i], filter->ifindex);
}

void xdp_rules_set(struct xdp_rules *queue, const struct filter_copy *filter)
{
	uint32_t now = load_relaxed(&queue->sequence), next = now + 1;

	if (now == 0 && rejects_nothing(filter))
		return;
	if (next == 0)
		next = 2; /* as even, and not none */
	/* Who rejects by the list that is written to looks at this first. */
	atomic_thread_fence(memory_order_seq_cst);
	write_rules(queue->rule[next & 1], filter);
	store_release(&queue->sequence, next);
}

void xdp_rules_reset(struct xdp_rules *queue)
{
	xdp_rules_set(queue, &(struct filter_copy){.broken = true});
	atomic_store(&queue->rejected, 0);
	atomic_store(&queue->counted, 0);
}
