// SPDX-License-Identifier: BSD-2-Clause
/*
 * A handle in a program that has loaded a seccomp filter as `arping -z` does:
 * it injects to somebody who polls and came later, selects, dispatches, ends.
 */
#include <sys/select.h>

#include "pcap_testing.h"
#include "sandbox.h"

#define ROUNDS 3

static struct shared {
	_Atomic uint32_t injected, seen;
	_Atomic uint32_t asked; /* frames that it is to inject */
} * shared;

static void spin_until(_Atomic uint32_t *word, uint32_t value)
{
	while (atomic_load(word) < value)
		;
}

static void dispatch_one(pcap_t *p)
{
	int fd = pcap_get_selectable_fd(p);
	struct seen seen = {0};

	while (seen.packets == 0) {
		struct timeval limit = {60, 0};
		fd_set set;

		FD_ZERO(&set);
		FD_SET(fd, &set);
		CHECK_EQ(select(fd + 1, &set, NULL, NULL, &limit), 1);
		CHECK(dispatch(p, -1, &seen) >= 0);
	}
	atomic_fetch_add(&shared->seen, 1);
}

static void be_sandboxed(void *nothing)
{
	pcap_t *p = nonblocking("vale0:1");
	uint8_t frame[60];

	(void)nothing;
	make_frame(frame, 255, 1, sizeof(frame), 0);
	runtime_dir[0] = '\0'; /* what begin() does at exit is not for here */
	forbid_nearly_all();
	for (uint32_t i = 0; i < ROUNDS; i++) {
		spin_until(&shared->asked, i + 1);
		CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), sizeof(frame));
		atomic_fetch_add(&shared->injected, 1);
		dispatch_one(p);
	}
	exit(0);
}

static void check_alive(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		exit(77);
	printf("the sandboxed one has ended: %d\n", status);
	exit(1);
}

static void exchange(pid_t pid, const struct opened *peer, uint32_t round)
{
	struct pollfd p = {nmd_fd(peer->port), POLLIN, 0};

	CHECK_EQ(nmd_arm(peer->port), 0);
	atomic_store(&shared->asked, round);
	while (poll(&p, 1, 100) == 0)
		check_alive(pid);
	CHECK_EQ(discard(peer), 1);
	feed(peer, 0, 1);
}

int main(void)
{
	struct opened peer;
	pid_t pid;

	begin();
	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer makes system calls of its own");
	libpcap_symbol("pcap_open_dead");
	shared = shared_memory(sizeof(*shared));
	pid = spawn(be_sandboxed, NULL);
	while (listed() == 0)
		check_alive(pid);
	peer = open_raw("vale0:2");
	for (uint32_t i = 1; i <= ROUNDS; i++)
		exchange(pid, &peer, i);
	join(pid);
	nmd_close(peer.port);
	finish();
	return 0;
}
