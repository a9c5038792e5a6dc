/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that has forbidden itself all system calls but those that
 * `arping -z` leaves itself (arping 2.23: look at files, select, write to
 * standard output, end): it sends to ports that were opened later, wakes those
 * who sleep or poll there, reads by select, and leaves its port at its end.
 */
#include "sandbox.h"

#include <sys/select.h>

enum command {
	IDLE,
	SEND,
	READ,
	END
};

static struct shared {
	_Atomic uint32_t command, done;
	_Atomic uint32_t read; /* frames */
} * shared;

/* As a libpcap program that selects and dispatches. */
static void read_one(const struct opened *o)
{
	int fd = nmd_fd(o->port);
	uint32_t n;

	do {
		struct timeval limit = {60, 0};
		fd_set set;

		FD_ZERO(&set);
		FD_SET(fd, &set);
		CHECK_EQ(select(fd + 1, &set, NULL, NULL, &limit), 1);
		n = discard(o);
		CHECK_EQ(nmd_arm(o->port), 0);
	} while (n == 0);
	atomic_fetch_add(&shared->read, n);
}

static void obey(const struct opened *o, uint32_t command)
{
	if (command == SEND)
		send_to(o, 255, 1);
	if (command == READ)
		read_one(o);
	if (command == END)
		exit(0);
}

static void be_sandboxed(void *nothing)
{
	struct opened o = open_raw("vale0:a");

	(void)nothing;
	CHECK_EQ(nmd_arm(o.port), 0);
	CHECK_EQ(nmd_sandbox(), 0);
	CHECK_EQ(nmd_sandbox(), 0);
	runtime_dir[0] = '\0'; /* what begin() does at exit is not for here */
	forbid_nearly_all();
	for (;;) {
		uint32_t command = atomic_exchange(&shared->command, IDLE);

		obey(&o, command);
		if (command != IDLE)
			atomic_fetch_add(&shared->done, 1);
	}
}

static void command(uint32_t what)
{
	atomic_store(&shared->command, what);
}

static void await_done(pid_t pid, uint32_t times)
{
	int status;

	while (atomic_load(&shared->done) < times) {
		poll(NULL, 0, 1);
		if (waitpid(pid, &status, WNOHANG) != pid)
			continue;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
			exit(77);
		printf("the sandboxed one has ended: %d\n", status);
		exit(1);
	}
}

static void sleep_until_something_comes(void *port)
{
	CHECK_EQ(nmd_wait(port, POLLIN, -1), POLLIN);
}

static void await_asleep(const struct opened *o)
{
	while (stats_of(o).sleeps == 0)
		poll(NULL, 0, 1);
}

int main(void)
{
	struct opened poller, sleeper;
	struct pollfd p;
	pid_t pid, asleep;

	begin();
	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer makes system calls of its own");
	shared = shared_memory(sizeof(*shared));
	pid = spawn(be_sandboxed, NULL);
	command(SEND);
	await_done(pid, 1);
	poller = open_raw("vale0:poller");
	p = (struct pollfd){nmd_fd(poller.port), POLLIN, 0};
	for (uint32_t i = 0; i < 3; i++) {
		CHECK_EQ(nmd_arm(poller.port), 0);
		command(SEND);
		CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
		await_done(pid, 2 + i);
		CHECK_EQ(discard(&poller), 1);
	}
	sleeper = open_raw("vale0:sleeper");
	asleep = spawn(sleep_until_something_comes, sleeper.port);
	await_asleep(&sleeper);
	command(SEND);
	join(asleep);
	await_done(pid, 5);
	for (uint32_t i = 0; i < 3; i++) {
		command(READ);
		send_to(&poller, 255, 2);
		await_done(pid, 6 + i);
		CHECK_EQ(atomic_load(&shared->read), 1 + i);
	}
	command(END);
	join(pid);
	CHECK_EQ(nmd_peers(poller.port), 1);
	nmd_close(sleeper.port);
	nmd_close(poller.port);
	finish();
	return 0;
}
