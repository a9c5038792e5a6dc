/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf.h"

#include <endian.h>
#include <linux/bpf_common.h>
#include <string.h>

#include "bpf_extension.h"

#define BPF_WORDS 16
#define BPF_CLASS_MISC 0x07
#define MISC_TAX 0x00
#define MISC_TXA 0x80
#define RVAL(code) ((code)&0x18)
#define RVAL_A 0x10
#define SIZE_UNKNOWN 0x18

static bool load_valid(const struct nmd_insn *in)
{
	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
	case BPF_LEN:
		return BPF_SIZE(in->code) == BPF_W;
	case BPF_MEM:
		return BPF_SIZE(in->code) == BPF_W && in->k < BPF_WORDS;
	case BPF_ABS:
	case BPF_IND:
		return BPF_CLASS(in->code) == BPF_LD &&
		       BPF_SIZE(in->code) != SIZE_UNKNOWN;
	case BPF_MSH:
		return BPF_CLASS(in->code) == BPF_LDX &&
		       BPF_SIZE(in->code) == BPF_B;
	default:
		return false;
	}
}

static bool alu_valid(const struct nmd_insn *in)
{
	bool by_constant = BPF_SRC(in->code) == BPF_K;

	switch (BPF_OP(in->code)) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
	case BPF_LSH:
	case BPF_RSH:
		return true;
	case BPF_NEG:
		return by_constant;
	case BPF_DIV:
	case BPF_MOD:
		return !by_constant || in->k != 0;
	default:
		return false;
	}
}

/* How far JA goes, from the instruction after it. */
static int32_t always_by(const struct nmd_insn *in)
{
	return (int32_t)in->k;
}

/* at: how many instructions come before this one. */
static bool jump_valid(const struct nmd_insn *in, uint32_t at, uint32_t left)
{
	switch (BPF_OP(in->code)) {
	case BPF_JA:
		return BPF_SRC(in->code) == BPF_K &&
		       (in->k < left || (always_by(in) < 0 &&
					 -(int64_t)always_by(in) <= at + 1));
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return in->jt < left && in->jf < left;
	default:
		return false;
	}
}

/* How many instructions come before this one, and after it. */
static bool insn_valid(const struct nmd_insn *in, uint32_t at, uint32_t left)
{
	if (in->code > 0xff)
		return false;
	switch (BPF_CLASS(in->code)) {
	case BPF_LD:
	case BPF_LDX:
		return load_valid(in);
	case BPF_ST:
	case BPF_STX:
		return in->code == BPF_CLASS(in->code) && in->k < BPF_WORDS;
	case BPF_ALU:
		return alu_valid(in);
	case BPF_JMP:
		return jump_valid(in, at, left);
	case BPF_RET:
		return in->code == (BPF_RET | BPF_K) ||
		       in->code == (BPF_RET | RVAL_A);
	default:
		return in->code == (BPF_CLASS_MISC | MISC_TAX) ||
		       in->code == (BPF_CLASS_MISC | MISC_TXA);
	}
}

bool bpf_valid(const struct nmd_insn *prog, uint32_t length)
{
	if (length == 0 || length > 4096)
		return false;
	for (uint32_t i = 0; i < length; i++)
		if (!insn_valid(&prog[i], i, length - 1 - i))
			return false;
	return BPF_CLASS(prog[length - 1].code) == BPF_RET;
}

bool bpf_goes_back(const struct nmd_insn *prog, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++)
		if (prog[i].code == (BPF_JMP | BPF_JA) &&
		    always_by(&prog[i]) < 0)
			return true;
	return false;
}

struct machine {
	const uint8_t *frame;
	uint32_t wire_len, have;
	const struct bpf_view *view;
	uint32_t a, x;
	uint32_t words[BPF_WORDS];
};

/* Big-endian load of 1, 2 or 4 bytes at offset; false: beyond the data. */
static inline bool load_frame(const struct machine *m, uint64_t at,
			      uint16_t code, uint32_t *out)
{
	uint32_t word;
	uint16_t half;

	switch (BPF_SIZE(code)) {
	case BPF_W:
		if (at + 4 > m->have)
			return false;
		memcpy(&word, m->frame + at, 4);
		*out = be32toh(word);
		return true;
	case BPF_H:
		if (at + 2 > m->have)
			return false;
		memcpy(&half, m->frame + at, 2);
		*out = be16toh(half);
		return true;
	default:
		if (at >= m->have)
			return false;
		*out = m->frame[at];
		return true;
	}
}

/* What the frame itself does not hold; false: nothing known by that number. */
static bool load_extension(struct machine *m, const struct nmd_insn *in)
{
	struct bpf_place place = bpf_place_of(in->k, m->view->ifindex);

	switch (place.source) {
	case BPF_IN_FRAME:
		return load_frame(m, place.at, in->code, &m->a);
	case BPF_CONSTANT:
		m->a = place.at;
		return true;
	case BPF_COMPUTED:
		m->a = bpf_compute(m->frame, m->have, place.at,
				   m->view->direction);
		return true;
	case BPF_XOR_X:
		m->a ^= m->x;
		return true;
	default:
		return false;
	}
}

static inline bool run_load(struct machine *m, const struct nmd_insn *in,
			    uint32_t *to)
{
	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
		*to = in->k;
		return true;
	case BPF_LEN:
		*to = m->wire_len;
		return true;
	case BPF_MEM:
		*to = m->words[in->k];
		return true;
	case BPF_ABS:
		if (in->k >= BPF_EXTENSIONS_AT)
			return load_extension(m, in);
		return load_frame(m, in->k, in->code, to);
	case BPF_IND:
		return load_frame(m, (uint64_t)m->x + in->k, in->code, to);
	default: /* MSH: 4 * (byte & 15), the length of an IPv4 header */
		if (in->k >= m->have)
			return false;
		*to = (m->frame[in->k] & 0xfu) << 2;
		return true;
	}
}

/* False: division by a zero index register, which rejects the frame. */
static inline bool run_alu(struct machine *m, const struct nmd_insn *in)
{
	uint32_t by = BPF_SRC(in->code) == BPF_X ? m->x : in->k;

	switch (BPF_OP(in->code)) {
	case BPF_ADD:
		m->a += by;
		return true;
	case BPF_SUB:
		m->a -= by;
		return true;
	case BPF_MUL:
		m->a *= by;
		return true;
	case BPF_OR:
		m->a |= by;
		return true;
	case BPF_AND:
		m->a &= by;
		return true;
	case BPF_XOR:
		m->a ^= by;
		return true;
	case BPF_NEG:
		m->a = 0u - m->a;
		return true;
	case BPF_LSH:
		m->a = by < 32 ? m->a << by : 0;
		return true;
	case BPF_RSH:
		m->a = by < 32 ? m->a >> by : 0;
		return true;
	default:
		break;
	}
	if (by == 0)
		return false;
	m->a = BPF_OP(in->code) == BPF_DIV ? m->a / by : m->a % by;
	return true;
}

/* How many instructions a jump by a condition skips. */
static inline uint32_t run_jump(const struct machine *m,
				const struct nmd_insn *in)
{
	uint32_t with = BPF_SRC(in->code) == BPF_X ? m->x : in->k;
	bool taken;

	switch (BPF_OP(in->code)) {
	case BPF_JEQ:
		taken = m->a == with;
		break;
	case BPF_JGT:
		taken = m->a > with;
		break;
	case BPF_JGE:
		taken = m->a >= with;
		break;
	default:
		taken = (m->a & with) != 0;
		break;
	}
	return taken ? in->jt : in->jf;
}

uint32_t bpf_look(const struct nmd_insn *prog, const struct bpf_view *view)
{
	struct machine m = {.frame = view->frame,
			    .wire_len = view->wire_len,
			    .have = view->have,
			    .view = view};
	int64_t may_go_back = BPF_BACK_MAX;

	for (const struct nmd_insn *in = prog;; in++) {
		switch (BPF_CLASS(in->code)) {
		case BPF_LD:
			if (!run_load(&m, in, &m.a))
				return 0;
			break;
		case BPF_LDX:
			if (!run_load(&m, in, &m.x))
				return 0;
			break;
		case BPF_ST:
			m.words[in->k] = m.a;
			break;
		case BPF_STX:
			m.words[in->k] = m.x;
			break;
		case BPF_ALU:
			if (!run_alu(&m, in))
				return 0;
			break;
		case BPF_JMP:
			if (BPF_OP(in->code) != BPF_JA) {
				in += run_jump(&m, in);
				break;
			}
			if (always_by(in) < 0) {
				may_go_back += always_by(in);
				if (may_go_back < 0)
					return 0;
			}
			in += always_by(in);
			break;
		case BPF_RET:
			return RVAL(in->code) == RVAL_A ? m.a : in->k;
		default:
			if (in->code & MISC_TXA)
				m.a = m.x;
			else
				m.x = m.a;
		}
	}
}

uint32_t bpf_run(const struct nmd_insn *prog, const uint8_t *frame,
		 uint32_t wire_len, uint32_t have)
{
	struct bpf_view view = {.frame = frame,
				.have = have,
				.wire_len = wire_len,
				.direction = NMD_IN};

	return bpf_look(prog, &view);
}

uint32_t bpf_always_keeps(const struct nmd_insn *prog, uint32_t length)
{
	return length == 1 && prog->code == (BPF_RET | BPF_K) ? prog->k : 0;
}
