/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters by pair: what each sender offered to each receiver, to the frame,
 * with several sending processes, a filter, floods and full rings. A
 * receiver's pairs, and what it has from senders that have closed or were
 * killed, add up to its own counters; a receiver that takes a closed one's
 * place begins at zero.
 */
#include "counted.h"

#define SENDERS 3
#define RECEIVERS 3
#define PAIRS_MAX 256

static struct nmd_pair pairs[PAIRS_MAX];
static uint32_t count;

static void read_pairs(void)
{
	struct nmd_error why = {0};
	int n = nmd_pairs(pairs, PAIRS_MAX, &why);

	if (n < 0)
		printf("%s\n", why.text);
	CHECK(n >= 0 && n <= PAIRS_MAX);
	count = (uint32_t)n;
	for (uint32_t i = 0; i < count; i++) {
		CHECK_EQ(strcmp(pairs[i].switch_name, "vale0"), 0);
		CHECK(pairs[i].offered > 0);
	}
}

/* What went from a port ("": closed ones) to another; zeroes: nothing. */
static struct nmd_pair pair_of(const char *sender, const char *receiver)
{
	struct nmd_pair none = {0};

	for (uint32_t i = 0; i < count; i++)
		if (strcmp(pairs[i].sender_port, sender) == 0 &&
		    strcmp(pairs[i].receiver_port, receiver) == 0)
			return pairs[i];
	return none;
}

/* A receiver's pairs against its own counters. */
static void check_receiver(const struct opened *o, const char *name)
{
	struct nmd_stats s = checked_stats(o);
	struct nmd_pair sum = {0};

	for (uint32_t i = 0; i < count; i++) {
		const struct nmd_pair *p = &pairs[i];

		CHECK_EQ(p->offered, p->accepted + p->dropped + p->filtered);
		if (strcmp(p->receiver_port, name) != 0)
			continue;
		sum.offered += p->offered;
		sum.accepted += p->accepted;
		sum.bytes += p->bytes;
		sum.dropped += p->dropped;
		sum.filtered += p->filtered;
		sum.wakeups += p->wakeups;
	}
	CHECK_EQ(sum.accepted, s.accepted);
	CHECK_EQ(sum.bytes, s.published_bytes);
	CHECK_EQ(sum.dropped, s.dropped);
	CHECK_EQ(sum.filtered, s.filtered);
	CHECK_EQ(sum.wakeups, s.wakeups);
	CHECK_EQ(sum.offered, s.accepted + s.dropped + s.filtered);
}

static uint64_t offered_by(const char *sender)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		if (strcmp(pairs[i].sender_port, sender) == 0)
			sum += pairs[i].offered;
	return sum;
}

static void one_frame_here_and_there(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct opened c = open_raw("vale0:c");
	struct nmd_pair p;

	read_pairs();
	CHECK_EQ(count, 0);
	send_to(&b, 255, 2); /* to a and c; teaches where 2 is */
	for (int i = 0; i < 5; i++)
		send_to(&a, 2, 1);
	send_to(&a, 255, 1);
	read_pairs();
	CHECK_EQ(count, 4);
	p = pair_of("a", "b");
	CHECK_EQ(p.offered, 6);
	CHECK_EQ(p.accepted, 6);
	CHECK_EQ(p.bytes, 360);
	CHECK_EQ(p.sender, 0);
	CHECK_EQ(p.receiver, 1);
	CHECK_EQ(pair_of("a", "c").accepted, 1);
	CHECK_EQ(pair_of("b", "a").accepted, 1);
	CHECK_EQ(pair_of("b", "c").accepted, 1);
	CHECK_EQ(pair_of("a", "a").offered, 0);
	check_receiver(&a, "a");
	check_receiver(&b, "b");
	check_receiver(&c, "c");
	CHECK_EQ(nmd_pairs(pairs, 2, NULL), 4); /* more than asked for */

	/* Another takes c's place: what c had is not its. */
	nmd_close(c.port);
	read_pairs();
	CHECK_EQ(count, 2);
	c = open_raw("vale0:d");
	read_pairs();
	CHECK_EQ(count, 2);
	send_to(&a, 255, 1);
	read_pairs();
	CHECK_EQ(pair_of("a", "d").accepted, 1);
	CHECK_EQ(pair_of("a", "b").accepted, 7);
	check_receiver(&c, "d");

	/* A sender closes: its frames are those of the closed. */
	nmd_close(a.port);
	read_pairs();
	CHECK_EQ(pair_of("a", "b").offered, 0);
	p = pair_of("", "b");
	CHECK_EQ(p.accepted, 7);
	CHECK_EQ(p.sender, NMD_CLOSED);
	CHECK_EQ(p.sender_generation, 0);
	CHECK_EQ(pair_of("", "d").accepted, 1);
	check_receiver(&b, "b");
	check_receiver(&c, "d");
	nmd_close(b.port);
	nmd_close(c.port);
	read_pairs();
	CHECK_EQ(count, 0);
}

/* Two raw openings of a port count as one sender, whoever goes first. */
static void shared_rings_count_together(void)
{
	struct opened one = open_raw("vale0:a"), two = open_raw("vale0:a");
	struct opened to = open_raw("vale0:b"), late;

	send_to(&one, 255, 1);
	send_to(&two, 255, 1);
	late = open_raw("vale0:c"); /* both meet it anew */
	send_to(&two, 255, 1);
	send_to(&one, 255, 1);
	read_pairs();
	CHECK_EQ(pair_of("a", "b").accepted, 4);
	CHECK_EQ(pair_of("a", "c").accepted, 2);
	nmd_close(one.port);
	read_pairs();
	CHECK_EQ(pair_of("a", "b").accepted, 4);
	CHECK_EQ(pair_of("a", "b").sender, 1);
	nmd_close(two.port);
	read_pairs();
	CHECK_EQ(pair_of("", "b").accepted, 4);
	CHECK_EQ(pair_of("", "c").accepted, 2);
	check_receiver(&to, "b");
	check_receiver(&late, "c");
	nmd_close(to.port);
	nmd_close(late.port);
}

struct run {
	struct event ready, go, sent, end;
	_Atomic uint32_t next;
	uint64_t frames;
	uint64_t offered[SENDERS]; /* by the opening's own count */
};

static void be_sender(void *argument)
{
	struct run *run = argument;
	uint32_t number = atomic_fetch_add(&run->next, 1);
	struct counted_sender s = {.number = number,
				   .receivers = RECEIVERS,
				   .pattern = (enum counted_pattern)number,
				   .total = run->frames};
	struct opened o;
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:s%u", number);
	o = open_raw(spec);
	event_set(run->ready);
	event_wait(run->go);
	while (counted_send(&o, &s, 100))
		sched_yield();
	run->offered[number] = stats_of(&o).offered;
	event_set(run->sent);
	event_wait(run->end);
	nmd_close(o.port);
}

/* Every second frame of a sender's. */
static void filter_some(const struct opened *o)
{
	static const struct nmd_insn odd[] = {
		{0x30, 0, 0, 14},         /* ldb [14] */
		{0x45, 0, 1, 1},          /* jset #1 */
		{0x06, 0, 0, 0xffffffff}, /* ret all */
		{0x06, 0, 0, 0},          /* ret nothing */
	};

	CHECK_EQ(nmd_set_filter(o->port, odd, 4), 0);
}

static const char *const names[RECEIVERS] = {"r0", "r1", "r2"};
static struct opened receiver[RECEIVERS];

static struct run *begin_run(uint64_t frames)
{
	struct run *run = shared_memory(sizeof(*run));

	run->frames = frames;
	run->ready = event_new();
	run->go = event_new();
	run->sent = event_new();
	run->end = event_new();
	receiver[0] = open_with("vale0:r0",
				(struct nmd_options){.rx_slots = 64});
	receiver[1] = open_raw("vale0:r1");
	receiver[2] = open_capture("vale0:r2");
	for (uint8_t i = 0; i < RECEIVERS; i++)
		counted_teach(&receiver[i], i);
	filter_some(&receiver[1]);
	return run;
}

/* Reads r1 and r2 as fast as can be until all is sent; r0 is full soon. */
static void read_until_sent(const struct run *run)
{
	for (int done = 0; done < SENDERS;) {
		struct pollfd p = {run->sent.fd, POLLIN, 0};

		discard(&receiver[1]);
		discard(&receiver[2]);
		if (poll(&p, 1, 0) == 1) {
			event_wait(run->sent);
			done++;
		}
	}
}

static void check_receivers(void)
{
	read_pairs();
	for (int i = 0; i < RECEIVERS; i++)
		check_receiver(&receiver[i], names[i]);
}

static void check_senders(const struct run *run)
{
	for (int i = 0; i < SENDERS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "s%d", i);
		CHECK_EQ(offered_by(name), run->offered[i]);
	}
	/* Sender 1 sends to all. */
	for (int i = 0; i < RECEIVERS; i++)
		CHECK_EQ(pair_of("s1", names[i]).offered, run->frames);
	CHECK(stats_of(&receiver[0]).dropped > 0);
	CHECK(stats_of(&receiver[1]).filtered > 0);
}

/* One more sender closes, after which so many openings are there. */
static void let_one_close(const struct run *run, int left)
{
	event_set(run->end);
	CHECK(waitpid(-1, NULL, 0) > 0);
	CHECK_EQ(listed(), left);
	check_receivers();
}

static void senders_at_work(uint64_t frames)
{
	struct run *run = begin_run(frames);
	pid_t pid[SENDERS];

	for (int i = 0; i < SENDERS; i++) {
		pid[i] = spawn(be_sender, run);
		event_wait(run->ready);
	}
	for (int i = 0; i < SENDERS; i++)
		event_set(run->go);
	read_until_sent(run);
	check_receivers();
	check_senders(run);
	kill_and_reap(pid[0]);
	let_one_close(run, RECEIVERS + 1);
	for (int i = 0; i < RECEIVERS; i++)
		CHECK(pair_of("", names[i]).offered > 0);
	let_one_close(run, RECEIVERS);
	for (int i = 0; i < RECEIVERS; i++)
		nmd_close(receiver[i].port);
	close(run->ready.fd);
	close(run->go.fd);
	close(run->sent.fd);
	close(run->end.fd);
	munmap(run, sizeof(*run));
}

int main(void)
{
	begin();
	one_frame_here_and_there();
	shared_rings_count_together();
	senders_at_work(UNDER_TSAN || UNDER_ASAN ? 20000 : 200000);
	finish();
	return 0;
}
