/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which filter programs may run. A program that a peer scribbled into shared
 * memory goes through the same check, so what it lets through must end, and
 * must stay within the frame and the machine's memory.
 */
#include "testing.h"

#include "bpf.h"

#include <linux/filter.h>

#define INSN(c, t, f, value)                                    \
	{                                                       \
		.code = (c), .jt = (t), .jf = (f), .k = (value) \
	}
#define RETURN_ALL INSN(BPF_RET | BPF_K, 0, 0, 65535)
#define MAX_CASE 4

struct program {
	const char *what;
	bool valid;
	uint32_t length;
	struct nmd_insn insn[MAX_CASE];
};

static const struct program programs[] = {
	{"return k", true, 1, {RETURN_ALL}},
	{"return A", true, 1, {INSN(BPF_RET | BPF_A, 0, 0, 0)}},
	{"return X", false, 1, {INSN(BPF_RET | BPF_X, 0, 0, 0)}},
	{"no return", false, 1, {INSN(BPF_LD | BPF_IMM, 0, 0, 1)}},
	{"return not last",
	 false,
	 2,
	 {RETURN_ALL, INSN(BPF_LD | BPF_IMM, 0, 0, 1)}},
	{"word 15", true, 2, {INSN(BPF_ST, 0, 0, 15), RETURN_ALL}},
	{"word 16", false, 2, {INSN(BPF_ST, 0, 0, 16), RETURN_ALL}},
	{"stx word 16", false, 2, {INSN(BPF_STX, 0, 0, 16), RETURN_ALL}},
	{"ld word 16",
	 false,
	 2,
	 {INSN(BPF_LD | BPF_MEM, 0, 0, 16), RETURN_ALL}},
	{"ldx word 4e9",
	 false,
	 2,
	 {INSN(BPF_LDX | BPF_MEM, 0, 0, 0xffffffff), RETURN_ALL}},
	{"jump to last",
	 true,
	 2,
	 {INSN(BPF_JMP | BPF_JA, 0, 0, 0), RETURN_ALL}},
	{"jump past end",
	 false,
	 2,
	 {INSN(BPF_JMP | BPF_JA, 0, 0, 1), RETURN_ALL}},
	{"jump to itself",
	 true,
	 2,
	 {INSN(BPF_JMP | BPF_JA, 0, 0, 0xffffffff), RETURN_ALL}},
	{"jump to the first",
	 true,
	 3,
	 {INSN(BPF_LD | BPF_IMM, 0, 0, 1),
	  INSN(BPF_JMP | BPF_JA, 0, 0, 0xfffffffe), RETURN_ALL}},
	{"jump before the first",
	 false,
	 3,
	 {INSN(BPF_LD | BPF_IMM, 0, 0, 1),
	  INSN(BPF_JMP | BPF_JA, 0, 0, 0xfffffffd), RETURN_ALL}},
	{"jump far back",
	 false,
	 2,
	 {INSN(BPF_JMP | BPF_JA, 0, 0, 0x80000000), RETURN_ALL}},
	{"jt past end",
	 false,
	 3,
	 {INSN(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 0), RETURN_ALL, RETURN_ALL}},
	{"jf past end",
	 false,
	 3,
	 {INSN(BPF_JMP | BPF_JGT | BPF_X, 0, 2, 0), RETURN_ALL, RETURN_ALL}},
	{"both jumps",
	 true,
	 3,
	 {INSN(BPF_JMP | BPF_JSET | BPF_K, 0, 1, 1), RETURN_ALL, RETURN_ALL}},
	{"divide by 0",
	 false,
	 2,
	 {INSN(BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0), RETURN_ALL}},
	{"modulo 0",
	 false,
	 2,
	 {INSN(BPF_ALU | BPF_MOD | BPF_K, 0, 0, 0), RETURN_ALL}},
	{"divide by X",
	 true,
	 2,
	 {INSN(BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0), RETURN_ALL}},
	{"unknown alu", false, 2, {INSN(BPF_ALU | 0xb0, 0, 0, 1), RETURN_ALL}},
	{"unknown jump", false, 2, {INSN(BPF_JMP | 0x50, 0, 0, 0), RETURN_ALL}},
	{"unknown mode", false, 2, {INSN(BPF_LD | 0xe0, 0, 0, 0), RETURN_ALL}},
	{"unknown size",
	 false,
	 2,
	 {INSN(BPF_LD | 0x18 | BPF_ABS, 0, 0, 0), RETURN_ALL}},
	{"msh of a word",
	 false,
	 2,
	 {INSN(BPF_LDX | BPF_W | BPF_MSH, 0, 0, 0), RETURN_ALL}},
	{"ldx of the frame",
	 false,
	 2,
	 {INSN(BPF_LDX | BPF_W | BPF_ABS, 0, 0, 0), RETURN_ALL}},
	{"tax, txa",
	 true,
	 3,
	 {INSN(BPF_MISC | BPF_TAX, 0, 0, 0), INSN(BPF_MISC | BPF_TXA, 0, 0, 0),
	  RETURN_ALL}},
	{"unknown misc",
	 false,
	 2,
	 {INSN(BPF_MISC | 0x40, 0, 0, 0), RETURN_ALL}},
	{"code over 8 bits",
	 false,
	 2,
	 {INSN(0x100 | BPF_LD | BPF_IMM, 0, 0, 0), RETURN_ALL}},
	{"load at 4e9",
	 true,
	 2,
	 {INSN(BPF_LD | BPF_W | BPF_ABS, 0, 0, 0xfffffffe), RETURN_ALL}},
};

static void check(const struct program *p)
{
	if (bpf_valid(p->insn, p->length) != p->valid) {
		printf("%s: should be %s\n", p->what,
		       p->valid ? "valid" : "refused");
		exit(1);
	}
}

static void lengths(void)
{
	struct nmd_insn *prog = calloc(4097, sizeof(*prog));

	CHECK(prog != NULL);
	for (int i = 0; i < 4097; i++)
		prog[i] = (struct nmd_insn)RETURN_ALL;
	CHECK(!bpf_valid(prog, 0));
	CHECK(bpf_valid(prog, 4096));
	CHECK(!bpf_valid(prog, 4097));
	CHECK(!bpf_valid(prog, UINT32_MAX));
	free(prog);
}

static uint32_t run(struct nmd_insn first, uint32_t have)
{
	struct nmd_insn prog[2] = {first, INSN(BPF_RET | BPF_A, 0, 0, 0)};
	uint8_t *frame = malloc(have ? have : 1); /* of the size, for asan */
	uint32_t result;

	CHECK(frame != NULL && bpf_valid(prog, 2));
	for (uint32_t i = 0; i < have; i++)
		frame[i] = (uint8_t)(i + 1);
	result = bpf_run(prog, frame, 1000, have);
	free(frame);
	return result;
}

/* A load whose last byte is beyond what there is rejects the frame. */
static void loads_stay_in_the_frame(void)
{
	struct nmd_insn word = INSN(BPF_LD | BPF_W | BPF_ABS, 0, 0, 16);
	struct nmd_insn half = INSN(BPF_LD | BPF_H | BPF_ABS, 0, 0, 18);
	struct nmd_insn byte = INSN(BPF_LD | BPF_B | BPF_ABS, 0, 0, 19);
	struct nmd_insn far = INSN(BPF_LD | BPF_W | BPF_ABS, 0, 0, 0xfffffffe);
	struct nmd_insn length = INSN(BPF_LD | BPF_LEN, 0, 0, 0);

	CHECK_EQ(run(word, 20), 0x11121314);
	CHECK_EQ(run(word, 19), 0);
	CHECK_EQ(run(half, 20), 0x1314);
	CHECK_EQ(run(half, 19), 0);
	CHECK_EQ(run(byte, 20), 0x14);
	CHECK_EQ(run(byte, 19), 0);
	CHECK_EQ(run(byte, 0), 0);
	CHECK_EQ(run(far, 20), 0);
	CHECK_EQ(run(length, 20), 1000);
}

int main(void)
{
	begin();
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		check(&programs[i]);
	lengths();
	loads_stay_in_the_frame();
	finish();
	return 0;
}
