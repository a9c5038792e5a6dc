/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random valid filter programs over random frames give what libpcap's own
 * bpf_filter() gives, and libpcap's bpf_validate() agrees that they are valid.
 * libpcap is loaded at run time; without it the test is skipped.
 */
#include "testing.h"

#include "bpf.h"

#include <dlfcn.h>
#include <linux/filter.h>

#define PROGRAMS 4000
#define FRAMES 8
#define LONGEST 40
#define FRAME_MAX 200

typedef unsigned filter_call(const struct nmd_insn *, const uint8_t *, unsigned,
			     unsigned);
typedef int validate_call(const struct nmd_insn *, int);

static uint64_t random_state = 0x9e3779b97f4a7c15ull;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % limit;
}

static uint32_t pick(const uint32_t *from, uint32_t n)
{
	return from[random_below(n)];
}

#define PICK(...)                             \
	pick((const uint32_t[]){__VA_ARGS__}, \
	     sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* Mostly offsets in the frame, sometimes at and far beyond its end. */
static uint32_t random_offset(void)
{
	switch (random_below(10)) {
	case 0:
		return FRAME_MAX - 4 + random_below(8);
	case 1:
		return UINT32_MAX - random_below(8);
	default:
		return random_below(64);
	}
}

static uint32_t random_value(void)
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

static struct nmd_insn random_load(void)
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

static struct nmd_insn random_alu(void)
{
	uint32_t op = PICK(BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND,
			   BPF_LSH, BPF_RSH, BPF_NEG, BPF_MOD, BPF_XOR);
	struct nmd_insn in = {
		.code = (uint16_t)(BPF_ALU | op | PICK(BPF_K, BPF_X)),
		.k = random_value()};

	if (op == BPF_LSH || op == BPF_RSH)
		in.k %= 32; /* C says nothing about more */
	if (op == BPF_NEG)
		in.code = BPF_ALU | BPF_NEG;
	if ((op == BPF_DIV || op == BPF_MOD) && in.k == 0)
		in.k = 1;
	return in;
}

/* left: how many instructions come after this one. */
static struct nmd_insn random_jump(uint32_t left)
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

static struct nmd_insn random_insn(uint32_t left)
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

/* All memory words are written first: libpcap's are not cleared. */
static uint32_t random_program(struct nmd_insn *prog)
{
	uint32_t n = 0, length = BPF_MEMWORDS + 2 + random_below(LONGEST);

	for (; n < BPF_MEMWORDS; n++)
		prog[n] = (struct nmd_insn){.code = BPF_ST, .k = n};
	for (; n < length - 1; n++)
		prog[n] = random_insn(length - 1 - n);
	prog[n] = (struct nmd_insn){
		.code = (uint16_t)(BPF_RET | PICK(BPF_K, BPF_A, BPF_A)),
		.k = random_value()};
	return length;
}

static void describe(const struct nmd_insn *prog, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++)
		printf("\t{0x%02x, %u, %u, 0x%x}\n", prog[i].code, prog[i].jt,
		       prog[i].jf, prog[i].k);
}

/* The frame's size is its allocation's, so that asan sees what is read. */
static bool compare(filter_call *theirs, const struct nmd_insn *prog,
		    uint32_t length)
{
	uint32_t have = random_below(FRAME_MAX) + 1;
	uint32_t wire_len = have + random_below(2) * 1000;
	uint8_t *frame = malloc(have);
	uint32_t expected, got;

	CHECK(frame != NULL);
	for (uint32_t i = 0; i < have; i++)
		frame[i] = (uint8_t)random_below(i % 3 ? 256 : 8);
	expected = theirs(prog, frame, wire_len, have);
	got = bpf_run(prog, frame, wire_len, have);
	free(frame);
	if (expected == got)
		return expected != 0;
	printf("libpcap says %u, we say %u, %u of %u bytes:\n", expected, got,
	       have, wire_len);
	describe(prog, length);
	exit(1);
}

int main(void)
{
	void *libpcap = dlopen("libpcap.so.0.8", RTLD_NOW);
	struct nmd_insn prog[BPF_MEMWORDS + 2 + LONGEST];
	uint32_t accepted = 0, rejected = 0;
	filter_call *filter;
	validate_call *validate;

	if (!libpcap)
		libpcap = dlopen("libpcap.so.1", RTLD_NOW);
	if (!libpcap)
		SKIP("no libpcap on this machine (Debian: libpcap0.8)");
	filter = (filter_call *)dlsym(libpcap, "bpf_filter");
	validate = (validate_call *)dlsym(libpcap, "bpf_validate");
	CHECK(filter && validate);
	for (int i = 0; i < PROGRAMS; i++) {
		uint32_t length = random_program(prog);

		if (!bpf_valid(prog, length) || !validate(prog, (int)length)) {
			describe(prog, length);
			CHECK(!"one side calls a valid program invalid");
		}
		for (int k = 0; k < FRAMES; k++)
			if (compare(filter, prog, length))
				accepted++;
			else
				rejected++;
	}
	/* The programs are worth something only if both happen often. */
	CHECK(accepted > PROGRAMS && rejected > PROGRAMS);
	dlclose(libpcap);
	return 0;
}
