/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters as machine code (x86-64; on other machines there is none, and the
 * interpreter runs).
 *
 * One jit belongs to one sender. Its memory is one memfd that is mapped
 * twice, for writing here and for running there, when a port is opened:
 * no page is ever both, and no filter that comes later needs a system call,
 * which a program in a sandbox could not make. Where the system refuses that,
 * and in the child of a fork, to whom the parent's memory would be shared,
 * there is no code, and everything works as before, by the interpreter.
 *
 * Code is never freed by itself. When the memory is full and mostly of
 * programs that have been replaced, all of it goes, and a new era begins;
 * what still stands is compiled anew when it is used next.
 */
#ifndef JIT_H
#define JIT_H

#include <stdbool.h>
#include <stdint.h>

#include "netmap_abi.h"
#include "nmd.h"

/* Bytes to keep of the frame; what bpf_look() would say. have <= INT32_MAX */
typedef uint32_t jit_code(const uint8_t *frame, uint32_t have,
			  uint32_t wire_len, uint32_t direction);

/*
 * Slots of a TX ring in a row, and what their frames have in common; the pass
 * goes over them.
 */
struct jit_stretch {
	const volatile struct netmap_slot *in;  /* moved by the pass */
	const volatile struct netmap_slot *end; /* beyond in */
	const uint8_t *pool;
	uint64_t buf_size; /* JIT_PASS_BYTES at least */
	uint64_t low;      /* the frames' bytes 0 to 7 */
	uint64_t bytes;    /* of frames passed over, added to by the pass */
	uint32_t high;     /* their bytes 8 to 11 */
	uint32_t buffers;
};

/*
 * Bytes that a pass asks of every frame at most, at once: then no load within
 * them is checked. More than the shortest frame of Ethernet has it does not
 * ask for.
 */
#define JIT_PASS_BYTES 60

/*
 * Goes over plain incoming frames that the program rejects: up to one that it
 * does not, that is not of the stretch's flow, or whose end is met where the
 * program would look. It may stop too early, never too late.
 *
 * It fetches no frames ahead: so few instructions are between two of them
 * that the processor meets the next ones while it waits for this one (3.1
 * nanoseconds a frame for `udp port 53` in rings of 1024 slots, 3.4 with a
 * frame fetched ahead; the same in rings of 65,536).
 */
typedef void jit_pass(struct jit_stretch *stretch);

struct jit;

/* Code for one program, as its owner remembers it. Zeroes: none. */
struct jit_filter {
	jit_code *code; /* NULL: interpret */
	jit_pass *pass; /* NULL: there is none */
	uint32_t bytes; /* that they take */
	uint32_t era;   /* in which it is valid */
};

/* NULL: the machine or the system does not allow it. */
struct jit *jit_new(void);
void jit_free(struct jit *jit);

/* The era that runs, 0: no code may be run. jit may be NULL. */
uint32_t jit_era(const struct jit *jit);

/* Replaces what is in filter by code for a valid program, if there is room. */
void jit_compile(struct jit *jit, const struct nmd_insn *prog, uint32_t length,
		 uint32_t ifindex, struct jit_filter *filter);

/* Its memory may be used again some time. */
void jit_drop(struct jit *jit, struct jit_filter *filter);

#endif
