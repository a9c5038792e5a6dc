/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of x86-64 instructions, in the few forms that filters need.
 *
 * Code grows downwards: what runs last is written first. Jumps of a filter go
 * forward only, so wherever one is written its target is known, and with it
 * the shortest form; no second pass is needed.
 */
#ifndef JIT_X86_64_H
#define JIT_X86_64_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Registers, as the calling convention hands them over. None must be kept
 * for the caller.
 */
enum reg {
	REG_A = 0,     /* eax: the accumulator */
	REG_X = 1,     /* ecx: the index register */
	REG_TEMP = 2,  /* edx */
	REG_HAVE = 6,  /* esi: bytes of the frame that there are */
	REG_FRAME = 7, /* rdi: where they are */
};

/* Conditions of jumps, for numbers without sign. */
enum condition {
	IF_BELOW = 2,
	IF_NOT_BELOW = 3,
	IF_EQUAL = 4,
	IF_NOT_EQUAL = 5,
	IF_NOT_ABOVE = 6,
	IF_ABOVE = 7
};

/* The numbers of the operations that have one form in common. */
enum operation {
	OP_ADD = 0,
	OP_OR = 1,
	OP_AND = 4,
	OP_SUB = 5,
	OP_XOR = 6,
	OP_CMP = 7
};

struct code {
	uint8_t *end;   /* of the code */
	uint8_t *at;    /* its lowest byte so far */
	uint8_t *limit; /* as low as it may go */
	bool full;
};

static inline uint32_t code_length(const struct code *c)
{
	return (uint32_t)(c->end - c->at);
}

static inline void code_put(struct code *c, const void *bytes, uint32_t n)
{
	if ((uint32_t)(c->at - c->limit) < n) {
		c->full = true;
		return;
	}
	c->at -= n;
	memcpy(c->at, bytes, n);
}

#define EMIT(c, ...)                                \
	code_put(c, (const uint8_t[]){__VA_ARGS__}, \
		 sizeof((const uint8_t[]){__VA_ARGS__}))

static inline void emit_u32(struct code *c, uint32_t value)
{
	code_put(c, &value, 4); /* the machine's own order */
}

static inline bool fits_byte(uint32_t value)
{
	return (uint32_t)(int32_t)(int8_t)value == value;
}

/* register = value */
static inline void emit_set(struct code *c, enum reg to, uint32_t value)
{
	if (value == 0) {
		EMIT(c, 0x31, (uint8_t)(0xc0 | to << 3 | to)); /* xor */
		return;
	}
	emit_u32(c, value);
	EMIT(c, (uint8_t)(0xb8 | to)); /* mov */
}

static inline void emit_move(struct code *c, enum reg to, enum reg from)
{
	EMIT(c, 0x89, (uint8_t)(0xc0 | from << 3 | to));
}

/* to = to op value, or a mere comparison */
static inline void emit_with_constant(struct code *c, enum operation op,
				      enum reg to, uint32_t value)
{
	uint8_t operands = (uint8_t)(0xc0 | op << 3 | to);

	if (fits_byte(value)) {
		EMIT(c, 0x83, operands, (uint8_t)value);
		return;
	}
	emit_u32(c, value);
	if (to == REG_A)
		EMIT(c, (uint8_t)(op << 3 | 5));
	else
		EMIT(c, 0x81, operands);
}

static inline void emit_with_register(struct code *c, enum operation op,
				      enum reg to, enum reg from)
{
	EMIT(c, (uint8_t)(op << 3 | 1), (uint8_t)(0xc0 | from << 3 | to));
}

/* Shifts by a constant: left or right. */
static inline void emit_shift(struct code *c, bool left, enum reg what,
			      uint32_t by)
{
	EMIT(c, 0xc1, (uint8_t)((left ? 0xe0 : 0xe8) | what), (uint8_t)by);
}

/*
 * A load of `size` bytes, in the machine's byte order and widened to 32 bits:
 * to = [frame + offset].
 */
static inline void emit_load(struct code *c, enum reg to, uint32_t size,
			     uint32_t offset)
{
	uint8_t far = fits_byte(offset) ? 0x40 : 0x80;

	if (fits_byte(offset))
		EMIT(c, (uint8_t)offset);
	else
		emit_u32(c, offset);
	EMIT(c, (uint8_t)(far | to << 3 | REG_FRAME));
	if (size == 4)
		EMIT(c, 0x8b);
	else
		EMIT(c, 0x0f, size == 2 ? 0xb7 : 0xb6);
}

/* A = [frame + r10 - size] */
static inline void emit_load_before_r10(struct code *c, uint32_t size)
{
	EMIT(c, 0x44, 0x17, (uint8_t)(0u - size));
	if (size == 4)
		EMIT(c, 0x42, 0x8b);
	else
		EMIT(c, 0x42, 0x0f, size == 2 ? 0xb7 : 0xb6);
}

/* A's bytes in the network's order */
static inline void emit_swap(struct code *c, uint32_t size)
{
	if (size == 4)
		EMIT(c, 0x0f, 0xc8); /* bswap eax */
	else if (size == 2)
		EMIT(c, 0x66, 0xc1, 0xc0, 8); /* rol ax, 8 */
}

/* A word at rsp + offset, -128 to 127. */
static inline void emit_load_stack(struct code *c, enum reg to, int offset)
{
	EMIT(c, 0x8b, (uint8_t)(0x44 | to << 3), 0x24, (uint8_t)offset);
}

static inline void emit_store_stack(struct code *c, enum reg from, int offset)
{
	EMIT(c, 0x89, (uint8_t)(0x44 | from << 3), 0x24, (uint8_t)offset);
}

/* To what begins to_end bytes before the code's end. */
static inline void emit_jump(struct code *c, uint32_t to_end)
{
	uint32_t over = code_length(c) - to_end;

	if (over == 0)
		return;
	if (over < 128) {
		EMIT(c, 0xeb, (uint8_t)over);
		return;
	}
	emit_u32(c, over);
	EMIT(c, 0xe9);
}

static inline void emit_jump_if(struct code *c, enum condition condition,
				uint32_t to_end)
{
	uint32_t over = code_length(c) - to_end;

	if (over < 128) {
		EMIT(c, (uint8_t)(0x70 | condition), (uint8_t)over);
		return;
	}
	emit_u32(c, over);
	EMIT(c, 0x0f, (uint8_t)(0x80 | condition));
}

#endif
