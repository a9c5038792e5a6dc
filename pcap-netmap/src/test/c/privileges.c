/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that open ports as root and then become somebody else, or lock
 * themselves into an empty directory: they go on sending and receiving, are
 * woken and wake others, also such as come later, and can close.
 */
#include "testing.h"

#include <grp.h>
#include <sched.h>

#define NOBODY 65534

#if UNDER_ASAN
/* The leak checker cannot look at a process that has changed its user. */
NMD_API int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return 1;
}
#endif

static struct event ready, go_on;

static void become_nobody(void)
{
	CHECK_EQ(setgroups(0, NULL), 0);
	CHECK_EQ(setgid(NOBODY), 0);
	CHECK_EQ(setuid(NOBODY), 0);
	CHECK_EQ(prctl(PR_SET_PDEATHSIG, SIGKILL), 0); /* lost with the uid */
}

static void lock_in(void)
{
	char dir[] = "/dev/shm/nmd-empty-XXXXXX";

	CHECK(mkdtemp(dir) != NULL);
	CHECK_EQ(chdir(dir), 0);
	CHECK_EQ(rmdir(dir), 0);
	CHECK_EQ(chroot("."), 0);
	CHECK(access("/dev", F_OK) < 0);
}

static void both(void)
{
	lock_in();
	become_nobody();
}

/* Waits by nmd_wait, then by the descriptor; sends after each. */
static void serve_two_frames(void *argument)
{
	void (*change)(void) = *(void (**)(void))argument;
	struct opened o = open_raw("vale0:server");
	struct pollfd p = {nmd_fd(o.port), POLLIN, 0};

	change();
	event_set(ready);
	CHECK_EQ(nmd_wait(o.port, POLLIN, -1), POLLIN);
	CHECK_EQ(discard(&o), 1);
	send_to(&o, 1, 7);
	CHECK_EQ(nmd_arm(o.port), 0);
	event_set(ready);
	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
	CHECK_EQ(discard(&o), 1);
	send_to(&o, 1, 7);
	event_wait(go_on);
	nmd_close(o.port);
}

/* Both are asked by a port that was opened before, and by a later one. */
static void serves(void (*change)(void), bool later)
{
	struct opened client = {0};
	struct pollfd p = {-1, POLLIN, 0};
	pid_t pid;

	if (!later)
		client = open_raw("vale0:client");
	pid = spawn(serve_two_frames, (void *)&change);
	event_wait(ready);
	if (later)
		client = open_raw("vale0:client");
	p.fd = nmd_fd(client.port);
	send_to(&client, 7, 1);
	CHECK_EQ(nmd_wait(client.port, POLLIN, -1), POLLIN);
	CHECK_EQ(discard(&client), 1);
	CHECK_EQ(nmd_arm(client.port), 0);
	event_wait(ready);
	send_to(&client, 7, 1);
	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1); /* rung by the server */
	CHECK_EQ(discard(&client), 1);
	CHECK_EQ(listed(), 2);
	event_set(go_on);
	join(pid);
	CHECK_EQ(nmd_peers(client.port), 0);
	CHECK_EQ(listed(), 1);
	nmd_close(client.port);
	CHECK_EQ(listed(), 0);
}

static void close_as_the_last(void *argument)
{
	void (*change)(void) = *(void (**)(void))argument;
	struct opened o = open_raw("vale0:a");

	change();
	nmd_close(o.port);
}

static void exit_as_the_last(void *argument)
{
	void (*change)(void) = *(void (**)(void))argument;

	(void)open_raw("vale0:a");
	change();
}

/* An empty directory may be left where it cannot be reached: list sweeps. */
static void leaves_nothing(void (*change)(void))
{
	char path[128];

	snprintf(path, sizeof(path), "%s/vale0/shm", runtime_dir);
	join(spawn(close_as_the_last, (void *)&change));
	CHECK(access(path, F_OK) < 0);
	CHECK_EQ(listed(), 0);
	join(spawn(exit_as_the_last, (void *)&change));
	CHECK(access(path, F_OK) < 0);
	CHECK_EQ(listed(), 0);
}

/* Nobody else can open or list; the error names what to do. */
static void try_from_outside(void *argument)
{
	struct nmd_port *port = NULL;
	struct nmd_error why;

	(void)argument;
	become_nobody();
	CHECK_EQ(nmd_open("vale0:b", NULL, &port, &why), -EACCES);
	CHECK(strstr(why.text, "another user's") != NULL);
	CHECK(strstr(why.text, "NETMAP_RUNTIME_DIR") != NULL);
	CHECK_EQ(nmd_list(NULL, 0, &why), -EACCES);
}

static void others_are_kept_out(void)
{
	struct opened o = open_raw("vale0:a");

	join(spawn(try_from_outside, NULL));
	CHECK_EQ(nmd_peers(o.port), 0);
	nmd_close(o.port);
}

/* Root joins a user's switch; both can close it. */
static void open_as_nobody(void *argument)
{
	struct opened o;

	(void)argument;
	become_nobody();
	o = open_raw("vale0:user");
	event_set(ready);
	CHECK_EQ(nmd_wait(o.port, POLLIN, -1), POLLIN);
	CHECK_EQ(discard(&o), 1);
	event_set(ready);
	event_wait(go_on);
	nmd_close(o.port);
}

static void root_joins_a_users(bool root_is_first, bool root_is_last)
{
	struct opened o;
	pid_t pid;

	CHECK_EQ(chown(runtime_dir, NOBODY, NOBODY), 0);
	if (root_is_first)
		o = open_raw("vale0:root");
	pid = spawn(open_as_nobody, NULL);
	event_wait(ready);
	if (!root_is_first)
		o = open_raw("vale0:root");
	send_to(&o, 255, 1);
	event_wait(ready);
	CHECK_EQ(listed(), 2);
	if (!root_is_last)
		nmd_close(o.port);
	event_set(go_on);
	join(pid);
	if (root_is_last)
		nmd_close(o.port);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(chown(runtime_dir, 0, 0), 0);
}

int main(void)
{
	if (geteuid() != 0)
		SKIP("only root can change its user and its root directory");
	begin();
	ready = event_new();
	go_on = event_new();
	serves(become_nobody, false);
	serves(become_nobody, true);
	serves(lock_in, false);
	serves(lock_in, true);
	serves(both, false);
	serves(both, true);
	leaves_nothing(become_nobody);
	leaves_nothing(lock_in);
	leaves_nothing(both);
	others_are_kept_out();
	root_joins_a_users(false, true);
	root_joins_a_users(false, false);
	root_joins_a_users(true, true);
	root_joins_a_users(true, false);
	finish();
	return 0;
}
