// SPDX-License-Identifier: BSD-2-Clause
/*
 * Interfaces attached to a switch, as vale-ctl -a, -h and -d do: frames pass
 * between the wire, the switch's ports and, with its host rings, the host, until
 * the interface is detached or goes, whatever becomes of the program that
 * attached it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "netmap_attachment.h"
#include "netmap_testing.h"
#include "veth.h"

#define FRAMES 200
#define ATTACHED "vale0:near"
#define NOBODY 65534

static int far_end;

static int ask(uint16_t request, const char *name, void *r)
{
	int fd = netmap_open(), error = netmap_ask(fd, request, name, r);

	CHECK_EQ(close(fd), 0);
	return error;
}

static int attach(const char *name, uint32_t mode)
{
	struct attach_request r = {.registration = {.mode = mode}};

	return ask(REQUEST_ATTACH, name, &r);
}

static int detach(const char *name)
{
	struct detach_request r = {0};

	return ask(REQUEST_DETACH, name, &r);
}

static int legacy(const char *name, uint16_t command, uint16_t argument)
{
	struct legacy_request r = {
		.version = NETMAP_ABI_VERSION,
		.command = command,
		.arg1 = argument,
	};
	int fd = netmap_open(), error;

	snprintf(r.name, sizeof(r.name), "%s", name);
	error = ioctl(fd, NETMAP_REGISTER, &r) < 0 ? errno : 0;
	CHECK_EQ(close(fd), 0);
	return error;
}

static bool is_listed(const char *name)
{
	struct list_request r = {0};

	return ask(REQUEST_LIST, name, &r) == 0 && r.port_index != 254;
}

static int try_port(const char *name)
{
	struct netmap_port p;
	int error = netmap_try(name, (struct register_request){0}, &p);

	if (error == 0)
		CHECK_EQ(close(p.fd), 0);
	return error;
}

static void wait_for(const struct netmap_port *p, short events)
{
	struct pollfd poller = {p->fd, events, 0};

	CHECK_EQ(poll(&poller, 1, PATIENCE_MS), 1);
}

/* Frames of other lengths are others'. */
static void far_receives(uint32_t number)
{
	uint8_t expected[FRAME_BYTES], got[2048];

	number_frame(expected, number);
	while (recv(far_end, got, sizeof(got), 0) != FRAME_BYTES ||
	       memcmp(got, expected, FRAME_BYTES) != 0)
		;
}

static void receives(const struct netmap_port *p, uint32_t number)
{
	struct netmap_ring *ring = netmap_rx_ring(p, 0);
	uint8_t expected[FRAME_BYTES];
	bool found = false;

	number_frame(expected, number);
	while (!found) {
		while (slots_in(ring) == 0)
			wait_for(p, POLLIN);
		found = ring->slot[ring->head].len == FRAME_BYTES &&
			memcmp(buffer_of(ring, ring->head), expected,
			       FRAME_BYTES) == 0;
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
}

/* Between the wire and a port of the switch, both ways. */
static void frames_pass(const struct netmap_port *p)
{
	for (uint32_t i = 0; i < (uint32_t)DIFFERS(20, FRAMES); i++) {
		uint8_t frame[FRAME_BYTES];

		number_frame(frame, i);
		CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
		receives(p, i);
		while (slots_in(netmap_tx_ring(p, 0)) == 0)
			wait_for(p, POLLOUT);
		CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), i, 1), 1);
		CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
		far_receives(i);
	}
}

static void check_attached(void)
{
	struct netmap_port p = netmap_port("vale0:1");

	CHECK(is_listed(ATTACHED));
	CHECK(!host_answers());
	frames_pass(&p);
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EBUSY);
	CHECK_EQ(attach("vale1:near", MODE_ALL_NIC), EBUSY);
	CHECK_EQ(try_port("near"), EBUSY);
	CHECK_EQ(try_port(ATTACHED), EBUSY);
	CHECK_EQ(detach("vale1:near"), ENXIO);
	netmap_close(&p);
}

static void check_detached(void)
{
	CHECK(host_answers());
	CHECK(!is_listed(ATTACHED));
	CHECK_EQ(detach(ATTACHED), ENXIO);
	CHECK_EQ(try_port("near"), 0);
}

/* It has nothing of the program's, which hears nothing of it. */
static void check_unnoticed(void)
{
	int ends[2];
	uint8_t byte;

	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), 0);
	close(ends[1]);
	CHECK_EQ(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	CHECK_EQ(waitpid(far_keeper, NULL, WNOHANG), 0);
	CHECK_EQ(waitpid(-1, NULL, WNOHANG), 0); /* that one is all */
	check_attached();
	CHECK_EQ(detach(ATTACHED), 0);
	check_detached();
}

static void attach_and_leave(void *unused)
{
	(void)unused;
	CHECK_EQ(setsid() > 0, 1);
	CHECK_EQ(legacy(ATTACHED, LEGACY_ATTACH, 0), 0);
	kill(0, SIGHUP); /* as a terminal's end does */
	for (;;)
		pause();
}

/* The program that attached it and its session have gone. */
static void check_it_outlives(void)
{
	CHECK_EQ(ending_of(spawn(attach_and_leave, NULL)), -SIGHUP);
	check_attached();
	CHECK_EQ(legacy(ATTACHED, LEGACY_DETACH, 0), 0);
	check_detached();
}

/* What is open already is not attached. */
static void check_refusals(void)
{
	struct netmap_port p = netmap_port("near");

	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EBUSY);
	CHECK(!is_listed(ATTACHED));
	netmap_close(&p);
	if (!on_module()) {
		p = netmap_port(ATTACHED);
		CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EBUSY);
		netmap_close(&p);
	}
	CHECK_EQ(attach("vale0:nowhere", MODE_ALL_NIC), EINVAL);
	CHECK_EQ(attach("vale0:lo", MODE_ALL_NIC), EINVAL);
	CHECK(host_answers());
}

/* With its host rings the host is on the switch, too. */
static void check_host(void)
{
	struct netmap_port p;
	int error = attach(ATTACHED, MODE_NIC_AND_HOST);

	if (error == ENODEV || error == EOPNOTSUPP) {
		printf("no host rings in this kernel: not tested\n");
		return;
	}
	CHECK_EQ(error, 0);
	CHECK(is_listed(ATTACHED));
	CHECK(host_answers());
	p = netmap_port("vale0:1");
	frames_pass(&p);
	netmap_close(&p);
	CHECK_EQ(detach(ATTACHED), 0);
	check_detached();
}

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

/* It ends by itself. */
static void check_lost_interface(void)
{
	run("ip link add doomed type veth peer name doom");
	run("ip link set doomed up && ip link set doom up");
	CHECK_EQ(attach("vale0:doomed", MODE_ALL_NIC), 0);
	CHECK(is_listed("vale0:doomed"));
	run("ip link del doomed");
	while (is_listed("vale0:doomed"))
		usleep(1000);
	CHECK_EQ(detach("vale0:doomed"), ENXIO);
}

int main(void)
{
	const int room = 1 << 22;
	int error;

	veth_begin();
	error = try_port("near");
	if (error == EOPNOTSUPP)
		SKIP("the kernel has no AF_XDP sockets");
	far_end = far_socket();
	/* The module's frames take up whole pages there. */
	CHECK_EQ(setsockopt(far_end, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			    sizeof(room)),
		 0);
	check_refusals();
	check_unnoticed();
	check_it_outlives();
	check_host();
	if (!on_module()) {
		check_kill();
		check_confined();
		check_anothers_directory();
	}
	check_lost_interface();
	while (!on_module() && forwarder() > 0)
		usleep(1000);
	veth_end();
	return 0;
}
