/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several senders, several receivers, each a process of its own, at full
 * speed: every frame arrives unchanged and in its sender's order or is
 * counted as dropped or filtered, and the sums agree to the last frame:
 *	offered = accepted + dropped + filtered,
 *	published = consumed + unread + abandoned.
 *
 * With arguments it is one such process, for tests in other languages:
 *	exact_counts send <port> <number> <receivers> <frames> <pattern 0..2>
 *	exact_counts receive <port> <number> <raw|capture|filter>
 * A sender prints "ready", sends when it has read a line, prints "done", and
 * at the end of its input its counts. A receiver prints "ready", after a line
 * makes its address known and prints "taught", after another forgets what has
 * come so far and prints "receiving", and at the end of its input its counts.
 */
#include "counted.h"

#include <linux/filter.h>

#define POLL_NS 20000000

enum receiver_kind {
	RAW,
	CAPTURE,
	FILTERED
};

struct scenario {
	const char *name;
	uint32_t senders, receivers;
	enum counted_pattern pattern;
	enum receiver_kind kind;
	bool polite;     /* never more under way than the ring holds */
	uint64_t frames; /* of each sender */
};

/* One worker's part, written by it, read by the parent when it has ended. */
struct part {
	struct nmd_stats stats;
	struct counted_seen seen;
	_Atomic uint64_t taken; /* frames so far, for polite senders */
	uint64_t others;        /* frames that are not counted ones */
};

struct run {
	struct scenario what;
	struct event opened, taught, go, receive, finished, quiet;
	_Atomic bool done;
	_Atomic uint32_t next_worker;
	struct part sender[SENDERS_MAX], receiver[SENDERS_MAX];
};

/* Only counts 0 and 1 modulo 4. */
static void set_filter(const struct opened *o)
{
	const struct nmd_insn prog[] = {
		{BPF_LD | BPF_B | BPF_ABS, 0, 0, 14},
		{BPF_JMP | BPF_JGE | BPF_K, 0, 1, 2},
		{BPF_RET | BPF_K, 0, 0, 0},
		{BPF_RET | BPF_K, 0, 0, 65535},
	};

	CHECK_EQ(nmd_set_filter(o->port, prog, 4), 0);
}

static struct opened open_receiver(const char *spec, enum receiver_kind kind)
{
	struct nmd_options options = {
		.rx_slots = 8192, .mode = kind == RAW ? NMD_RAW : NMD_CAPTURE};
	struct opened o = open_with(spec, options);

	if (kind == FILTERED)
		set_filter(&o);
	return o;
}

static void be_sender(void *argument)
{
	struct run *run = argument;
	uint32_t number = atomic_fetch_add(&run->next_worker, 1);
	struct part *part = &run->sender[number];
	struct counted_sender s = {.number = number,
				   .receivers = run->what.receivers,
				   .pattern = run->what.pattern,
				   .total = run->what.frames};
	uint32_t batch = 0;
	struct opened o;
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:s%u", number);
	o = open_raw(spec);
	event_set(run->opened);
	event_wait(run->go);
	while (counted_send(&o, &s, batch)) {
		batch = (batch + 37) % 500;
		while (run->what.polite &&
		       s.sent > atomic_load(&run->receiver[0].taken) + 7000)
			sched_yield();
	}
	event_set(run->finished);
	event_wait(run->quiet);
	part->stats = checked_stats(&o);
	nmd_close(o.port);
}

static void be_receiver(void *argument)
{
	struct run *run = argument;
	uint32_t number = atomic_fetch_add(&run->next_worker, 1) -
			  run->what.senders;
	struct part *part = &run->receiver[number];
	struct opened o;
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:r%u", number);
	o = open_receiver(spec, run->what.kind);
	event_set(run->opened);
	event_wait(run->taught);
	counted_teach(&o, (uint8_t)number);
	event_set(run->opened);
	event_wait(run->receive);
	part->others = discard(&o); /* what others taught */
	event_set(run->opened);
	for (bool last = false; !last;) {
		last = atomic_load(&run->done);
		CHECK(nmd_wait(o.port, POLLIN, last ? 0 : POLL_NS) >= 0);
		atomic_fetch_add(&part->taken, counted_take(&o, &part->seen,
							    (uint8_t)number));
	}
	CHECK_EQ(nmd_rxsync(o.port), 0);
	part->stats = checked_stats(&o);
	nmd_close(o.port);
}

static void wait_for(struct event e, uint32_t times)
{
	while (times-- > 0)
		event_wait(e);
}

static void set_for(struct event e, uint32_t times)
{
	while (times-- > 0)
		event_set(e);
}

/* Starts all, so that every frame is offered to every port that is to be. */
static void run_workers(struct run *run)
{
	uint32_t senders = run->what.senders, receivers = run->what.receivers;
	uint32_t n = 0;
	pid_t pid[2 * SENDERS_MAX];

	while (n < senders) {
		pid[n++] = spawn(be_sender, run);
		event_wait(run->opened); /* so that numbers are in order */
	}
	while (n < senders + receivers) {
		pid[n++] = spawn(be_receiver, run);
		event_wait(run->opened);
	}
	set_for(run->taught, receivers);
	wait_for(run->opened, receivers);
	set_for(run->receive, receivers);
	wait_for(run->opened, receivers);
	set_for(run->go, senders);
	wait_for(run->finished, senders);
	atomic_store(&run->done, true);
	for (uint32_t i = senders; i < n; i++)
		join(pid[i]);
	set_for(run->quiet, senders);
	for (uint32_t i = 0; i < senders; i++)
		join(pid[i]);
}

static uint64_t expected_offers(const struct scenario *what)
{
	uint64_t others = what->senders + what->receivers - 1;
	uint64_t to_all = what->pattern == ALWAYS_ALL ? what->frames
			  : what->pattern == SOMETIMES_ALL
				  ? (what->frames + 7) / 8
				  : 0;

	return what->receivers * others +
	       what->senders * (to_all * others + what->frames - to_all);
}

static void check_receiver(const struct scenario *what, const struct part *part)
{
	const struct nmd_stats *s = &part->stats;

	CHECK_EQ(s->consumed, part->seen.frames + part->others);
	CHECK_EQ(s->accepted, s->published);
	CHECK_EQ(s->unread, 0);
	CHECK_EQ(s->abandoned, 0);
	if (what->kind != FILTERED)
		CHECK_EQ(s->filtered, 0);
	if (!what->polite)
		return;
	CHECK_EQ(s->dropped, 0);
	CHECK_EQ(part->seen.missing, 0);
	CHECK_EQ(part->seen.frames, what->frames);
}

static void check_sums(const struct run *run)
{
	const struct scenario *what = &run->what;
	uint64_t offered = 0, taken = 0, filtered = 0;

	for (uint32_t i = 0; i < what->senders + what->receivers; i++) {
		const struct nmd_stats *s =
			i < what->senders
				? &run->sender[i].stats
				: &run->receiver[i - what->senders].stats;

		offered += s->offered;
		taken += s->accepted + s->dropped + s->filtered;
		filtered += s->filtered;
		CHECK_EQ(s->sent_bad, 0);
	}
	CHECK_EQ(offered, expected_offers(what));
	CHECK_EQ(taken, offered);
	CHECK_EQ(filtered > 0, what->kind == FILTERED);
	for (uint32_t i = 0; i < what->senders; i++)
		CHECK_EQ(run->sender[i].stats.sent, what->frames);
	for (uint32_t i = 0; i < what->receivers; i++)
		check_receiver(what, &run->receiver[i]);
}

static void play(struct scenario what)
{
	struct run *run = shared_memory(sizeof(*run));
	uint64_t frames = 0;

	run->what = what;
	run->opened = event_new();
	run->taught = event_new();
	run->go = event_new();
	run->receive = event_new();
	run->finished = event_new();
	run->quiet = event_new();
	run_workers(run);
	check_sums(run);
	for (uint32_t i = 0; i < what.receivers; i++)
		frames += run->receiver[i].seen.frames;
	printf("%s: %llu frames offered, %llu read\n", what.name,
	       (unsigned long long)expected_offers(&what),
	       (unsigned long long)frames);
	close(run->opened.fd);
	close(run->taught.fd);
	close(run->go.fd);
	close(run->receive.fd);
	close(run->finished.fd);
	close(run->quiet.fd);
	munmap(run, sizeof(*run));
}

/* The process that a test in another language started. */
static void wait_for_line(void)
{
	int c;

	do
		c = getchar();
	while (c != '\n' && c != EOF);
}

static void print_counts(const struct opened *o,
			 const struct counted_seen *seen)
{
	struct nmd_stats s = checked_stats(o);

	printf("frames %llu\nmissing %llu\noffered %llu\naccepted %llu\n"
	       "published %llu\nconsumed %llu\nunread %llu\nabandoned %llu\n"
	       "dropped %llu\nfiltered %llu\nsent %llu\n",
	       (unsigned long long)seen->frames,
	       (unsigned long long)seen->missing, (unsigned long long)s.offered,
	       (unsigned long long)s.accepted, (unsigned long long)s.published,
	       (unsigned long long)s.consumed, (unsigned long long)s.unread,
	       (unsigned long long)s.abandoned, (unsigned long long)s.dropped,
	       (unsigned long long)s.filtered, (unsigned long long)s.sent);
}

static int send_for_others(char **argv)
{
	struct counted_seen nothing = {0};
	struct counted_sender s = {
		.number = (uint32_t)atoi(argv[3]),
		.receivers = (uint32_t)atoi(argv[4]),
		.total = strtoull(argv[5], NULL, 10),
		.pattern = (enum counted_pattern)atoi(argv[6])};
	struct opened o = open_raw(argv[2]);

	printf("ready\n");
	wait_for_line();
	while (counted_send(&o, &s, 200))
		sched_yield();
	printf("done\n");
	while (getchar() != EOF)
		;
	print_counts(&o, &nothing);
	nmd_close(o.port);
	return 0;
}

/* Reads until the input ends and the ring is empty; sleeps on both. */
static void receive_until_end(const struct opened *o, struct counted_seen *seen,
			      uint8_t self)
{
	struct pollfd wait[2] = {{0, POLLIN, 0}, {nmd_fd(o->port), POLLIN, 0}};

	for (bool last = false; !last;) {
		CHECK_EQ(nmd_arm(o->port), 0);
		CHECK(poll(wait, 2, PATIENCE_MS) > 0);
		last = wait[0].revents && getchar() == EOF;
		counted_take(o, seen, self);
		CHECK(nmd_rxsync(o->port) >= 0);
	}
	while (counted_take(o, seen, self) > 0)
		;
}

static int receive_for_others(char **argv)
{
	enum receiver_kind kind = strcmp(argv[4], "raw") == 0      ? RAW
				  : strcmp(argv[4], "filter") == 0 ? FILTERED
								   : CAPTURE;
	uint8_t self = (uint8_t)atoi(argv[3]);
	struct opened o = open_receiver(argv[2], kind);
	struct counted_seen seen = {0};

	setvbuf(stdin, NULL, _IONBF, 0);
	printf("ready\n");
	wait_for_line();
	counted_teach(&o, self);
	printf("taught\n");
	wait_for_line();
	discard(&o);
	printf("receiving\n");
	receive_until_end(&o, &seen, self);
	print_counts(&o, &seen);
	nmd_close(o.port);
	return 0;
}

static int work_for_others(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 7 && strcmp(argv[1], "send") == 0)
		return send_for_others(argv);
	if (argc == 5 && strcmp(argv[1], "receive") == 0)
		return receive_for_others(argv);
	printf("usage: exact_counts [send|receive ...]\n");
	return 2;
}

int main(int argc, char **argv)
{
	uint64_t n = UNDER_TSAN || UNDER_ASAN ? 20000 : 300000;

	if (argc > 1)
		return work_for_others(argc, argv);
	begin();
	play((struct scenario){"1 to 1, polite", 1, 1, ONE_BY_ONE, RAW, true,
			       2 * n});
	play((struct scenario){"1 to 1", 1, 1, ONE_BY_ONE, RAW, false, 2 * n});
	play((struct scenario){"1 to 1, filtered", 1, 1, ONE_BY_ONE, FILTERED,
			       false, 2 * n});
	play((struct scenario){"3 to 1", 3, 1, ONE_BY_ONE, RAW, false, n});
	play((struct scenario){"1 to 3, flooded", 1, 3, ALWAYS_ALL, RAW, false,
			       n});
	play((struct scenario){"1 to 3", 1, 3, ONE_BY_ONE, CAPTURE, false, n});
	play((struct scenario){"3 to 3, mixed", 3, 3, SOMETIMES_ALL, RAW, false,
			       n});
	play((struct scenario){"3 to 3, mixed, filtered", 3, 3, SOMETIMES_ALL,
			       FILTERED, false, n});
	finish();
	return 0;
}
