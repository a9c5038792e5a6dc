/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop around a program that makes a jit_pass of it, written from its end
 * like the program.
 *
 *	enter   the stretch into registers
 *	top     one slot: is its frame plain, of the flow, long enough? Its
 *	        address and length to where the program looks for them
 *	        the program: on to next or to leave
 *	next    one slot further, to top or on to
 *	leave   back to the stretch, and return
 *
 * While the program runs, rbx is the slot and rbp the end; r12 the pool, r13d
 * its buffers, r14 their size; r15 and r11d the flow; r9 the bytes passed
 * over. The program has eax, ecx, edx, r8d, r10 and 64 bytes below rsp.
 */
#ifndef JIT_LOOP_X86_64_H
#define JIT_LOOP_X86_64_H

#include "jit_x86_64.h"

struct loop {
	uint32_t next, leave; /* where they are, in bytes to the end */
	uint8_t *to_top;      /* the operand of the jump back */
};

/* What comes after the program. */
void emit_loop_end(struct code *c, struct loop *loop);

/* What comes before it; all frames have `least` bytes, 14 to 127. */
void emit_loop_beginning(struct code *c, const struct loop *loop,
			 uint32_t least);

#endif
