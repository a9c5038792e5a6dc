// SPDX-License-Identifier: BSD-2-Clause
/*
 * One thread closes the handle that another one reads: asleep, with frames
 * coming all the time, or held up in its callback. The read ends as by
 * pcap_breakloop, nothing that it uses goes away under it, and the port is
 * closed; stock libpcap takes the memory away.
 */
#include <pthread.h>

#include "pcap_testing.h"

#define TIMES 200

static pcap_t *handle;
static _Atomic int seen_frames;
static atomic_bool held_up, stays;
static struct event released;

static void look(unsigned char *user, const struct abi_pkthdr *header,
		 const unsigned char *bytes)
{
	(void)user;
	CHECK_EQ(header->caplen, 60);
	CHECK(bytes[14] >= 1 && bytes[14] <= 3);
	atomic_fetch_add(&seen_frames, 1);
	if (atomic_load(&stays)) {
		atomic_store(&held_up, true);
		event_wait(released);
	}
}

/*
 * A read after the close would be one of memory that is gone, here as with
 * stock: so each is one read, as long as it takes.
 */
static void *by_loop(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)pcap_loop(handle, -1, look, NULL);
}

static void *by_dispatch(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)pcap_dispatch(handle, 1 << 30, look, NULL);
}

static void *by_next_ex(void *unused)
{
	struct abi_pkthdr *header;
	const unsigned char *bytes;

	(void)unused;
	return (void *)(intptr_t)pcap_next_ex(handle, &header, &bytes);
}

static pthread_t start(void *(*body)(void *))
{
	pthread_t thread;

	atomic_store(&seen_frames, 0);
	handle = activated("vale0:1");
	CHECK_EQ(pthread_create(&thread, NULL, body, NULL), 0);
	return thread;
}

static intptr_t result_of(pthread_t thread)
{
	void *result;

	CHECK_EQ(pthread_join(thread, &result), 0);
	return (intptr_t)result;
}

static void while_frames_come(const struct opened *peer)
{
	for (int i = 0; i < TIMES; i++) {
		pthread_t thread = start(by_loop);

		while (atomic_load(&seen_frames) < 1 + i % 7)
			feed(peer, 1, 3);
		pcap_close(handle);
		CHECK_EQ(result_of(thread), ABI_ERROR_BREAK);
		CHECK_EQ(listed(), 1);
	}
}

static bool sleeps(void)
{
	struct nmd_info all[2];
	int n = nmd_list(all, 2, NULL);

	CHECK(n >= 1 && n <= 2);
	for (int i = 0; i < n; i++)
		if (strcmp(all[i].port_name, "1") == 0)
			return all[i].stats.sleeps > 0;
	return false;
}

static void while_it_sleeps(void *(*body)(void *))
{
	for (int i = 0; i < 10; i++) {
		pthread_t thread = start(body);

		while (!sleeps())
			usleep(100);
		pcap_close(handle);
		CHECK_EQ(result_of(thread), ABI_ERROR_BREAK);
		CHECK_EQ(listed(), 1);
	}
}

static pthread_t start_held_up(const struct opened *peer)
{
	pthread_t thread;

	atomic_store(&stays, true);
	atomic_store(&held_up, false);
	thread = start(by_loop);
	while (!atomic_load(&held_up))
		feed(peer, 1, 1);
	atomic_store(&stays, false);
	return thread;
}

/* The close does not wait for what waits for who closes. */
static void while_the_callback_stays(const struct opened *peer)
{
	pthread_t thread = start_held_up(peer);

	pcap_close(handle);
	event_set(released);
	CHECK_EQ(result_of(thread), ABI_ERROR_BREAK);
	CHECK_EQ(listed(), 1);
}

/* Such a thread has never left its read. */
static void after_it_was_cancelled(const struct opened *peer)
{
	pthread_t thread = start_held_up(peer);

	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(result_of(thread), (intptr_t)PTHREAD_CANCELED);
	pcap_close(handle);
	CHECK_EQ(listed(), 1);
}

static void close_own(unsigned char *user, const struct abi_pkthdr *header,
		      const unsigned char *bytes)
{
	(void)header;
	(void)bytes;
	pcap_close((pcap_t *)user);
	pthread_exit(NULL);
}

static void *by_closing(void *unused)
{
	(void)unused;
	pcap_loop(handle, -1, close_own, (unsigned char *)handle);
	return NULL;
}

/* Who closes is who reads, and leaves from there. */
static void in_its_callback(const struct opened *peer)
{
	pthread_t thread = start(by_closing);

	while (listed() > 1)
		feed(peer, 1, 1);
	CHECK_EQ(result_of(thread), 0);
}

int main(void)
{
	struct opened peer;

	begin();
	released = event_new();
	peer = open_raw("vale0:2");
	while_frames_come(&peer);
	while_it_sleeps(by_loop);
	while_it_sleeps(by_dispatch);
	while_it_sleeps(by_next_ex);
	while_the_callback_stays(&peer);
	/* It takes the stack of a thread that ends so for overrun. */
	if (!UNDER_ASAN) {
		after_it_was_cancelled(&peer);
		in_its_callback(&peer);
	}
	nmd_close(peer.port);
	finish();
	return 0;
}
