// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is wrong with a call fails as with the module, and what Linux answers
 * for any device is answered: addresses at which nothing is, options, timeouts,
 * paths to the device, names, mappings of a part.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "netmap_testing.h"

#define PAGE 4096

/* A page that can be used, and one behind it at which nothing is. */
static uint8_t *page_before_nothing(void)
{
	uint8_t *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	CHECK_EQ(mprotect(page + PAGE, PAGE, PROT_NONE), 0);
	return page;
}

static int error_of(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? errno : 0;
}

static struct request_header header(void *body, void *options)
{
	return (struct request_header){.version = NETMAP_ABI_VERSION,
				       .type = REQUEST_REGISTER,
				       .name = "vale0:p",
				       .options = (uintptr_t)options,
				       .body = (uintptr_t)body};
}

static int try_register(int fd, void *body, void *options)
{
	struct request_header h = header(body, options);

	return error_of(fd, NETMAP_CONTROL, &h);
}

/* Arguments, bodies and options that are not there, or not whole. */
static void check_addresses(void)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	uint8_t *page = page_before_nothing();
	void *half = page + PAGE - 8, *nothing = page + PAGE;
	struct csb_option *cut = (void *)(page + PAGE - sizeof(cut->head));
	static const unsigned long requests[] = {NETMAP_CONTROL,
						 NETMAP_REGISTER, NETMAP_INFO};
	int fd = netmap_open();

	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		CHECK_EQ(error_of(fd, requests[i], NULL), EINVAL);
		CHECK_EQ(error_of(fd, requests[i], (void *)8), EFAULT);
		CHECK_EQ(error_of(fd, requests[i], half), EFAULT);
	}
	CHECK_EQ(try_register(fd, (void *)8, NULL), EFAULT);
	CHECK_EQ(try_register(fd, half, NULL), EFAULT);
	CHECK_EQ(try_register(fd, &r, (void *)8), EFAULT);
	CHECK_EQ(try_register(fd, &r, half), EFAULT);
	cut->head = (struct request_option){.type = OPTION_CSB};
	CHECK_EQ(try_register(fd, &r, cut), EFAULT); /* its body */
	cut->head = (struct request_option){.type = 1234,
					    .next = (uintptr_t)nothing};
	CHECK_EQ(try_register(fd, &r, cut), EFAULT);
	CHECK_EQ(cut->head.status, 0);
	CHECK_EQ(try_register(fd, &r, NULL), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(munmap(page, 2 * PAGE), 0);
}

/* The answer cannot be written; the port is registered then. */
static void check_answer(void)
{
	struct register_request *r = (void *)page_before_nothing(), again;
	int fd = netmap_open();

	r->mode = MODE_ALL_NIC;
	again = *r;
	CHECK_EQ(mprotect(r, PAGE, PROT_READ), 0);
	CHECK_EQ(try_register(fd, r, NULL), EFAULT);
	CHECK_EQ(try_register(fd, &again, NULL), EBUSY);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(munmap(r, 2 * PAGE), 0);
}

/* The kernel copies for others by two calls, which a sandbox may forbid. */
static void forbid_copies(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_writev, 0,
			 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(*code), code};

	/* Not by the C library: so that the face is not told. */
	if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0,
		    0) < 0)
		_exit(77);
}

static void check_sandbox(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct register_request r = {.mode = MODE_ALL_NIC};
		int fd, error;

		forbid_copies();
		fd = open("/dev/netmap", O_RDWR);
		error = try_register(fd, &r, NULL);
		_exit(error == 0 && r.memsize > 0 && r.tx_slots > 0 ? 0 : 1);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
}

/* Statuses of options that were looked at before one that is no good. */
static void check_options(void)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct request_option unknown = {.type = 1234, .status = 7}, none = {0};
	struct offsets_option offsets = {
		.head = {.type = OPTION_OFFSETS, .size = 5000}, .most = 64};
	int fd = netmap_open();

	unknown.next = (uintptr_t)&none;
	CHECK_EQ(try_register(fd, &r, &unknown), EINVAL);
	CHECK_EQ(unknown.status, 0);
	CHECK_EQ(none.status, EINVAL);
	CHECK_EQ(unknown.next, (uintptr_t)&none);
	CHECK_EQ(try_register(fd, &r, &offsets), EMSGSIZE);
	CHECK_EQ(offsets.head.status, 0);
	offsets.head.size = 0;
	CHECK_EQ(try_register(fd, &r, &offsets), 0);
	CHECK_EQ(close(fd), 0);
}

/* What Linux answers before it asks a driver. */
static void check_calls_of_all_files(void)
{
	int fd = netmap_open(), on = 1, off = 0;

	CHECK_EQ(ioctl(fd, FIONCLEX), 0);
	CHECK_EQ(fcntl(fd, F_GETFD), 0);
	CHECK_EQ(ioctl(fd, FIOCLEX), 0);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(error_of(fd, FIONBIO, &on), 0);
	CHECK_EQ(error_of(fd, FIONBIO, &off), 0);
	CHECK_EQ(error_of(fd, FIONBIO, (void *)8), EFAULT);
	CHECK_EQ(error_of(fd, FIONREAD, &on), EOPNOTSUPP);
	CHECK_EQ(close(fd), 0);
}

/* A descriptor that blocks makes no difference to who waits for it. */
static void check_blocking(void)
{
	struct netmap_port a = netmap_port("vale0:1"),
			   b = netmap_port("vale0:2");
	int pipe_fds[2], off = 0;
	struct pollfd p[2];

	CHECK_EQ(pipe(pipe_fds), 0);
	p[0] = (struct pollfd){b.fd, POLLIN, 0};
	p[1] = (struct pollfd){pipe_fds[0], POLLIN, 0};
	CHECK_EQ(fcntl(b.fd, F_SETFL, 0), 0);
	CHECK_EQ(poll(p, 2, 1), 0);
	CHECK_EQ(ioctl(b.fd, FIONBIO, &off), 0);
	CHECK_EQ(poll(p, 2, 1), 0);
	CHECK_EQ(fill_ring(netmap_tx_ring(&a, 0), 0, 1), 1);
	CHECK_EQ(ioctl(a.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(poll(p, 2, 10000), 1);
	CHECK_EQ(p[0].revents, POLLIN);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	netmap_close(&b);
	netmap_close(&a);
}

static void check_timeouts(void)
{
	static const struct timespec none[] = {
		{-1, 0}, {0, -1}, {0, 1000000000}, {0, 2000000000}};
	struct netmap_port a = netmap_port("vale0:1");
	struct pollfd p = {a.fd, POLLIN, 0};

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		fd_set set;

		FD_ZERO(&set);
		FD_SET(a.fd, &set);
		CHECK_EQ(ppoll(&p, 1, &none[i], NULL), -1);
		CHECK_EQ(errno, EINVAL);
		CHECK_EQ(pselect(a.fd + 1, &set, NULL, NULL, &none[i], NULL),
			 -1);
		CHECK_EQ(errno, EINVAL);
	}
	netmap_close(&a);
}

/* The current interface's request does as much (netmap_requests.c). */
static void check_legacy_info(void)
{
	struct legacy_request l = {.version = NETMAP_ABI_VERSION,
				   .name = "vale0:i",
				   .tx_slots = 64,
				   .rx_slots = 128,
				   .tx_rings = 2,
				   .rx_rings = 3};
	int fd = netmap_open();

	CHECK_EQ(error_of(fd, NETMAP_INFO, &l), 0);
	CHECK_EQ(l.tx_slots, 64);
	CHECK_EQ(l.rx_slots, 128);
	CHECK_EQ(l.tx_rings, 2);
	CHECK_EQ(l.rx_rings, 3);
	CHECK_EQ(close(fd), 0);
}

/* A part of the memory is where it is in the whole. */
static void check_mapped_part(void)
{
	struct netmap_port p = netmap_port("vale0:1");
	uint64_t at = (uint64_t)((uint8_t *)netmap_tx_ring(&p, 0) -
				 (uint8_t *)p.memory);
	uint64_t first = at / PAGE * PAGE;
	uint8_t *part = mmap(NULL, p.memory_size - first, PROT_READ, MAP_SHARED,
			     p.fd, (off_t)first);

	CHECK(part != MAP_FAILED);
	netmap_tx_ring(&p, 0)->sem[3] = 42;
	CHECK_EQ(((struct netmap_ring *)(void *)(part + at - first))->sem[3],
		 42);
	CHECK_EQ(munmap(part, p.memory_size - first), 0);
	CHECK(mmap(NULL, p.memory_size, PROT_READ, MAP_SHARED, p.fd, PAGE) ==
	      MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
	netmap_close(&p);
}

static void check_opened(int fd)
{
	CHECK(fd >= 0);
	CHECK_EQ(error_of(fd, NETMAP_TXSYNC, NULL), ENXIO);
	CHECK_EQ(close(fd), 0);
}

static int open_error(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd < 0)
		return errno;
	CHECK_EQ(close(fd), 0);
	return 0;
}

static void check_paths(void)
{
	int dev = open("/dev", O_RDONLY | O_DIRECTORY);
	int here = open(".", O_RDONLY | O_DIRECTORY);

	check_opened(open("//dev/netmap", O_RDWR));
	check_opened(open("/dev/../dev/./netmap", O_RDWR | O_CLOEXEC));
	check_opened(open64("/dev//netmap", O_RDWR));
	check_opened(openat(dev, "netmap", O_RDWR));
	check_opened(openat(here, "/dev/netmap", O_RDWR));
	CHECK_EQ(chdir("/dev"), 0);
	check_opened(open("netmap", O_RDWR));
	check_opened(open("./netmap", O_RDWR));
	CHECK_EQ(fchdir(here), 0);
	CHECK_EQ(open_error("netmap", O_RDWR), ENOENT);
	CHECK_EQ(openat(here, "netmap", O_RDWR), -1);
	CHECK_EQ(open_error("/dev/xnetmap", O_RDWR), ENOENT);
	CHECK_EQ(open_error("/none/netmap", O_RDWR), ENOENT);
	CHECK_EQ(open_error("/dev/netmap/", O_RDWR), DIFFERS(ENOTDIR, ENOENT));
	CHECK_EQ(open_error("/dev/netmap", O_RDWR | O_CREAT | O_EXCL), EEXIST);
	CHECK_EQ(open_error("/dev/netmap", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_EQ(close(here), 0);
	CHECK_EQ(close(dev), 0);
}

/* What other names have for flags is a name's part with the module. */
static void check_names(void)
{
	static const struct {
		const char *name;
		int module, face;
	} all[] = {
		{"vale8:123456789012345", 0, 0},
		{"vale8:1234567890123456", ENOMEM, ENOMEM},
		{"vale8:12345678901234567890", ENOMEM, ENOMEM},
		{"vale-8:1", ENOMEM, ENOMEM},
		{"vale/8:1", ENOMEM, ENOMEM},
		{"vale8", ENOMEM, ENOMEM},
		{"vale8:1/x", 0, EINVAL},
		{"vale8:1@group:1", 0, EINVAL},
		{"vale8:1-2", 0, EINVAL},
		{"vale8:1^", 0, EINVAL},
		{"vale8:a-b", 0, 0},
		{"no-such-nic/x", ENXIO, ENXIO},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct register_request r = {.mode = MODE_ALL_NIC};
		int fd = netmap_open();
		int error = netmap_ask(fd, REQUEST_REGISTER, all[i].name, &r);

		if (error != DIFFERS(all[i].module, all[i].face))
			printf("name %s\n", all[i].name);
		CHECK_EQ(error, DIFFERS(all[i].module, all[i].face));
		CHECK_EQ(close(fd), 0);
	}
}

/* A program that is given a descriptor that nobody has registered. */
static int register_given(const char *number)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	int fd = atoi(number), error = try_register(fd, &r, NULL);

	return error ? error
		     : error_of(fd, NETMAP_TXSYNC, NULL) || r.memsize == 0;
}

static void check_exec(void)
{
	int fd = open("/dev/netmap", O_RDWR), status;
	char number[16];
	pid_t child;

	snprintf(number, sizeof(number), "%d", fd);
	child = fork();
	if (child == 0) {
		execl("/proc/self/exe", "netmap_errors", number, NULL);
		_exit(99);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
	CHECK_EQ(close(fd), 0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return register_given(argv[1]);
	begin();
	check_addresses();
	check_answer();
	check_sandbox();
	check_options();
	check_calls_of_all_files();
	check_blocking();
	check_timeouts();
	check_legacy_info();
	check_mapped_part();
	check_paths();
	check_names();
	check_exec();
	finish();
	return 0;
}
