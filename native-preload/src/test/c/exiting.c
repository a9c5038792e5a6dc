// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that ends by exit(), whatever its threads do: one sleeps in a read,
 * reads frames as they come, opens and closes handles, or the exit comes from
 * a callback; and an exit handler ends the read and closes the handle, or leaves
 * it. It ends with its own status, and nothing of it is left on the switch.
 */
#include <pthread.h>

#include "pcap_testing.h"

#define STATUS 7
#define TIMES 10

static pcap_t *handle;
static pthread_t thread;
static bool has_thread;
static atomic_bool under_way;

/* As a tidy program does it. */
static void break_and_close(void)
{
	if (has_thread) {
		pcap_breakloop(handle);
		CHECK_EQ(pthread_join(thread, NULL), 0);
	}
	pcap_close(handle);
}

static void count(unsigned char *user, const struct abi_pkthdr *header,
		  const unsigned char *bytes)
{
	(void)user;
	(void)header;
	(void)bytes;
	atomic_store(&under_way, true);
}

static void *loop(void *unused)
{
	(void)unused;
	pcap_loop(handle, -1, count, NULL);
	return NULL;
}

static void *open_and_close(void *unused)
{
	char errbuf[ABI_ERRBUF_SIZE];

	(void)unused;
	while (handle) {
		pcap_t *p = pcap_open_live("vale0:3", 65535, 1, 10, errbuf);

		if (p) /* not when the process has left its switches */
			pcap_close(p);
		atomic_store(&under_way, true);
	}
	return NULL;
}

static void start(void *(*body)(void *))
{
	CHECK_EQ(pthread_create(&thread, NULL, body, NULL), 0);
	has_thread = true;
}

static void await_thread(void)
{
	while (!atomic_load(&under_way))
		usleep(100);
}

/* Asleep in a read, most likely, with a handler that the exit runs or none. */
static void from_sleep(void *at_exit)
{
	handle = activated("vale0:1");
	start(loop);
	usleep(5000);
	if (at_exit)
		atexit((void (*)(void))(uintptr_t)at_exit);
	exit(STATUS);
}

/* With frames coming all the time. */
static void while_reading(void *at_exit)
{
	handle = activated("vale0:1");
	start(loop);
	await_thread();
	if (at_exit)
		atexit((void (*)(void))(uintptr_t)at_exit);
	exit(STATUS);
}

static void while_opening(void *unused)
{
	(void)unused;
	handle = activated("vale0:1");
	start(open_and_close);
	await_thread();
	exit(STATUS);
}

static void leave(unsigned char *user, const struct abi_pkthdr *header,
		  const unsigned char *bytes)
{
	(void)user;
	(void)header;
	(void)bytes;
	exit(STATUS);
}

static void from_callback(void *at_exit)
{
	handle = activated("vale0:1");
	if (at_exit)
		atexit((void (*)(void))(uintptr_t)at_exit);
	pcap_loop(handle, -1, leave, NULL);
}

/* Feeds it until it has ended; only the sender is left then. */
static void ends(void (*body)(void *), void (*at_exit)(void),
		 const struct opened *peer)
{
	for (int i = 0; i < TIMES; i++) {
		pid_t pid = spawn(body, (void *)(uintptr_t)at_exit);
		siginfo_t info = {0};

		while (info.si_pid == 0) {
			CHECK_EQ(waitid(P_PID, (id_t)pid, &info,
					WEXITED | WNOHANG | WNOWAIT),
				 0);
			feed(peer, 1, 1);
		}
		CHECK_EQ(ending_of(pid), STATUS);
		CHECK_EQ(listed(), 1);
	}
}

int main(void)
{
	struct opened peer;

	if (UNDER_TSAN)
		SKIP("ThreadSanitizer fails who leaves a thread behind");
	libpcap_symbol("pcap_create");
	begin();
	peer = open_raw("vale0:2");
	for (int tidy = 0; tidy < 2; tidy++) {
		void (*const at_exit)(void) = tidy ? break_and_close : NULL;

		ends(from_callback, at_exit, &peer);
		ends(from_sleep, at_exit, &peer);
		ends(while_reading, at_exit, &peer);
	}
	ends(while_opening, NULL, &peer);
	nmd_close(peer.port);
	finish();
	return 0;
}
