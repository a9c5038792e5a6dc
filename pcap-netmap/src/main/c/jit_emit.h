/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What turns a program into bytes. jit_look() is for any machine, jit_emit()
 * for each kind of machine that has one.
 */
#ifndef JIT_EMIT_H
#define JIT_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "jit.h"

#define JIT_MAX_LENGTH 4096 /* instructions */
#define JIT_UNREACHED UINT32_MAX

/* Notes on each instruction of a program while it is compiled. */
struct jit_notes {
	/*
	 * How many bytes the frame is known to have wherever this instruction
	 * is reached from; JIT_UNREACHED: it is not.
	 */
	uint32_t known[JIT_MAX_LENGTH];
	/* Bytes of code from here to the end. */
	uint32_t to_end[JIT_MAX_LENGTH];
	/* See jit_swaps(). */
	uint16_t loaded_by[JIT_MAX_LENGTH];
	uint8_t reads[JIT_MAX_LENGTH];
	/*
	 * Of a load 2 or 4, its size, if its value keeps the network's byte
	 * order; of a comparison the same, if that is what it meets.
	 */
	uint8_t raw[JIT_MAX_LENGTH];
};

/* What has to be made ready before the program's first instruction. */
struct jit_needs {
	bool words;     /* zeroed memory */
	bool wire_len;  /* in a place of its own */
	bool wide_have; /* as 64 bits */
	bool calls;     /* room for what calls change */
	bool a, x;      /* the registers are read before they are written */
};

/*
 * Looks at a valid program forwards and fills notes->known. Since all jumps
 * go forward, each instruction is seen after all that lead to it: so it is
 * known what is reached at all, and how many bytes the frame has there for
 * certain, within which no load is checked again. All of them are known to
 * have `least` bytes.
 */
struct jit_needs jit_look(const struct nmd_insn *prog, uint32_t length,
			  uint32_t ifindex, uint32_t least,
			  struct jit_notes *notes);

/*
 * Looks at it backwards, after that: fills notes->raw, and needs.a and x.
 *
 * Most values are loaded to be compared with constants, and it is cheaper to
 * swap the bytes of those. A load may leave its value as it is if nothing
 * else may be done to it wherever it gets, and if nothing but it may be what
 * is compared there.
 */
void jit_swaps(const struct nmd_insn *prog, uint32_t length, uint32_t ifindex,
	       struct jit_notes *notes, struct jit_needs *needs);

/* The bytes of a frame that gets past an instruction; UINT32_MAX: none does. */
uint32_t jit_asked_of_frame(const struct nmd_insn *in, uint32_t ifindex);

/* The bytes that a pass asks of every frame before the program runs. */
uint32_t jit_asked_at_once(const struct nmd_insn *prog, uint32_t length,
			   uint32_t ifindex);

/* 1, 2 or 4 */
uint32_t jit_load_size(uint16_t code);

/*
 * Writes the code of a valid program so that it ends before `end` and at most
 * room bytes are used. Returns its length, 0: there is not enough room, or no
 * compiler for this machine. It may be moved, and run anywhere.
 */
uint32_t jit_emit(const struct nmd_insn *prog, uint32_t length,
		  uint32_t ifindex, struct jit_notes *notes, uint8_t *end,
		  uint32_t room);

/* The same as a jit_pass; 0 also for a program that calls others. */
uint32_t jit_emit_pass(const struct nmd_insn *prog, uint32_t length,
		       uint32_t ifindex, struct jit_notes *notes, uint8_t *end,
		       uint32_t room);

#endif
