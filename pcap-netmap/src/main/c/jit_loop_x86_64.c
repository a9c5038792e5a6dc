/* SPDX-License-Identifier: BSD-2-Clause */
#include "jit_loop_x86_64.h"

#if defined(__x86_64__)

#include <stddef.h>

#include "jit.h"
#include "run.h"

#define OF(member) ((uint8_t)offsetof(struct jit_stretch, member))
#define SLOT ((uint8_t)sizeof(struct netmap_slot))
/* The bits of a slot's upper half that must be a plain frame's length. */
#define PLAIN (HALF_SPECIAL | 0xffff)

_Static_assert(JIT_PASS_BYTES < 128 && sizeof(struct jit_stretch) < 128,
	       "offsets of one byte");

static void emit_leave(struct code *c)
{
	EMIT(c, 0xc3);                        /* ret */
	EMIT(c, 0x5b);                        /* pop rbx */
	EMIT(c, 0x5d);                        /* pop rbp */
	EMIT(c, 0x41, 0x5c);                  /* pop r12 */
	EMIT(c, 0x41, 0x5d);                  /* pop r13 */
	EMIT(c, 0x41, 0x5e);                  /* pop r14 */
	EMIT(c, 0x41, 0x5f);                  /* pop r15 */
	EMIT(c, 0x4c, 0x89, 0x4f, OF(bytes)); /* mov [rdi + …], r9 */
	EMIT(c, 0x48, 0x89, 0x5f, OF(in));    /* mov [rdi + …], rbx */
	EMIT(c, 0x5f);                        /* pop rdi: the stretch */
	EMIT(c, 0x58);                        /* pop rax: the limit */
}

void emit_loop_end(struct code *c, struct loop *loop)
{
	emit_leave(c);
	loop->leave = code_length(c);
	emit_u32(c, 0);
	loop->to_top = c->at;
	EMIT(c, 0x0f, 0x82);             /* jb top */
	EMIT(c, 0x48, 0x39, 0xeb);       /* cmp rbx, rbp */
	EMIT(c, 0x48, 0x83, 0xc3, SLOT); /* add rbx, … */
	EMIT(c, 0x49, 0x01, 0xf1);       /* add r9, rsi */
	loop->next = code_length(c);
}

/* rdi = the frame's address, if its bytes 0 to 11 are the flow's */
static void emit_address(struct code *c, const struct loop *loop)
{
	emit_jump_if(c, IF_NOT_EQUAL, loop->leave);
	EMIT(c, 0x44, 0x39, 0x5f, 8); /* cmp [rdi + 8], r11d */
	emit_jump_if(c, IF_NOT_EQUAL, loop->leave);
	EMIT(c, 0x4c, 0x39, 0x3f);       /* cmp [rdi], r15 */
	EMIT(c, 0x4c, 0x01, 0xe7);       /* add rdi, r12 */
	EMIT(c, 0x49, 0x0f, 0xaf, 0xfe); /* imul rdi, r14 */
}

/*
 * esi = its length, if that is between least and the buffer's size and no flag
 * asks for more than a plain frame; rax is the slot's first word.
 */
static void emit_length(struct code *c, const struct loop *loop, uint32_t least)
{
	emit_jump_if(c, IF_ABOVE, loop->leave);
	EMIT(c, 0x3b, 0x04, 0x24);           /* cmp eax, [rsp] */
	EMIT(c, 0x83, 0xe8, (uint8_t)least); /* sub eax, … */
	emit_with_constant(c, OP_AND, REG_A, PLAIN);
	EMIT(c, 0x0f, 0xb7, 0xf0);       /* movzx esi, ax */
	EMIT(c, 0x48, 0xc1, 0xe8, 0x20); /* shr rax, 32 */
}

/* rax = the slot's first word, edi = its buffer, if that is one */
static void emit_slot(struct code *c, const struct loop *loop)
{
	emit_jump_if(c, IF_NOT_BELOW, loop->leave);
	EMIT(c, 0x44, 0x39, 0xef); /* cmp edi, r13d */
	EMIT(c, 0x89, 0xc7);       /* mov edi, eax */
	EMIT(c, 0x48, 0x8b, 0x03); /* mov rax, [rbx] */
}

static void emit_enter(struct code *c, uint32_t least)
{
	EMIT(c, 0x50); /* push rax: the limit */
	EMIT(c, 0x41, 0x8d, 0x46,
	     (uint8_t)(0u - least));             /* lea eax, [r14 - …] */
	EMIT(c, 0x44, 0x8b, 0x6f, OF(buffers));  /* mov r13d, [rdi + …] */
	EMIT(c, 0x44, 0x8b, 0x5f, OF(high));     /* r11d */
	EMIT(c, 0x4c, 0x8b, 0x4f, OF(bytes));    /* r9 */
	EMIT(c, 0x4c, 0x8b, 0x7f, OF(low));      /* r15 */
	EMIT(c, 0x4c, 0x8b, 0x77, OF(buf_size)); /* r14 */
	EMIT(c, 0x4c, 0x8b, 0x67, OF(pool));     /* r12 */
	EMIT(c, 0x48, 0x8b, 0x6f, OF(end));      /* rbp */
	EMIT(c, 0x48, 0x8b, 0x5f, OF(in));       /* rbx */
	EMIT(c, 0x57);                           /* push rdi */
	EMIT(c, 0x41, 0x57);                     /* push r15 */
	EMIT(c, 0x41, 0x56);                     /* push r14 */
	EMIT(c, 0x41, 0x55);                     /* push r13 */
	EMIT(c, 0x41, 0x54);                     /* push r12 */
	EMIT(c, 0x55);                           /* push rbp */
	EMIT(c, 0x53);                           /* push rbx */
}

void emit_loop_beginning(struct code *c, const struct loop *loop,
			 uint32_t least)
{
	uint32_t back;

	emit_address(c, loop);
	emit_length(c, loop, least);
	emit_slot(c, loop);
	back = (uint32_t)(c->at - (loop->to_top + 4));
	if (!c->full)
		memcpy(loop->to_top, &back, sizeof(back));
	emit_enter(c, least);
}

#endif
