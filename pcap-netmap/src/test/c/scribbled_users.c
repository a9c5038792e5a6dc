/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whoever uses a switch on which a neighbour writes random words all over the
 * shared file gets errors and loses frames, but comes back from every call,
 * and none ends by a signal: senders, readers, pollers, those who change
 * filters, open and close, list, also when tmpfs is full meanwhile.
 *
 *	scribbled_users [seconds] [seed]
 */
#include "testing.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <time.h>

#include "port.h"

#define SECONDS 1
#define SLOTS 64
#define BURST 200
#define CALL_PATIENCE_NS 20000000000ull /* a call that takes longer hangs */
#define VICTIMS 6

struct victim {
	_Atomic uint64_t since; /* when its present call began */
	_Atomic uint64_t calls;
	_Atomic uint64_t longest_ns;
};

static struct shared {
	_Atomic bool enough;
	uint64_t seed;
	struct event ready, go;
	struct victim victim[VICTIMS];
} * shared;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* One call of the library, of which is known how long it takes. */
#define CALL(self, call)                                          \
	do {                                                      \
		uint64_t start_ = now_ns(), took_;                \
		atomic_store(&(self)->since, start_);             \
		(void)(call);                                     \
		took_ = now_ns() - start_;                        \
		atomic_store(&(self)->since, 0);                  \
		atomic_fetch_add(&(self)->calls, 1);              \
		if (took_ > atomic_load(&(self)->longest_ns))     \
			atomic_store(&(self)->longest_ns, took_); \
	} while (0)

static struct nmd_port *open_one(struct victim *self, const char *spec,
				 uint32_t mode)
{
	struct nmd_options options = {.size = sizeof(options),
				      .mode = mode,
				      .tx_slots = SLOTS,
				      .rx_slots = SLOTS};
	struct nmd_port *port = NULL;

	CALL(self, nmd_open(spec, &options, &port, NULL));
	return port;
}

static void send_batch(struct victim *self, struct nmd_port *port)
{
	struct netmap_ring *ring = nmd_tx_ring(port, 0);

	for (uint32_t i = 0; i < SLOTS / 2; i++) {
		memset(nmd_buffers(port) + (2 + i) * 2112, i % 2 ? 0xff : 2, 6);
		ring->slot[i].len = 60;
		ring->slot[i].buf_idx = 2 + i;
	}
	ring->head = ring->cur = (ring->head + SLOTS / 2) % SLOTS;
	CALL(self, nmd_txsync(port));
}

static void read_all(struct victim *self, struct nmd_port *port)
{
	struct netmap_ring *ring = nmd_rx_ring(port, 0);

	CALL(self, nmd_wait(port, POLLIN, 1000000));
	ring->head = ring->cur = ring->tail % SLOTS;
	CALL(self, nmd_rxsync(port));
}

static void poll_all(struct victim *self, struct nmd_port *port)
{
	struct pollfd p = {nmd_fd(port), POLLIN, 0};

	CALL(self, nmd_arm(port));
	poll(&p, 1, 1);
	read_all(self, port);
}

static void change_settings(struct victim *self, struct nmd_port *port)
{
	static const struct nmd_insn accept[] = {{0x30, 0, 0, 12},
						 {0x06, 0, 0, 65535}};

	CALL(self, nmd_set_filter(port, accept, 2));
	CALL(self, nmd_set_direction(port, NMD_IN));
	CALL(self, nmd_set_snaplen(port, 100));
	read_all(self, port);
}

static void look_around(struct victim *self, struct nmd_port *port)
{
	struct nmd_stats stats = {.size = sizeof(stats)};
	struct nmd_info info[16];

	CALL(self, nmd_list(info, 16, NULL));
	CALL(self, nmd_stats(port, &stats));
	CALL(self, nmd_peers(port));
}

static void come_and_go(struct victim *self, struct nmd_port *port)
{
	struct nmd_port *other = open_one(self, "vale0:other", NMD_CAPTURE);

	(void)port;
	if (other)
		read_all(self, other);
	CALL(self, nmd_close(other));
}

static void (*const ways[VICTIMS])(struct victim *, struct nmd_port *) = {
	send_batch,      read_all,    poll_all,
	change_settings, look_around, come_and_go,
};

static void be_a_victim(void *argument)
{
	struct victim *self = argument;
	uint32_t i = (uint32_t)(self - shared->victim);
	char spec[16];
	struct nmd_port *port;

	snprintf(spec, sizeof(spec), "vale0:%u", i);
	port = open_one(self, spec, i == 3 ? NMD_CAPTURE : NMD_RAW);
	CHECK(port != NULL);
	event_set(shared->ready);
	event_wait(shared->go);
	while (!atomic_load(&shared->enough))
		ways[i](self, port);
	CALL(self, nmd_close(port));
}

static uint64_t state;

static uint64_t random_word(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t random_value(void)
{
	static const uint64_t nasty[] = {
		0,          1,      2,    0x101,      0x102,     0x103,
		UINT64_MAX, 0xffff, 0xfe, 1ull << 63, INT64_MAX, 0x100000001ull,
	};

	return random_word() % 2 ? nasty[random_word() % 12] : random_word();
}

/* All over the tables and what the first areas have of control and rings. */
static void scribble(const struct vale *v)
{
	uint8_t *area = (void *)vale_area(v, random_word() % (VICTIMS + 1));
	struct {
		void *at;
		uint64_t size;
	} places[] = {
		{vale_header(v), sizeof(struct sw_header)},
		{vale_port(v, 0), 16 * sizeof(struct sw_port)},
		{vale_opening(v, 0), 16 * sizeof(struct sw_opening)},
		{vale_area_entry(v, 0), 16 * sizeof(struct sw_area_entry)},
		{vale_macs(v), SW_MAC_ENTRIES * 8},
		{area, sizeof(struct area)},
		{area + AREA_FILTER_AT, 16 * sizeof(struct nmd_insn)},
		{area + AREA_IF_AT, 8192},
	};
	uint32_t which = (uint32_t)(random_word() % 8);
	uint64_t at = random_word() % (places[which].size / 8) * 8;

	__atomic_store_n((uint64_t *)(void *)((uint8_t *)places[which].at + at),
			 random_value(), __ATOMIC_RELAXED);
}

static void be_the_scribbler(void *argument)
{
	struct nmd_options options = {
		.size = sizeof(options), .tx_slots = SLOTS, .rx_slots = SLOTS};
	struct nmd_port *port;

	(void)argument;
	CHECK_EQ(nmd_open("vale0:scribbler", &options, &port, NULL), 0);
	state = shared->seed;
	event_set(shared->ready);
	event_wait(shared->go);
	while (!atomic_load(&shared->enough)) {
		for (int i = 0; i < BURST; i++)
			scribble(port->vale);
		poll(NULL, 0, 1); /* a turn for the victims */
	}
	_exit(0);
}

static void check_victims(const pid_t *pids)
{
	uint64_t now = now_ns();

	for (int i = 0; i < VICTIMS; i++) {
		uint64_t since = atomic_load(&shared->victim[i].since);
		siginfo_t ended = {0};

		if (since && now > since && now - since > CALL_PATIENCE_NS) {
			printf("victim %d does not come back\n", i);
			exit(1);
		}
		CHECK_EQ(waitid(P_PID, (id_t)pids[i], &ended,
				WEXITED | WNOHANG | WNOWAIT),
			 0);
		if (ended.si_pid) {
			printf("victim %d ended: %d\n", i, ending_of(pids[i]));
			exit(1);
		}
	}
}

/* A file takes all that is left. */
static void fill_up(void)
{
	static char block[4096];
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/filler", runtime_dir);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	CHECK_EQ(errno, ENOSPC);
	close(fd);
}

static void play(int seconds, uint64_t seed, bool full)
{
	uint64_t end;
	pid_t pids[VICTIMS], scribbler;

	shared = shared_memory(sizeof(*shared));
	shared->seed = seed * 0x9e3779b97f4a7c15ull + 1;
	shared->ready = event_new();
	shared->go = event_new();
	scribbler = spawn(be_the_scribbler, NULL);
	event_wait(shared->ready);
	for (int i = 0; i < VICTIMS; i++) {
		pids[i] = spawn(be_a_victim, &shared->victim[i]);
		event_wait(shared->ready);
	}
	if (full)
		fill_up();
	for (int i = 0; i < VICTIMS + 1; i++)
		event_set(shared->go);
	for (end = now_ns() + (uint64_t)seconds * 1000000000u; now_ns() < end;
	     poll(NULL, 0, 10))
		check_victims(pids);
	atomic_store(&shared->enough, true);
	for (int i = 0; i < VICTIMS; i++) {
		const struct victim *v = &shared->victim[i];

		join(pids[i]);
		printf("%svictim %d: %llu calls, the longest %.1f ms\n",
		       full ? "full, " : "", i,
		       (unsigned long long)atomic_load(&v->calls),
		       (double)atomic_load(&v->longest_ns) / 1e6);
	}
	join(scribbler);
	munmap(shared, sizeof(*shared));
}

static int seconds = SECONDS;
static uint64_t seed = 1;

/* In a child, which has a small tmpfs of its own there. */
static void play_in_a_full_tmpfs(void *argument)
{
	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", runtime_dir, "tmpfs", 0, "size=16m,mode=700") < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	play(seconds, seed, true);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
}

int main(int argc, char **argv)
{
	int code;

	if (argc > 1)
		seconds = atoi(argv[1]);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	begin();
	play(seconds, seed, false);
	/* What a spoiled switch leaves is not the point here. */
	remove_runtime_dir();
	CHECK_EQ(mkdir(runtime_dir, 0700), 0);
	code = UNDER_TSAN ? 77 : ending_of(spawn(play_in_a_full_tmpfs, NULL));
	CHECK(code == 0 || code == 77);
	finish();
	if (code == 77)
		SKIP("no mounts in this container, or under TSan");
	return 0;
}
