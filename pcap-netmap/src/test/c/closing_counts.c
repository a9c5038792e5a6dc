/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Openings that come and go, also by kill -9, while others send at full
 * speed: what closed openings had offered, got and lost stays in the switch's
 * totals, and with those of the living the sums agree to the last frame.
 * Killed receivers cost the sums nothing, a killed sender at most the batch
 * that it was about to count.
 */
#include "counted.h"

#include <fcntl.h>

#include "layout.h"

#define SENDERS 2
#define CHURNERS 2
#define BATCH 256 /* frames that a killed sender may not have counted */

struct run {
	struct event ready, go, finished;
	_Atomic bool enough;
	_Atomic uint32_t next_sender, next_churner;
	_Atomic uint64_t read_by_churners, openings;
	uint64_t frames;
};

static void be_sender(void *argument)
{
	struct run *run = argument;
	uint32_t number = atomic_fetch_add(&run->next_sender, 1);
	struct counted_sender s = {.number = number,
				   .receivers = 2,
				   .pattern = ALWAYS_ALL,
				   .total = run->frames};
	struct opened o;
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:s%u", number);
	o = open_raw(spec);
	event_set(run->ready);
	event_wait(run->go);
	while (counted_send(&o, &s, 100))
		sched_yield();
	nmd_close(o.port);
	event_set(run->finished);
}

/* Opens, reads some frames or none, closes; again and again. */
static void be_churner(void *argument)
{
	struct run *run = argument;
	uint32_t number = atomic_fetch_add(&run->next_churner, 1);
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:c%u", number);
	event_set(run->ready);
	event_wait(run->go);
	for (uint32_t i = 0; !atomic_load(&run->enough); i++) {
		struct counted_seen seen = {0};
		struct opened o = i % 3 ? open_raw(spec) : open_capture(spec);
		uint64_t wanted = i % 4 * 300;

		while (seen.frames < wanted && !atomic_load(&run->enough))
			if (nmd_wait(o.port, POLLIN, 5000000) > 0)
				counted_take(&o, &seen, (uint8_t)number);
		CHECK(nmd_rxsync(o.port) >= 0);
		/* Also frames that another opening of the port has sent. */
		atomic_fetch_add(&run->read_by_churners, seen.frames);
		atomic_fetch_add(&run->openings, 1);
		nmd_close(o.port);
	}
}

static struct sw_retired retired(void)
{
	struct sw_header h;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/vale0/shm", runtime_dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_EQ(pread(fd, &h, sizeof(h), 0), sizeof(h));
	close(fd);
	return h.retired[h.retired_word & 1];
}

static struct run *start(uint64_t frames)
{
	struct run *run = shared_memory(sizeof(*run));

	run->frames = frames;
	run->ready = event_new();
	run->go = event_new();
	run->finished = event_new();
	return run;
}

static void stop_events(struct run *run)
{
	close(run->ready.fd);
	close(run->go.fd);
	close(run->finished.fd);
	munmap(run, sizeof(*run));
}

/* The sums over all that has closed and the one opening that lives. */
static void check_sums(const struct opened *o, uint64_t missing)
{
	struct sw_retired r = retired();
	struct nmd_stats s = checked_stats(o);
	uint64_t offered = r.offered + s.offered;
	uint64_t taken = r.published + r.dropped + r.filtered + s.accepted +
			 s.dropped + s.filtered;

	CHECK(taken >= offered);
	CHECK(taken - offered <= missing);
	CHECK_EQ(r.published, r.consumed + r.abandoned);
}

static void openings_come_and_go(uint64_t frames)
{
	struct run *run = start(frames);
	struct opened o = open_raw("vale0:witness");
	struct counted_seen seen = {0};
	pid_t pid[SENDERS + CHURNERS];
	struct sw_retired r;

	for (int i = 0; i < SENDERS + CHURNERS; i++) {
		pid[i] = spawn(i < SENDERS ? be_sender : be_churner, run);
		event_wait(run->ready);
	}
	for (int i = 0; i < SENDERS + CHURNERS; i++)
		event_set(run->go);
	for (int i = 0; i < SENDERS; i++)
		event_wait(run->finished);
	atomic_store(&run->enough, true);
	for (int i = 0; i < SENDERS + CHURNERS; i++)
		join(pid[i]);
	CHECK_EQ(listed(), 1);
	while (counted_take(&o, &seen, 0) > 0)
		;
	check_sums(&o, 0);
	r = retired();
	CHECK_EQ(r.openings, run->openings + SENDERS);
	CHECK_EQ(r.consumed, run->read_by_churners);
	printf("%llu openings, %llu frames offered\n",
	       (unsigned long long)r.openings, (unsigned long long)r.offered);
	nmd_close(o.port);
	stop_events(run);
}

static void openings_are_killed(bool senders, int kills)
{
	struct run *run = start(UINT64_MAX);
	struct opened o = open_raw("vale0:witness");
	struct counted_sender s = {
		.receivers = 1, .pattern = ALWAYS_ALL, .total = UINT64_MAX};

	for (int i = 0; i < kills; i++) {
		pid_t pid = spawn(senders ? be_sender : be_churner, run);

		atomic_store(&run->next_sender, 1);
		event_wait(run->ready);
		event_set(run->go);
		for (int k = 0; k < 30 + i; k++) {
			counted_send(&o, &s, 200);
			discard(&o);
			sched_yield();
		}
		kill_and_reap(pid);
		CHECK_EQ(listed(), 1);
	}
	check_sums(&o, senders ? (uint64_t)kills * BATCH : 0);
	nmd_close(o.port);
	stop_events(run);
}

int main(void)
{
	uint64_t frames = UNDER_TSAN || UNDER_ASAN ? 50000 : 500000;

	begin();
	openings_come_and_go(frames);
	openings_are_killed(false, 40);
	openings_are_killed(true, 40);
	finish();
	return 0;
}
