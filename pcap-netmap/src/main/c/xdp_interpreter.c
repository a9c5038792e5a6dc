/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XDP program that runs rules: an interpreter in eBPF, which the kernel
 * checks once, when it is loaded, whatever filters come later.
 *
 *	r6 context   r7 A   r8 X   r9 the list of rules
 *	r1 the rule at hand   r4 its operand
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "ebpf_assembler.h"
#include "xdp_filter.h"

#define MAY_GO (BPF_JMP | 0xe0) /* Linux 6.9: goes on, or jumps at last */
#define FRAME_LENGTH 188        /* bpf_xdp_get_buff_len, Linux 5.18 */
#define FRAME_BYTES 189         /* bpf_xdp_load_bytes, the same */
#define BEYOND_FRAME (-EINVAL)
#define FAR_BEYOND 0x7fff /* frames are shorter, but for merged ones */
#define ADD_ATOMICALLY (BPF_STX | 0xc0 | BPF_DW)
#define TO_HOST_ORDER (BPF_ALU | BPF_END | BPF_TO_BE)

/* On the stack. */
#define STACK BPF_REG_10
#define QUEUE (-4)
#define BYTES (-8)
#define SEQUENCE (-16)
#define ZERO (-20)
#define RUN (-40)     /* a number of this run */
#define RULES (-48)   /* where the queue's are */
#define SCRATCH (-32) /* where the processor's own is */

#define OWN(field) ((int)offsetof(struct xdp_scratch, field))
#define RULE_AT(field)                            \
	((int)(offsetof(struct xdp_rules, rule) + \
	       offsetof(struct xdp_rule, field)))

/* Places in the program; those before OTHERS are where rules are run. */
enum label {
	OTHERS = XDP_OP_RETA + 1,
	LOOP,
	NEXT,
	SKIP,
	TAKEN,
	UNTAKEN,
	NO_LOAD,
	SHIFTED_OUT,
	REJECT,
	PASS_ON,
	ELSEWHERE,              /* by bytes, up to 4 */
	LOADED = ELSEWHERE + 5, /* by bytes, up to 4 */
	LABELS = LOADED + 5
};

/* r0: what a map has for the number of 32 bits at an offset on the stack. */
static void look_up(struct ebpf_assembler *a, int map, int at)
{
	ebpf_put_map(a, BPF_REG_1, BPF_PSEUDO_MAP_FD, map);
	MOVE(BPF_REG_2, STACK);
	CALCULATE(BPF_ADD, BPF_REG_2, at);
	CALL(BPF_FUNC_map_lookup_elem);
	GO_IF(BPF_JEQ, BPF_REG_0, 0, PASS_ON);
}

/* A, X, the words and what is counted are 0 at first. */
static void clear(struct ebpf_assembler *a, int scratch)
{
	SET(BPF_REG_1, 0);
	WRITE(BPF_W, STACK, ZERO, BPF_REG_1);
	look_up(a, scratch, ZERO);
	WRITE(BPF_DW, STACK, SCRATCH, BPF_REG_0);
	SET(BPF_REG_1, 0);
	for (int at = 0; at < OWN(run); at += 8)
		WRITE(BPF_DW, BPF_REG_0, at, BPF_REG_1);
	READ(BPF_DW, BPF_REG_1, BPF_REG_0, OWN(run));
	CALCULATE(BPF_ADD, BPF_REG_1, 1);
	WRITE(BPF_DW, BPF_REG_0, OWN(run), BPF_REG_1);
	WRITE(BPF_DW, STACK, RUN, BPF_REG_1);
}

/* A queue without a socket of ours is the host's. */
static void begin(struct ebpf_assembler *a, const struct xdp_maps *maps)
{
	MOVE(BPF_REG_6, BPF_REG_1);
	READ(BPF_W, BPF_REG_2, BPF_REG_6,
	     offsetof(struct xdp_md, rx_queue_index));
	WRITE(BPF_W, STACK, QUEUE, BPF_REG_2);
	look_up(a, maps->rules, QUEUE);
	MOVE(BPF_REG_9, BPF_REG_0);
	WRITE(BPF_DW, STACK, RULES, BPF_REG_0);
	READ(BPF_W, BPF_REG_7, BPF_REG_9, offsetof(struct xdp_rules, sequence));
	GO_IF(BPF_JEQ, BPF_REG_7, 0, PASS_ON);
	WRITE(BPF_DW, STACK, SEQUENCE, BPF_REG_7);
	look_up(a, maps->sockets, QUEUE);
	CALCULATE(BPF_AND, BPF_REG_7, 1);
	CALCULATE(BPF_MUL, BPF_REG_7,
		  AREA_MAX_FILTER * (int)sizeof(struct xdp_rule));
	COMBINE(BPF_ADD, BPF_REG_9, BPF_REG_7);
	clear(a, maps->scratch);
}

/*
 * All comes from memory each time, so that the kernel, which checks this, does
 * not follow what A, X and the place may be from rule to rule.
 */
static void fetch(struct ebpf_assembler *a)
{
	ebpf_here(a, LOOP);
	GO_BY(PASS_ON, MAY_GO, 0, 0, 0, 0);
	READ(BPF_DW, BPF_REG_2, STACK, SCRATCH);
	READ(BPF_W, BPF_REG_7, BPF_REG_2, OWN(a));
	READ(BPF_W, BPF_REG_8, BPF_REG_2, OWN(x));
	READ(BPF_W, BPF_REG_2, BPF_REG_2, OWN(at));
	CALCULATE(BPF_AND, BPF_REG_2, AREA_MAX_FILTER - 1);
	CALCULATE(BPF_LSH, BPF_REG_2, 3);
	MOVE(BPF_REG_1, BPF_REG_9);
	COMBINE(BPF_ADD, BPF_REG_1, BPF_REG_2);
	READ(BPF_B, BPF_REG_5, BPF_REG_1, RULE_AT(op));
	READ(BPF_B, BPF_REG_3, BPF_REG_1, RULE_AT(by_x));
	READ(BPF_W, BPF_REG_4, BPF_REG_1, RULE_AT(k));
	PUT(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_3, 0, 1, 0);
	MOVE(BPF_REG_4, BPF_REG_8);
}

/* The usual ones first. */
static void dispatch(struct ebpf_assembler *a)
{
	static const uint8_t order[] = {
		XDP_OP_JEQ,  XDP_OP_LDH,  XDP_OP_LDB,  XDP_OP_LDW,  XDP_OP_RET,
		XDP_OP_JSET, XDP_OP_LDHX, XDP_OP_MSH,  XDP_OP_LDBX, XDP_OP_LDWX,
		XDP_OP_AND,  XDP_OP_JGT,  XDP_OP_JGE,  XDP_OP_JA,   XDP_OP_ADD,
		XDP_OP_IMM,  XDP_OP_TAX,  XDP_OP_TXA,  XDP_OP_RSH,  XDP_OP_LSH,
		XDP_OP_SUB,  XDP_OP_ST,   XDP_OP_MEM,  XDP_OP_MEMX, XDP_OP_LEN,
		XDP_OP_STX,  XDP_OP_IMMX, XDP_OP_LENX, XDP_OP_OR,   XDP_OP_XOR,
		XDP_OP_MUL,  XDP_OP_DIV,  XDP_OP_MOD,  XDP_OP_NEG,  XDP_OP_RETA,
	};

	for (uint32_t i = 0; i < sizeof(order); i++)
		GO_IF(BPF_JEQ, BPF_REG_5, order[i], order[i]);
	GO(PASS_ON);
}

/* Bytes of the frame at r4 onto the stack, or to NO_LOAD. */
static void load_anywhere(struct ebpf_assembler *a, int bytes)
{
	MOVE(BPF_REG_1, BPF_REG_6);
	MOVE(BPF_REG_2, BPF_REG_4);
	MOVE(BPF_REG_3, STACK);
	CALCULATE(BPF_ADD, BPF_REG_3, BYTES);
	SET(BPF_REG_4, bytes);
	CALL(FRAME_BYTES);
	GO_IF(BPF_JNE, BPF_REG_0, 0, NO_LOAD);
}

/*
 * A number of 1, 2 or 4 bytes of the frame at r4. Most lie in its first piece,
 * where they are read in place.
 */
static void load_number(struct ebpf_assembler *a, uint8_t to, int size,
			int bytes, enum label elsewhere, enum label loaded)
{
	GO_IF(BPF_JGT, BPF_REG_4, FAR_BEYOND, PASS_ON);
	READ(BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct xdp_md, data));
	READ(BPF_W, BPF_REG_3, BPF_REG_6, offsetof(struct xdp_md, data_end));
	COMBINE(BPF_ADD, BPF_REG_2, BPF_REG_4);
	MOVE(BPF_REG_1, BPF_REG_2);
	CALCULATE(BPF_ADD, BPF_REG_1, bytes);
	GO_IF_REG(BPF_JGT, BPF_REG_1, BPF_REG_3, elsewhere);
	READ(size, to, BPF_REG_2, 0);
	GO(loaded);
	ebpf_here(a, elsewhere);
	load_anywhere(a, bytes);
	READ(size, to, STACK, BYTES);
	ebpf_here(a, loaded);
	if (bytes > 1)
		PUT(TO_HOST_ORDER, to, 0, 0, 8 * bytes);
}

static void load(struct ebpf_assembler *a, enum xdp_op indexed,
		 enum xdp_op plain, int size, int bytes)
{
	enum label elsewhere = ELSEWHERE + bytes, loaded = LOADED + bytes;

	ebpf_here(a, indexed);
	COMBINE(BPF_ADD, BPF_REG_4, BPF_REG_8);
	ebpf_here(a, plain);
	load_number(a, BPF_REG_7, size, bytes, elsewhere, loaded);
	GO(NEXT);
}

static void header_length(struct ebpf_assembler *a)
{
	ebpf_here(a, XDP_OP_MSH);
	load_number(a, BPF_REG_8, BPF_B, 1, ELSEWHERE, LOADED);
	CALCULATE(BPF_AND, BPF_REG_8, 15);
	CALCULATE(BPF_LSH, BPF_REG_8, 2);
	GO(NEXT);
}

static void frame_length(struct ebpf_assembler *a, enum xdp_op op, uint8_t to)
{
	ebpf_here(a, op);
	MOVE(BPF_REG_1, BPF_REG_6);
	CALL(FRAME_LENGTH);
	PUT(BPF_ALU | BPF_MOV | BPF_X, to, BPF_REG_0, 0, 0);
	GO(NEXT);
}

static void moves(struct ebpf_assembler *a, enum xdp_op op, uint8_t to,
		  uint8_t from)
{
	ebpf_here(a, op);
	MOVE(to, from);
	GO(NEXT);
}

/* r1: where word k is; k anew, since it must not seem to be X. */
static void find_word(struct ebpf_assembler *a, enum xdp_op op)
{
	ebpf_here(a, op);
	READ(BPF_W, BPF_REG_4, BPF_REG_1, RULE_AT(k));
	CALCULATE(BPF_AND, BPF_REG_4, 15);
	CALCULATE(BPF_LSH, BPF_REG_4, 2);
	READ(BPF_DW, BPF_REG_1, STACK, SCRATCH);
	COMBINE(BPF_ADD, BPF_REG_1, BPF_REG_4);
}

static void words(struct ebpf_assembler *a)
{
	find_word(a, XDP_OP_ST);
	WRITE(BPF_W, BPF_REG_1, OWN(word), BPF_REG_7);
	GO(NEXT);
	find_word(a, XDP_OP_STX);
	WRITE(BPF_W, BPF_REG_1, OWN(word), BPF_REG_8);
	GO(NEXT);
	find_word(a, XDP_OP_MEM);
	READ(BPF_W, BPF_REG_7, BPF_REG_1, OWN(word));
	GO(NEXT);
	find_word(a, XDP_OP_MEMX);
	READ(BPF_W, BPF_REG_8, BPF_REG_1, OWN(word));
	GO(NEXT);
}

static void calculation(struct ebpf_assembler *a, enum xdp_op op, uint8_t by)
{
	ebpf_here(a, op);
	COMBINE_WORDS(by, BPF_REG_7, BPF_REG_4);
	GO(NEXT);
}

static void division(struct ebpf_assembler *a, enum xdp_op op, uint8_t by)
{
	ebpf_here(a, op);
	GO_IF(BPF_JEQ, BPF_REG_4, 0, REJECT);
	COMBINE_WORDS(by, BPF_REG_7, BPF_REG_4);
	GO(NEXT);
}

static void shift(struct ebpf_assembler *a, enum xdp_op op, uint8_t by)
{
	ebpf_here(a, op);
	GO_IF(BPF_JGT, BPF_REG_4, 31, SHIFTED_OUT);
	COMBINE_WORDS(by, BPF_REG_7, BPF_REG_4);
	GO(NEXT);
}

static void calculations(struct ebpf_assembler *a)
{
	calculation(a, XDP_OP_ADD, BPF_ADD);
	calculation(a, XDP_OP_SUB, BPF_SUB);
	calculation(a, XDP_OP_MUL, BPF_MUL);
	calculation(a, XDP_OP_OR, BPF_OR);
	calculation(a, XDP_OP_AND, BPF_AND);
	calculation(a, XDP_OP_XOR, BPF_XOR);
	division(a, XDP_OP_DIV, BPF_DIV);
	division(a, XDP_OP_MOD, BPF_MOD);
	shift(a, XDP_OP_LSH, BPF_LSH);
	shift(a, XDP_OP_RSH, BPF_RSH);
	ebpf_here(a, XDP_OP_NEG);
	PUT(BPF_ALU | BPF_NEG, BPF_REG_7, 0, 0, 0);
	GO(NEXT);
	ebpf_here(a, SHIFTED_OUT);
	SET(BPF_REG_7, 0);
	GO(NEXT);
}

static void condition(struct ebpf_assembler *a, enum xdp_op op, uint8_t by)
{
	ebpf_here(a, op);
	GO_IF_REG(by, BPF_REG_7, BPF_REG_4, TAKEN);
	GO(UNTAKEN);
}

static void jumps(struct ebpf_assembler *a)
{
	condition(a, XDP_OP_JEQ, BPF_JEQ);
	condition(a, XDP_OP_JGT, BPF_JGT);
	condition(a, XDP_OP_JGE, BPF_JGE);
	condition(a, XDP_OP_JSET, BPF_JSET);
	ebpf_here(a, TAKEN);
	READ(BPF_B, BPF_REG_4, BPF_REG_1, RULE_AT(jt));
	GO(SKIP);
	ebpf_here(a, UNTAKEN);
	READ(BPF_B, BPF_REG_4, BPF_REG_1, RULE_AT(jf));
	GO(SKIP);
	ebpf_here(a, XDP_OP_JA); /* backwards: around the list's end */
	READ(BPF_W, BPF_REG_4, BPF_REG_1, RULE_AT(k));
	READ(BPF_DW, BPF_REG_2, STACK, SCRATCH);
	READ(BPF_W, BPF_REG_3, BPF_REG_2, OWN(jumps));
	CALCULATE(BPF_ADD, BPF_REG_3, 1);
	WRITE(BPF_W, BPF_REG_2, OWN(jumps), BPF_REG_3);
	GO_IF(BPF_JGT, BPF_REG_3, XDP_JUMPS, PASS_ON);
	GO(SKIP);
}

/*
 * No frame takes more rules than a filter has: whoever may write to the list,
 * also what is not a filter, cannot hold the processor by it.
 */
static void go_on(struct ebpf_assembler *a)
{
	ebpf_here(a, NEXT);
	SET(BPF_REG_4, 0);
	ebpf_here(a, SKIP);
	READ(BPF_DW, BPF_REG_2, STACK, SCRATCH);
	WRITE(BPF_W, BPF_REG_2, OWN(a), BPF_REG_7);
	WRITE(BPF_W, BPF_REG_2, OWN(x), BPF_REG_8);
	READ(BPF_W, BPF_REG_3, BPF_REG_2, OWN(rules));
	CALCULATE(BPF_ADD, BPF_REG_3, 1);
	WRITE(BPF_W, BPF_REG_2, OWN(rules), BPF_REG_3);
	GO_IF(BPF_JGE, BPF_REG_3, AREA_MAX_FILTER, PASS_ON);
	READ(BPF_W, BPF_REG_3, BPF_REG_2, OWN(at));
	COMBINE(BPF_ADD, BPF_REG_3, BPF_REG_4);
	CALCULATE(BPF_ADD, BPF_REG_3, 1);
	WRITE(BPF_W, BPF_REG_2, OWN(at), BPF_REG_3);
	GO(LOOP);
}

static void returns(struct ebpf_assembler *a)
{
	ebpf_here(a, XDP_OP_RETA);
	MOVE(BPF_REG_4, BPF_REG_7);
	ebpf_here(a, XDP_OP_RET);
	GO_IF(BPF_JNE, BPF_REG_4, 0, PASS_ON);
	GO(REJECT);
	ebpf_here(a, NO_LOAD);
	GO_IF(BPF_JNE, BPF_REG_0, BEYOND_FRAME, PASS_ON);
}

/*
 * Only by a list that still stands, and if no other run of the program has
 * come in between, as may be where the kernel lets its soft interrupts
 * interrupt each other.
 */
static void reject(struct ebpf_assembler *a)
{
	ebpf_here(a, REJECT);
	READ(BPF_DW, BPF_REG_1, STACK, SCRATCH);
	READ(BPF_DW, BPF_REG_3, BPF_REG_1, OWN(run));
	READ(BPF_DW, BPF_REG_2, STACK, RUN);
	GO_IF_REG(BPF_JNE, BPF_REG_3, BPF_REG_2, PASS_ON);
	READ(BPF_DW, BPF_REG_1, STACK, RULES);
	READ(BPF_W, BPF_REG_3, BPF_REG_1, offsetof(struct xdp_rules, sequence));
	READ(BPF_DW, BPF_REG_2, STACK, SEQUENCE);
	GO_IF_REG(BPF_JNE, BPF_REG_3, BPF_REG_2, PASS_ON);
	SET(BPF_REG_2, 1);
	PUT(ADD_ATOMICALLY, BPF_REG_1, BPF_REG_2,
	    offsetof(struct xdp_rules, rejected), 0);
	SET(BPF_REG_0, XDP_DROP);
	LEAVE();
}

static void pass_on(struct ebpf_assembler *a, const struct xdp_maps *maps)
{
	ebpf_here(a, PASS_ON);
	ebpf_put_map(a, BPF_REG_1, BPF_PSEUDO_MAP_FD, maps->sockets);
	READ(BPF_W, BPF_REG_2, STACK, QUEUE);
	SET(BPF_REG_3, XDP_PASS);
	CALL(BPF_FUNC_redirect_map);
	LEAVE();
}

uint32_t xdp_interpreter(struct bpf_insn *to, struct xdp_maps maps)
{
	struct ebpf_assembler whole = {.to = to};
	struct ebpf_assembler *a = &whole;

	_Static_assert(sizeof(struct xdp_rule) == 8, "found by a shift");
	_Static_assert(LABELS <= EBPF_LABELS, "there is room for all");
	begin(a, &maps);
	fetch(a);
	dispatch(a);
	load(a, XDP_OP_LDWX, XDP_OP_LDW, BPF_W, 4);
	load(a, XDP_OP_LDHX, XDP_OP_LDH, BPF_H, 2);
	load(a, XDP_OP_LDBX, XDP_OP_LDB, BPF_B, 1);
	header_length(a);
	frame_length(a, XDP_OP_LEN, BPF_REG_7);
	frame_length(a, XDP_OP_LENX, BPF_REG_8);
	moves(a, XDP_OP_IMM, BPF_REG_7, BPF_REG_4);
	moves(a, XDP_OP_IMMX, BPF_REG_8, BPF_REG_4);
	moves(a, XDP_OP_TAX, BPF_REG_8, BPF_REG_7);
	moves(a, XDP_OP_TXA, BPF_REG_7, BPF_REG_8);
	words(a);
	calculations(a);
	jumps(a);
	go_on(a);
	returns(a);
	reject(a);
	pass_on(a, &maps);
	ebpf_set_jumps(a);
	return whole.length;
}

int xdp_load_interpreter(struct xdp_maps maps, bool several)
{
	struct bpf_insn program[XDP_INTERPRETER_MAX];

	return ebpf_load(BPF_PROG_TYPE_XDP, program,
			 xdp_interpreter(program, maps),
			 several ? BPF_F_XDP_HAS_FRAGS : 0);
}
