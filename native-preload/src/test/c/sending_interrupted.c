// SPDX-License-Identifier: BSD-2-Clause
/*
 * A send that waits at a full pipe holds up nobody for ever: a signal ends it,
 * unless its handler wants it to go on; its thread can be cancelled; who does
 * not want to wait is told so; and a sender that is killed is not waited for,
 * even before its parent has asked how it ended.
 */
#include <pthread.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "packet_testing.h"

#define RING 1023 /* frames that a full pipe holds */

static pcap_t *handle;
static int sock;
static uint8_t frame[60];
static atomic_int signals; /* a thread waits for them, too */
static struct opened peer;
static _Atomic bool going_to_wait;

static int inject(void)
{
	return pcap_inject(handle, frame, sizeof(frame));
}

static int send_now(void)
{
	return (int)send(sock, frame, sizeof(frame), MSG_DONTWAIT);
}

static void set_nonblocking(int nonblocking)
{
	char errbuf[ABI_ERRBUF_SIZE];

	CHECK_EQ(pcap_setnonblock(handle, nonblocking, errbuf), 0);
}

static void fill(void)
{
	set_nonblocking(1);
	while (inject() > 0)
		;
	CHECK_EQ(errno, EAGAIN);
	CHECK_TEXT(error_of(handle), "send: Resource temporarily unavailable");
	set_nonblocking(0);
}

static void fill_socket(void)
{
	while (send_now() > 0)
		;
	CHECK_EQ(errno, EAGAIN);
}

static void on_alarm(int number)
{
	(void)number;
	signals++;
}

static void every_10_ms(int flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	struct itimerval often = {{0, 10000}, {0, 10000}};

	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void no_more_signals(void)
{
	const struct itimerval never = {0};

	CHECK_EQ(setitimer(ITIMER_REAL, &never, NULL), 0);
}

static void check_interrupted(void)
{
	fill();
	every_10_ms(0);
	CHECK_EQ(inject(), -1);
	CHECK_EQ(errno, EINTR);
	CHECK_TEXT(error_of(handle), "send: Interrupted system call");
	no_more_signals();
	/* It was not sent. */
	CHECK_EQ(discard(&peer), RING);
	CHECK_EQ(discard(&peer), 0);
	CHECK_EQ(inject(), sizeof(frame));
	CHECK_EQ(discard(&peer), 1);
}

static void *read_after_signals(void *unused)
{
	int before = signals;

	(void)unused;
	while (signals < before + 5)
		usleep(1000);
	discard(&peer);
	return NULL;
}

static void check_goes_on(void)
{
	pthread_t thread;

	fill();
	every_10_ms(SA_RESTART);
	CHECK_EQ(pthread_create(&thread, NULL, read_after_signals, NULL), 0);
	CHECK_EQ(inject(), sizeof(frame));
	no_more_signals();
	CHECK_EQ(pthread_join(thread, NULL), 0);
	discard(&peer);
}

static void *wait_for_room(void *unused)
{
	(void)unused;
	atomic_store(&going_to_wait, true);
	inject();
	return NULL;
}

/* Then it is in its wait, or will be cancelled on its way into it. */
static void check_cancelled(void)
{
	pthread_t thread;

	fill();
	CHECK_EQ(pthread_create(&thread, NULL, wait_for_room, NULL), 0);
	while (!atomic_load(&going_to_wait))
		usleep(1000);
	usleep(100000);
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(discard(&peer), RING);
	CHECK_EQ(inject(), sizeof(frame));
	CHECK_EQ(discard(&peer), 1);
}

static void *send_waiting(void *unused)
{
	(void)unused;
	atomic_store(&going_to_wait, true);
	CHECK_EQ(send(sock, frame, sizeof(frame), 0), sizeof(frame));
	return NULL;
}

static void check_dontwait(void)
{
	pthread_t thread;

	atomic_store(&going_to_wait, false);
	fill_socket();
	CHECK_EQ(pthread_create(&thread, NULL, send_waiting, NULL), 0);
	while (!atomic_load(&going_to_wait))
		usleep(1000);
	usleep(100000);
	CHECK_EQ(send_now(), -1);
	CHECK_EQ(errno, EAGAIN);
	discard(&peer);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	discard(&peer);
}

static void inject_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		inject();
}

static void check_killed(void)
{
	siginfo_t ended;
	pid_t child;

	fill();
	child = spawn(inject_for_ever, NULL);
	usleep(100000);
	CHECK_EQ(kill(child, SIGKILL), 0);
	CHECK_EQ(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT), 0);
	discard(&peer);
	set_nonblocking(1);
	CHECK_EQ(inject(), sizeof(frame));
	set_nonblocking(0);
	kill_and_reap(child);
}

int main(void)
{
	begin();
	own_network();
	setenv("PCAP_NETMAP_MAP", "eth1=vale0:2{a", 1);
	make_frame(frame, 255, 1, sizeof(frame), 0);
	alarm(60);
	peer = open_raw("vale0:1}a");
	handle = activated("vale0:1{a");
	check_interrupted();
	check_goes_on();
	/* The sanitizers do not know the stack that such a thread leaves. */
	if (UNDER_ASAN + UNDER_TSAN == 0)
		check_cancelled();
	check_killed();
	pcap_close(handle);
	nmd_close(peer.port);
	peer = open_raw("vale0:2}a");
	sock = bound_socket(SOCK_RAW, "eth1");
	check_dontwait();
	close(sock);
	nmd_close(peer.port);
	finish();
	return 0;
}
