// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program waits for a handle's descriptor while frames come all the time that
 * its filter rejects, on a port of the kernel's (here answered in user space),
 * whose filter runs when they are taken in: limits are kept, signals end the
 * wait, another thread may close the handle, and one that is cancelled leaves
 * no lock behind.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "waiting_testing.h"

#define CLOSES 100
#define CANCELS 200
#define TICK_US 20000

static _Atomic int *fed; /* 0: the feeder ends */
static int polled;

static void feed_rejected(void *unused)
{
	struct opened peer = open_raw("vale0:2");

	(void)unused;
	while (atomic_load(fed)) {
		feed(&peer, 1, 3);
		usleep(50);
	}
	nmd_close(peer.port);
}

static void limits_are_kept(int fd, int epoll)
{
	struct timeval limit = {0, TICK_US};
	struct timespec brief = {0, TICK_US * 1000};
	struct pollfd p = {fd, POLLIN, 0};
	struct epoll_event event;
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	CHECK_EQ(select(fd + 1, &set, NULL, NULL, &limit), 0);
	CHECK(!FD_ISSET(fd, &set));
	CHECK_EQ(limit.tv_sec, 0);
	CHECK_EQ(limit.tv_usec, 0);
	FD_SET(fd, &set);
	CHECK_EQ(pselect(fd + 1, &set, NULL, NULL, &brief, NULL), 0);
	CHECK_EQ(poll(&p, 1, TICK_US / 1000), 0);
	CHECK_EQ(ppoll(&p, 1, &brief, NULL), 0);
	CHECK_EQ(epoll_wait(epoll, &event, 1, TICK_US / 1000), 0);
}

static volatile sig_atomic_t ticks;

static void tick(int signal)
{
	(void)signal;
	ticks++;
}

static void start_ticking(int us)
{
	struct itimerval time = {.it_value = {0, us}, .it_interval = {0, us}};

	CHECK_EQ(setitimer(ITIMER_REAL, &time, NULL), 0);
}

static int by_pselect_masked(int fd, int epoll)
{
	sigset_t none;
	fd_set set;

	(void)epoll;
	sigemptyset(&none);
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return pselect(fd + 1, &set, NULL, NULL, NULL, &none);
}

static int by_ppoll_masked(int fd, int epoll)
{
	struct pollfd p = {fd, POLLIN, 0};
	sigset_t none;

	(void)epoll;
	sigemptyset(&none);
	return ppoll(&p, 1, NULL, &none);
}

/* Wherever it comes: in the kernel's wait, or while frames are taken in. */
static void signals_end_it(int fd, int epoll, int (*wait)(int, int))
{
	for (int us = 2000; us < 12000; us += 1009) {
		ticks = 0;
		start_ticking(us);
		errno = 0;
		CHECK_EQ(wait(fd, epoll), -1);
		CHECK_EQ(errno, EINTR);
		CHECK(ticks > 0);
	}
	start_ticking(0);
}

static void signals(int fd, int epoll)
{
	struct sigaction action = {.sa_handler = tick};
	sigset_t alarms;

	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	signals_end_it(fd, epoll, by_select);
	signals_end_it(fd, epoll, by_poll);
	signals_end_it(fd, epoll, by_epoll);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &alarms, NULL), 0);
	signals_end_it(fd, epoll, by_pselect_masked);
	signals_end_it(fd, epoll, by_ppoll_masked);
	CHECK_EQ(sigprocmask(SIG_SETMASK, NULL, &alarms), 0);
	CHECK(sigismember(&alarms, SIGALRM)); /* the mask is the program's */
	CHECK(!sigismember(&alarms, SIGTERM));
	sigemptyset(&alarms);
	CHECK_EQ(sigprocmask(SIG_SETMASK, &alarms, NULL), 0);
}

static atomic_bool over;

/* Not by poll, whose memory order ThreadSanitizer ignores. */
static void *select_on(void *unused)
{
	(void)unused;
	while (!atomic_load(&over)) {
		struct timeval now = {0, 0};
		fd_set set;

		FD_ZERO(&set);
		FD_SET(polled, &set);
		select(polled + 1, &set, NULL, NULL, &now);
	}
	return NULL;
}

static pcap_t *open_rejecting(void)
{
	pcap_t *p = activated("vale0:1");

	filter(p, "ether[14] = 200");
	polled = pcap_get_selectable_fd(p);
	return p;
}

static void another_closes(int others)
{
	for (int i = 0; i < CLOSES; i++) {
		pcap_t *p = open_rejecting();
		pthread_t thread;

		atomic_store(&over, false);
		CHECK_EQ(pthread_create(&thread, NULL, select_on, NULL), 0);
		usleep(1000);
		pcap_close(p);
		atomic_store(&over, true);
		CHECK_EQ(pthread_join(thread, NULL), 0);
		CHECK_EQ(listed(), others);
	}
}

static void *epoll_on_and_on(void *set)
{
	struct epoll_event event;

	for (;;)
		epoll_wait(*(int *)set, &event, 1, 5);
	return NULL;
}

static void cancelled(int epoll)
{
	struct epoll_event event;

	for (int i = 0; i < CANCELS; i++) {
		pthread_t thread;

		CHECK_EQ(pthread_create(&thread, NULL, epoll_on_and_on, &epoll),
			 0);
		usleep((useconds_t)(500 + i % 10 * 100));
		CHECK_EQ(pthread_cancel(thread), 0);
		CHECK_EQ(pthread_join(thread, NULL), 0);
		CHECK_EQ(epoll_wait(epoll, &event, 1, 0), 0);
	}
}

/* A set with the number of one that is closed, and with the same data in it. */
static void another_set(int fd)
{
	int first = epoll_on(fd, EPOLLIN), second, ends[2];
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};

	close(first);
	second = epoll_create1(EPOLL_CLOEXEC);
	CHECK_EQ(second, first);
	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(epoll_ctl(second, EPOLL_CTL_ADD, ends[0], &event), 0);
	CHECK_EQ(write(ends[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(second, &event, 1, PATIENCE_MS), 1);
	close(ends[0]);
	close(ends[1]);
	close(second);
}

static jmp_buf out;

static void jump(unsigned char *user, const struct abi_pkthdr *header,
		 const unsigned char *bytes)
{
	(void)user;
	(void)header;
	(void)bytes;
	longjmp(out, 1);
}

static void *jump_and_read(void *handle)
{
	struct abi_pkthdr *header;
	const unsigned char *bytes;

	if (!setjmp(out))
		pcap_loop(handle, -1, jump, NULL);
	CHECK_EQ(pcap_next_ex(handle, &header, &bytes), 1);
	atomic_store(&over, true);
	event_wait((struct event){polled});
	return NULL;
}

/* A read that was left by a jump is forgotten with the thread's next one. */
static void a_callback_jumps(int others)
{
	pcap_t *p = activated("vale0:1");
	struct event closed = event_new();
	pthread_t thread;

	polled = closed.fd;
	atomic_store(&over, false);
	CHECK_EQ(pthread_create(&thread, NULL, jump_and_read, p), 0);
	while (!atomic_load(&over))
		usleep(1000);
	pcap_close(p);
	CHECK_EQ(listed(), others);
	event_set(closed);
	CHECK_EQ(pthread_join(thread, NULL), 0);
}

int main(void)
{
	pid_t feeder;
	pcap_t *p;
	int epoll, others;

	begin();
	setenv("NETMAP_DEVICE", "loop", 1);
	fed = shared_memory(sizeof(*fed));
	atomic_store(fed, 1);
	feeder = spawn(feed_rejected, NULL);
	p = open_rejecting();
	epoll = epoll_on(polled, EPOLLIN);
	limits_are_kept(polled, epoll);
	signals(polled, epoll);
	/* They take the stack of a thread that ends so for overrun. */
	if (UNDER_ASAN + UNDER_TSAN == 0)
		cancelled(epoll);
	another_set(polled);
	pcap_close(p);
	close(epoll);
	others = listed();
	another_closes(others);
	a_callback_jumps(others);
	atomic_store(fed, 0);
	join(feeder);
	finish();
	return 0;
}
