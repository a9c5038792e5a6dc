/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf_extension.h"
#include "jit_emit.h"
#include "staging.h"

struct look {
	const struct nmd_insn *prog;
	uint32_t length, ifindex;
	uint32_t *known;
};

uint32_t jit_load_size(uint16_t code)
{
	switch (BPF_SIZE(code)) {
	case BPF_W:
		return 4;
	case BPF_H:
		return 2;
	default:
		return 1;
	}
}

/* Where a frame load ends; UINT32_MAX: no frame is that long. */
static uint32_t end_of_load(uint32_t at, uint32_t size)
{
	return at <= INT32_MAX - size ? at + size : UINT32_MAX;
}

static uint32_t end_of_absolute(const struct nmd_insn *in, uint32_t ifindex)
{
	struct bpf_place place = bpf_place_of(in->k, ifindex);

	if (place.source == BPF_IN_FRAME)
		return end_of_load(place.at, jit_load_size(in->code));
	return place.source == BPF_NOWHERE ? UINT32_MAX : 0;
}

uint32_t jit_asked_of_frame(const struct nmd_insn *in, uint32_t ifindex)
{
	uint16_t class = BPF_CLASS(in->code), mode = BPF_MODE(in->code);

	if (class == BPF_LDX && mode == BPF_MSH)
		return end_of_load(in->k, 1);
	if (class != BPF_LD)
		return 0;
	if (mode == BPF_IND)
		return end_of_load(in->k, jit_load_size(in->code));
	return mode == BPF_ABS ? end_of_absolute(in, ifindex) : 0;
}

uint32_t jit_asked_at_once(const struct nmd_insn *prog, uint32_t length,
			   uint32_t ifindex)
{
	uint32_t most = MIN_FRAME;

	for (uint32_t i = 0; i < length; i++) {
		uint32_t asked = jit_asked_of_frame(&prog[i], ifindex);

		if (asked > most && asked <= JIT_PASS_BYTES)
			most = asked;
	}
	return most;
}

static void note_needs(struct jit_needs *needs, const struct nmd_insn *in,
		       uint32_t ifindex)
{
	uint16_t class = BPF_CLASS(in->code), mode = BPF_MODE(in->code);

	if (class != BPF_LD && class != BPF_LDX)
		return;
	needs->words |= mode == BPF_MEM;
	needs->wire_len |= mode == BPF_LEN;
	needs->wide_have |= mode == BPF_IND;
	if (class == BPF_LD && mode == BPF_ABS)
		needs->calls |= bpf_place_of(in->k, ifindex).source ==
				BPF_COMPUTED;
}

/* Instruction i is reached with frames of at least so many bytes. */
static void reach(struct look *l, uint32_t i, uint32_t bytes)
{
	if (l->known[i] > bytes)
		l->known[i] = bytes;
}

static void follow(struct look *l, uint32_t i, uint32_t bytes)
{
	const struct nmd_insn *in = &l->prog[i];

	if (BPF_CLASS(in->code) == BPF_RET)
		return;
	if (BPF_CLASS(in->code) != BPF_JMP) {
		reach(l, i + 1, bytes);
		return;
	}
	if (BPF_OP(in->code) == BPF_JA) {
		reach(l, i + 1 + in->k, bytes);
		return;
	}
	reach(l, i + 1 + in->jt, bytes);
	reach(l, i + 1 + in->jf, bytes);
}

struct jit_needs jit_look(const struct nmd_insn *prog, uint32_t length,
			  uint32_t ifindex, uint32_t least,
			  struct jit_notes *notes)
{
	struct look l = {prog, length, ifindex, notes->known};
	struct jit_needs needs = {0};

	for (uint32_t i = 0; i < length; i++)
		l.known[i] = JIT_UNREACHED;
	l.known[0] = least;
	for (uint32_t i = 0; i < length; i++) {
		uint32_t asked;

		if (l.known[i] == JIT_UNREACHED)
			continue;
		note_needs(&needs, &prog[i], ifindex);
		asked = jit_asked_of_frame(&prog[i], ifindex);
		if (asked != UINT32_MAX)
			follow(&l, i, asked > l.known[i] ? asked : l.known[i]);
	}
	jit_swaps(prog, length, ifindex, notes, &needs);
	return needs;
}
