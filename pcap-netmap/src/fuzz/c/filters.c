/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters: the check lets through only what can be run, over any frame, and
 * the compiled code and the interpreter agree. A frame ends where its memory
 * does, so that a byte read beyond it is noticed in compiled code, too.
 */
#include "input.h"

#include <sys/mman.h>
#include <unistd.h>

#include "../../test/c/filter_pass.h"
#include "bpf.h"
#include "jit.h"

#define LONGEST 4096
#define FRAME_MAX 2048

static struct jit *jit;
static uint8_t *end; /* of a frame: what follows cannot be read */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argc;
	(void)argv;
	INSIST(pages != MAP_FAILED &&
	       mprotect(pages + page, page, PROT_NONE) == 0);
	end = pages + page;
	jit = jit_new();
	return 0;
}

/* Makes a program that is likely to be valid out of any bytes. */
static void tame(struct nmd_insn *prog, uint32_t length)
{
	static const uint8_t codes[] = {
		0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x14,
		0x15, 0x16, 0x1c, 0x1d, 0x20, 0x24, 0x25, 0x28, 0x2c, 0x2d,
		0x30, 0x34, 0x35, 0x3c, 0x3d, 0x40, 0x44, 0x45, 0x48, 0x4c,
		0x4d, 0x50, 0x54, 0x5c, 0x60, 0x61, 0x64, 0x6c, 0x74, 0x7c,
		0x80, 0x81, 0x84, 0x87, 0x94, 0x9c, 0xa4, 0xac, 0xb1};

	for (uint32_t i = 0; i + 1 < length; i++) {
		uint32_t left = length - i - 1;

		prog[i].code = codes[prog[i].code % sizeof(codes)];
		prog[i].jt = (uint8_t)(prog[i].jt % left);
		prog[i].jf = (uint8_t)(prog[i].jf % left);
		if (prog[i].code == 0x05 && prog[i].jt % 4)
			prog[i].k %= left;
	}
	prog[length - 1].code = 0x06 | (prog[length - 1].code & 0x10);
}

static void run(const struct nmd_insn *prog, uint32_t length,
		const struct bpf_view *view)
{
	struct jit_filter compiled = {0};
	uint32_t kept = bpf_look(prog, view);

	if (jit_era(jit)) {
		jit_compile(jit, prog, length, view->ifindex, &compiled);
		if (compiled.code && compiled.era == jit_era(jit))
			INSIST(compiled.code(view->frame, view->have,
					     view->wire_len,
					     view->direction) == kept);
		if (compiled.pass && view->direction == NMD_IN &&
		    view->have == view->wire_len &&
		    passes_over(compiled.pass, view->frame, view->have))
			INSIST(kept == 0);
		jit_drop(jit, &compiled);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nmd_insn prog[LONGEST];
	struct input in = {data, size};
	struct {
		uint8_t tame, direction;
		uint16_t length, more;
		uint32_t ifindex;
	} head;
	struct bpf_view view;
	uint32_t length;

	input_take(&in, &head, sizeof(head));
	length = head.length % 64 ? head.length % 64 : head.length % LONGEST;
	for (uint32_t i = 0; i < length; i++)
		input_take(&in, &prog[i], sizeof(prog[i]));
	if (head.tame % 2 && length > 0)
		tame(prog, length);
	INSIST(bpf_always_keeps(prog, length) == 0 || length == 1);
	if (!bpf_valid(prog, length))
		return 0;
	view.have = (uint32_t)(in.left < FRAME_MAX ? in.left : FRAME_MAX);
	view.frame = memcpy(end - view.have, in.at, view.have);
	view.wire_len = view.have + head.more;
	view.direction = head.direction % 2 ? NMD_IN : NMD_OUT;
	view.ifindex = head.ifindex;
	run(prog, length, &view);
	return 0;
}
