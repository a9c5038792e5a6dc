/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that compiled filters lie in: no page of it may be written and
 * executed, it is all there when a port has been opened, it is used again when
 * it is full of old programs, and the child of a fork leaves it alone.
 */
#include "testing.h"

#include "filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>

#define LENGTH 2000

static struct opened from, to;

static void open_both(void)
{
	from = open_raw("vale0:from");
	to = open_capture("vale0:to");
}

static void close_both(void)
{
	nmd_close(from.port);
	nmd_close(to.port);
}

/* Accepts frames whose byte 20 is kind. */
static void filter_for(uint8_t kind)
{
	const struct nmd_insn prog[] = {
		{BPF_LD | BPF_B | BPF_ABS, 0, 0, 20},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, kind},
		{BPF_RET | BPF_K, 0, 0, 65535},
		{BPF_RET | BPF_K, 0, 0, 0},
	};

	CHECK_EQ(nmd_set_filter(to.port, prog, 4), 0);
}

/* Sends one of each of ten kinds. */
static void send_kinds(void)
{
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	for (uint8_t kind = 0; kind < 10; kind++) {
		frame[20] = kind;
		queue_slot(from.tx, frame, sizeof(frame), 0);
	}
	CHECK(nmd_txsync(from.port) > 0);
}

static void only_kind_came(uint8_t kind)
{
	CHECK_EQ(readable(&to), 1);
	CHECK_EQ(buffer_of(to.rx, to.rx->head)[20], kind);
	CHECK_EQ(discard(&to), 1);
}

/* Mappings that may be written and executed, and those that hold code. */
static void count_mappings(int *both, int *code)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], may[5];

	CHECK(maps != NULL);
	*both = *code = 0;
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%*s %4s", may) != 1)
			continue;
		*both += may[1] == 'w' && may[2] == 'x';
		*code += may[2] == 'x' && strstr(line, "pcap-netmap filters");
	}
	fclose(maps);
}

static void no_page_is_written_and_executed(void)
{
	int both, code;

	open_both();
	filter_for(3);
	send_kinds();
	only_kind_came(3);
	count_mappings(&both, &code);
	CHECK_EQ(both, 0);
#if defined(__x86_64__)
	CHECK_EQ(code, 2); /* one for each opening */
#endif
	close_both();
	count_mappings(&both, &code);
	CHECK_EQ(code, 0);
}

/* length instructions that return value. */
static uint32_t make_program(struct nmd_insn *prog, uint32_t length,
			     uint32_t value)
{
	for (uint32_t i = 0; i < length; i++)
		prog[i] = (struct nmd_insn){BPF_ALU | BPF_ADD, 0, 0, 0x10000};
	prog[0] = (struct nmd_insn){BPF_LD | BPF_IMM, 0, 0, value};
	prog[length - 1] = (struct nmd_insn){BPF_RET | BPF_A, 0, 0, 0};
	return value + (length - 2) * 0x10000;
}

static uint32_t run(const struct jit_filter *filter)
{
	uint8_t frame[60] = {0};

	return filter->code(frame, sizeof(frame), sizeof(frame), NMD_IN);
}

/* A filter that changes for ever. */
static void old_programs_make_room(struct jit *jit)
{
	struct nmd_insn prog[LENGTH];
	struct jit_filter filter = {0};
	uint32_t era = jit_era(jit);

	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t expected = make_program(prog, LENGTH, i);

		jit_compile(jit, prog, LENGTH, 0, &filter);
		CHECK(filter.code != NULL);
		CHECK_EQ(filter.era, jit_era(jit));
		CHECK_EQ(run(&filter), expected);
	}
	CHECK(jit_era(jit) > era);
	jit_drop(jit, &filter);
}

/* More filters at once than there is room for: the last are interpreted. */
static void programs_in_use_stay(struct jit *jit)
{
	struct nmd_insn prog[LENGTH];
	struct jit_filter filter[SW_MAX] = {{0}};
	uint32_t expected[SW_MAX], era, n;

	for (n = 0; n < SW_MAX; n++) {
		expected[n] = make_program(prog, LENGTH, n);
		jit_compile(jit, prog, LENGTH, 0, &filter[n]);
		if (n > 0 && !filter[n].code)
			break;
	}
	CHECK(n < SW_MAX);
	era = jit_era(jit);
	for (uint32_t i = 0; i < n; i++) {
		if (filter[i].era != era)
			continue; /* from before the test's first era */
		CHECK_EQ(run(&filter[i]), expected[i]);
		jit_drop(jit, &filter[i]);
	}
	jit_compile(jit, prog, LENGTH, 0, &filter[n]);
	CHECK(filter[n].code != NULL);
	CHECK_EQ(run(&filter[n]), expected[n]);
	CHECK_EQ(jit_era(jit), era + 1);
}

static void a_child_runs_no_code(void *argument)
{
	struct jit *jit = argument;
	struct nmd_insn prog[4];
	struct jit_filter filter = {0};

	make_program(prog, 4, 1);
	CHECK_EQ(jit_era(jit), 0);
	jit_compile(jit, prog, 4, 0, &filter);
	CHECK(filter.code == NULL);
}

static void memory_is_used_again(void)
{
	struct jit *jit = jit_new();

#if defined(__x86_64__)
	CHECK(jit != NULL);
#endif
	if (!jit)
		return;
	old_programs_make_room(jit);
	programs_in_use_stay(jit);
	join(spawn(a_child_runs_no_code, jit));
	jit_free(jit);
}

/* What senders keep of a filter is compiled, and follows it. */
static void copies_are_compiled(void)
{
	struct jit *jit = jit_new();
	struct filter_copy copy = {0};
	uint8_t frame[60] = {0};

	open_both();
	for (uint8_t kind = 1; kind < 10; kind++) {
		filter_for(kind);
		CHECK(filter_refresh(&copy, to.region.base, jit));
		CHECK_EQ(copy.compiled.code != NULL, jit != NULL);
		frame[20] = kind;
		CHECK_EQ(filter_keep(&copy, frame, 60, 60, NMD_IN), 60);
		frame[20] = 0;
		CHECK_EQ(filter_keep(&copy, frame, 60, 60, NMD_IN), 0);
	}
	CHECK_EQ(nmd_set_filter(to.port, NULL, 0), 0);
	CHECK(filter_refresh(&copy, to.region.base, jit));
	CHECK(copy.compiled.code == NULL);
	CHECK_EQ(filter_keep(&copy, frame, 60, 60, NMD_IN), 60);
	filter_free(&copy, jit);
	jit_free(jit);
	close_both();
}

static struct event ready, go_on;

static void send_when_told(void *argument)
{
	(void)argument;
	for (int i = 0; i < 3; i++) {
		event_wait(go_on);
		send_kinds();
		event_set(ready);
	}
}

/* Parent and child send by one opening, each by what it knows. */
static void a_fork_does_not_share_code(void)
{
	pid_t pid;

	open_both();
	filter_for(1);
	send_kinds();
	only_kind_came(1);
	pid = spawn(send_when_told, NULL);
	for (uint8_t kind = 2; kind < 5; kind++) {
		filter_for(kind);
		send_kinds();
		only_kind_came(kind);
		event_set(go_on);
		event_wait(ready);
		only_kind_came(kind);
	}
	join(pid);
	close_both();
}

/* A null program is a bad address where there are such filters at all. */
static bool has_sandboxes(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0 &&
	       errno == EFAULT;
}

static void enter_sandbox(struct sock_filter *calls, uint16_t n)
{
	struct sock_fprog program = {n, calls};

	CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

#define CALL_NUMBER \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define ON_CALL(number, what)                                \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, (what))
#define FORBID(number) ON_CALL(number, SECCOMP_RET_KILL_PROCESS)
#define ELSE_ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* From here on there is no more memory to be had. */
static void forbid_new_memory(void)
{
	struct sock_filter calls[] = {
		CALL_NUMBER,           FORBID(SYS_mmap),
		FORBID(SYS_mremap),    FORBID(SYS_munmap),
		FORBID(SYS_mprotect),  FORBID(SYS_madvise),
		FORBID(SYS_brk),       FORBID(SYS_memfd_create),
		FORBID(SYS_ftruncate), ELSE_ALLOW,
	};

	enter_sandbox(calls, sizeof(calls) / sizeof(*calls));
}

#define LATECOMERS 8

static void send_in_a_sandbox(void *argument)
{
	(void)argument;
	from = open_raw("vale0:from");
	event_set(ready);
	event_wait(go_on);
	forbid_new_memory();
	for (int i = 0; i < 3; i++) {
		send_kinds();
		event_set(ready);
		event_wait(go_on);
	}
	_exit(0);
}

/* Receivers that come, and filters that change, when the sender is in it. */
static void no_memory_is_taken_later(void)
{
	pid_t pid = spawn(send_in_a_sandbox, NULL);
	struct opened late[LATECOMERS];

	event_wait(ready);
	for (int i = 0; i < LATECOMERS; i++)
		late[i] = open_capture("vale0:to");
	for (uint8_t kind = 1; kind < 4; kind++) {
		for (int i = 0; i < LATECOMERS; i++) {
			to = late[i];
			filter_for(kind);
		}
		event_set(go_on);
		event_wait(ready);
		for (int i = 0; i < LATECOMERS; i++) {
			to = late[i];
			only_kind_came(kind);
		}
	}
	event_set(go_on);
	join(pid);
	for (int i = 0; i < LATECOMERS; i++)
		nmd_close(late[i].port);
	CHECK_EQ(listed(), 0);
}

/* As a kernel or a sandbox may have it: then the interpreter does the work. */
static void without_executable_memory(void *argument)
{
	struct sock_filter calls[] = {
		CALL_NUMBER,
		ON_CALL(SYS_memfd_create, SECCOMP_RET_ERRNO | EPERM),
		ELSE_ALLOW,
	};

	(void)argument;
	enter_sandbox(calls, sizeof(calls) / sizeof(*calls));
	CHECK(jit_new() == NULL);
	open_both();
	filter_for(7);
	send_kinds();
	only_kind_came(7);
	close_both();
}

int main(void)
{
	begin();
	ready = event_new();
	go_on = event_new();
	/* First: later there is memory to be had that others gave back. */
	if (has_sandboxes())
		no_memory_is_taken_later();
	no_page_is_written_and_executed();
	memory_is_used_again();
	copies_are_compiled();
	a_fork_does_not_share_code();
	if (has_sandboxes())
		join(spawn(without_executable_memory, NULL));
	finish();
	if (!has_sandboxes())
		SKIP("no seccomp filters in this kernel: memory that is taken "
		     "later would not be seen");
	return 0;
}
