/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which runtime directories are refused, with which words; the default one,
 * made when it is needed and gone when it is empty; a group's.
 */
#include "testing.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>

#define NOBODY 65534
#define GROUP 54321

static int try_open(const char *dir, struct nmd_error *why)
{
	struct nmd_port *port = NULL;
	int r;

	memset(why, 0, sizeof(*why));
	setenv("NETMAP_RUNTIME_DIR", dir, 1);
	r = nmd_open("vale0:a", NULL, &port, why);
	nmd_close(port);
	return r;
}

/* One line: the directory, the reason, what to do. */
static void is_refused(const char *dir, int code, const char *reason,
		       const char *remedy)
{
	struct nmd_error why;

	CHECK_EQ(try_open(dir, &why), code);
	CHECK_EQ(why.code, code);
	if (strncmp(why.text, dir, strlen(dir)) != 0 ||
	    !strstr(why.text, reason) || !strstr(why.text, remedy) ||
	    strchr(why.text, '\n')) {
		printf("said of %s: %s\n", dir, why.text);
		exit(1);
	}
}

static void bad_directories(void)
{
	struct nmd_error why;
	char path[128], longest[600];
	int file;

	is_refused("/proc", -ENOTSUP, "not on tmpfs", "/dev/shm");
	is_refused("/dev/shm", -EACCES, "everyone may write",
		   "set NETMAP_RUNTIME_DIR");
	CHECK_EQ(chmod(runtime_dir, 0770), 0);
	is_refused(runtime_dir, -EACCES, "others may write", "chmod 700");
	CHECK_EQ(chmod(runtime_dir, 0702), 0);
	is_refused(runtime_dir, -EACCES, "everyone may write",
		   "set NETMAP_RUNTIME_DIR");
	CHECK_EQ(chmod(runtime_dir, 0700), 0);
	snprintf(path, sizeof(path), "%s/link", runtime_dir);
	CHECK_EQ(symlink(runtime_dir, path), 0);
	is_refused(path, -EACCES, "not a plain directory", "remove it");
	CHECK_EQ(unlink(path), 0);
	is_refused(path, -ENOENT, "no such directory", "NETMAP_RUNTIME_DIR");
	file = creat(path, 0600);
	close(file);
	is_refused(path, -EACCES, "not a plain directory", "remove it");
	CHECK_EQ(unlink(path), 0);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	CHECK_EQ(try_open(longest, &why), -EINVAL);
	CHECK(strncmp(why.text, "NETMAP_RUNTIME_DIR: ", 20) == 0);
	CHECK_EQ(nmd_list(NULL, 0, &why), -EINVAL);
	CHECK_EQ(try_open(runtime_dir, &why), 0);
}

static void become(uid_t uid, gid_t gid, int groups)
{
	static const gid_t group = GROUP;

	CHECK_EQ(setgroups((size_t)groups, &group), 0);
	CHECK_EQ(setgid(gid), 0);
	CHECK_EQ(setuid(uid), 0);
}

static void as_nobody(void *argument)
{
	(void)argument;
	become(NOBODY, NOBODY, 0);
	is_refused(runtime_dir, -EACCES, "belongs to uid 0", "of your own");
}

static void as_nobody_without_access(void *argument)
{
	(void)argument;
	become(NOBODY, NOBODY, 0);
	is_refused(runtime_dir, -EACCES, "another user's", "of your own");
}

static void anothers_directory(void)
{
	CHECK_EQ(chmod(runtime_dir, 0755), 0);
	join(spawn(as_nobody, NULL));
	CHECK_EQ(chmod(runtime_dir, 0700), 0);
	join(spawn(as_nobody_without_access, NULL));
}

struct group_member {
	uid_t uid;
	int groups;
	struct event ready, go_on;
};

static void join_by_group(void *argument)
{
	const struct group_member *m = argument;
	struct opened o;

	become(m->uid, m->uid, m->groups);
	o = open_raw(m->uid == NOBODY ? "vale0:one" : "vale0:two");
	event_set(m->ready);
	CHECK_EQ(nmd_wait(o.port, POLLIN, -1), POLLIN);
	send_to(&o, 255, (uint8_t)m->groups);
	CHECK(discard(&o) >= 1); /* root's, and perhaps the other's */
	event_set(m->ready);
	event_wait(m->go_on);
	nmd_close(o.port);
}

/* A setgid directory of root's: two users of the group on one switch. */
static void a_groups_directory(void)
{
	struct group_member one = {NOBODY, 1, event_new(), event_new()};
	struct group_member two = {NOBODY - 1, 1, one.ready, one.go_on};
	struct opened o;
	pid_t pid[2];

	CHECK_EQ(chown(runtime_dir, 0, GROUP), 0);
	CHECK_EQ(chmod(runtime_dir, 02770), 0);
	pid[0] = spawn(join_by_group, &one);
	event_wait(one.ready);
	pid[1] = spawn(join_by_group, &two);
	event_wait(two.ready);
	o = open_raw("vale0:root");
	CHECK_EQ(nmd_peers(o.port), 2);
	send_to(&o, 255, 9);
	event_wait(one.ready);
	event_wait(two.ready);
	CHECK_EQ(discard(&o), 2);
	nmd_close(o.port);
	event_set(one.go_on);
	event_set(two.go_on);
	join(pid[0]);
	join(pid[1]);
	CHECK_EQ(listed(), 0);
	join(spawn(as_nobody_without_access, NULL));
	CHECK_EQ(chown(runtime_dir, 0, 0), 0);
	CHECK_EQ(chmod(runtime_dir, 0700), 0);
}

static void open_and_close_often(void *argument)
{
	(void)argument;
	for (int i = 0; i < 100; i++) {
		struct opened o = open_with(
			i % 2 ? "vale0:a" : "vale1:a",
			(struct nmd_options){.tx_slots = 16, .rx_slots = 16});

		nmd_close(o.port);
		CHECK(listed() >= 0);
	}
}

/* In mounts of our own, so that the user's own switches are not met. */
static void use_the_default(void *argument)
{
	char path[64];
	struct opened o;
	struct stat st;
	pid_t pid[4];

	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	unsetenv("NETMAP_RUNTIME_DIR");
	snprintf(path, sizeof(path), "/dev/shm/pcap-netmap-%d", (int)geteuid());
	CHECK_EQ(listed(), 0);
	CHECK(stat(path, &st) < 0); /* looking makes nothing */
	o = open_raw("vale0:a");
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode & 07777, 0700);
	nmd_close(o.port);
	CHECK(stat(path, &st) < 0);
	/* One's last close removes what another is about to use. */
	for (int i = 0; i < 4; i++)
		pid[i] = spawn(open_and_close_often, NULL);
	for (int i = 0; i < 4; i++)
		join(pid[i]);
	CHECK(stat(path, &st) < 0);
	/* What somebody else has put there is not used. */
	CHECK_EQ(symlink("/dev/shm", path), 0);
	CHECK_EQ(nmd_open("vale0:a", NULL, &o.port, NULL), -EACCES);
}

/* A directory that was named stays, however it is called. */
static void a_named_directory_stays(void)
{
	char path[] = "/dev/shm/pcap-netmap-test-XXXXXX";
	struct nmd_error why;

	CHECK(mkdtemp(path) != NULL);
	CHECK_EQ(try_open(path, &why), 0);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(rmdir(path), 0);
}

int main(void)
{
	int code = 0;

	begin();
	bad_directories();
	a_named_directory_stays();
	setenv("NETMAP_RUNTIME_DIR", runtime_dir, 1);
	if (geteuid() == 0) {
		anothers_directory();
		a_groups_directory();
		code = ending_of(spawn(use_the_default, NULL));
	}
	finish();
	if (geteuid() != 0)
		SKIP("only root can try directories of other users");
	if (code == 77)
		SKIP("no mounts in this container");
	return code;
}
