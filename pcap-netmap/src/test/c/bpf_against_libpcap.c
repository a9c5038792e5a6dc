/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random valid filter programs over random frames give the same by libpcap's
 * own bpf_filter(), by the interpreter and by the compiler, and libpcap's
 * bpf_validate() agrees that they are valid. Of programs with what libpcap
 * does not know, the interpreter and the compiler think alike.
 * libpcap is loaded at run time; without it the test is skipped.
 */
#include "filter_pass.h"
#include "random_programs.h"

#include "bpf.h"
#include "jit.h"

#include <dlfcn.h>

/* Under a sanitizer each takes a hundred times longer. */
#define PROGRAMS (UNDER_ASAN || UNDER_TSAN ? 2000 : 20000)
#define FRAMES 8

typedef unsigned filter_call(const struct nmd_insn *, const uint8_t *, unsigned,
			     unsigned);
typedef int validate_call(const struct nmd_insn *, int);

static filter_call *libpcap_filter;
static validate_call *libpcap_validate;
static struct jit *jit;
static uint64_t pairs, compiled, accepted, rejected, passed;

static void differ(const char *who, uint32_t theirs, uint32_t ours,
		   const struct bpf_view *view, const struct nmd_insn *prog,
		   uint32_t length)
{
	printf("%s says %u, the interpreter %u, %u of %u bytes, direction %u:\n",
	       who, theirs, ours, view->have, view->wire_len, view->direction);
	for (uint32_t i = 0; i < view->have; i++)
		printf("%02x%s", view->frame[i], i % 16 == 15 ? "\n" : " ");
	printf("\n");
	describe(prog, length);
	exit(1);
}

static void compare(const struct nmd_insn *prog, uint32_t length,
		    const struct jit_filter *filter, uint32_t ifindex)
{
	uint32_t have = random_below(16) ? random_below(FRAME_MAX + 1) : 0;
	struct bpf_view view = {
		.frame = random_frame(have),
		.have = have,
		.wire_len = have + random_below(2) * 1000,
		.direction = random_below(2) ? NMD_IN : NMD_OUT,
		.ifindex = ifindex,
	};
	uint32_t ours = bpf_look(prog, &view), theirs;

	if (!random_ours) {
		theirs = libpcap_filter(prog, view.frame, view.wire_len, have);
		if (theirs != ours)
			differ("libpcap", theirs, ours, &view, prog, length);
	}
	if (filter->code) {
		theirs = filter->code(view.frame, have, view.wire_len,
				      view.direction);
		if (theirs != ours)
			differ("the compiled program", theirs, ours, &view,
			       prog, length);
		compiled++;
	}
	if (filter->pass && view.direction == NMD_IN && view.wire_len == have &&
	    passes_over(filter->pass, view.frame, have)) {
		if (ours)
			differ("the pass", 0, ours, &view, prog, length);
		passed++;
	}
	pairs++;
	if (ours)
		accepted++;
	else
		rejected++;
}

static void check_program(const struct nmd_insn *prog, uint32_t length)
{
	struct jit_filter filter = {0};
	uint32_t ifindex = random_below(254);

	if (!bpf_valid(prog, length) || !libpcap_validate(prog, (int)length)) {
		describe(prog, length);
		CHECK(!"one side calls a valid program invalid");
	}
	if (jit)
		jit_compile(jit, prog, length, ifindex, &filter);
	for (int k = 0; k < FRAMES; k++)
		compare(prog, length, &filter, ifindex);
	jit_drop(jit, &filter);
}

static void check_programs(bool ours)
{
	struct nmd_insn prog[PROGRAM_MAX];

	random_ours = ours;
	pairs = compiled = accepted = rejected = passed = 0;
	for (int i = 0; i < PROGRAMS; i++) {
		uint32_t length = random_program(prog);

		check_program(prog, length);
	}
	printf("%s: %llu pairs, %llu compiled, %llu accepted, "
	       "%llu passed over\n",
	       ours ? "interpreter and compiler" : "and libpcap",
	       (unsigned long long)pairs, (unsigned long long)compiled,
	       (unsigned long long)accepted, (unsigned long long)passed);
	/* The programs are worth something only if both happen often. */
	CHECK(accepted > pairs / 20 && rejected > pairs / 20);
	CHECK(!jit || compiled == pairs);
	CHECK(!jit || passed > pairs / 100);
}

int main(void)
{
	void *libpcap = dlopen("libpcap.so.0.8", RTLD_NOW);

	if (!libpcap)
		libpcap = dlopen("libpcap.so.1", RTLD_NOW);
	if (!libpcap)
		SKIP("no libpcap on this machine (Debian: libpcap0.8)");
	libpcap_filter = (filter_call *)dlsym(libpcap, "bpf_filter");
	libpcap_validate = (validate_call *)dlsym(libpcap, "bpf_validate");
	CHECK(libpcap_filter && libpcap_validate);
	jit = jit_new();
#if defined(__x86_64__)
	CHECK(jit != NULL);
#endif
	check_programs(false);
	check_programs(true);
	jit_free(jit);
	dlclose(libpcap);
	return 0;
}
