/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filter expressions as people write them, compiled by libpcap with and
 * without its optimizer, over frames of every kind that they ask for, whole
 * and cut anywhere: libpcap, the interpreter and the compiler say the same.
 * Those that libpcap compiles for a live interface only are compared between
 * the interpreter and the compiler, and with what they mean.
 */
#include "filter_expressions.h"
#include "filter_frames.h"
#include "filter_pass.h"

#include "bpf.h"
#include "jit.h"

#include <dlfcn.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ETHERNET 1
#define SNAPLEN 262144
#define IFINDEX 3
#define ERROR_TEXT 256

struct program {
	uint32_t length;
	struct nmd_insn *insns;
};

/* The calls of libpcap that are used, by their names there. */
static struct {
	unsigned (*bpf_filter)(const struct nmd_insn *, const uint8_t *,
			       unsigned, unsigned);
	void *(*pcap_open_dead)(int, int);
	void *(*pcap_open_live)(const char *, int, int, int, char *);
	int (*pcap_compile)(void *, struct program *, const char *, int,
			    uint32_t);
	void (*pcap_freecode)(struct program *);
	void (*pcap_close)(void *);
	char *(*pcap_geterr)(void *);
} pcap;

static struct jit *jit;
static uint64_t pairs, kept, programs, rejected, passed;

static void load_libpcap(void)
{
	void *lib = dlopen("libpcap.so.0.8", RTLD_NOW);

	if (!lib)
		lib = dlopen("libpcap.so.1", RTLD_NOW);
	if (!lib)
		SKIP("no libpcap on this machine (Debian: libpcap0.8)");
#define LOAD(name) \
	CHECK((*(void **)(void *)&pcap.name = dlsym(lib, #name)) != NULL)
	LOAD(bpf_filter);
	LOAD(pcap_open_dead);
	LOAD(pcap_open_live);
	LOAD(pcap_compile);
	LOAD(pcap_freecode);
	LOAD(pcap_close);
	LOAD(pcap_geterr);
#undef LOAD
}

/* One program on its way over all frames. */
struct case_at_hand {
	const char *expression;
	struct program program;
	jit_code *code;
	jit_pass *pass;
	bool live; /* libpcap's own interpreter knows no extensions */
};

static void compare(const struct case_at_hand *c, const struct bpf_view *view)
{
	uint32_t ours = bpf_look(c->program.insns, view);
	uint32_t compiled = ours, theirs = ours;

	if (c->code)
		compiled = c->code(view->frame, view->have, view->wire_len,
				   view->direction);
	if (!c->live)
		theirs = pcap.bpf_filter(c->program.insns, view->frame,
					 view->wire_len, view->have);
	pairs++;
	kept += ours != 0;
	if (c->pass && view->direction == NMD_IN &&
	    view->have == view->wire_len) {
		bool over = passes_over(c->pass, view->frame, view->have);

		/* It may know less than the program, but nothing else. */
		rejected += ours == 0;
		passed += over;
		if (over)
			compiled = 0;
	}
	if (ours == compiled && ours == theirs)
		return;
	printf("%s: libpcap %u, interpreter %u, compiled %u, %u of %u bytes\n",
	       c->expression, theirs, ours, compiled, view->have,
	       view->wire_len);
	exit(1);
}

/* The frame lies at the end of its memory, so that asan sees what is read. */
static void compare_cut(const struct case_at_hand *c, const struct built *f,
			uint32_t have, uint32_t direction)
{
	uint8_t *frame = malloc(have ? have : 1);

	CHECK(frame != NULL);
	memcpy(frame, f->bytes, have);
	compare(c, &(struct bpf_view){.frame = frame,
				      .have = have,
				      .wire_len = f->len,
				      .direction = direction,
				      .ifindex = IFINDEX});
	free(frame);
}

static void compare_frame(const struct case_at_hand *c, const struct built *f)
{
	compare_cut(c, f, f->len, NMD_IN);
	compare_cut(c, f, f->len, NMD_OUT);
	/* Another place each time, by and by all of them. */
	compare_cut(c, f, (uint32_t)(pairs % f->len), NMD_IN);
}

static void compare_all(struct case_at_hand *c)
{
	struct jit_filter filter = {0};

	if (!bpf_valid(c->program.insns, c->program.length)) {
		printf("%s: not valid\n", c->expression);
		exit(1);
	}
	if (jit)
		jit_compile(jit, c->program.insns, c->program.length, IFINDEX,
			    &filter);
	c->code = filter.code;
	c->pass = filter.pass;
	/* One that jumps backwards is left to the interpreter. */
	CHECK_EQ(c->code != NULL,
		 jit && !bpf_goes_back(c->program.insns, c->program.length));
	for (uint32_t receiver = 0; receiver < RECEIVERS; receiver++)
		for (uint32_t tags = 0; tags < TAGGINGS; tags++)
			for (uint32_t kind = 0; kind < PAYLOADS; kind++) {
				struct built f = build_frame(receiver, tags,
							     kind);

				compare_frame(c, &f);
			}
	jit_drop(jit, &filter);
}

/* Compiles with and without libpcap's optimizer. */
static void check(void *handle, const char *expression, bool live)
{
	for (int optimize = 0; optimize < 2; optimize++) {
		struct case_at_hand c = {.expression = expression,
					 .live = live};

		if (pcap.pcap_compile(handle, &c.program, expression, optimize,
				      0xffffff00) < 0) {
			printf("%s: %s\n", expression,
			       pcap.pcap_geterr(handle));
			exit(1);
		}
		compare_all(&c);
		pcap.pcap_freecode(&c.program);
		programs++;
	}
}

static void *open_live(void)
{
	char error[ERROR_TEXT] = "";

	return pcap.pcap_open_live("lo", SNAPLEN, 0, 1, error);
}

/* What a live handle's program says of a frame. */
static bool keeps(void *handle, const char *expression, const struct built *f,
		  uint32_t direction, uint32_t ifindex)
{
	struct program p;
	struct bpf_view view = {.frame = f->bytes,
				.have = f->len,
				.wire_len = f->len,
				.direction = direction,
				.ifindex = ifindex};
	bool result;

	CHECK_EQ(pcap.pcap_compile(handle, &p, expression, 1, 0), 0);
	result = bpf_look(p.insns, &view) != 0;
	pcap.pcap_freecode(&p);
	return result;
}

static void they_mean_what_they_say(void *handle)
{
	struct built plain = build_frame(0, 0, 1);
	struct built tagged = build_frame(0, 1, 1);
	struct built twice = build_frame(0, 2, 1);

	CHECK(keeps(handle, "inbound", &plain, NMD_IN, 3));
	CHECK(!keeps(handle, "inbound", &plain, NMD_OUT, 3));
	CHECK(!keeps(handle, "outbound", &plain, NMD_IN, 3));
	CHECK(keeps(handle, "outbound", &plain, NMD_OUT, 3));
	CHECK(keeps(handle, "ifindex 3", &plain, NMD_IN, 3));
	CHECK(!keeps(handle, "ifindex 3", &plain, NMD_IN, 4));
	CHECK(!keeps(handle, "vlan", &plain, NMD_IN, 3));
	CHECK(keeps(handle, "vlan", &tagged, NMD_IN, 3));
	CHECK(keeps(handle, "vlan 100", &tagged, NMD_IN, 3));
	CHECK(!keeps(handle, "vlan 101", &tagged, NMD_IN, 3));
	CHECK(keeps(handle, "vlan and udp port 53", &tagged, NMD_IN, 3));
	CHECK(!keeps(handle, "vlan and udp port 54", &tagged, NMD_IN, 3));
	CHECK(keeps(handle, "vlan 100 and vlan 200", &twice, NMD_IN, 3));
	CHECK(!keeps(handle, "vlan 200 and vlan 100", &twice, NMD_IN, 3));
	CHECK(keeps(handle, "vlan and vlan and udp port 53", &twice, NMD_IN,
		    3));
}

int main(void)
{
	void *handle;

	load_libpcap();
	jit = jit_new();
	handle = pcap.pcap_open_dead(ETHERNET, SNAPLEN);
	CHECK(handle != NULL);
	CHECK(COUNT(expressions) >= 150);
	for (size_t i = 0; i < COUNT(expressions); i++)
		check(handle, expressions[i], false);
	pcap.pcap_close(handle);
	CHECK(kept > pairs / 20 && kept < pairs);
	handle = open_live();
	if (handle) {
		for (size_t i = 0; i < COUNT(live_expressions); i++)
			check(handle, live_expressions[i], true);
		they_mean_what_they_say(handle);
		pcap.pcap_close(handle);
	}
	jit_free(jit);
	printf("%llu programs, %llu pairs, %llu kept, %llu of %llu passed over\n",
	       (unsigned long long)programs, (unsigned long long)pairs,
	       (unsigned long long)kept, (unsigned long long)passed,
	       (unsigned long long)rejected);
	CHECK(passed >= rejected / 2);
	if (!handle)
		SKIP("cannot open a live handle on lo (needs CAP_NET_RAW): "
		     "expressions for live interfaces not checked");
	return 0;
}
