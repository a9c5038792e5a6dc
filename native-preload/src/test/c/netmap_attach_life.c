// SPDX-License-Identifier: BSD-2-Clause
/*
 * The process that forwards for an attached interface: what killing it leaves,
 * limits of who asked for it, and another user's runtime directory. The module
 * has none.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "netmap_attaching.h"
#include "netmap_attachment.h"

#define NOBODY 65534

/* Whether this test's processes have started it, and it is not dead. */
static bool is_of_this_test(const char *process)
{
	const char *folder = getenv("NETMAP_RUNTIME_DIR");
	static char path[300], text[65536];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/environ", process);
	f = fopen(path, "r");
	if (f) {
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
	}
	return memmem(text, n, folder, strlen(folder) + 1) != NULL;
}

static bool is_forwarder(const char *process)
{
	char path[300], name[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/comm", process);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(name, sizeof(name), f))
		name[0] = 0;
	fclose(f);
	return strcmp(name, "vale-attach\n") == 0 && is_of_this_test(process);
}

/* The process that forwards; 0: none. */
static pid_t forwarder(void)
{
	DIR *processes = opendir("/proc");
	const struct dirent *e;
	pid_t found = 0;

	CHECK(processes != NULL);
	while (!found && (e = readdir(processes)))
		if (is_forwarder(e->d_name))
			found = atoi(e->d_name);
	closedir(processes);
	return found;
}

/*
 * The kernel has taken back all that a killed process had: a first thread that
 * has ended says nothing of the others.
 */
static bool is_over(pid_t pid)
{
	char path[64], state = 'Z';
	int threads = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return true;
	/* The state is the 3rd word, how many threads there are the 20th. */
	if (fscanf(f,
		   "%*d (%*[^)]) %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
		   "%*s %*s %*s %*s %*s %*s %d",
		   &state, &threads) != 2)
		state = 'Z';
	fclose(f);
	return (state == 'Z' || state == 'X') && threads <= 1;
}

static void path_of(const char *name, char path[static 300])
{
	snprintf(path, 300, "%s/%s", getenv("NETMAP_RUNTIME_DIR"), name);
}

static bool has_file(const char *name)
{
	char path[300];

	path_of(name, path);
	return access(path, F_OK) == 0;
}

/* A machine under load may need longer than an attach waits. */
static void attach_when_it_can_be(void)
{
	int error;

	do
		error = attach(ATTACHED, MODE_ALL_NIC);
	while (error == EBUSY);
	CHECK_EQ(error, 0);
}

/* One that was killed has left nothing that is in the way. */
static void check_kill(void)
{
	pid_t pid;

	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), 0);
	pid = forwarder();
	CHECK(pid > 0);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK(has_file("attached." ATTACHED));
	while (!is_over(pid) || is_listed(ATTACHED))
		usleep(1000);
	CHECK(host_answers());
	CHECK_EQ(nmd_list(NULL, 0, NULL), 0);
	CHECK(!has_file("attached." ATTACHED));
	attach_when_it_can_be();
	check_attached();
	CHECK(has_file("attached." ATTACHED));
	CHECK_EQ(kill(forwarder(), SIGKILL), 0);
	attach_when_it_can_be();
	check_attached();
	CHECK_EQ(detach(ATTACHED), 0);
	check_detached();
}

static void is_owned_by(const char *name, uid_t uid, off_t size)
{
	char path[300];
	struct stat st;

	path_of(name, path);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_uid, uid);
	CHECK_EQ(st.st_size, size);
}

static void link_roots_file(const char *name)
{
	char roots[300], path[300];

	path_of("roots", roots);
	path_of(name, path);
	CHECK_EQ(link(roots, path), 0);
}

static int new_port(void)
{
	struct new_port_request r = {0};

	return ask(REQUEST_NEW_PORT, "v0", &r);
}

static void remove_from_folder(const char *name)
{
	char path[300];

	path_of(name, path);
	CHECK_EQ(unlink(path), 0);
}

/* Another user, whose directory it is, gets no file of root's by a link. */
static void check_anothers_directory(void)
{
	char path[300];

	CHECK_EQ(chown(getenv("NETMAP_RUNTIME_DIR"), NOBODY, (gid_t)-1), 0);
	path_of("roots", path);
	close(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	CHECK_EQ(truncate(path, 100), 0);
	link_roots_file("attached." ATTACHED);
	link_roots_file("persistent");
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EACCES);
	CHECK_EQ(new_port(), EACCES);
	is_owned_by("roots", 0, 100);
	remove_from_folder("attached." ATTACHED);
	remove_from_folder("persistent");
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), 0);
	is_owned_by("attached." ATTACHED, NOBODY,
		    sizeof(struct attachment_polling));
	CHECK_EQ(detach(ATTACHED), 0);
	remove_from_folder("roots");
	CHECK_EQ(chown(getenv("NETMAP_RUNTIME_DIR"), 0, (gid_t)-1), 0);
}

/* As older container runtimes do. */
static void forbid_close_range(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};

	CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		SKIP("no seccomp filters in this kernel: %s", strerror(errno));
}

/* With little processor time, some descriptors, and a filter. */
static void attach_confined(void *unused)
{
	const struct rlimit second = {1, 1000}, many = {5000, 5000};
	int ends[2];
	uint8_t byte;

	(void)unused;
	CHECK_EQ(setrlimit(RLIMIT_CPU, &second), 0);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &many), 0);
	forbid_close_range();
	CHECK_EQ(pipe(ends), 0);
	for (int fd = 100; fd < 2000; fd++)
		CHECK_EQ(dup2(ends[1], fd), fd);
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), 0);
	for (int fd = 100; fd < 2000; fd++)
		close(fd);
	close(ends[1]);
	CHECK_EQ(read(ends[0], &byte, 1), 0);
}

static void check_confined(void)
{
	struct rlimit limit;

	join(spawn(attach_confined, NULL));
	CHECK_EQ(prlimit(forwarder(), RLIMIT_CPU, NULL, &limit), 0);
	CHECK(limit.rlim_cur >= 1000);
	check_attached();
	CHECK_EQ(detach(ATTACHED), 0);
}

int main(void)
{
	if (on_module())
		SKIP("the kernel's netmap forwards without a process");
	begin_attaching();
	check_kill();
	check_confined();
	check_anothers_directory();
	while (forwarder() > 0)
		usleep(1000);
	veth_end();
	return 0;
}
