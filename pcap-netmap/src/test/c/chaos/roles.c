/* SPDX-License-Identifier: BSD-2-Clause */
#include "chaos.h"

#include <linux/filter.h>

#include "futex.h"
#include "port.h"

/* Pauses and patience of the roles: short, since rounds are. */
#define PAUSE_NS 200000
#define WAIT_NS 2000000
#define TEACH_EVERY 16 /* turns */
#define LATE_MS 10000  /* by a sender that stands stopped */

struct board *board;

/* A process at work. */
struct worker {
	struct part *part;
	struct opened port;
	uint64_t random;
	uint64_t next[SENDERS_MAX][RECEIVERS + 1]; /* expected of each sender */
};

static uint32_t random_below(struct worker *w, uint32_t n)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(w->random >> 33) % n;
}

static void open_as(struct worker *w, const char *spec,
		    struct nmd_options options)
{
	w->port = open_with(spec, options);
	atomic_store(&w->part->openings, 1);
}

/* Frames come whole and in their sender's order, each at most once. */
static void check_frame(struct worker *w, const uint8_t *frame, uint32_t len)
{
	uint32_t sender = get_word(frame + 16);
	uint32_t to = frame[15] == TO_EVERYBODY ? EVERYBODY : frame[15];
	uint64_t sequence;

	memcpy(&sequence, frame + 24, 8);
	CHECK_EQ(get_word(frame + 20), counted_checksum(frame, len));
	CHECK_EQ(len, counted_length(sequence));
	CHECK(sender < SENDERS_MAX && to <= EVERYBODY);
	CHECK(sequence >= w->next[sender][to]);
	w->next[sender][to] = sequence + 1;
}

/* Another process that shares the rings may be, or have died, in a sync. */
static bool is_shared(const struct worker *w)
{
	return w->part->role == CO_OPENER || w->part->role == OPENER ||
	       (w->part->role == READER && w->part->number == 0);
}

static void sync_port(struct worker *w, struct nmd_port *port,
		      int (*sync)(struct nmd_port *))
{
	int n = timed(w->part, sync, port);

	if (n == -EBUSY && is_shared(w))
		return;
	if (n < 0)
		printf("%s: %s\n", nmd_name(port), strerror(-n));
	CHECK(n >= 0);
}

/* Reads and checks all that is there, and gives it back. */
static void take(struct worker *w)
{
	struct netmap_ring *ring = w->port.rx;
	uint32_t tail, at = ring->head;

	sync_port(w, w->port.port, nmd_rxsync);
	tail = __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);
	for (; at != tail; at = next_slot(ring, at)) {
		const uint8_t *frame = buffer_of(ring, at);

		if (is_counted(frame)) {
			check_frame(w, frame, ring->slot[at].len);
			atomic_fetch_add(&w->part->taken, 1);
		}
	}
	__atomic_store_n(&ring->cur, at, __ATOMIC_RELAXED);
	__atomic_store_n(&ring->head, at, __ATOMIC_RELEASE);
	sync_port(w, w->port.port, nmd_rxsync);
}

static void wait_and_take(struct worker *w, int64_t timeout_ns)
{
	int r = nmd_wait(w->port.port, POLLIN, timeout_ns);

	CHECK(r >= 0 || r == -EINTR);
	take(w);
}

static void teach(struct worker *w)
{
	uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 1};

	if (atomic_load(&w->part->turns) % TEACH_EVERY)
		return;
	frame[11] = (uint8_t)w->part->number;
	if (slots_in(w->port.tx) > 0)
		queue_slot(w->port.tx, frame, sizeof(frame), 0);
	sync_port(w, w->port.port, nmd_txsync);
}

/* Frames of this sender's own to a receiver, or to all. */
static void queue_some(struct worker *w, uint32_t to)
{
	uint32_t batch = 1 + random_below(w, BATCH_MAX);
	struct netmap_ring *ring = w->port.tx;

	for (; batch > 0 && slots_in(ring) > 0; batch--) {
		uint64_t sequence = w->part->sequence[to]++;
		uint8_t wire = to == EVERYBODY ? TO_EVERYBODY : (uint8_t)to;
		uint32_t len = counted_make(buffer_of(ring, ring->head),
					    w->part->number, wire, sequence);

		queue_slot(ring, NULL, len, 0);
	}
}

static void send_some(struct worker *w)
{
	queue_some(w,
		   random_below(w, 2) ? random_below(w, RECEIVERS) : EVERYBODY);
	sync_port(w, w->port.port, nmd_txsync);
	wait_and_take(w, PAUSE_NS);
}

/* Each end writes what there is room for and reads what has come. */
static void use_pipe(struct worker *w)
{
	queue_some(w, EVERYBODY);
	sync_port(w, w->port.port, nmd_txsync);
	wait_and_take(w, PAUSE_NS);
}

static void read_by_waiting(struct worker *w)
{
	teach(w);
	wait_and_take(w, WAIT_NS);
}

static void read_by_polling(struct worker *w)
{
	struct pollfd p = {nmd_fd(w->port.port), POLLIN, 0};

	teach(w);
	CHECK_EQ(nmd_arm(w->port.port), 0);
	/* What is published has been announced before, or is late. */
	if (poll(&p, 1, WAIT_NS / 1000000) == 0 &&
	    port_has_unread(w->port.port))
		CHECK_EQ(poll(&p, 1, LATE_MS), 1);
	take(w);
}

/* Accepts count modulo 4 from a number on; 0 accepts all. */
static void change_filter(struct worker *w)
{
	const struct nmd_insn prog[] = {
		{BPF_LD | BPF_B | BPF_ABS, 0, 0, 14},
		{BPF_JMP | BPF_JGE | BPF_K, 0, 1, random_below(w, 4)},
		{BPF_RET | BPF_K, 0, 0, 65535},
		{BPF_RET | BPF_K, 0, 0, 0},
	};

	CHECK_EQ(nmd_set_filter(w->port.port, prog, random_below(w, 3) ? 4 : 0),
		 0);
	CHECK_EQ(nmd_set_direction(w->port.port,
				   random_below(w, 2) ? NMD_INOUT : NMD_IN),
		 0);
	CHECK_EQ(nmd_set_snaplen(w->port.port, random_below(w, 2) ? 0 : 2000),
		 0);
}

static void read_filtered(struct worker *w)
{
	if (random_below(w, 8) == 0)
		change_filter(w);
	read_by_waiting(w);
}

static void read_copies(struct worker *w)
{
	wait_and_take(w, WAIT_NS);
}

/* Syncs the shared rings without reading; changes their settings. */
static void share(struct worker *w)
{
	int r;

	sync_port(w, w->port.port, nmd_rxsync);
	sync_port(w, w->port.port, nmd_txsync);
	if (random_below(w, 8) == 0) {
		r = nmd_set_snaplen(w->port.port, 0);
		CHECK(r == 0 || r == -EBUSY);
	}
	nmd_wait(w->port.port, POLLIN, PAUSE_NS);
}

static struct nmd_port *open_something(struct worker *w)
{
	static const char *const specs[] = {
		"vale0:o0", "vale0:o1", "vale0:o0/x", "vale0:r1", "vale0:*",
		"vale0:r0", "vale1:o0", "vale1:o1",   "vale1:o0", "vale1:o1/x",
	};
	uint32_t which = random_below(w, 10);
	bool alone = strstr(specs[which], "/x") != NULL;
	bool capture = (which >= 3 && which <= 5) ||
		       (!alone && random_below(w, 2));
	struct nmd_options options = {.size = sizeof(options),
				      .mode = capture ? NMD_CAPTURE : NMD_RAW,
				      .tx_slots = 16u << random_below(w, 5),
				      .rx_slots = 16u << random_below(w, 5)};
	struct nmd_port *port = NULL;
	struct nmd_error why = {0};
	int r = nmd_open(specs[which], &options, &port, &why);

	/* The other opener's, or somebody is stopped in the tables. */
	if (r < 0 && r != -EBUSY && r != -ETIMEDOUT) {
		printf("%s\n", why.text);
		CHECK_EQ(r, 0);
	}
	return port;
}

static void open_use_and_close(struct worker *w)
{
	struct nmd_port *port = open_something(w);
	struct netmap_ring *ring = port ? nmd_tx_ring(port, 0) : NULL;
	uint8_t frame[60];

	if (!port)
		return;
	if (nmd_name(port)[6] == 'o') {
		make_frame(frame, 255, 99, sizeof(frame), 0);
		memset(frame + 12, 0, 2); /* not a counted one */
		queue_slot(ring, frame, sizeof(frame), 0);
		sync_port(w, port, nmd_txsync);
	}
	nmd_wait(port, POLLIN, PAUSE_NS);
	sync_port(w, port, nmd_rxsync);
	nmd_close(port);
}

static void list_all(struct worker *w)
{
	struct nmd_info info[32];
	int n = nmd_list(info, 32, NULL);

	CHECK(n >= 0);
	for (int i = 0; i < n; i++)
		CHECK(strncmp(info[i].switch_name, "vale", 4) == 0);
	poll(NULL, 0, 1 + (int)random_below(w, 3));
}

static void open_port(struct worker *w)
{
	static const struct nmd_options raw = {.mode = NMD_RAW},
					capture = {.mode = NMD_CAPTURE,
						   .rx_slots = 1024};
	char spec[32];

	switch (w->part->role) {
	case OPENER:
	case LISTER:
		return;
	case TAP:
		open_as(w, "vale0:*", capture);
		return;
	case CAPTURE:
		open_as(w, "vale0:r0", capture);
		return;
	case PIPE_END:
		snprintf(spec, sizeof(spec), "vale0:p%c1",
			 w->part->number % 2 ? '{' : '}');
		break;
	case SENDER:
		snprintf(spec, sizeof(spec), "vale0:s%u", w->part->number);
		break;
	default:
		snprintf(spec, sizeof(spec), "vale0:r%u", w->part->number);
	}
	open_as(w, spec, raw);
}

static void (*const turns[ROLES])(struct worker *) = {
	[SENDER] = send_some,          [READER] = read_by_waiting,
	[POLLER] = read_by_polling,    [FILTERER] = read_filtered,
	[CAPTURE] = read_copies,       [TAP] = read_copies,
	[CO_OPENER] = share,           [LISTER] = list_all,
	[OPENER] = open_use_and_close, [PIPE_END] = use_pipe,
};

static void obey_hold(struct part *part)
{
	uint32_t hold;

	while ((hold = atomic_load(&board->hold)) % 2) {
		atomic_store(&part->held, hold);
		futex_wake(&part->held);
		futex_wait(&board->hold, hold, -1);
	}
}

void play_role(void *argument)
{
	static struct worker w;

	w.part = argument;
	w.random = (uint64_t)getpid() * 0x9e3779b97f4a7c15u;
	obey(w.part);
	open_port(&w);
	for (;;) {
		obey_hold(w.part);
		turns[w.part->role](&w);
		atomic_fetch_add(&w.part->turns, 1);
		/* Only a system call when the driver waits for it. */
		if (atomic_load(&board->disturbed))
			futex_wake(&w.part->turns);
	}
}

const char *role_name(enum role role)
{
	static const char *const names[] = {
		"sender", "reader",    "poller",   "filterer", "capture",
		"tap",    "co-opener", "pipe end", "opener",   "lister"};

	return names[role];
}
