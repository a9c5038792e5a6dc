/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of distinct errors: each kind is noted once with its count, first
 * and last time and who met it; it outlives the process, also the last one of
 * a switch; an orderly end leaves none. What others scribble over it is not
 * shown and harms nobody, and an entry whose writer was killed half way is
 * written anew.
 */
#include "testing.h"

#include <sys/resource.h>

#include "lock.h"
#include "port.h"
#include "settings.h"

#define MAX 256

static struct nmd_logged log_[MAX];
static int count;

static void read_log(void)
{
	struct nmd_error why = {0};

	count = nmd_error_log(log_, MAX, &why);
	if (count < 0)
		printf("%s\n", why.text);
	CHECK(count >= 0 && count <= MAX);
}

static const struct nmd_logged *find(enum nmd_error_kind kind,
				     const char *start)
{
	for (int i = 0; i < count; i++)
		if (log_[i].kind == (uint32_t)kind &&
		    strncmp(log_[i].text, start, strlen(start)) == 0)
			return &log_[i];
	return NULL;
}

/* The only entry of that kind for that port, as anyone may see it. */
static const struct nmd_logged *logged(enum nmd_error_kind kind,
				       const char *port, uint64_t times)
{
	const struct nmd_logged *l;

	read_log();
	l = find(kind, port);
	if (!l)
		for (int i = 0; i < count; i++)
			printf("%u %s\n", log_[i].kind, log_[i].text);
	CHECK(l);
	CHECK_EQ(l->count, times);
	CHECK((l->first_ns > 0) == (kind != NMD_ERROR_FULL));
	CHECK(l->last_ns >= l->first_ns);
	CHECK(strchr(l->text, ';') && !strchr(l->text, '\n'));
	CHECK_EQ(strcmp(l->switch_name, "vale0"), 0);
	return l;
}

static void spoil_ring(struct opened *o)
{
	o->tx->head = o->tx->num_slots;
	CHECK_EQ(nmd_txsync(o->port), -EINVAL);
}

static void what_a_program_does_wrong(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	const struct nmd_logged *l;
	uint64_t first;

	read_log();
	CHECK_EQ(count, 0);
	spoil_ring(&a);
	l = logged(NMD_ERROR_RING, "vale0:a: ", 1);
	CHECK_EQ(l->pid, getpid());
	CHECK_EQ(l->opening, 0);
	CHECK_EQ(strcmp(l->program, "error_log"), 0);
	first = l->first_ns;
	spoil_ring(&a);
	l = logged(NMD_ERROR_RING, "vale0:a: ", 2);
	CHECK_EQ(l->first_ns, first);
	CHECK(l->last_ns > first);
	CHECK_EQ(count, 1);
	spoil_ring(&b);
	CHECK_EQ(logged(NMD_ERROR_RING, "vale0:b: ", 1)->opening, 1);
	CHECK_EQ(count, 2);

	/* Slots are noted once, and counted where they belong. */
	for (int i = 0; i < 3; i++) {
		queue_slot(a.tx, NULL, 60000, 0);
		CHECK(nmd_txsync(a.port) >= 0);
	}
	logged(NMD_ERROR_SLOTS, "vale0:a: ", 1);
	CHECK_EQ(stats_of(&a).sent_bad, 3);

	CHECK_EQ(nmd_open("vale0:a/x", NULL, &a.port, NULL), -EBUSY);
	CHECK_EQ(nmd_open("vale0:a/x", NULL, &a.port, NULL), -EBUSY);
	CHECK_EQ(logged(NMD_ERROR_OPEN, "vale0:a/x: ", 2)->opening, UINT32_MAX);
	nmd_close(a.port);
	logged(NMD_ERROR_RING, "vale0:a: ", 2); /* it outlives the opening */
	CHECK(!find(NMD_ERROR_LEFT, ""));
	nmd_close(b.port);
	read_log();
	CHECK_EQ(count, 0); /* and goes with the switch */
}

static struct event ready;

static void open_and_wait(void *argument)
{
	open_raw("vale0:victim");
	(void)argument;
	event_set(ready);
	for (;;)
		pause();
}

static void open_and_exit(void *argument)
{
	open_raw("vale0:victim");
	(void)argument;
}

/* With its descriptor lost it cannot leave in an orderly way. */
static void open_and_lose(void *argument)
{
	struct opened o = open_raw("vale0:victim");

	(void)argument;
	close(nmd_fd(o.port));
}

static void what_ends(void)
{
	struct opened witness = open_raw("vale0:w");
	const struct nmd_logged *l;
	pid_t pid = spawn(open_and_wait, NULL);

	event_wait(ready);
	join(spawn(open_and_exit, NULL));
	read_log();
	CHECK_EQ(count, 0);
	kill_and_reap(pid);
	l = logged(NMD_ERROR_LEFT, "vale0:victim: ", 1);
	CHECK_EQ(l->pid, pid);
	CHECK_EQ(l->opening, 1);
	logged(NMD_ERROR_LEFT, "vale0:victim: ", 1); /* not again */
	join(spawn(open_and_lose, NULL));
	logged(NMD_ERROR_LEFT, "vale0:victim: ", 2);
	nmd_close(witness.port);
}

/* Whoever looks first sees them, and takes the switch away. */
static void the_last_one_is_killed(void)
{
	pid_t pid = spawn(open_and_wait, NULL);

	event_wait(ready);
	kill_and_reap(pid);
	logged(NMD_ERROR_LEFT, "vale0:victim: ", 1);
	read_log();
	CHECK_EQ(count, 0);
	CHECK_EQ(listed(), 0);
}

/* The lock of a ring, held by a process that is dead, or is stopped. */
static struct opened from, to;

static void hold_lock(void *argument)
{
	struct opened o = open_raw("vale0:holder");

	(void)argument;
	CHECK_EQ(lock_try(&to.port->area->rx[0].lock, port_identity(o.port)),
		 0);
	event_set(ready);
	for (;;)
		pause();
}

static void what_locks_do(void)
{
	pid_t pid;

	from = open_raw("vale0:from");
	to = open_raw("vale0:to");
	send_to(&to, 255, 2);
	pid = spawn(hold_lock, NULL);
	event_wait(ready);
	stop(pid);
	for (int i = 0; i < 10; i++)
		send_to(&from, 2, 1);
	logged(NMD_ERROR_STUCK, "vale0:to: ", 1);
	CHECK_EQ(stats_of(&to).dropped, 10);
	kill_and_reap(pid);
	while (readable(&to) == 0)
		send_to(&from, 2, 1);
	logged(NMD_ERROR_TAKEOVER, "vale0:to: ", 1);
	logged(NMD_ERROR_STUCK, "vale0:to: ", 1);
	logged(NMD_ERROR_LEFT, "vale0:holder: ", 1);
	nmd_close(from.port);
	nmd_close(to.port);
}

/* One that has used them all up wakes nevertheless, each time. */
static void what_wakes_without_descriptors_do(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct pollfd p = {nmd_fd(b.port), POLLIN, 0};
	struct rlimit old, few;
	int fds[256], n = 0;

	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = 256;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
	while ((fds[n] = dup(0)) >= 0)
		n++;
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(nmd_arm(b.port), 0);
		CHECK_EQ(poll(&p, 1, 0), 0);
		send_to(&a, 255, 1);
		CHECK_EQ(poll(&p, 1, 0), 1);
		CHECK_EQ(dup(0), -1);
		CHECK_EQ(discard(&b), 1);
	}
	while (n > 0)
		CHECK_EQ(close(fds[--n]), 0);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
	nmd_close(a.port);
	nmd_close(b.port);
}

static void what_filters_do(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	static const struct nmd_insn all[] = {{0x30, 0, 0, 14},
					      {0x45, 0, 1, 1},
					      {0x06, 0, 0, 1},
					      {0x06, 0, 0, 60}};

	CHECK_EQ(nmd_set_filter(b.port, all, 4), 0);
	/* Ends in no return. */
	atomic_store(&settings_now(b.port->area)->filter_length, 1);
	atomic_fetch_add(&b.port->area->settings_seq, 2);
	for (int i = 0; i < 5; i++)
		send_to(&a, 255, 1);
	logged(NMD_ERROR_FILTER, "vale0:b: ", 1);
	CHECK_EQ(stats_of(&b).filtered, 5);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* A sender that is out of descriptors; the next batch does wake. */
static void what_wakes_do(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");
	struct pollfd p = {nmd_fd(b.port), POLLIN, 0};
	struct rlimit old, none;

	CHECK_EQ(nmd_arm(b.port), 0);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
	send_to(&a, 255, 1);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
	CHECK_EQ(poll(&p, 1, 0), 0);
	CHECK_EQ(logged(NMD_ERROR_WAKE, "vale0:b: ", 1)->opening, 0);
	send_to(&a, 255, 1);
	CHECK_EQ(poll(&p, 1, 0), 1);
	logged(NMD_ERROR_WAKE, "vale0:b: ", 1);
	nmd_close(a.port);
	nmd_close(b.port);
}

static struct sw_error_log *log_of(const struct opened *o)
{
	return vale_error_log(o->port->vale);
}

/* Killed between claiming an entry and making it whole, and before counting. */
static void half_an_entry(void)
{
	struct opened a = open_raw("vale0:a");
	struct sw_error *e = &log_of(&a)->entry[0];

	spoil_ring(&a);
	atomic_store(&e->whole, 0);
	memset(e->text, 0, sizeof(e->text));
	atomic_store(&e->count, 0);
	read_log();
	CHECK_EQ(count, 0);
	spoil_ring(&a);
	logged(NMD_ERROR_RING, "vale0:a: ", 1);
	CHECK_EQ(atomic_load(&log_of(&a)->entry[1].claimed), 0);
	atomic_store(&e->count, 0);
	logged(NMD_ERROR_RING, "vale0:a: ", 1);
	nmd_close(a.port);
}

static void a_full_log(void)
{
	struct opened a = open_raw("vale0:a");

	for (int i = 0; i < SW_MAX_ERRORS; i++)
		atomic_store(&log_of(&a)->entry[i].claimed, 1);
	spoil_ring(&a);
	spoil_ring(&a);
	logged(NMD_ERROR_FULL, "vale0: ", 2);
	CHECK_EQ(count, 1);
	nmd_close(a.port);
}

static void scribble(void *to_, size_t size, unsigned *seed)
{
	uint8_t *bytes = to_;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)rand_r(seed);
}

/* Texts that do not fit their key are not shown, nor what is no text. */
static void a_scribbled_log(void)
{
	struct opened a = open_raw("vale0:a");
	unsigned seed = 7;

	spoil_ring(&a);
	log_of(&a)->entry[0].text[3] ^= 1;
	read_log();
	CHECK_EQ(count, 0);
	log_of(&a)->entry[0].text[3] ^= 1;
	scribble(log_of(&a)->entry[0].program, 32, &seed);
	read_log();
	CHECK_EQ(count, 1);
	for (const char *c = log_[0].program; *c; c++)
		CHECK(*c >= ' ' && *c < 0x7f);
	for (int round = 0; round < 200; round++) {
		scribble(log_of(&a), sizeof(struct sw_error_log), &seed);
		spoil_ring(&a);
		read_log();
		for (int i = 0; i < count; i++)
			CHECK(memchr(log_[i].text, 0, sizeof(log_[i].text)));
	}
	nmd_close(a.port);
}

/* Many that note the same at once count each of it. */
static void note_often(void *argument)
{
	struct opened o = open_raw((const char *)argument);

	event_wait(ready);
	for (int noted = 0; noted < 1000;) {
		o.tx->head = o.tx->num_slots;
		noted += nmd_txsync(o.port) == -EINVAL; /* or -EBUSY */
	}
	nmd_close(o.port);
}

static void many_at_once(void)
{
	struct opened a = open_raw("vale0:a");
	static char spec[4][16];
	pid_t pid[4];

	for (int i = 0; i < 4; i++) {
		snprintf(spec[i], sizeof(spec[i]), "vale0:p%d", i / 2);
		pid[i] = spawn(note_often, spec[i]);
	}
	for (int i = 0; i < 4; i++)
		event_set(ready);
	for (int i = 0; i < 4; i++)
		join(pid[i]);
	read_log();
	CHECK_EQ(count, 2);
	logged(NMD_ERROR_RING, "vale0:p0: ", 2000);
	logged(NMD_ERROR_RING, "vale0:p1: ", 2000);
	nmd_close(a.port);
}

int main(void)
{
	begin();
	ready = event_new();
	what_a_program_does_wrong();
	what_ends();
	the_last_one_is_killed();
	what_locks_do();
	what_filters_do();
	what_wakes_do();
	what_wakes_without_descriptors_do();
	half_an_entry();
	a_full_log();
	a_scribbled_log();
	many_at_once();
	finish();
	return 0;
}
