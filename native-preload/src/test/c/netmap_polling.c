// SPDX-License-Identifier: BSD-2-Clause
/*
 * Polling of an interface that is attached to a switch (vale-ctl -p and -P):
 * whoever forwards for it does not sleep then, and what it forwards is the same.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include "netmap_testing.h"
#include "veth.h"

#define ATTACHED "vale0:near"
#define FRAMES 50
#define ONE_CPU 1
#define A_CPU_EACH 2

static int ask(uint16_t request, const char *name, void *r)
{
	int fd = netmap_open(), error = netmap_ask(fd, request, name, r);

	CHECK_EQ(close(fd), 0);
	return error;
}

static int polling_on(const char *name, uint32_t mode, uint32_t first,
		      uint32_t cpus)
{
	struct polling_request r = {
		.mode = mode, .first_cpu = first, .cpus = cpus};

	return ask(REQUEST_POLLING_ON, name, &r);
}

static int polling_off(const char *name)
{
	struct polling_request r = {0};

	return ask(REQUEST_POLLING_OFF, name, &r);
}

static int legacy_polling(uint16_t command, uint32_t flags, uint16_t cpus)
{
	struct legacy_request l = {
		.version = NETMAP_ABI_VERSION,
		.command = command,
		.flags = flags,
		.arg1 = cpus,
		.name = ATTACHED,
	};
	int fd = netmap_open(), error;

	error = ioctl(fd, NETMAP_REGISTER, &l) < 0 ? errno : 0;
	CHECK_EQ(close(fd), 0);
	return error;
}

static int detach(void)
{
	struct detach_request r = {0};

	return ask(REQUEST_DETACH, ATTACHED, &r);
}

static void attach(void)
{
	struct attach_request r = {.registration = {.mode = MODE_ALL_NIC}};
	int error = ask(REQUEST_ATTACH, ATTACHED, &r);

	if (error == EOPNOTSUPP)
		SKIP("the kernel has no AF_XDP sockets");
	CHECK_EQ(error, 0);
}

/* The process that holds the lock of the attachment's file; 0: the module. */
static pid_t forwarder(void)
{
	char path[300], line[256];
	unsigned long inode;
	struct stat st;
	int pid = 0, locked;
	FILE *f;

	if (on_module())
		return 0;
	snprintf(path, sizeof(path), "%s/attached." ATTACHED,
		 getenv("NETMAP_RUNTIME_DIR"));
	CHECK_EQ(stat(path, &st), 0);
	f = fopen("/proc/locks", "r");
	CHECK(f != NULL);
	while (pid == 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s FLOCK %*s %*s %d %*x:%*x:%lu", &locked,
			   &inode) == 2 &&
		    inode == st.st_ino)
			pid = locked;
	fclose(f);
	CHECK(pid > 0);
	return pid;
}

/* Of all its threads. */
static int64_t processor_time_ns(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	CHECK_EQ(clock_getcpuclockid(pid, &clock), 0);
	CHECK_EQ(clock_gettime(clock, &t), 0);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Whether one of its threads may only run on this processor. */
static bool has_thread_on(pid_t pid, int cpu)
{
	char path[64];
	const struct dirent *e;
	bool found = false;
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	threads = opendir(path);
	CHECK(threads != NULL);
	while ((e = readdir(threads))) {
		cpu_set_t cpus;

		found |= atoi(e->d_name) > 0 &&
			 sched_getaffinity(atoi(e->d_name), sizeof(cpus),
					   &cpus) == 0 &&
			 CPU_COUNT(&cpus) == 1 && CPU_ISSET(cpu, &cpus);
	}
	closedir(threads);
	return found;
}

/* A container may have been given others. */
static bool may_use(int cpu)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof(cpus), &cpus) == 0 &&
	       CPU_ISSET(cpu, &cpus);
}

/* A far end that nothing asks: who waits for it uses no time. */
static void check_it_spins(int cpu)
{
	pid_t pid = forwarder();
	int64_t before;

	if (!pid)
		return;
	before = processor_time_ns(pid);
	while (processor_time_ns(pid) - before < 100000000)
		usleep(1000);
	while (may_use(cpu) && !has_thread_on(pid, cpu))
		usleep(1000);
}

static void check_it_sleeps(void)
{
	pid_t pid = forwarder();
	int64_t before;

	if (!pid)
		return;
	do {
		before = processor_time_ns(pid);
		usleep(50000);
	} while (processor_time_ns(pid) - before > 10000000);
}

static void frames_pass(int far_end)
{
	struct netmap_port p = netmap_port("vale0:1");

	for (uint32_t i = 0; i < FRAMES; i++) {
		uint8_t frame[FRAME_BYTES], got[2048];

		number_frame(frame, i);
		CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
		while (slots_in(netmap_rx_ring(&p, 0)) == 0)
			CHECK_EQ(ioctl(p.fd, NETMAP_RXSYNC, NULL), 0);
		CHECK_EQ(empty_ring(netmap_rx_ring(&p, 0), i), 1);
		CHECK_EQ(fill_ring(netmap_tx_ring(&p, 0), i, 1), 1);
		CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
		CHECK_EQ(recv(far_end, got, sizeof(got), 0), FRAME_BYTES);
		CHECK_EQ(memcmp(got, frame, FRAME_BYTES), 0);
	}
	netmap_close(&p);
}

static void check_refusals(uint32_t processors)
{
	struct netmap_port p = netmap_port("vale0:1");

	CHECK_EQ(polling_on("vale0:1", ONE_CPU, 0, 1), EOPNOTSUPP);
	CHECK_EQ(polling_off("vale0:1"), EOPNOTSUPP);
	CHECK_EQ(polling_on("vale0:none", ONE_CPU, 0, 1), ENXIO);
	CHECK_EQ(polling_on("near", ONE_CPU, 0, 1), EINVAL);
	CHECK_EQ(polling_on(ATTACHED, 0, 0, 1), EINVAL);
	CHECK_EQ(polling_on(ATTACHED, ONE_CPU, 0, 0), EINVAL);
	CHECK_EQ(polling_on(ATTACHED, ONE_CPU, 0, processors), EINVAL);
	CHECK_EQ(polling_on(ATTACHED, A_CPU_EACH, 1, 1), EINVAL); /* one ring */
	CHECK_EQ(polling_off(ATTACHED), EFAULT);
	netmap_close(&p);
}

int main(void)
{
	uint32_t processors = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
	int far_end;

	veth_begin();
	attach();
	check_refusals(processors);
	if (processors < 2) {
		CHECK_EQ(detach(), 0);
		SKIP("polling takes a processor, and there is but one");
	}
	far_end = far_socket();
	frames_pass(far_end);
	CHECK_EQ(polling_on(ATTACHED, A_CPU_EACH, 0, 1), 0);
	CHECK_EQ(polling_on(ATTACHED, ONE_CPU, 0, 1), EFAULT);
	CHECK_EQ(detach(), EBUSY);
	check_it_spins(0);
	frames_pass(far_end);
	CHECK_EQ(polling_off(ATTACHED), 0);
	CHECK_EQ(polling_off(ATTACHED), EFAULT);
	check_it_sleeps();
	frames_pass(far_end);
	CHECK_EQ(legacy_polling(LEGACY_POLLING_ON, 0, 1), EINVAL);
	CHECK_EQ(legacy_polling(LEGACY_POLLING_ON, MODE_ALL_NIC, 1), 0);
	check_it_spins(0);
	CHECK_EQ(legacy_polling(LEGACY_POLLING_OFF, 0, 0), 0);
	CHECK_EQ(detach(), 0);
	veth_end();
	return 0;
}
