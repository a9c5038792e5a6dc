/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An opening lives as long as any process has its descriptor: after fork the
 * child keeps it when the parent closes, and the other way round; so does a
 * process that was handed the descriptor; exec ends it. A vfork child touches
 * nothing of its parent's.
 */
#include "testing.h"

#include <fcntl.h>
#include <sys/socket.h>

static struct opened port, other;
static struct event ready, go_on;

static void open_both(void)
{
	port = open_raw("vale0:a");
	other = open_raw("vale0:b");
}

/* The child's part: sends, receives, closes when told. */
static void use_and_close(void *argument)
{
	event_wait(go_on);
	send_to(&port, 255, 1);
	event_set(ready);
	CHECK_EQ(nmd_wait(port.port, POLLIN, -1), POLLIN);
	CHECK_EQ(discard(&port), 1);
	event_set(ready);
	event_wait(go_on);
	if (!argument)
		nmd_close(port.port);
	nmd_close(other.port);
}

static void the_child_keeps_it(void)
{
	pid_t pid;

	open_both();
	pid = spawn(use_and_close, NULL);
	nmd_close(port.port);
	CHECK_EQ(listed(), 2);
	CHECK_EQ(nmd_peers(other.port), 1);
	event_set(go_on);
	event_wait(ready);
	CHECK_EQ(discard(&other), 1);
	send_to(&other, 1, 2);
	event_wait(ready);
	event_set(go_on);
	join(pid);
	CHECK_EQ(listed(), 1);
	nmd_close(other.port);
	CHECK_EQ(listed(), 0);
}

/* The child closes, exits without closing, or is killed: the parent goes on. */
static void the_parent_keeps_it(bool exits, bool killed)
{
	pid_t pid;

	open_both();
	pid = spawn(use_and_close, exits ? "no close" : NULL);
	event_set(go_on);
	event_wait(ready);
	CHECK_EQ(discard(&other), 1);
	send_to(&other, 1, 2);
	event_wait(ready);
	if (killed) {
		kill_and_reap(pid);
	} else {
		event_set(go_on);
		join(pid);
	}
	CHECK_EQ(listed(), 2);
	send_to(&port, 255, 1);
	CHECK_EQ(discard(&other), 1);
	send_to(&other, 1, 2);
	CHECK_EQ(discard(&port), 1);
	nmd_close(port.port);
	nmd_close(other.port);
	CHECK_EQ(listed(), 0);
}

/* As a daemon does: open, fork, the parent ends. */
static void open_and_leave_it_to_a_child(void *argument)
{
	pid_t *grandchild = argument, pid;

	open_both();
	pid = fork();
	CHECK(pid >= 0);
	if (pid > 0) {
		*grandchild = pid;
		_exit(0);
	}
	use_and_close(NULL);
	exit(0);
}

static void a_daemon_keeps_it(void)
{
	pid_t *grandchild = shared_memory(sizeof(*grandchild));
	struct opened third = open_raw("vale0:c");

	CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	join(spawn(open_and_leave_it_to_a_child, grandchild));
	CHECK_EQ(listed(), 3);
	event_set(go_on);
	event_wait(ready);
	CHECK_EQ(discard(&third), 1);
	send_to(&third, 1, 3);
	event_wait(ready);
	event_set(go_on);
	join(*grandchild);
	CHECK_EQ(listed(), 1);
	nmd_close(third.port);
	munmap(grandchild, sizeof(*grandchild));
}

static void vfork_children_touch_nothing(void)
{
	pid_t pid;

	open_both();
	pid = vfork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(0);
	join(pid);
	CHECK_EQ(listed(), 2);
	send_to(&port, 255, 1);
	CHECK_EQ(discard(&other), 1);
	nmd_close(port.port);
	nmd_close(other.port);
}

/* Sends the bytes back that it reads, so that we know that exec is done. */
static void open_and_exec(void *argument)
{
	const int *pipes = argument;

	(void)open_raw("vale0:a");
	dup2(pipes[0], 0);
	dup2(pipes[3], 1);
	execlp("cat", "cat", (char *)NULL);
	exit(1);
}

static void exec_ends_it(void)
{
	int pipes[4];
	char byte = 'x';
	pid_t pid;

	CHECK(pipe2(pipes, O_CLOEXEC) == 0 && pipe2(pipes + 2, O_CLOEXEC) == 0);
	pid = spawn(open_and_exec, pipes);
	CHECK_EQ(write(pipes[1], &byte, 1), 1);
	CHECK_EQ(read(pipes[2], &byte, 1), 1);
	CHECK_EQ(listed(), 0);
	kill_and_reap(pid);
	for (int i = 0; i < 4; i++)
		close(pipes[i]);
}

/* One descriptor in a message. */
union fd_message {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static void pass_fd(int socket, int fd)
{
	char byte = 'x';
	struct iovec data = {&byte, 1};
	union fd_message message = {{0}};
	struct msghdr header = {.msg_iov = &data,
				.msg_iovlen = 1,
				.msg_control = message.bytes,
				.msg_controllen = sizeof(message.bytes)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	CHECK_EQ(sendmsg(socket, &header, 0), 1);
}

static int take_fd(int socket)
{
	char byte;
	struct iovec data = {&byte, 1};
	union fd_message message = {{0}};
	struct msghdr header = {.msg_iov = &data,
				.msg_iovlen = 1,
				.msg_control = message.bytes,
				.msg_controllen = sizeof(message.bytes)};
	int fd;

	CHECK_EQ(recvmsg(socket, &header, MSG_CMSG_CLOEXEC), 1);
	CHECK(CMSG_FIRSTHDR(&header) != NULL);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof(fd));
	return fd;
}

static void open_and_pass(void *argument)
{
	const int *sockets = argument;
	struct opened o = open_raw("vale0:a");

	pass_fd(sockets[1], nmd_fd(o.port));
	for (;;)
		pause();
}

static void a_passed_descriptor_keeps_it(void)
{
	int sockets[2], fd;
	pid_t pid;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets),
		 0);
	pid = spawn(open_and_pass, sockets);
	fd = take_fd(sockets[0]);
	kill_and_reap(pid);
	CHECK_EQ(listed(), 1);
	close(fd);
	CHECK_EQ(listed(), 0);
	close(sockets[0]);
	close(sockets[1]);
}

int main(void)
{
	begin();
	ready = event_new();
	go_on = event_new();
	the_child_keeps_it();
	the_parent_keeps_it(false, false);
	the_parent_keeps_it(true, false);
	the_parent_keeps_it(false, true);
	a_daemon_keeps_it();
	vfork_children_touch_nothing();
	exec_ends_it();
	a_passed_descriptor_keeps_it();
	CHECK_EQ(listed(), 0);
	finish();
	return 0;
}
