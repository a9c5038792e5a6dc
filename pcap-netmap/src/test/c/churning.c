/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two ports exchange frames while other processes open and close ports,
 * captures and taps on the same switch, hundreds of times: the two lose
 * nothing that is not counted as dropped, to the frame, and nobody leaks a
 * descriptor, a mapping or shared memory. Prints how long the opens and
 * closes took.
 */
#include "counted.h"

#include <dirent.h>
#include <time.h>

#include "spare.h"

#define BUSY 2
#define CHURNERS 4
#define WARM_UP 10 /* cycles after which a churner has all it needs */

struct run {
	struct event ready, go, done, drained, end;
	_Atomic uint32_t next_busy, next_churner;
	_Atomic bool enough;
	_Atomic uint64_t open_ns, close_ns;
	uint32_t cycles;       /* of each churner */
	uint64_t sent[BUSY];   /* to the other, or to all */
	uint64_t heard[BUSY];  /* of the other */
	uint64_t missed[BUSY]; /* sequence numbers that were skipped */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint32_t descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	uint32_t n = 0;

	CHECK(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Mappings of shared files; the allocator's own come and go. */
static uint32_t mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	uint32_t n = 0;

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		n += strstr(line, "/shm") != NULL;
	fclose(maps);
	return n;
}

/* To the other of the two, now and then to all. */
static void send_batch(const struct opened *o, struct run *run, uint8_t self,
		       uint64_t sequence[256])
{
	for (int i = 0; i < 100 && slots_in(o->tx) > 0; i++) {
		uint8_t to = run->sent[self] % 500 ? !self : TO_EVERYBODY;
		uint32_t len = counted_make(buffer_of(o->tx, o->tx->head), self,
					    to, sequence[to]++);

		queue_slot(o->tx, NULL, len, 0);
		run->sent[self]++;
	}
	CHECK(nmd_txsync(o->port) >= 0);
}

/* Reads what is there; churners' frames are none of ours. */
static void take(const struct opened *o, struct counted_seen *seen,
		 uint8_t self)
{
	struct netmap_ring *ring = o->rx;

	readable(o);
	while (ring->head != ring->tail) {
		const uint8_t *frame = buffer_of(ring, ring->head);

		if (is_counted(frame))
			counted_check(seen, frame, ring->slot[ring->head].len,
				      self);
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
	CHECK(nmd_rxsync(o->port) >= 0);
}

static void be_busy(void *argument)
{
	struct run *run = argument;
	uint8_t self = (uint8_t)atomic_fetch_add(&run->next_busy, 1);
	struct counted_seen seen = {0};
	uint64_t sequence[256] = {0};
	uint32_t fds, maps;
	struct opened o;
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:busy%u", self);
	o = open_raw(spec);
	counted_teach(&o, self);
	event_set(run->ready);
	event_wait(run->go);
	fds = descriptors();
	maps = mappings();
	while (!atomic_load(&run->enough)) {
		send_batch(&o, run, self, sequence);
		take(&o, &seen, self);
	}
	event_set(run->done);
	event_wait(run->drained); /* the other has sent its last */
	take(&o, &seen, self);
	CHECK_EQ(descriptors(), fds);
	CHECK_EQ(mappings(), maps);
	run->heard[self] = seen.frames;
	run->missed[self] = seen.missing;
	event_set(run->done);
	event_wait(run->end);
	nmd_close(o.port);
}

static struct nmd_options cycle_options(uint32_t i)
{
	static const uint32_t slots[] = {16, 64, 256, 1024};
	struct nmd_options options = {.mode = i % 3 == 1 ? NMD_CAPTURE
							 : NMD_RAW};

	if (i / 3 % 2)
		return options; /* the default sizes */
	options.tx_slots = slots[i % 4];
	options.rx_slots = slots[i / 4 % 4];
	return options;
}

/* A port of its own, one that all churners share, /x, or a tap. */
static void cycle(struct run *run, uint32_t number, uint32_t i)
{
	struct nmd_options options = cycle_options(i);
	uint64_t start = now_ns(), opened;
	struct opened o;
	char spec[32];

	if (i % 3 == 1 && i % 2)
		snprintf(spec, sizeof(spec), "vale0:*");
	else if (i % 5 == 0)
		snprintf(spec, sizeof(spec), "vale0:shared");
	else
		snprintf(spec, sizeof(spec), "vale0:c%u%s", number,
			 i % 2 ? "/x" : "");
	o = open_with(spec, options);
	opened = now_ns();
	/* Whoever shares rings is told so when both sync at once. */
	if (spec[6] == 'c')
		counted_teach(&o, (uint8_t)(BUSY + number));
	if (spec[6] != 's')
		discard(&o);
	atomic_fetch_add(&run->open_ns, opened - start);
	start = now_ns();
	nmd_close(o.port);
	atomic_fetch_add(&run->close_ns, now_ns() - start);
}

static void be_churner(void *argument)
{
	struct run *run = argument;
	uint32_t number = atomic_fetch_add(&run->next_churner, 1);
	uint32_t fds = 0, maps = 0;

	event_set(run->ready);
	event_wait(run->go);
	for (uint32_t i = 0; i < run->cycles; i++) {
		cycle(run, number, i);
		if (i == WARM_UP) {
			fds = descriptors();
			maps = mappings();
		}
	}
	CHECK_EQ(descriptors(), fds);
	CHECK_EQ(mappings(), maps);
}

/* Bytes that the switch's file takes of tmpfs. */
static uint64_t memory_taken(void)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/vale0/shm", runtime_dir);
	CHECK_EQ(stat(path, &st), 0);
	return (uint64_t)st.st_blocks * 512;
}

static struct nmd_pair pair_between(const char *from, const char *to)
{
	struct nmd_pair pairs[64], none = {0};
	int n = nmd_pairs(pairs, 64, NULL);

	CHECK(n >= 0 && n <= 64);
	for (int i = 0; i < n; i++)
		if (strcmp(pairs[i].sender_port, from) == 0 &&
		    strcmp(pairs[i].receiver_port, to) == 0)
			return pairs[i];
	return none;
}

/* What the two sent, heard and missed is what their pair has counted. */
static void check_survivors(const struct run *run)
{
	struct nmd_pair p[BUSY] = {pair_between("busy0", "busy1"),
				   pair_between("busy1", "busy0")};

	for (int i = 0; i < BUSY; i++) {
		/* And one frame that taught the first where the second is. */
		uint64_t taught = i == 1;

		CHECK_EQ(p[i].offered, run->sent[i] + taught);
		CHECK_EQ(p[i].accepted, run->heard[!i] + taught);
		CHECK_EQ(p[i].dropped, p[i].offered - p[i].accepted);
		CHECK(run->missed[!i] <= p[i].dropped);
		CHECK(run->heard[i] > 0);
	}
}

static void tell(struct event e)
{
	for (int i = 0; i < BUSY; i++)
		event_set(e);
}

static void hear(struct event e)
{
	for (int i = 0; i < BUSY; i++)
		event_wait(e);
}

static void print_times(const struct run *run, uint64_t ns)
{
	double cycles = (double)run->cycles * CHURNERS;

	printf("%.0f opens and closes by %d processes, %.0f a second; open "
	       "%.0f us, close %.0f us; the two exchanged %.2f million frames "
	       "a second\n",
	       cycles, CHURNERS, cycles / ((double)ns / 1e9),
	       (double)run->open_ns / cycles / 1e3,
	       (double)run->close_ns / cycles / 1e3,
	       (double)(run->heard[0] + run->heard[1]) / ((double)ns / 1e3));
}

static void churn(uint32_t cycles)
{
	struct run *run = shared_memory(sizeof(*run));
	pid_t busy[BUSY], churner[CHURNERS];
	uint64_t start, ns, before;

	run->cycles = cycles;
	run->ready = event_new();
	run->go = event_new();
	run->done = event_new();
	run->drained = event_new();
	run->end = event_new();
	for (int i = 0; i < BUSY; i++) {
		busy[i] = spawn(be_busy, run);
		event_wait(run->ready);
	}
	before = memory_taken();
	for (int i = 0; i < CHURNERS; i++) {
		churner[i] = spawn(be_churner, run);
		event_wait(run->ready);
	}
	for (int i = 0; i < BUSY + CHURNERS; i++)
		event_set(run->go);
	start = now_ns();
	for (int i = 0; i < CHURNERS; i++)
		join(churner[i]);
	ns = now_ns() - start;
	atomic_store(&run->enough, true);
	hear(run->done);
	tell(run->drained);
	hear(run->done);
	CHECK_EQ(listed(), BUSY);
	check_survivors(run);
	/* Control blocks stay, one for each place ever taken, and spare. */
	CHECK(memory_taken() - before <=
	      (uint64_t)CHURNERS * 32 * 1024 + SPARE_MOST);
	print_times(run, ns);
	tell(run->end);
	for (int i = 0; i < BUSY; i++)
		join(busy[i]);
}

int main(void)
{
	begin();
	churn(UNDER_TSAN || UNDER_ASAN ? 40 : 150);
	finish();
	return 0;
}
