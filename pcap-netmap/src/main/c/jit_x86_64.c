/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters in x86-64 machine code, written from its end (jit_x86_64.h).
 *
 * A program's words lie below the stack pointer, where a function that calls
 * none may keep things (the red zone); one that calls makes itself a frame.
 * Any read beyond the bytes of the frame goes to `reject`.
 */
#include "jit_emit.h"

#if defined(__x86_64__)

#include "bpf_extension.h"
#include "jit_loop_x86_64.h"
#include "jit_x86_64.h"

#define WORDS_IN_RED_ZONE (-64)
#define FRAME 104 /* 64 for the words, 40 for registers during calls */
#define SRC_IS_X(in) (BPF_SRC((in)->code) == BPF_X)

struct compiler {
	struct code code;
	const struct nmd_insn *prog;
	uint32_t length, ifindex;
	struct jit_notes *notes;
	struct jit_needs needs;
	uint32_t reject; /* where it is, in bytes to the end */
	bool pass; /* the program is in this loop, which it does not end */
	struct loop loop;
};

static void emit_return(struct compiler *c)
{
	EMIT(&c->code, 0xc3); /* ret */
	if (c->needs.calls)
		EMIT(&c->code, 0x48, 0x83, 0xc4, FRAME); /* add rsp, FRAME */
}

static int word_at(const struct compiler *c, uint32_t k)
{
	return (c->needs.calls ? 0 : WORDS_IN_RED_ZONE) + (int)k * 4;
}

/* Rejects frames of fewer bytes, unless there are none here. */
static void emit_check(struct compiler *c, uint32_t i, uint32_t bytes)
{
	if (bytes <= c->notes->known[i])
		return;
	emit_jump_if(&c->code, IF_BELOW, c->reject);
	emit_with_constant(&c->code, OP_CMP, REG_HAVE, bytes);
}

/*
 * Calls bpf_compute(frame, have, what, direction): the first two are where
 * they belong, all that the program still needs is saved.
 */
static void emit_compute(struct compiler *c, uint32_t what)
{
	static const uint8_t save[] = {
		0x48, 0x89, 0x7c, 0x24, 64, /* mov [rsp + 64], rdi */
		0x48, 0x89, 0x74, 0x24, 72, /* rsi */
		0x48, 0x89, 0x4c, 0x24, 80, /* rcx */
		0x4c, 0x89, 0x44, 0x24, 88, /* r8 */
		0x4c, 0x89, 0x4c, 0x24, 96, /* r9 */
	};
	static const uint8_t restore[] = {
		0x48, 0x8b, 0x7c, 0x24, 64, /* mov rdi, [rsp + 64] */
		0x48, 0x8b, 0x74, 0x24, 72, /* rsi */
		0x48, 0x8b, 0x4c, 0x24, 80, /* rcx */
		0x4c, 0x8b, 0x44, 0x24, 88, /* r8 */
		0x4c, 0x8b, 0x4c, 0x24, 96, /* r9 */
	};
	uint32_t (*compute)(const uint8_t *, uint32_t, uint32_t,
			    uint32_t) = bpf_compute;

	code_put(&c->code, restore, sizeof(restore));
	EMIT(&c->code, 0xff, 0xd0); /* call rax */
	code_put(&c->code, &compute, sizeof(compute));
	EMIT(&c->code, 0x48, 0xb8);       /* mov rax, … */
	EMIT(&c->code, 0x44, 0x89, 0xc9); /* mov ecx, r9d */
	emit_set(&c->code, REG_TEMP, what);
	code_put(&c->code, save, sizeof(save));
}

static void emit_absolute(struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];
	uint32_t size = jit_load_size(in->code);
	struct bpf_place place = bpf_place_of(in->k, c->ifindex);

	switch (place.source) {
	case BPF_IN_FRAME:
		if (!c->notes->raw[i])
			emit_swap(&c->code, size);
		emit_load(&c->code, REG_A, size, place.at);
		emit_check(c, i, place.at + size);
		return;
	case BPF_CONSTANT:
		emit_set(&c->code, REG_A, place.at);
		return;
	case BPF_COMPUTED:
		emit_compute(c, place.at);
		return;
	default:
		emit_with_register(&c->code, OP_XOR, REG_A, REG_X);
	}
}

/* r10 = X + offset + size in 64 bits, so that it cannot wrap around. */
static void emit_indirect(struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];
	uint32_t size = jit_load_size(in->code), end = in->k + size;

	if (!c->notes->raw[i])
		emit_swap(&c->code, size);
	emit_load_before_r10(&c->code, size);
	emit_jump_if(&c->code, IF_BELOW, c->reject);
	EMIT(&c->code, 0x4c, 0x39, 0xd6); /* cmp rsi, r10 */
	if (fits_byte(end)) {
		EMIT(&c->code, 0x4c, 0x8d, 0x51, (uint8_t)end);
		return;
	}
	emit_u32(&c->code, end);
	EMIT(&c->code, 0x4c, 0x8d, 0x91); /* lea r10, [rcx + end] */
}

/* X = 4 * (byte & 15), the length of an IPv4 header */
static void emit_header_length(struct compiler *c, uint32_t i)
{
	uint32_t at = c->prog[i].k;

	emit_shift(&c->code, true, REG_X, 2);
	emit_with_constant(&c->code, OP_AND, REG_X, 0xf);
	emit_load(&c->code, REG_X, 1, at);
	emit_check(c, i, at + 1);
}

static void emit_any_load(struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];
	enum reg to = BPF_CLASS(in->code) == BPF_LD ? REG_A : REG_X;

	if (jit_asked_of_frame(in, c->ifindex) == UINT32_MAX) {
		emit_jump(&c->code, c->reject);
		return;
	}
	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
		emit_set(&c->code, to, in->k);
		return;
	case BPF_LEN: /* mov to, r8d */
		EMIT(&c->code, 0x44, 0x89, (uint8_t)(0xc0 | to));
		return;
	case BPF_MEM:
		emit_load_stack(&c->code, to, word_at(c, in->k));
		return;
	case BPF_ABS:
		emit_absolute(c, i);
		return;
	case BPF_IND:
		emit_indirect(c, i);
		return;
	default:
		emit_header_length(c, i);
	}
}

/* A / X or A % X; by 0 rejects. */
static void emit_divide_by_x(struct compiler *c, bool modulo)
{
	if (modulo)
		emit_move(&c->code, REG_A, REG_TEMP);
	EMIT(&c->code, 0xf7, 0xf1); /* div ecx */
	emit_set(&c->code, REG_TEMP, 0);
	emit_jump_if(&c->code, IF_EQUAL, c->reject);
	EMIT(&c->code, 0x85, 0xc9); /* test ecx, ecx */
}

static void emit_divide_by(struct compiler *c, bool modulo, uint32_t by)
{
	if ((by & (by - 1)) == 0) {
		if (modulo)
			emit_with_constant(&c->code, OP_AND, REG_A, by - 1);
		else
			emit_shift(&c->code, false, REG_A,
				   (uint32_t)__builtin_ctz(by));
		return;
	}
	if (modulo)
		emit_move(&c->code, REG_A, REG_TEMP);
	EMIT(&c->code, 0x41, 0xf7, 0xf2); /* div r10d */
	emit_u32(&c->code, by);
	EMIT(&c->code, 0x41, 0xba); /* mov r10d, … */
	emit_set(&c->code, REG_TEMP, 0);
}

/* A shift by 32 or more leaves nothing; the processor's own takes by % 32. */
static void emit_shift_by_x(struct compiler *c, bool left)
{
	emit_with_register(&c->code, OP_AND, REG_A, REG_TEMP);
	EMIT(&c->code, 0x19, 0xd2); /* sbb edx, edx: ones if X < 32 */
	emit_with_constant(&c->code, OP_CMP, REG_X, 32);
	EMIT(&c->code, 0xd3, left ? 0xe0 : 0xe8); /* shl or shr eax, cl */
}

static void emit_shift_by(struct compiler *c, bool left, uint32_t by)
{
	if (by < 32)
		emit_shift(&c->code, left, REG_A, by);
	else
		emit_set(&c->code, REG_A, 0);
}

static void emit_multiply(struct compiler *c, const struct nmd_insn *in)
{
	if (SRC_IS_X(in)) {
		EMIT(&c->code, 0x0f, 0xaf, 0xc1); /* imul eax, ecx */
		return;
	}
	emit_u32(&c->code, in->k);
	EMIT(&c->code, 0x69, 0xc0); /* imul eax, eax, … */
}

static void emit_simple(struct compiler *c, enum operation op,
			const struct nmd_insn *in)
{
	if (SRC_IS_X(in))
		emit_with_register(&c->code, op, REG_A, REG_X);
	else
		emit_with_constant(&c->code, op, REG_A, in->k);
}

static void emit_alu(struct compiler *c, const struct nmd_insn *in)
{
	uint16_t op = BPF_OP(in->code);

	switch (op) {
	case BPF_ADD:
		return emit_simple(c, OP_ADD, in);
	case BPF_SUB:
		return emit_simple(c, OP_SUB, in);
	case BPF_OR:
		return emit_simple(c, OP_OR, in);
	case BPF_AND:
		return emit_simple(c, OP_AND, in);
	case BPF_XOR:
		return emit_simple(c, OP_XOR, in);
	case BPF_MUL:
		return emit_multiply(c, in);
	case BPF_DIV:
	case BPF_MOD:
		return SRC_IS_X(in) ? emit_divide_by_x(c, op == BPF_MOD)
				    : emit_divide_by(c, op == BPF_MOD, in->k);
	case BPF_LSH:
	case BPF_RSH:
		return SRC_IS_X(in) ? emit_shift_by_x(c, op == BPF_LSH)
				    : emit_shift_by(c, op == BPF_LSH, in->k);
	default: /* NEG */
		EMIT(&c->code, 0xf7, 0xd8);
	}
}

static enum condition condition_of(const struct nmd_insn *in)
{
	switch (BPF_OP(in->code)) {
	case BPF_JEQ:
		return IF_EQUAL;
	case BPF_JGT:
		return IF_ABOVE;
	case BPF_JGE:
		return IF_NOT_BELOW;
	default: /* JSET */
		return IF_NOT_EQUAL;
	}
}

/* A constant as it lies in A; bits that no load of two bytes has stay. */
static uint32_t constant_met(const struct compiler *c, uint32_t i)
{
	uint32_t k = c->prog[i].k;

	switch (c->notes->raw[i]) {
	case 2:
		return (k & 0xffff0000) | __builtin_bswap16((uint16_t)k);
	case 4:
		return __builtin_bswap32(k);
	default:
		return k;
	}
}

static void emit_compare(struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];
	bool bits = BPF_OP(in->code) == BPF_JSET;

	if (SRC_IS_X(in) && bits)
		EMIT(&c->code, 0x85, 0xc8); /* test eax, ecx */
	else if (SRC_IS_X(in))
		emit_with_register(&c->code, OP_CMP, REG_A, REG_X);
	else if (!bits)
		emit_with_constant(&c->code, OP_CMP, REG_A, constant_met(c, i));
	else {
		emit_u32(&c->code, constant_met(c, i));
		EMIT(&c->code, 0xa9); /* test eax, … */
	}
}

static void emit_branch(struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];
	const uint32_t *to_end = c->notes->to_end;
	uint32_t here = code_length(&c->code), yes, no;
	enum condition condition = condition_of(in);

	if (BPF_OP(in->code) == BPF_JA) {
		emit_jump(&c->code, to_end[i + 1 + in->k]);
		return;
	}
	yes = to_end[i + 1 + in->jt];
	no = to_end[i + 1 + in->jf];
	if (yes == no) {
		emit_jump(&c->code, no);
		return;
	}
	/* What most frames do should take one jump. */
	if (yes == here || (c->pass && no == c->loop.next)) {
		emit_jump(&c->code, yes);
		/* The opposite of a condition differs in its lowest bit. */
		emit_jump_if(&c->code, (enum condition)(condition ^ 1), no);
	} else {
		emit_jump(&c->code, no);
		emit_jump_if(&c->code, condition, yes);
	}
	emit_compare(c, i);
}

/* Within a loop the frame is passed over, or the end. */
static void emit_verdict(struct compiler *c, const struct nmd_insn *in)
{
	bool constant = BPF_RVAL(in->code) == BPF_K;

	if (!c->pass) {
		emit_return(c);
		if (constant)
			emit_set(&c->code, REG_A, in->k);
		return;
	}
	if (constant) {
		emit_jump(&c->code, in->k ? c->loop.leave : c->loop.next);
		return;
	}
	emit_jump(&c->code, c->loop.leave);
	emit_jump_if(&c->code, IF_EQUAL, c->loop.next);
	EMIT(&c->code, 0x85, 0xc0); /* test eax, eax */
}

/* What jumps to an instruction is to jump to, in bytes to the end. */
static uint32_t destination(const struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];

	if (!c->pass || BPF_CLASS(in->code) != BPF_RET ||
	    BPF_RVAL(in->code) != BPF_K)
		return code_length(&c->code);
	return in->k ? c->loop.leave : c->loop.next;
}

static void emit_insn(struct compiler *c, uint32_t i)
{
	const struct nmd_insn *in = &c->prog[i];

	switch (BPF_CLASS(in->code)) {
	case BPF_LD:
	case BPF_LDX:
		return emit_any_load(c, i);
	case BPF_ST:
		return emit_store_stack(&c->code, REG_A, word_at(c, in->k));
	case BPF_STX:
		return emit_store_stack(&c->code, REG_X, word_at(c, in->k));
	case BPF_ALU:
		return emit_alu(c, in);
	case BPF_JMP:
		return emit_branch(c, i);
	case BPF_RET:
		return emit_verdict(c, in);
	default:
		if (BPF_MISCOP(in->code) == BPF_TXA)
			emit_move(&c->code, REG_A, REG_X);
		else
			emit_move(&c->code, REG_X, REG_A);
	}
}

static void emit_zeroes(struct compiler *c)
{
	for (uint32_t k = 0; k < BPF_MEMWORDS; k += 4) /* movups [rsp + …] */
		EMIT(&c->code, 0x0f, 0x11, 0x44, 0x24, (uint8_t)word_at(c, k));
	EMIT(&c->code, 0x66, 0x0f, 0xef, 0xc0); /* pxor xmm0, xmm0 */
}

/* What the program's first instructions do, the last of them first. */
static void emit_beginning(struct compiler *c)
{
	if (c->needs.x)
		emit_set(&c->code, REG_X, 0);
	if (c->needs.a)
		emit_set(&c->code, REG_A, 0);
	if (c->needs.wide_have && !c->pass)
		emit_move(&c->code, REG_HAVE, REG_HAVE);
	if (c->needs.wire_len) /* mov r8d, edx or, where all is there, esi */
		EMIT(&c->code, 0x41, 0x89, c->pass ? 0xf0 : 0xd0);
	if (c->needs.calls)
		EMIT(&c->code, 0x41, 0x89, 0xc9); /* mov r9d, ecx */
	if (c->needs.words)
		emit_zeroes(c);
	if (c->needs.calls)
		EMIT(&c->code, 0x48, 0x83, 0xec, FRAME); /* sub rsp, FRAME */
}

static void emit_program(struct compiler *c)
{
	for (uint32_t i = c->length; i-- > 0;) {
		if (c->notes->known[i] != JIT_UNREACHED)
			emit_insn(c, i);
		c->notes->to_end[i] = destination(c, i);
	}
	emit_beginning(c);
}

uint32_t jit_emit(const struct nmd_insn *prog, uint32_t length,
		  uint32_t ifindex, struct jit_notes *notes, uint8_t *end,
		  uint32_t room)
{
	struct compiler c = {
		.code = {end, end, end - room, false},
		.prog = prog,
		.length = length,
		.ifindex = ifindex,
		.notes = notes,
		.needs = jit_look(prog, length, ifindex, 0, notes)};

	emit_return(&c);
	emit_set(&c.code, REG_A, 0);
	c.reject = code_length(&c.code);
	emit_program(&c);
	return c.code.full ? 0 : code_length(&c.code);
}

uint32_t jit_emit_pass(const struct nmd_insn *prog, uint32_t length,
		       uint32_t ifindex, struct jit_notes *notes, uint8_t *end,
		       uint32_t room)
{
	uint32_t least = jit_asked_at_once(prog, length, ifindex);
	struct compiler c = {
		.code = {end, end, end - room, false},
		.prog = prog,
		.length = length,
		.ifindex = ifindex,
		.notes = notes,
		.needs = jit_look(prog, length, ifindex, least, notes),
		.pass = true};

	if (c.needs.calls)
		return 0;
	emit_loop_end(&c.code, &c.loop);
	c.reject = c.loop.leave;
	emit_program(&c);
	emit_loop_beginning(&c.code, &c.loop, least);
	return c.code.full ? 0 : code_length(&c.code);
}

#else

uint32_t jit_emit(const struct nmd_insn *prog, uint32_t length,
		  uint32_t ifindex, struct jit_notes *notes, uint8_t *end,
		  uint32_t room)
{
	(void)prog, (void)length, (void)ifindex;
	(void)notes, (void)end, (void)room;
	return 0;
}

uint32_t jit_emit_pass(const struct nmd_insn *prog, uint32_t length,
		       uint32_t ifindex, struct jit_notes *notes, uint8_t *end,
		       uint32_t room)
{
	(void)prog, (void)length, (void)ifindex;
	(void)notes, (void)end, (void)room;
	return 0;
}

#endif
