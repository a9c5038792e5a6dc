/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What turns a program into bytes. jit_look() is for any machine, jit_emit()
 * for each kind of machine that has one.
 */
#ifndef JIT_EMIT_H
#define JIT_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "nmd.h"

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
};

/* What has to be made ready before the program's first instruction. */
struct jit_needs {
	bool words;     /* zeroed memory */
	bool wire_len;  /* in a place of its own */
	bool wide_have; /* as 64 bits */
	bool calls;     /* room for what calls change */
};

/*
 * Looks at a valid program forwards and fills notes->known. Since all jumps
 * go forward, each instruction is seen after all that lead to it: so it is
 * known what is reached at all, and how many bytes the frame has there for
 * certain, within which no load is checked again.
 */
struct jit_needs jit_look(const struct nmd_insn *prog, uint32_t length,
			  uint32_t ifindex, struct jit_notes *notes);

/* The bytes of a frame that gets past an instruction; UINT32_MAX: none does. */
uint32_t jit_asked_of_frame(const struct nmd_insn *in, uint32_t ifindex);

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

#endif
