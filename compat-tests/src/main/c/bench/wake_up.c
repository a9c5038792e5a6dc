// SPDX-License-Identifier: BSD-2-Clause
/*
 * How long a sleeping process takes to learn of a frame, one way.
 *
 * The sender pauses until the receiver sleeps, as the kernel says, notes the
 * time, and wakes it; the receiver notes the time when it is back and has the
 * message in hand. Three ways, the same measurement: a bare futex, a bare FIFO,
 * a port of the netmap device. CLOCK_MONOTONIC is one clock for both processes.
 * "slept" counts how often the receiver gave up its processor: once a message,
 * or something else than wake-ups was measured.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nmd_rings.h"

struct shared {
	_Alignas(64) _Atomic uint32_t ready; /* receivers' and senders' ends */
	_Alignas(64) _Atomic uint32_t taken; /* messages */
	_Alignas(64) _Atomic uint32_t word;  /* the futex */
	uint64_t sent_ns;                    /* goes with word */
};

/* One end of a way: open, pass on a time, wait for one. */
struct way {
	const char *name;
	void (*prepare)(void);
	void (*open)(bool receiver);
	void (*send)(uint64_t now);
	uint64_t (*receive)(void);
};

static struct shared *shared;
static struct nmd_rings rings;
static int fifo[2];

static void nothing(void)
{
}

static void no_open(bool receiver)
{
	(void)receiver;
}

static void futex_send(uint64_t now)
{
	shared->sent_ns = now;
	atomic_fetch_add(&shared->word, 1);
	syscall(SYS_futex, &shared->word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static uint64_t futex_receive(void)
{
	static uint32_t seen;

	while (atomic_load(&shared->word) == seen)
		syscall(SYS_futex, &shared->word, FUTEX_WAIT, seen, NULL, NULL,
			0);
	seen++;
	return shared->sent_ns;
}

static void fifo_prepare(void)
{
	if (pipe2(fifo, O_CLOEXEC) < 0)
		bench_fail("pipe: %m");
}

static void fifo_send(uint64_t now)
{
	if (write(fifo[1], &now, sizeof(now)) != sizeof(now))
		bench_fail("write to the FIFO: %m");
}

static uint64_t fifo_receive(void)
{
	uint64_t sent;

	if (read(fifo[0], &sent, sizeof(sent)) != sizeof(sent))
		bench_fail("read from the FIFO: %m");
	return sent;
}

static void port_open(bool receiver)
{
	struct bench_options o = {
		.port = receiver ? "valewake:receiver" : "valewake:sender",
		.slots = 64,
	};

	nmd_rings_open(&rings, &o);
}

static void port_send(uint64_t now)
{
	struct netmap_ring *ring = rings.tx;
	uint8_t *frame = nmd_buffer(ring, ring->head);

	bench_frame(frame, 60, 1, 0xff);
	memcpy(frame + 14, &now, sizeof(now));
	ring->slot[ring->head].len = 60;
	ring->slot[ring->head].flags = 0;
	ring->head = ring->cur = nmd_next(ring, ring->head);
	if (nmd_txsync(rings.port) < 0)
		bench_fail("%s: sync failed", nmd_name(rings.port));
}

static uint64_t port_receive(void)
{
	struct netmap_ring *ring = rings.rx;
	uint64_t sent;

	while (!nmd_slots(ring))
		nmd_wait(rings.port, POLLIN, -1);
	memcpy(&sent, nmd_buffer(ring, ring->head) + 14, sizeof(sent));
	ring->head = ring->cur = nmd_next(ring, ring->head);
	nmd_rxsync(rings.port);
	return sent;
}

static const struct way ways[] = {
	{"futex", nothing, no_open, futex_send, futex_receive},
	{"fifo", fifo_prepare, no_open, fifo_send, fifo_receive},
	{"port", nothing, port_open, port_send, port_receive},
};

static const struct way *way_named(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	bench_fail("%s: not a way to wake up; futex, fifo or port", name);
}

static void meet(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	atomic_fetch_add(&shared->ready, 1);
	while (atomic_load(&shared->ready) < 2)
		nanosleep(&pause, NULL);
}

/* What the kernel says of our parent, the receiver, anew at each read. */
static int receiver_status(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		bench_fail("%s: %m", path);
	return fd;
}

/* The state is the letter behind the name's last parenthesis. */
static bool sleeps(int status_fd)
{
	char status[512];
	ssize_t length = pread(status_fd, status, sizeof(status) - 1, 0);
	const char *name_end;

	if (length < 0)
		bench_fail("/proc: the receiver is gone");
	status[length] = '\0';
	name_end = strrchr(status, ')');
	return name_end && name_end[1] == ' ' && name_end[2] == 'S';
}

static void send_times(const struct way *way, const struct bench_options *o)
{
	struct timespec pause = {.tv_sec = o->pause_us / 1000000,
				 .tv_nsec = o->pause_us % 1000000 * 1000};
	int status_fd = receiver_status();

	way->open(false);
	meet();
	for (uint32_t i = 0; i < o->count; i++) {
		do
			nanosleep(&pause, NULL);
		while (atomic_load(&shared->taken) != i || !sleeps(status_fd));
		way->send(bench_now());
	}
	close(status_fd);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* How often this process gave up its processor by itself. */
static uint64_t sleeps_so_far(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_nvcsw;
}

/* Returns how often it slept meanwhile. */
static uint64_t receive_times(const struct way *way, uint64_t *took, uint32_t n)
{
	uint64_t before, slept;

	way->open(true);
	meet();
	before = sleeps_so_far();
	for (uint32_t i = 0; i < n; i++) {
		uint64_t sent = way->receive();

		took[i] = bench_now() - sent;
		atomic_store(&shared->taken, i + 1);
	}
	slept = sleeps_so_far() - before;
	qsort(took, n, sizeof(*took), compare);
	return slept;
}

int main(int argc, char **argv)
{
	struct bench_options o = {.port = "futex",
				  .batch = 1,
				  .count = 5000,
				  .pause_us = 200,
				  .cpu = -1,
				  .peer_cpu = -1};
	const struct way *way;
	uint64_t *took, slept;
	pid_t sender;

	bench_parse(&o, argc, argv);
	way = way_named(o.port);
	shared = bench_share(sizeof(*shared), false);
	took = calloc(o.count, sizeof(*took));
	way->prepare();
	sender = fork();
	if (!took || sender < 0)
		bench_fail("fork: %m");
	if (!sender) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(o.cpu);
		send_times(way, &o);
		nmd_close(rings.port);
		_exit(0);
	}
	bench_pin(o.peer_cpu);
	slept = receive_times(way, took, o.count);
	waitpid(sender, NULL, 0);
	printf("{\"packets\":%u,\"slept\":%" PRIu64 ",\"medianNs\":%" PRIu64
	       ",\"p90Ns\":%" PRIu64 ",\"p99Ns\":%" PRIu64
	       ",\"minNs\":%" PRIu64,
	       o.count, slept, took[o.count / 2], took[o.count * 9ull / 10],
	       took[o.count * 99ull / 100], took[0]);
	if (rings.port)
		printf(",%s", nmd_rings_figures(&rings));
	puts("}");
	nmd_close(rings.port);
	free(took);
	return 0;
}
