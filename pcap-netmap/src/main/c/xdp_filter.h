/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The opening's filter where it has an interface alone: in our XDP program, so
 * that what it rejects is dropped in the driver, costs no buffer and wakes
 * nobody, neither by our calls nor by the program's own.
 *
 * XDP programs are eBPF, which may be loaded while the opening has its
 * capabilities, at its beginning. Filters come later, from programs that have
 * given them up, changed their root directory or may make no system call any
 * more. So one fixed eBPF program is loaded, an interpreter, and a filter is
 * written into memory that the two share:
 *
 *   frame --> interpreter --> rejects: count, drop
 *                         --> accepts, or is in doubt: to the socket
 *
 * The interpreter only rejects what it is sure of. What it does not know, has
 * no time for, or what a new filter comes in the way of, goes to the socket,
 * where the reader's sync runs the filter on all that comes (xdp_receive.c).
 */
#ifndef XDP_FILTER_H
#define XDP_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "filter.h"
#include "layout.h"

struct bpf_insn;

/* What a rule does; k: its constant, A and X the machine's registers. */
enum xdp_op {
	XDP_OP_DOUBT, /* to the socket */
	XDP_OP_LDW,
	XDP_OP_LDH,
	XDP_OP_LDB, /* A = frame at k */
	XDP_OP_LDWX,
	XDP_OP_LDHX,
	XDP_OP_LDBX, /* A = frame at X + k */
	XDP_OP_MSH,  /* X = 4 * (frame at k & 15) */
	XDP_OP_LEN,
	XDP_OP_LENX, /* A, X = bytes of the frame */
	XDP_OP_IMM,
	XDP_OP_IMMX, /* A, X = k */
	XDP_OP_MEM,
	XDP_OP_MEMX, /* A, X = word k */
	XDP_OP_ST,
	XDP_OP_STX, /* word k = A, X */
	XDP_OP_ADD,
	XDP_OP_SUB,
	XDP_OP_MUL,
	XDP_OP_DIV,
	XDP_OP_MOD, /* A, by */
	XDP_OP_OR,
	XDP_OP_AND,
	XDP_OP_XOR,
	XDP_OP_LSH,
	XDP_OP_RSH,
	XDP_OP_NEG,
	XDP_OP_JA, /* skip k rules, also backwards */
	XDP_OP_JEQ,
	XDP_OP_JGT,
	XDP_OP_JGE,
	XDP_OP_JSET, /* skip jt or jf */
	XDP_OP_TAX,
	XDP_OP_TXA,
	XDP_OP_RET,
	XDP_OP_RETA /* 0: reject, else accept */
};

/* An instruction of classic BPF, taken apart as far as can be beforehand. */
struct xdp_rule {
	uint8_t op, by_x; /* by_x: X stands in the place of k */
	uint8_t jt, jf;
	uint32_t k;
};

/* Jumps that always go, perhaps backwards, on a frame's way; then doubt. */
#define XDP_JUMPS 64

#define XDP_RULES_PAGE 4096

/* Of a queue, shared with the kernel; whole pages, for those that have it. */
struct xdp_rules {
	/*
	 * Which of the two lists stands, by its lowest bit; 0: none does. The
	 * other may be written to: who sees that the number has moved has
	 * perhaps read some of what came later.
	 */
	_Alignas(XDP_RULES_PAGE) _Atomic uint32_t sequence;
	uint32_t reserved;
	_Atomic uint64_t rejected; /* frames; whoever counts them takes them */
	_Atomic uint64_t counted;  /* of the queue's owner: taken so far */
	struct xdp_rule rule[2][AREA_MAX_FILTER];
};

/* Of each processor. */
struct xdp_scratch {
	uint32_t a, x;
	uint32_t at;    /* number of the rule at hand */
	uint32_t jumps; /* those that always go */
	uint32_t word[16];
	uint32_t rules; /* run so far */
	uint32_t reserved;
	uint64_t run; /* whose this is: they are counted */
};

/* What the interpreter uses; descriptors. */
struct xdp_maps {
	int sockets; /* by queue: where frames go */
	int rules;   /* by queue: struct xdp_rules */
	int scratch; /* one struct xdp_scratch */
};

/*
 * Makes rules and scratch, which may be closed when the program is loaded. 0
 * or a negative errno. Unmap the rules by xdp_rules_free.
 */
int xdp_rules_new(uint32_t queues, struct xdp_rules **rules,
		  struct xdp_maps *maps);

/* The rules in a map that another opening has made; -EBUSY: not as ours are. */
int xdp_rules_join(int map, uint32_t queues, struct xdp_rules **rules);

void xdp_rules_free(struct xdp_rules *rules, uint32_t queues);

/*
 * Of a queue that another opening has, or will have: it is not to be written to
 * from here. It may not be used any more.
 */
void xdp_rules_leave(struct xdp_rules *queue);

/* Has the kernel run a filter on a queue from now on. */
void xdp_rules_set(struct xdp_rules *queue, const struct filter_copy *filter);

/* Whose queue this was is over: nothing is rejected, or counted as rejected. */
void xdp_rules_reset(struct xdp_rules *queue);

/* Writes the interpreter (xdp_interpreter.c); returns its instructions. */
#define XDP_INTERPRETER_MAX 400
uint32_t xdp_interpreter(struct bpf_insn *to, struct xdp_maps maps);

/* Loads it; a new descriptor or a negative errno. */
int xdp_load_interpreter(struct xdp_maps maps, bool several);

#endif
