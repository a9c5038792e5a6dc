/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the device share: checks, a runtime directory of their
 * own, child processes, and frames in and out of rings.
 *
 * A test is a program: exit code 0 passed, 1 failed, 77 skipped with the
 * reason on the last line. begin() makes an empty runtime directory, finish()
 * insists that the test has left it empty again.
 */
#ifndef TESTING_H
#define TESTING_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nmd.h"

#define CHECK(condition)                                                  \
	do {                                                              \
		if (!(condition)) {                                       \
			printf("%s:%d: not so: %s\n", __FILE__, __LINE__, \
			       #condition);                               \
			fflush(stdout);                                   \
			exit(1);                                          \
		}                                                         \
	} while (0)

#define CHECK_EQ(left, right)                                               \
	do {                                                                \
		long long left_ = (long long)(left);                        \
		long long right_ = (long long)(right);                      \
		if (left_ != right_) {                                      \
			printf("%s:%d: %s is %lld, %s is %lld\n", __FILE__, \
			       __LINE__, #left, left_, #right, right_);     \
			fflush(stdout);                                     \
			exit(1);                                            \
		}                                                           \
	} while (0)

#define SKIP(...)                    \
	do {                         \
		printf(__VA_ARGS__); \
		printf("\n");        \
		fflush(stdout);      \
		exit(77);            \
	} while (0)

/* Whether this build runs under ThreadSanitizer or AddressSanitizer. */
#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#else
#define UNDER_TSAN 0
#endif
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#else
#define UNDER_ASAN 0
#endif

#define PATIENCE_MS 60000 /* an event that takes longer does not come */

static char runtime_dir[64];
static pid_t runtime_owner;

/* After a failure: the files of killed children go too. */
static inline void remove_runtime_dir(void)
{
	char command[128];

	if (!runtime_dir[0] || getpid() != runtime_owner)
		return;
	snprintf(command, sizeof(command), "rm -rf %s", runtime_dir);
	if (system(command) != 0)
		printf("%s stays behind\n", runtime_dir);
}

static inline void begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	runtime_owner = getpid();
	snprintf(runtime_dir, sizeof(runtime_dir), "/dev/shm/nmd-test-%d",
		 (int)runtime_owner);
	/* One that was killed may have had the same number. */
	if (mkdir(runtime_dir, 0700) < 0) {
		remove_runtime_dir();
		CHECK_EQ(mkdir(runtime_dir, 0700), 0);
	}
	atexit(remove_runtime_dir);
	setenv("NETMAP_RUNTIME_DIR", runtime_dir, 1);
	unsetenv("NETMAP_AREA_SIZE");
	/* Tests of the kernel's netmap choose it by themselves. */
	setenv("NETMAP_DEVICE", "user", 1);
	/* Its shadow leaves no room for 254 areas of the usual size. */
	if (UNDER_TSAN)
		setenv("NETMAP_AREA_SIZE", "67108864", 1);
}

/*
 * Whether rings for 8 MiB of small frames have all the slots they can: those
 * take 34 MiB, which is to be no more than a quarter of what is left.
 */
static inline bool tmpfs_has_plenty(void)
{
	struct statfs fs;

	CHECK_EQ(statfs("/dev/shm", &fs), 0);
	return fs.f_blocks == 0 ||
	       (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize >= 192u << 20;
}

#define SKIP_FULL_ROOMS() \
	SKIP("/dev/shm has less than 192 MiB left: smaller rooms only")

/* Nothing may be left by now. */
static inline void finish(void)
{
	if (rmdir(runtime_dir) < 0) {
		printf("%s: %s\n", runtime_dir, strerror(errno));
		exit(1);
	}
	runtime_dir[0] = '\0';
}

/* An opening with its first ring of either direction at hand. */
struct opened {
	struct nmd_port *port;
	struct nmd_region region;
	struct netmap_ring *tx, *rx;
	struct nmd_arrival *arrivals;
};

static inline struct netmap_ring *ring_of(const struct opened *o, int receive,
					  uint32_t ring)
{
	struct netmap_if *nif =
		(void *)((uint8_t *)o->region.base + o->region.if_offset);
	uint32_t at = receive ? nif->tx_rings + ring : ring;

	return (void *)((uint8_t *)nif + nif->ring_ofs[at]);
}

static inline struct opened open_with(const char *spec,
				      struct nmd_options options)
{
	struct opened o = {0};
	struct nmd_error why = {0};

	options.size = sizeof(options);
	if (nmd_open(spec, &options, &o.port, &why) < 0) {
		printf("%s\n", why.text);
		exit(1);
	}
	nmd_region(o.port, &o.region);
	o.tx = nmd_tx_ring(o.port, 0);
	o.rx = nmd_rx_ring(o.port, 0);
	if (o.region.arrivals_offset)
		o.arrivals = (void *)((uint8_t *)o.region.base +
				      o.region.arrivals_offset);
	return o;
}

static inline struct opened open_raw(const char *spec)
{
	return open_with(spec, (struct nmd_options){.mode = NMD_RAW});
}

static inline struct opened open_capture(const char *spec)
{
	return open_with(spec, (struct nmd_options){.mode = NMD_CAPTURE});
}

static inline struct nmd_stats stats_of(const struct opened *o)
{
	struct nmd_stats s = {.size = sizeof(s)};

	CHECK_EQ(nmd_stats(o->port, &s), 0);
	return s;
}

/* published + dropped + filtered were offered; published went somewhere. */
static inline struct nmd_stats checked_stats(const struct opened *o)
{
	struct nmd_stats s = stats_of(o);

	CHECK_EQ(s.published, s.consumed + s.unread + s.abandoned);
	return s;
}

static inline uint32_t next_slot(const struct netmap_ring *ring, uint32_t i)
{
	return i + 1 == ring->num_slots ? 0 : i + 1;
}

/* Slots from head to tail: free ones of a TX ring, unread ones of an RX. */
static inline uint32_t slots_in(const struct netmap_ring *ring)
{
	return (ring->tail + ring->num_slots - ring->head) % ring->num_slots;
}

static inline uint8_t *buffer_of(const struct netmap_ring *ring, uint32_t slot)
{
	return (uint8_t *)(uintptr_t)ring + ring->buf_ofs +
	       (size_t)ring->slot[slot].buf_idx * ring->nr_buf_size;
}

/* Puts a slot into the TX ring, for the next txsync. */
static inline void queue_slot(struct netmap_ring *ring, const void *data,
			      uint32_t len, uint16_t flags)
{
	uint32_t at = ring->head;

	CHECK(slots_in(ring) > 0);
	if (data)
		memcpy(buffer_of(ring, at), data, len);
	ring->slot[at].len = (uint16_t)len;
	ring->slot[at].flags = flags;
	ring->head = ring->cur = next_slot(ring, at);
}

static inline void send_one(const struct opened *o, const void *data,
			    uint32_t len)
{
	queue_slot(o->tx, data, len, 0);
	CHECK(nmd_txsync(o->port) >= 0);
}

/* How many slots there are to read. */
static inline uint32_t readable(const struct opened *o)
{
	int n = nmd_rxsync(o->port);

	CHECK(n >= 0);
	return (uint32_t)n;
}

/* Gives all slots back unread; how many they were. */
static inline uint32_t discard(const struct opened *o)
{
	uint32_t n = readable(o);

	for (uint32_t r = 0; r < o->region.rx_rings; r++) {
		struct netmap_ring *ring = nmd_rx_ring(o->port, r);

		ring->head = ring->cur = ring->tail;
	}
	CHECK(nmd_rxsync(o->port) >= 0); /* others may be sending */
	return n;
}

/* Gives back the first n slots of RX ring 0. */
static inline void give_back(const struct opened *o, uint32_t n)
{
	o->rx->head = o->rx->cur = (o->rx->head + n) % o->rx->num_slots;
	CHECK(nmd_rxsync(o->port) >= 0);
}

/* An Ethernet address for a small number; 0xff.. for 255. */
static inline void address(uint8_t *to, uint8_t number)
{
	static const uint8_t local[6] = {0x02, 0, 0, 0, 0, 0};

	memcpy(to, local, 6);
	to[5] = number;
	if (number == 255)
		memset(to, 0xff, 6);
}

/* A frame of len bytes; the bytes after the header count up from seed. */
static inline void make_frame(uint8_t *frame, uint8_t to, uint8_t from,
			      uint32_t len, uint8_t seed)
{
	address(frame, to);
	address(frame + 6, from);
	frame[12] = 0x88;
	frame[13] = 0xb5; /* for experiments */
	for (uint32_t i = 14; i < len; i++)
		frame[i] = (uint8_t)(seed + i);
}

static inline void send_to(const struct opened *o, uint8_t to, uint8_t from)
{
	uint8_t frame[60];

	make_frame(frame, to, from, sizeof(frame), 0);
	send_one(o, frame, sizeof(frame));
}

/* Something that happens once or several times, seen across processes. */
struct event {
	int fd;
};

static inline struct event event_new(void)
{
	struct event e = {eventfd(0, EFD_SEMAPHORE)};

	CHECK(e.fd >= 0);
	return e;
}

static inline void event_set(struct event e)
{
	uint64_t one = 1;

	CHECK_EQ(write(e.fd, &one, sizeof(one)), sizeof(one));
}

static inline void event_wait(struct event e)
{
	struct pollfd p = {e.fd, POLLIN, 0};
	uint64_t count;

	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
	CHECK_EQ(read(e.fd, &count, sizeof(count)), sizeof(count));
}

/* Memory that children share with their parent, zeroed. */
static inline void *shared_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

/* Runs body in a child, which goes with its parent at the latest. */
static inline pid_t spawn(void (*body)(void *), void *argument)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	body(argument);
	exit(0);
}

/* How a child ended: its exit code, or -signal. */
static inline int ending_of(pid_t pid)
{
	int status;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void join(pid_t pid)
{
	CHECK_EQ(ending_of(pid), 0);
}

static inline void kill_and_reap(pid_t pid)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(ending_of(pid), -SIGKILL);
}

/* Stops a child and returns when it has stopped. */
static inline void stop(pid_t pid)
{
	int status;

	CHECK_EQ(kill(pid, SIGSTOP), 0);
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
}

/* How many openings nmd_list sees. */
static inline int listed(void)
{
	struct nmd_error why = {0};
	int n = nmd_list(NULL, 0, &why);

	if (n < 0)
		printf("%s\n", why.text);
	return n;
}

#endif
