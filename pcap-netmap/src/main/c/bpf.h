/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Classic BPF, as filters of libpcap are compiled: check and run.
 *
 * The machine has an accumulator, an index register and 16 words of memory;
 * a program returns how many bytes of the frame to keep, 0 to reject it.
 */
#ifndef BPF_H
#define BPF_H

#include <stdbool.h>
#include <stdint.h>

#include "nmd.h"

/*
 * Whether the program may be run: known instructions only, every jump goes
 * forward to an instruction, memory words 0..15, no division by constant 0,
 * and the last instruction returns.
 */
bool bpf_valid(const struct nmd_insn *prog, uint32_t length);

/*
 * Runs a valid program over the first have bytes of a frame of wire_len
 * bytes. A load beyond have rejects the frame, as in the kernel.
 */
uint32_t bpf_run(const struct nmd_insn *prog, const uint8_t *frame,
		 uint32_t wire_len, uint32_t have);

/*
 * Bytes that a program keeps of every frame, if it is the one instruction
 * that says so; else 0.
 */
uint32_t bpf_always_keeps(const struct nmd_insn *prog, uint32_t length);

#endif
