/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interpreter in the kernel: it is accepted there, rejects nothing that
 * ours accepts, and all that ours rejects but for what it says it cannot know;
 * of filters as libpcap compiles them, of random ones, on frames of one piece
 * and of several. A queue that has no socket is the host's.
 */
#include <dlfcn.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <sys/socket.h>

#include "bpf.h"
#include "bpf_extension.h"
#include "ebpf.h"
#include "filter_expressions.h"
#include "filter_frames.h"
#include "random_programs.h"
#include "veth.h"
#include "xdp.h"
#include "xdp_filter.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ETHERNET 1
#define SNAPLEN 262144
#define IFINDEX 3
#define RANDOM_PROGRAMS 4000
#define FRAMES_EACH 8
#define JUMBO 9000

static struct xdp_rules *rules;
static int program;
static uint64_t runs, rejected, doubted;

static void load_interpreter(void)
{
	struct xdp_maps maps = {.sockets = xdp_load_map(1)};
	int fd = socket(AF_XDP, SOCK_RAW, 0);

	if (maps.sockets < 0 || fd < 0)
		SKIP("AF_XDP needs CAP_BPF and CAP_NET_ADMIN");
	CHECK_EQ(xdp_map_set(maps.sockets, 0, fd), 0);
	CHECK_EQ(xdp_rules_new(1, &rules, &maps), 0);
	program = xdp_load_interpreter(maps, true);
	if (program < 0 && !kernel_has(6, 9))
		SKIP("before Linux 6.9 the kernel runs no filters");
	CHECK(program >= 0);
}

static uint32_t says(int of, const uint8_t *frame, uint32_t len)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)of;
	attr.test.data_in = (uintptr_t)frame;
	attr.test.data_size_in = len;
	CHECK_EQ(ebpf(BPF_PROG_TEST_RUN, &attr), 0);
	return attr.test.retval;
}

static void set_rules(struct nmd_insn *prog, uint32_t length)
{
	const struct filter_copy filter = {
		.prog = prog, .length = length, .ifindex = IFINDEX};

	CHECK(bpf_valid(prog, length));
	xdp_rules_set(rules, &filter);
}

/* Whether all of a program can be known in the kernel. */
static bool is_definite(const struct nmd_insn *prog, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++) {
		enum bpf_source source;

		if (BPF_CLASS(prog[i].code) != BPF_LD ||
		    BPF_MODE(prog[i].code) != BPF_ABS)
			continue;
		source = bpf_place_of(prog[i].k, IFINDEX).source;
		if (source == BPF_COMPUTED || source == BPF_NOWHERE)
			return false;
	}
	return !bpf_goes_back(prog, length);
}

static void compare(const struct nmd_insn *prog, uint32_t length, bool definite,
		    const uint8_t *frame, uint32_t len)
{
	uint32_t keeps = bpf_look(prog, &(struct bpf_view){.frame = frame,
							   .have = len,
							   .wire_len = len,
							   .direction = NMD_IN,
							   .ifindex = IFINDEX});
	uint64_t counted = atomic_load(&rules->rejected);
	uint32_t said = says(program, frame, len);
	bool drops = said == XDP_DROP;

	runs++;
	rejected += !keeps;
	doubted += !keeps && !drops;
	if ((drops || said == XDP_REDIRECT) && !(drops && keeps) &&
	    (keeps || drops || !definite) &&
	    atomic_load(&rules->rejected) == counted + drops)
		return;
	printf("interpreter: %u, in the kernel: %u, %u bytes\n", keeps, said,
	       len);
	describe(prog, length);
	exit(1);
}

static void compare_frames(struct nmd_insn *prog, uint32_t length)
{
	bool definite = is_definite(prog, length);

	set_rules(prog, length);
	for (uint32_t receiver = 0; receiver < RECEIVERS; receiver++)
		for (uint32_t tags = 0; tags < TAGGINGS; tags++)
			for (uint32_t kind = 0; kind < PAYLOADS; kind++) {
				struct built f = build_frame(receiver, tags,
							     kind);
				uint32_t cut = (uint32_t)(runs % f.len);

				compare(prog, length, definite, f.bytes, f.len);
				if (cut >= ETH_HLEN)
					compare(prog, length, definite, f.bytes,
						cut);
			}
}

static void filters_of_libpcap(void)
{
	struct {
		uint32_t length;
		struct nmd_insn *insns;
	} p;
	void *lib = dlopen("libpcap.so.0.8", RTLD_NOW), *handle;
	void *(*open_dead)(int, int);
	int (*compile)(void *, void *, const char *, int, uint32_t);
	void (*free_code)(void *), (*close_handle)(void *);

	if (!lib)
		SKIP("no libpcap on this machine (Debian: libpcap0.8)");
	*(void **)(void *)&open_dead = dlsym(lib, "pcap_open_dead");
	*(void **)(void *)&compile = dlsym(lib, "pcap_compile");
	*(void **)(void *)&free_code = dlsym(lib, "pcap_freecode");
	*(void **)(void *)&close_handle = dlsym(lib, "pcap_close");
	handle = open_dead(ETHERNET, SNAPLEN);
	for (size_t i = 0; i < COUNT(expressions); i++) {
		int optimize = i % 2;

		CHECK_EQ(compile(handle, &p, expressions[i], optimize, 0), 0);
		compare_frames(p.insns, p.length);
		free_code(&p);
	}
	close_handle(handle);
	CHECK(rejected > runs / 4 && rejected < runs);
	CHECK(doubted < rejected / 20); /* protochain */
}

static void random_filters(void)
{
	static struct nmd_insn prog[PROGRAM_MAX];

	rejected = doubted = 0;
	for (uint32_t i = 0; i < RANDOM_PROGRAMS; i++) {
		uint32_t length;

		random_ours = i % 2;
		length = random_program(prog);
		set_rules(prog, length);
		for (uint32_t n = 0; n < FRAMES_EACH; n++) {
			uint32_t len = ETH_HLEN +
				       random_below(FRAME_MAX - ETH_HLEN);

			compare(prog, length, false, random_frame(len), len);
		}
	}
	CHECK(rejected > 0 && doubted < rejected / 2);
}

static void frames_of_several_pieces(void)
{
	static uint8_t frame[JUMBO];
	struct nmd_insn prog[] = {
		{0x80, 0, 0, 0},     /* len */
		{0x15, 0, 5, JUMBO}, /* jeq */
		{0x20, 0, 0, JUMBO - 4}, {0x15, 0, 3, 0x01020304},
		{0x28, 0, 0, 4095},      {0x15, 0, 1, 0x0506},
		{0x06, 0, 0, 96},        {0x06, 0, 0, 0},
	};

	for (uint8_t i = 0; i < 4; i++)
		frame[JUMBO - 4 + i] = i + 1;
	frame[4095] = 5;
	frame[4096] = 6;
	set_rules(prog, COUNT(prog));
	CHECK_EQ(says(program, frame, JUMBO), XDP_REDIRECT);
	frame[4096]++;
	CHECK_EQ(says(program, frame, JUMBO), XDP_DROP);
	CHECK_EQ(says(program, frame, JUMBO - 1), XDP_DROP);
	prog[2].k = JUMBO - 3; /* beyond the last piece */
	set_rules(prog, COUNT(prog));
	CHECK_EQ(says(program, frame, JUMBO), XDP_DROP);
}

/* All 4096 instructions; back and forth for ever. */
static void long_ways(void)
{
	static struct nmd_insn prog[AREA_MAX_FILTER];
	struct nmd_insn endless[] = {
		{0x00, 0, 0, 1}, {0x05, 0, 0, (uint32_t)-2}, {0x06, 0, 0, 0}};
	uint8_t frame[60] = {0};

	for (uint32_t i = 0; i < AREA_MAX_FILTER; i++)
		prog[i] = (struct nmd_insn){.code = 0x04, .k = 1}; /* A += 1 */
	prog[AREA_MAX_FILTER - 1] = (struct nmd_insn){.code = 0x06};
	set_rules(prog, AREA_MAX_FILTER);
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_DROP);
	prog[AREA_MAX_FILTER - 2] = (struct nmd_insn){0x15, 0, 0,
						      AREA_MAX_FILTER - 2};
	prog[AREA_MAX_FILTER - 1].code = 0x16; /* ret A */
	set_rules(prog, AREA_MAX_FILTER);
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_REDIRECT);
	set_rules(endless, 3);
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_REDIRECT);
}

/*
 * What is no filter: conditions that lead around the list's end, a thousand
 * times before they would reject.
 */
static void around_the_end(void)
{
	struct nmd_insn none = {.code = 0x06};
	uint8_t frame[60] = {0};
	struct xdp_rule *rule;

	set_rules(&none, 1);
	rule = rules->rule[atomic_load(&rules->sequence) & 1];
	rule[0] = (struct xdp_rule){.op = XDP_OP_ADD, .k = 1};
	rule[1] = (struct xdp_rule){.op = XDP_OP_JGT, .jt = 1, .k = 1000};
	rule[3] = (struct xdp_rule){.op = XDP_OP_RET};
	for (uint32_t i = 2; i < AREA_MAX_FILTER; i += 256)
		rule[i] = (struct xdp_rule){.op = XDP_OP_JGE, .jt = 255};
	rule[AREA_MAX_FILTER - 254].jt = 253;
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_REDIRECT);
	rule[1].k = 100;
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_DROP);
}

static void settings_without_a_program(void)
{
	struct nmd_insn none = {.code = 0x06};
	const struct filter_copy out = {.direction = NMD_OUT},
				 in = {.direction = NMD_IN},
				 broken = {.broken = true,
					   .prog = &none,
					   .length = 1};
	uint8_t frame[60] = {0};

	xdp_rules_set(rules, &out);
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_DROP);
	xdp_rules_set(rules, &in);
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_REDIRECT);
	xdp_rules_set(rules, &broken); /* the reader's sync sees to it */
	CHECK_EQ(says(program, frame, sizeof(frame)), XDP_REDIRECT);
}

static void a_queue_without_a_socket(void)
{
	struct xdp_maps maps = {.sockets = xdp_load_map(1)};
	struct nmd_insn none = {.code = 0x06};
	struct xdp_rules *before = rules;
	uint8_t frame[60] = {0};
	int hosts;

	CHECK_EQ(xdp_rules_new(1, &rules, &maps), 0);
	hosts = xdp_load_interpreter(maps, true);
	CHECK(hosts >= 0);
	set_rules(&none, 1);
	CHECK_EQ(says(hosts, frame, sizeof(frame)), XDP_PASS);
	CHECK_EQ(atomic_load(&rules->rejected), 0);
	xdp_rules_free(rules, 1);
	rules = before;
}

int main(void)
{
	load_interpreter();
	frames_of_several_pieces();
	long_ways();
	around_the_end();
	settings_without_a_program();
	a_queue_without_a_socket();
	random_filters();
	rejected = doubted = runs = 0;
	filters_of_libpcap();
	printf("%llu runs, %llu rejected, %llu in doubt\n",
	       (unsigned long long)runs, (unsigned long long)rejected,
	       (unsigned long long)doubted);
	return 0;
}
