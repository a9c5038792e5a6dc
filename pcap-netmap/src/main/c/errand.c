/* SPDX-License-Identifier: BSD-2-Clause */
#include "errand.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "atomics.h"
#include "bell.h"
#include "close.h"
#include "futex.h"
#include "layout.h"

/* All that one full switch can ask for: each ring rung, its sleeper woken. */
#define ERRANDS (2 * SW_MAX * SW_MAX_RINGS + SW_MAX)
#define PAUSE_NS 1000000
#define LEAVE_NS 200000000 /* longest wait for it */
#define CALL_NS 1000000000 /* then a thread that has not begun is none */
#define STACK_SIZE (256u << 10)

enum state {
	NOTHING, /* free */
	WRITING, /* somebody writes it down */
	TO_DO
};

enum kind {
	WAKE,
	RING,
	ARM,
	CALL,
	LEAVE
};

struct call {
	void (*function)(void *);
	void *argument;
	_Atomic bool done;
};

struct errand {
	_Atomic uint32_t state; /* enum state */
	enum kind kind;
	void *what; /* the word, the switch, the opening, the call */
	uint32_t area, ring;
};

_Atomic bool errand_mode;
static struct errand errands[ERRANDS];
static _Atomic int used; /* as many of them, from the first, ever were */
static _Atomic bool started;
static _Atomic bool alone; /* a fork has left the thread behind */
static _Atomic bool left;  /* all ports have been left */
static _Atomic bool busy;  /* errands are being run, or forgotten */
static pthread_t runner;

static bool is_same(const struct errand *e, enum kind kind, const void *what,
		    uint32_t area, uint32_t ring)
{
	return e->kind == kind && e->what == what && e->area == area &&
	       e->ring == ring;
}

/* Before it is written down, so that who runs it looks that far. */
static void use(int count)
{
	int before = load_relaxed(&used);

	while (before < count &&
	       !atomic_compare_exchange_weak(&used, &before, count))
		;
}

/*
 * One that finds no room is not run. There is room for a whole switch; with
 * several that are as full, those who poll there may not be told.
 */
static struct errand *write_down(enum kind kind, void *what, uint32_t area,
				 uint32_t ring)
{
	if (load_relaxed(&alone))
		return NULL;
	for (int i = 0; i < ERRANDS; i++) {
		struct errand *e = &errands[i];
		uint32_t free = NOTHING;

		if (load_acquire(&e->state) == TO_DO &&
		    is_same(e, kind, what, area, ring))
			return e;
		if (!atomic_compare_exchange_strong(&e->state, &free, WRITING))
			continue;
		e->kind = kind;
		e->what = what;
		e->area = area;
		e->ring = ring;
		use(i + 1);
		store_release(&e->state, TO_DO);
		return e;
	}
	return NULL;
}

void errand_wake(_Atomic uint32_t *word)
{
	write_down(WAKE, word, 0, 0);
}

void errand_ring(struct vale *v, uint32_t area_index, uint32_t ring)
{
	write_down(RING, v, area_index, ring);
}

void errand_arm(struct nmd_port *port)
{
	write_down(ARM, port, 0, 0);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

/* If the thread is none any more, whoever comes next sweeps up. */
void errand_leave(void)
{
	int64_t end = now_ns() + LEAVE_NS;

	write_down(LEAVE, NULL, 0, 0);
	while (!load_acquire(&left) && !load_relaxed(&alone) && now_ns() < end)
		cpu_relax();
}

static void run_call(struct call *call)
{
	call->function(call->argument);
	store_release(&call->done, true);
}

static void run(const struct errand *e)
{
	switch (e->kind) {
	case WAKE:
		futex_set_and_wake(e->what);
		break;
	case RING:
		bell_ring_for_another(e->what, e->area, e->ring);
		break;
	case ARM:
		bell_arm(e->what);
		break;
	case CALL:
		run_call(e->what);
		break;
	case LEAVE:
		close_leave_all();
		store_release(&left, true);
		break;
	}
}

static void lock_all(void)
{
	while (atomic_exchange(&busy, true))
		cpu_relax();
}

static void unlock_all(void)
{
	store_release(&busy, false);
}

/* Taken off the list first: who asks once more meanwhile is not overheard. */
static void run_all(void)
{
	lock_all();
	for (int i = 0; i < atomic_load(&used); i++) {
		struct errand copy;

		if (load_acquire(&errands[i].state) != TO_DO)
			continue;
		copy = errands[i];
		store_release(&errands[i].state, NOTHING);
		run(&copy);
	}
	unlock_all();
}

/* Who runs it has begun, or may do so at any time, unless this says true. */
static bool take_back(struct errand *e)
{
	uint32_t todo = TO_DO;
	bool taken;

	if (atomic_exchange(&busy, true))
		return false;
	taken = atomic_compare_exchange_strong(&e->state, &todo, NOTHING);
	unlock_all();
	return taken;
}

bool errand_needed(void)
{
	return errands_only() && !pthread_equal(pthread_self(), runner);
}

bool errand_call(void (*function)(void *), void *argument)
{
	struct call call = {.function = function, .argument = argument};
	int64_t end = now_ns() + CALL_NS;
	struct errand *e = write_down(CALL, &call, 0, 0);

	while (e && !load_acquire(&call.done)) {
		cpu_relax();
		if (now_ns() > end && take_back(e))
			return false;
	}
	return e;
}

void errands_after_fork(void)
{
	store_relaxed(&alone, errands_only());
	store_relaxed(&busy, false);
}

void errands_forget(void)
{
	if (!errands_only())
		return;
	lock_all();
	for (int i = 0; i < atomic_load(&used); i++)
		if (load_acquire(&errands[i].state) == TO_DO &&
		    errands[i].kind != CALL) /* another thread waits for it */
			store_release(&errands[i].state, NOTHING);
	unlock_all();
}

static void *run_for_ever(void *nothing)
{
	const struct timespec pause = {0, PAUSE_NS};

	for (;;) {
		nanosleep(&pause, NULL);
		run_all();
	}
	return nothing;
}

/* The thread takes no signal that is meant for the program. */
static int start_thread(void)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&runner, &attributes, run_for_ever, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return -r;
}

NMD_API int nmd_sandbox(void)
{
	int r;

	if (!close_has_ports() || atomic_exchange(&started, true))
		return 0;
	r = start_thread();
	if (r == 0)
		atomic_store(&errand_mode, true);
	else
		atomic_store(&started, false);
	return r;
}
