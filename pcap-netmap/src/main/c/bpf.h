/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Classic BPF, as filters of libpcap are compiled: check and run.
 *
 * The machine has an accumulator, an index register and 16 words of memory,
 * all 0 at first; a program returns how many bytes of the frame to keep, 0 to
 * reject it.
 *
 * Loads of what is not in the frame, which libpcap compiles for `inbound`,
 * `ifindex 3` or `vlan` on a live interface of Linux, are understood too: see
 * bpf_extension.h.
 */
#ifndef NMD_BPF_H
#define NMD_BPF_H

#include <stdbool.h>
#include <stdint.h>

#include "nmd.h"

/* What a program looks at. */
struct bpf_view {
	const uint8_t *frame;
	uint32_t have;      /* bytes at frame, up to INT32_MAX */
	uint32_t wire_len;  /* bytes of the whole frame */
	uint32_t direction; /* NMD_IN or NMD_OUT */
	uint32_t ifindex;   /* of the port the frame passes; 0: none */
};

/*
 * Whether the program may be run: known instructions only, every jump goes to
 * an instruction, memory words 0..15, no division by constant 0, and the last
 * instruction returns. Jumps that always go may go backwards, as libpcap
 * compiles them for `protochain`.
 */
bool bpf_valid(const struct nmd_insn *prog, uint32_t length);

/* Whether the program has jumps backwards. */
bool bpf_goes_back(const struct nmd_insn *prog, uint32_t length);

/*
 * Senders run the programs of others and must come to an end: one that has
 * gone back over so many instructions rejects the frame. `ip6 protochain` goes
 * back over some thirty for each header of a chain.
 */
#define BPF_BACK_MAX 16384

/*
 * Runs a valid program. A load beyond the bytes there are, a division by a
 * zero index register and an extension that is not known reject the frame, as
 * in libpcap.
 */
uint32_t bpf_look(const struct nmd_insn *prog, const struct bpf_view *view);

/* The same for a frame that comes in through no port in particular. */
uint32_t bpf_run(const struct nmd_insn *prog, const uint8_t *frame,
		 uint32_t wire_len, uint32_t have);

/*
 * Bytes that a program keeps of every frame, if it is the one instruction
 * that says so; else 0.
 */
uint32_t bpf_always_keeps(const struct nmd_insn *prog, uint32_t length);

#endif
