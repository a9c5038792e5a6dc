/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What anybody may have written into a filter: garbage, and valid programs
 * with something spoiled. A program is let through if libpcap's own
 * bpf_validate() lets it through and consists of instructions that libpcap's
 * interpreter knows (it ends the process at others); and what is let through
 * does the same everywhere, and ends. libpcap is loaded at run time; without
 * it the test is skipped.
 */
#include "random_programs.h"

#include "bpf.h"
#include "jit.h"

#include <dlfcn.h>

#define PROGRAMS (UNDER_ASAN || UNDER_TSAN ? 20000 : 300000)
#define MOST 64

typedef int validate_call(const struct nmd_insn *, int);

static struct jit *jit;

/* All instructions that there are. */
static const uint16_t known[] = {
	BPF_RET | BPF_K,
	BPF_RET | BPF_A,
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_H | BPF_ABS,
	BPF_LD | BPF_B | BPF_ABS,
	BPF_LD | BPF_W | BPF_IND,
	BPF_LD | BPF_H | BPF_IND,
	BPF_LD | BPF_B | BPF_IND,
	BPF_LD | BPF_W | BPF_LEN,
	BPF_LDX | BPF_W | BPF_LEN,
	BPF_LD | BPF_IMM,
	BPF_LDX | BPF_IMM,
	BPF_LD | BPF_MEM,
	BPF_LDX | BPF_MEM,
	BPF_LDX | BPF_MSH | BPF_B,
	BPF_ST,
	BPF_STX,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JSET | BPF_K,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JSET | BPF_X,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_MOD | BPF_X,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_ADD,
	BPF_ALU | BPF_SUB | BPF_K,
	BPF_ALU | BPF_MUL | BPF_K,
	BPF_ALU | BPF_DIV | BPF_K,
	BPF_ALU | BPF_MOD | BPF_K,
	BPF_ALU | BPF_AND | BPF_K,
	BPF_ALU | BPF_OR | BPF_K,
	BPF_ALU | BPF_XOR | BPF_K,
	BPF_ALU | BPF_LSH | BPF_K,
	BPF_ALU | BPF_RSH | BPF_K,
	BPF_ALU | BPF_NEG,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
};

static bool all_known(const struct nmd_insn *prog, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++) {
		size_t k = 0;

		while (k < sizeof(known) / sizeof(*known) &&
		       known[k] != prog[i].code)
			k++;
		if (k == sizeof(known) / sizeof(*known))
			return false;
	}
	return true;
}

static uint64_t random_word(void)
{
	return (uint64_t)random_below(UINT32_MAX) << 32 |
	       random_below(UINT32_MAX);
}

static void spoil(struct nmd_insn *in)
{
	switch (random_below(5)) {
	case 0:
		in->code = (uint16_t)random_below(256);
		break;
	case 1:
		in->code = (uint16_t)random_word();
		break;
	case 2:
		in->jt = (uint8_t)random_word();
		break;
	case 3:
		in->jf = (uint8_t)random_word();
		break;
	default:
		in->k = random_below(2) ? random_below(20) : random_offset();
	}
}

static uint32_t make_garbage(struct nmd_insn *prog)
{
	uint32_t length = random_below(MOST) + 1;
	uint64_t word;

	if (random_below(4) == 0) {
		for (uint32_t i = 0; i < length; i++) {
			word = random_word();
			memcpy(&prog[i], &word, sizeof(prog[i]));
		}
		return length;
	}
	length = random_program(prog);
	for (uint32_t n = random_below(4); n > 0; n--)
		spoil(&prog[random_below(length)]);
	return length;
}

static void run_it(const struct nmd_insn *prog, uint32_t length)
{
	struct jit_filter filter = {0};
	uint32_t have = random_below(FRAME_MAX + 1);
	struct bpf_view view = {.frame = random_frame(have),
				.have = have,
				.wire_len = have,
				.direction = NMD_IN};
	uint32_t result = bpf_look(prog, &view);

	if (!jit)
		return;
	jit_compile(jit, prog, length, 0, &filter);
	/* One that jumps backwards is left to the interpreter. */
	CHECK_EQ(filter.code != NULL, !bpf_goes_back(prog, length));
	if (filter.code)
		CHECK_EQ(filter.code(view.frame, have, have, NMD_IN), result);
	jit_drop(jit, &filter);
}

int main(void)
{
	void *libpcap = dlopen("libpcap.so.0.8", RTLD_NOW);
	struct nmd_insn prog[PROGRAM_MAX];
	uint32_t valid = 0, refused = 0;
	validate_call *validate;

	if (!libpcap)
		libpcap = dlopen("libpcap.so.1", RTLD_NOW);
	if (!libpcap)
		SKIP("no libpcap on this machine (Debian: libpcap0.8)");
	validate = (validate_call *)dlsym(libpcap, "bpf_validate");
	CHECK(validate != NULL);
	jit = jit_new();
	random_ours = true;
	for (int i = 0; i < PROGRAMS; i++) {
		uint32_t length = make_garbage(prog);
		bool theirs = validate(prog, (int)length) &&
			      all_known(prog, length);

		if (bpf_valid(prog, length) != theirs) {
			describe(prog, length);
			printf("libpcap: %d\n", validate(prog, (int)length));
			CHECK(!"libpcap thinks otherwise");
		}
		if (theirs)
			run_it(prog, length);
		valid += theirs;
		refused += !theirs;
	}
	printf("%u valid, %u refused\n", valid, refused);
	CHECK(valid > PROGRAMS / 10 && refused > PROGRAMS / 10);
	jit_free(jit);
	dlclose(libpcap);
	return 0;
}
