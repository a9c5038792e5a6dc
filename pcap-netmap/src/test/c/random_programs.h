/* SPDX-License-Identifier: BSD-2-Clause */
/* Filter programs and frames at random, the same in every run. */
#ifndef RANDOM_PROGRAMS_H
#define RANDOM_PROGRAMS_H

#include "testing.h"

#include <linux/filter.h>

#define USUALLY 40
#define LONGEST 1000
#define PROGRAM_MAX (BPF_MEMWORDS + 2 + LONGEST)
#define FRAME_MAX 200

static uint64_t random_state = 0x9e3779b97f4a7c15ull;

static inline uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % limit;
}

static inline uint32_t pick(const uint32_t *from, uint32_t n)
{
	return from[random_below(n)];
}

#define PICK(...)                             \
	pick((const uint32_t[]){__VA_ARGS__}, \
	     sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/*
 * Whether programs may hold what libpcap does in another way or not at all:
 * extensions of Linux, shifts by constants over 31, words never written.
 */
static bool random_ours;

/* Mostly offsets in the frame, sometimes at and far beyond its end. */
static inline uint32_t random_offset(void)
{
	if (random_ours && random_below(8) == 0)
		return (uint32_t)PICK(SKF_AD_OFF, SKF_NET_OFF, SKF_LL_OFF) +
		       random_below(SKF_AD_MAX + 4);
	switch (random_below(12)) {
	case 0:
		return FRAME_MAX - 4 + random_below(8);
	case 1:
		return UINT32_MAX - random_below(8);
	case 2:
		return random_below(2000000000) * 2 + random_below(2);
	default:
		return random_below(64);
	}
}

static inline uint32_t random_value(void)
{
	switch (random_below(4)) {
	case 0:
		return random_below(2000000000) * 2 + random_below(2);
	case 1:
		return random_below(65536);
	default:
		return random_below(8);
	}
}

static inline struct nmd_insn random_load(void)
{
	switch (random_below(6)) {
	case 0:
		return (struct nmd_insn){.code = BPF_LDX | BPF_B | BPF_MSH,
					 .k = random_offset()};
	case 1:
		return (struct nmd_insn){
			.code = (uint16_t)(PICK(BPF_LD, BPF_LDX) | BPF_W |
					   PICK(BPF_IMM, BPF_LEN)),
			.k = random_value()};
	case 2:
		return (struct nmd_insn){
			.code = (uint16_t)(PICK(BPF_LD, BPF_LDX) | BPF_W |
					   BPF_MEM),
			.k = random_below(BPF_MEMWORDS)};
	default:
		return (struct nmd_insn){
			.code = (uint16_t)(BPF_LD | PICK(BPF_W, BPF_H, BPF_B) |
					   PICK(BPF_ABS, BPF_IND)),
			.k = random_offset()};
	}
}

static inline struct nmd_insn random_alu(void)
{
	uint32_t op = PICK(BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND,
			   BPF_LSH, BPF_RSH, BPF_NEG, BPF_MOD, BPF_XOR);
	struct nmd_insn in = {
		.code = (uint16_t)(BPF_ALU | op | PICK(BPF_K, BPF_X)),
		.k = random_value()};

	if (!random_ours && (op == BPF_LSH || op == BPF_RSH))
		in.k %= 32; /* C says nothing about more */
	if (op == BPF_NEG)
		in.code = BPF_ALU | BPF_NEG;
	if ((op == BPF_DIV || op == BPF_MOD) && in.k == 0)
		in.k = 1;
	return in;
}

/* left: how many instructions come after this one. */
static inline struct nmd_insn random_jump(uint32_t left)
{
	uint32_t reach = left < 256 ? left : 256;

	if (random_below(8) == 0)
		return (struct nmd_insn){.code = BPF_JMP | BPF_JA,
					 .k = random_below(left)};
	return (struct nmd_insn){
		.code = (uint16_t)(BPF_JMP |
				   PICK(BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET) |
				   PICK(BPF_K, BPF_X)),
		.jt = (uint8_t)random_below(reach),
		.jf = (uint8_t)random_below(reach),
		.k = random_value()};
}

static inline struct nmd_insn random_insn(uint32_t left)
{
	switch (random_below(12)) {
	case 0:
	case 1:
	case 2:
	case 3:
		return random_load();
	case 4:
	case 5:
	case 6:
		return random_alu();
	case 7:
		return (struct nmd_insn){
			.code = (uint16_t)PICK(BPF_ST, BPF_STX),
			.k = random_below(BPF_MEMWORDS)};
	case 8:
		return (struct nmd_insn){
			.code = (uint16_t)(BPF_MISC | PICK(BPF_TAX, BPF_TXA))};
	default:
		return random_jump(left);
	}
}

/*
 * All memory words are written first: libpcap's are not cleared. A few
 * programs are so long that jumps are far.
 */
static inline uint32_t random_program(struct nmd_insn *prog)
{
	uint32_t longest = random_below(16) ? USUALLY : LONGEST;
	uint32_t n = 0, length = BPF_MEMWORDS + 2 + random_below(longest);

	for (; n < BPF_MEMWORDS && !random_ours; n++)
		prog[n] = (struct nmd_insn){.code = BPF_ST, .k = n};
	for (; n < length - 1; n++)
		prog[n] = random_insn(length - 1 - n);
	prog[n] = (struct nmd_insn){
		.code = (uint16_t)(BPF_RET | PICK(BPF_K, BPF_A, BPF_A)),
		.k = random_value()};
	return length;
}

static inline void describe(const struct nmd_insn *prog, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++)
		printf("\t{0x%02x, %u, %u, 0x%x}\n", prog[i].code, prog[i].jt,
		       prog[i].jf, prog[i].k);
}

/*
 * A frame of length bytes between pages that cannot be touched: it begins or
 * ends where its page does, so that whoever reads beyond it crashes.
 */
static inline uint8_t *random_frame(uint32_t length)
{
	static uint8_t *page;
	const size_t size = 4096;
	uint8_t *frame;

	if (!page) {
		page = mmap(NULL, 3 * size, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(page != MAP_FAILED);
		page += size;
		CHECK_EQ(mprotect(page, size, PROT_READ | PROT_WRITE), 0);
	}
	frame = random_below(2) ? page : page + size - length;
	for (uint32_t i = 0; i < length; i++)
		frame[i] = (uint8_t)random_below(i % 3 ? 256 : 8);
	return frame;
}

#endif
