/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf_extension.h"
#include "jit_emit.h"

/* What an instruction does to the registers. */
enum effect {
	READS_A = 1,
	READS_X = 2,
	WRITES_A = 4,
	WRITES_X = 8,
	/* Of A as a number: in the machine's byte order. */
	READS_NUMBER = 16
};

/* Of loaded_by: no load, or not always the same one. */
#define NO_LOAD 0
#define MIXED UINT16_MAX

struct swaps {
	const struct nmd_insn *prog;
	uint32_t length, ifindex;
	struct jit_notes *notes;
};

static bool is_reached(const struct swaps *s, uint32_t i)
{
	return s->notes->known[i] != JIT_UNREACHED;
}

static bool goes_on(const struct swaps *s, uint32_t i)
{
	const struct nmd_insn *in = &s->prog[i];

	return is_reached(s, i) && BPF_CLASS(in->code) != BPF_RET &&
	       jit_asked_of_frame(in, s->ifindex) != UINT32_MAX;
}

/* The instructions that may come next. */
static void successors(const struct swaps *s, uint32_t i, uint32_t next[2])
{
	const struct nmd_insn *in = &s->prog[i];

	next[0] = next[1] = i + 1;
	if (BPF_CLASS(in->code) != BPF_JMP)
		return;
	if (BPF_OP(in->code) == BPF_JA) {
		next[0] = next[1] = i + 1 + in->k;
		return;
	}
	next[0] += in->jt;
	next[1] += in->jf;
}

static uint32_t effect_of_load(const struct nmd_insn *in, uint32_t ifindex)
{
	if (BPF_MODE(in->code) == BPF_IND)
		return READS_X | WRITES_A;
	if (BPF_MODE(in->code) == BPF_ABS &&
	    bpf_place_of(in->k, ifindex).source == BPF_XOR_X)
		return READS_A | READS_NUMBER | READS_X | WRITES_A;
	return WRITES_A;
}

static uint32_t effect_of(const struct nmd_insn *in, uint32_t ifindex)
{
	uint32_t x = BPF_SRC(in->code) == BPF_X ? READS_X : 0;

	switch (BPF_CLASS(in->code)) {
	case BPF_LD:
		return effect_of_load(in, ifindex);
	case BPF_LDX:
		return WRITES_X;
	case BPF_ST:
		return READS_A | READS_NUMBER;
	case BPF_STX:
		return READS_X;
	case BPF_ALU:
		return READS_A | READS_NUMBER | WRITES_A | x;
	case BPF_JMP:
		if (BPF_OP(in->code) == BPF_JA)
			return 0;
		return READS_A | READS_NUMBER | x;
	case BPF_RET:
		return BPF_RVAL(in->code) == BPF_K ? 0 : READS_A | READS_NUMBER;
	default:
		return BPF_MISCOP(in->code) == BPF_TXA
			       ? READS_X | WRITES_A
			       : READS_A | READS_NUMBER | WRITES_X;
	}
}

/* 2 or 4 if it is a load from the frame of so many bytes, else 0. */
static uint32_t swapped_size(const struct swaps *s, uint32_t i)
{
	const struct nmd_insn *in = &s->prog[i];
	uint32_t size = jit_load_size(in->code);

	if (BPF_CLASS(in->code) != BPF_LD || size == 1 || !goes_on(s, i))
		return 0;
	if (BPF_MODE(in->code) == BPF_IND)
		return size;
	return BPF_MODE(in->code) == BPF_ABS &&
			       bpf_place_of(in->k, s->ifindex).source ==
				       BPF_IN_FRAME
		       ? size
		       : 0;
}

static void note_loader(struct swaps *s, uint32_t i, uint16_t by)
{
	uint16_t *noted = &s->notes->loaded_by[i];

	*noted = *noted == NO_LOAD || *noted == by ? by : MIXED;
}

/* Which load A's value comes from, wherever an instruction is reached from. */
static void find_loaders(struct swaps *s)
{
	uint16_t *loaded_by = s->notes->loaded_by;

	for (uint32_t i = 0; i < s->length; i++)
		loaded_by[i] = NO_LOAD;
	loaded_by[0] = MIXED;
	for (uint32_t i = 0; i < s->length; i++) {
		uint16_t by = loaded_by[i];
		uint32_t next[2];

		if (!goes_on(s, i))
			continue;
		if (effect_of(&s->prog[i], s->ifindex) & WRITES_A)
			by = swapped_size(s, i) ? (uint16_t)(i + 1) : MIXED;
		successors(s, i, next);
		note_loader(s, next[0], by);
		note_loader(s, next[1], by);
	}
}

/* For equality, or for bits, with a constant. */
static bool compares_bytes(const struct swaps *s, uint32_t i)
{
	uint16_t code = s->prog[i].code, by = s->notes->loaded_by[i];

	return BPF_CLASS(code) == BPF_JMP && BPF_SRC(code) == BPF_K &&
	       (BPF_OP(code) == BPF_JEQ || BPF_OP(code) == BPF_JSET) &&
	       by != NO_LOAD && by != MIXED;
}

/* What is read of the registers from here on before it is written. */
static void find_reads(struct swaps *s)
{
	uint8_t *reads = s->notes->reads;

	for (uint32_t i = s->length; i-- > 0;) {
		uint32_t effect = effect_of(&s->prog[i], s->ifindex);
		uint32_t next[2], later = 0;

		reads[i] = 0;
		if (!is_reached(s, i))
			continue;
		if (goes_on(s, i)) {
			successors(s, i, next);
			later = reads[next[0]] | reads[next[1]];
		}
		if (effect & WRITES_A)
			later &= ~(uint32_t)(READS_A | READS_NUMBER);
		if (effect & WRITES_X)
			later &= ~(uint32_t)READS_X;
		if (compares_bytes(s, i))
			effect &= ~(uint32_t)READS_NUMBER;
		reads[i] = (uint8_t)(later | (effect & (READS_A | READS_X |
							READS_NUMBER)));
	}
}

void jit_swaps(const struct nmd_insn *prog, uint32_t length, uint32_t ifindex,
	       struct jit_notes *notes, struct jit_needs *needs)
{
	struct swaps s = {prog, length, ifindex, notes};

	find_loaders(&s);
	find_reads(&s);
	for (uint32_t i = 0; i < length; i++) {
		uint32_t size = swapped_size(&s, i);

		notes->raw[i] = 0;
		if (size && !(notes->reads[i + 1] & READS_NUMBER))
			notes->raw[i] = (uint8_t)size;
		else if (is_reached(&s, i) && compares_bytes(&s, i))
			notes->raw[i] = notes->raw[notes->loaded_by[i] - 1];
	}
	needs->a = notes->reads[0] & READS_A;
	needs->x = notes->reads[0] & READS_X;
}
