/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A waker that is killed between what it has to tell and its wake-up: the
 * kernel wakes the sleeper in its stead, whichever thread it was, and leaves
 * sleepers alone whom nothing was promised.
 */
#include <pthread.h>

#include "testing.h"

#include "futex.h"
#include "wake.h"

#define SHORT_NS 100000000

static struct event asleep;
static _Atomic uint32_t *word;

/* Ends with 0 when woken, else with the error of its sleep. */
static void sleep_on_word(int64_t limit_ns)
{
	*word = 0;
	event_set(asleep);
	_exit(-futex_wait(word, 0, limit_ns));
}

static void sleep_long(void *argument)
{
	(void)argument;
	sleep_on_word(PATIENCE_MS * 1000000ll);
}

static void sleep_shortly(void *argument)
{
	(void)argument;
	sleep_on_word(SHORT_NS);
}

static char state_of(pid_t pid)
{
	char path[64], line[256] = "";
	const char *after_name;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	stat = fopen(path, "re");
	CHECK(stat != NULL);
	CHECK(fgets(line, sizeof(line), stat) != NULL);
	fclose(stat);
	after_name = strrchr(line, ')');
	CHECK(after_name != NULL);
	return after_name[2];
}

static pid_t sleeper(void (*body)(void *))
{
	pid_t pid = spawn(body, NULL);

	event_wait(asleep);
	for (int tries = 0; state_of(pid) != 'S'; tries++) {
		CHECK(tries < PATIENCE_MS);
		usleep(1000);
	}
	return pid;
}

static void die(void)
{
	kill(getpid(), SIGKILL);
	pause();
}

static void promise_and_die(void *argument)
{
	(void)argument;
	wake_promise(word);
	die();
}

static void *promise_and_kill(void *argument)
{
	(void)argument;
	wake_promise(word);
	die();
	return NULL;
}

/* The thread never opened anything; its list is found all the same. */
static void promise_in_a_thread(void *argument)
{
	pthread_t thread;

	(void)argument;
	CHECK_EQ(pthread_create(&thread, NULL, promise_and_kill, NULL), 0);
	pthread_join(thread, NULL);
}

static void forget_and_die(void *argument)
{
	(void)argument;
	wake_promise(word);
	wake_forget();
	die();
}

static void keep_and_die(void *argument)
{
	(void)argument;
	wake_promise(word);
	CHECK(wake_needed(word));
	wake_keep(word);
	die();
}

static void killed(void (*waker)(void *), void (*body)(void *), int ending)
{
	pid_t pid = sleeper(body);

	CHECK_EQ(ending_of(spawn(waker, NULL)), -SIGKILL);
	CHECK_EQ(ending_of(pid), ending);
}

int main(void)
{
	begin();
	wake_prepare();
	asleep = event_new();
	word = shared_memory(sizeof(*word));
	killed(promise_and_die, sleep_long, 0);
	killed(promise_in_a_thread, sleep_long, 0);
	killed(forget_and_die, sleep_shortly, ETIMEDOUT);
	killed(keep_and_die, sleep_long, 0);
	CHECK_EQ(*word, 1);
	wake_promise(word);
	CHECK(!wake_needed(word)); /* nobody sleeps */
	wake_keep(word);
	finish();
	return 0;
}
