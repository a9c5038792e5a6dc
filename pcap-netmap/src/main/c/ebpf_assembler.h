/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes eBPF programs: instructions by their names, jumps to labels, which
 * are numbers and may be set later. The macros take the assembler from "a".
 */
#ifndef EBPF_ASSEMBLER_H
#define EBPF_ASSEMBLER_H

#include "ebpf.h"

#define EBPF_JUMPS 160
#define EBPF_LABELS 64

struct ebpf_assembler {
	struct bpf_insn *to; /* room for all of it is the caller's business */
	uint32_t length, jumps;
	uint32_t place[EBPF_LABELS];
	struct {
		uint32_t at, label;
	} jump[EBPF_JUMPS];
};

static inline void ebpf_put(struct ebpf_assembler *a, struct bpf_insn insn)
{
	a->to[a->length++] = insn;
}

/* The label is the next instruction's. */
static inline void ebpf_here(struct ebpf_assembler *a, uint32_t label)
{
	a->place[label] = a->length;
}

static inline void ebpf_jump(struct ebpf_assembler *a, uint32_t label,
			     struct bpf_insn insn)
{
	a->jump[a->jumps].at = a->length;
	a->jump[a->jumps++].label = label;
	ebpf_put(a, insn);
}

/* At the end, when all labels are known. */
static inline void ebpf_set_jumps(struct ebpf_assembler *a)
{
	for (uint32_t i = 0; i < a->jumps; i++)
		a->to[a->jump[i].at].off =
			(int16_t)(a->place[a->jump[i].label] - a->jump[i].at -
				  1);
}

/* A register that points to a map, or into it, by kind. */
static inline void ebpf_put_map(struct ebpf_assembler *a, uint8_t reg,
				uint8_t kind, int map)
{
	ebpf_put(a, (struct bpf_insn)EBPF_INSN(BPF_LD | BPF_DW | BPF_IMM, reg,
					       kind, 0, map));
	ebpf_put(a, (struct bpf_insn)EBPF_INSN(0, 0, 0, 0, 0));
}

#define PUT(...) ebpf_put(a, (struct bpf_insn)EBPF_INSN(__VA_ARGS__))
#define SET(to, value) PUT(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value)
#define MOVE(to, from) PUT(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0)
#define CALCULATE(op, to, value) PUT(BPF_ALU64 | (op) | BPF_K, to, 0, 0, value)
#define COMBINE(op, to, from) PUT(BPF_ALU64 | (op) | BPF_X, to, from, 0, 0)
/* Of 32 bits, the upper half becoming 0. */
#define COMBINE_WORDS(op, to, from) PUT(BPF_ALU | (op) | BPF_X, to, from, 0, 0)
#define READ(size, to, from, at) \
	PUT(BPF_LDX | BPF_MEM | (size), to, from, at, 0)
#define WRITE(size, to, at, from) \
	PUT(BPF_STX | BPF_MEM | (size), to, from, at, 0)
#define CALL(helper) PUT(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define LEAVE() PUT(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define GO_BY(label, ...) \
	ebpf_jump(a, label, (struct bpf_insn)EBPF_INSN(__VA_ARGS__))
#define GO(label) GO_BY(label, BPF_JMP | BPF_JA, 0, 0, 0, 0)
#define GO_IF(op, reg, value, label) \
	GO_BY(label, BPF_JMP | (op) | BPF_K, reg, 0, 0, value)
#define GO_IF_REG(op, reg, other, label) \
	GO_BY(label, BPF_JMP | (op) | BPF_X, reg, other, 0, 0)

#endif
