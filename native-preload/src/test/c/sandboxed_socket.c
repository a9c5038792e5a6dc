// SPDX-License-Identifier: BSD-2-Clause
/*
 * Packet sockets and system calls that the program forbids: an interface that
 * nobody mapped is not asked for once more; libseccomp that came late is found;
 * the child of a vfork starts nothing in its parent.
 */
#include <dlfcn.h>
#include <sys/stat.h>

#include "packet_testing.h"
#include "sandbox.h"

static uint8_t frame[60];

/* What looking for an interface takes, and what sends in another way. */
static void forbid_questions(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};

	CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		SKIP("no seccomp filters in this kernel: %s", strerror(errno));
}

/* libnet asks for the interface's number once more, before each frame. */
static void send_on_lo(void *unused)
{
	int fd = packet_socket(SOCK_RAW);
	struct sockaddr_ll to;

	(void)unused;
	forbid_questions();
	to = to_interface(fd, "lo");
	CHECK_EQ(sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to,
			sizeof(to)),
		 sizeof(frame));
	_exit(0);
}

static unsigned long threads(void)
{
	struct stat tasks;

	CHECK_EQ(stat("/proc/self/task", &tasks), 0);
	return tasks.st_nlink - 2;
}

/* The kernel refuses the mode; what goes before it was made all the same. */
static void check_vfork(void)
{
	int fd = bound_socket(SOCK_RAW, "eth1"), status;
	unsigned long before = threads();
	pid_t child = vfork();

	if (child == 0) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Vfork) */
		prctl(PR_SET_SECCOMP, 77, 0, 0, 0);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(threads(), before);
	prctl(PR_SET_SECCOMP, 77, 0, 0, 0);
	CHECK_EQ(threads(), before + 1);
	close(fd);
}

static void check_late_library(void)
{
	void *library = dlopen("libseccomp.so.2", RTLD_NOW);
	int (*load)(const void *);

	*(void **)&load = dlsym(RTLD_DEFAULT, "seccomp_load");
	CHECK(load);
	CHECK_EQ(load(NULL), library ? -EINVAL : -ENOSYS);
}

int main(void)
{
	begin();
	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer makes system calls of its own");
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:1", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	join(spawn(send_on_lo, NULL));
	check_late_library();
	check_vfork();
	finish();
	return 0;
}
